import { useMemo, useState } from "preact/hooks";
import { useData } from "../api/useData";
import type { Stats } from "../api/types";
import { count } from "../format";
import { Chart } from "../parts/Chart";
import { Select } from "../parts/Field";
import { Card } from "../parts/Page";
import { Empty, Fault } from "../parts/States";

const ranges: [hours: string, text: string][] = [["1", "Last hour"], ["24", "Last 24 hours"], ["168", "Last 7 days"]];
const chartHeight = 180;

/** Attempts over time, and how many of them failed. */
export function DeliveryChart({ name }: { name: string }) {
  const [hours, setHours] = useState("24");
  const from = useMemo(
    () => new Date(Date.now() - Number(hours) * 3600e3).toISOString().replace(/\.\d+Z$/, "Z"),
    [hours],
  );
  const data = useData<Stats>("/stats/deliveries", { destination: name, group_by: "outcome", from }, 30);
  const shown = useMemo(() => seriesOf(data.value), [data.value]);
  return (
    <Card
      title="Attempts"
      actions={<Select label="Range" isCompact value={hours} options={ranges} onChange={setHours} />}
    >
      {data.fault && <Fault fault={data.fault} onRetry={data.reload} />}
      <div class="chart-room" style={{ minHeight: `${chartHeight + 28}px` }}>
        {shown && shown.total > 0 && (
          <Chart name={`Attempts to ${name}`} times={shown.times} height={chartHeight} format={count} series={[
            { name: "All", values: shown.all, color: 1, kind: "bars" },
            { name: "Failed", values: shown.failed, color: "bad", kind: "bars" },
          ]} />
        )}
        {shown && shown.total === 0 && <Empty icon="activity" title="Nothing was sent in this time" />}
      </div>
    </Card>
  );
}

function seriesOf(stats: Stats | null) {
  if (!stats) return null;
  const failedOf = (bucket: Stats["buckets"][number]) =>
    (bucket.groups ?? []).reduce((sum, group) => group.outcome === "delivered" ? sum : sum + group.count, 0);
  return {
    total: stats.totals.count,
    times: stats.buckets.map((bucket) => Date.parse(bucket.at) / 1000),
    all: stats.buckets.map((bucket) => bucket.count),
    failed: stats.buckets.map(failedOf),
  };
}
