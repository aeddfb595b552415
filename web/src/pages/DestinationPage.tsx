import { Page } from "../parts/Page";

export function DestinationPage() {
  return <Page title="DestinationPage">{null}</Page>;
}
