import { Page } from "../parts/Page";

export function RejectionPage() {
  return <Page title="RejectionPage">{null}</Page>;
}
