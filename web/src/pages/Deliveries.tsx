import { Page } from "../parts/Page";

export function Deliveries() {
  return <Page title="Deliveries">{null}</Page>;
}
