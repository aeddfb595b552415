import { Page } from "../parts/Page";

export function Start() {
  return <Page title="Start">{null}</Page>;
}
