import { Page } from "../parts/Page";
import { Empty } from "../parts/States";
import { to } from "../router";
import { AboutTab } from "../settings/AboutTab";
import { KeysTab } from "../settings/KeysTab";
import { SourcesTab } from "../settings/SourcesTab";

const tabs = [
  ["sources", "Sources", SourcesTab], ["keys", "Keys and password", KeysTab], ["about", "About", AboutTab],
] as const;

export function Settings({ tab = "sources" }: { tab?: string }) {
  const Current = tabs.find(([name]) => name === tab)?.[2];
  return (
    <Page title="Settings">
      <nav class="tabs" aria-label="Settings">
        {tabs.map(([name, text]) => (
          <a key={name} href={to(`/settings/${name}`)} aria-current={name === tab ? "page" : undefined}>{text}</a>
        ))}
      </nav>
      {Current
        ? <Current />
        : (
          <Empty icon="search" title="There are no such settings">
            <a href={to("/settings")}>Show the sources</a>
          </Empty>
        )}
    </Page>
  );
}
