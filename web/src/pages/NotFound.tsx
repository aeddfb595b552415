import { Page } from "../parts/Page";
import { Empty } from "../parts/States";
import { to } from "../router";

export function NotFound() {
  return (
    <Page title="Not found">
      <Empty icon="search" title="There is no such page">
        <a href={to("/")}>Go to the overview</a>
      </Empty>
    </Page>
  );
}
