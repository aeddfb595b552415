import { Page } from "../parts/Page";

export function Payments() {
  return <Page title="Payments">{null}</Page>;
}
