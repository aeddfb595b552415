import { Page } from "../parts/Page";

export function PaymentPage() {
  return <Page title="PaymentPage">{null}</Page>;
}
