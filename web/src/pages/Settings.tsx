import { Page } from "../parts/Page";

export function Settings() {
  return <Page title="Settings">{null}</Page>;
}
