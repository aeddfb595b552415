import { Page } from "../parts/Page";

export function Replays() {
  return <Page title="Replays">{null}</Page>;
}
