import { Page } from "../parts/Page";

export function Destinations() {
  return <Page title="Destinations">{null}</Page>;
}
