import type { Stats } from "../api/types";
import { useData } from "../api/useData";
import { milliseconds, shortCount } from "../format";
import { Chart } from "../parts/Chart";
import { Card } from "../parts/Page";
import { Fault, Skeleton } from "../parts/States";
import { useNow } from "../parts/useNow";
import { byDelivery, byOutcome, byProvider, byReason, latency, type Lines } from "./figures";

export const ranges = [["1h", "1 h", 1], ["6h", "6 h", 6], ["24h", "24 h", 24], ["7d", "7 days", 168]] as const;
export type Range = (typeof ranges)[number][0];

const rate = (value: number): string => shortCount(value < 10 ? Number(value.toFixed(1)) : Math.round(value));

/** What happened over time. A long range is a large answer, and moves slowly: it is asked for less often. */
export function Charts({ range }: { range: Range }) {
  const hours = ranges.find(([name]) => name === range)![2];
  const seconds = hours === 1 ? 5 : hours === 6 ? 15 : 30;
  const now = useNow(seconds);
  const from = new Date(Math.floor(now.getTime() / 60_000) * 60_000 - hours * 3_600_000).toISOString();
  const stats = useData<Stats>("/stats", { from, group_by: "source,outcome" }, seconds);
  const deliveries = useData<Stats>("/stats/deliveries", { from, group_by: "outcome" }, Math.max(seconds, 10));
  return (
    <section class="charts" aria-label="Over time">
      <Drawn title="Events per minute" isWide data={stats} read={(s) => byProvider(s, now)} format={rate} />
      <Drawn title="Outcomes per minute" data={stats} read={(s) => byOutcome(s, now)} format={rate} />
      <Drawn title="Time to acknowledge" data={stats} read={latency} format={milliseconds} />
      <Drawn title="Delivery attempts per minute" data={deliveries} read={(s) => byDelivery(s, now)} format={rate} />
      <Drawn title="Rejections per minute" data={stats} read={(s) => byReason(s, now)} format={rate} />
    </section>
  );
}

function Drawn({ title, isWide, data, read, format }: {
  title: string; isWide?: boolean; data: ReturnType<typeof useData<Stats>>; read: (stats: Stats) => Lines;
  format: (value: number) => string;
}) {
  const height = isWide ? 220 : 160;
  const lines = data.value && read(data.value);
  return (
    <div class={isWide ? "is-wide" : undefined}>
      <Card title={title}>
        {data.fault && !lines && <Fault fault={data.fault} onRetry={data.reload} />}
        {!lines && !data.fault && <Skeleton rows={1} height={height + 28} />}
        {lines && lines.series.length === 0 && (
          <p class="chart-none quiet" style={{ minHeight: `${height + 28}px` }}>None in this range.</p>
        )}
        {lines && lines.series.length > 0 && (
          <Chart name={title} times={lines.times} series={lines.series} height={height} format={format} />
        )}
      </Card>
    </div>
  );
}
