import { Page } from "../parts/Page";

export function Rejections() {
  return <Page title="Rejections">{null}</Page>;
}
