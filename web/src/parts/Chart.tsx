import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { moment } from "../format";
import { theme } from "../theme";

export interface Series {
  name: string;
  /** One for each time; null where there is nothing. */
  values: (number | null)[];
  /** 1 to 6, see the tokens; or a tone. */
  color: 1 | 2 | 3 | 4 | 5 | 6 | "bad" | "good" | "warn";
  kind?: "line" | "area" | "bars";
}

interface Props {
  /** What it shows, for whoever does not see it. */
  name: string;
  /** Seconds since 1970. */
  times: number[];
  series: Series[];
  height?: number;
  format?: (value: number) => string;
}

const colorOf = (name: Series["color"]): string =>
  `var(--${typeof name === "number" ? `series-${name}` : name})`;

/** A canvas knows no variables: the browser is asked what they are now. */
function resolve(root: HTMLElement, value: string): string {
  const probe = document.createElement("span");
  probe.style.color = value;
  root.append(probe);
  const color = getComputedStyle(probe).color;
  probe.remove();
  return color;
}

/** A chart of what happened over time, with its numbers under the pointer and as text for screen readers. */
export function Chart({ name, times, series, height = 180, format = (v) => String(v) }: Props) {
  const root = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const shape = series.map((s) => `${s.name}:${s.color}:${s.kind}`).join("|");
  const data = [times, ...series.map(drawn)] as uPlot.AlignedData;

  useEffect(() => {
    const element = root.current!;
    const make = () => {
      plot.current?.destroy();
      plot.current = new uPlot(options(element, series, height, format), data, element);
    };
    make();
    const size = new ResizeObserver(() => plot.current?.setSize({ width: element.clientWidth, height }));
    size.observe(element);
    const system = matchMedia("(prefers-color-scheme: dark)");
    system.addEventListener("change", make);
    return () => {
      size.disconnect();
      system.removeEventListener("change", make);
      plot.current?.destroy();
      plot.current = null;
    };
  }, [shape, height, theme.value]);

  useEffect(() => { plot.current?.setData(data); }, [times, series]);

  return (
    <figure class="chart">
      <div
        ref={root} class="chart-plot" style={{ minHeight: `${height}px` }} role="img"
        aria-label={told(name, series, format)}
      />
      <figcaption class="chart-legend">
        {series.map((s) => (
          <span key={s.name}><i style={{ background: colorOf(s.color) }} />{s.name}</span>
        ))}
      </figcaption>
    </figure>
  );
}

/** A bar of nothing would still be a line at the foot. */
const drawn = (series: Series): (number | null)[] =>
  series.kind === "bars" ? series.values.map((value) => value || null) : series.values;

function told(name: string, series: Series[], format: (value: number) => string): string {
  const parts = series.map((s) => {
    const known = s.values.filter((v): v is number => v !== null);
    return known.length === 0 ? `${s.name}: nothing`
      : `${s.name}: latest ${format(known.at(-1)!)}, highest ${format(Math.max(...known))}`;
  });
  return `${name}. ${parts.join("; ")}`;
}

function options(
  element: HTMLElement, series: Series[], height: number, format: (value: number) => string,
): uPlot.Options {
  const quiet = resolve(element, "var(--text-quiet)");
  const line = resolve(element, "var(--line)");
  const font = "12px Inter, system-ui, sans-serif";
  const grid = { stroke: line, width: 1 };
  const axis = { stroke: quiet, font, ticks: { show: false } };
  return {
    width: element.clientWidth,
    height,
    padding: [8, 28, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { size: 7 }, drag: { x: false, y: false } },
    scales: { y: { range: (_, __, high) => [0, Math.max(high * 1.1, 1)] } },
    axes: [
      { ...axis, grid: { show: false }, size: 28, space: 76, values: (_, ticks) => ticks.map(tickTime) },
      { ...axis, grid, size: 56, values: (_, ticks) => ticks.map(format) },
    ],
    series: [
      {},
      ...series.map((s): uPlot.Series => {
        const color = resolve(element, colorOf(s.color));
        const soft = resolve(element, `color-mix(in oklab, ${colorOf(s.color)} 18%, transparent)`);
        return {
          label: s.name,
          stroke: color,
          width: 2,
          points: { show: s.kind !== "bars", size: 5, fill: color, filter: alone },
          fill: s.kind === "bars" ? color : s.kind === "area" ? soft : undefined,
          paths: s.kind === "bars" ? uPlot.paths.bars!({ size: [0.7, 24] }) : undefined,
        };
      }),
    ],
    plugins: [tooltip(series, format)],
  };
}

/** A value without neighbours is no line: it gets a point, so that it is seen at all. */
function alone(u: uPlot, series: number): number[] {
  const values = u.data[series]!;
  const isThere = (i: number) => values[i] !== null && values[i] !== undefined;
  return [...values.keys()].filter((i) => isThere(i) && !isThere(i - 1) && !isThere(i + 1));
}

const tickClock = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
const tickDay = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });

function tickTime(seconds: number): string {
  const at = new Date(seconds * 1000);
  return (at.getHours() === 0 && at.getMinutes() === 0 ? tickDay : tickClock).format(at);
}

/** The numbers of the moment under the pointer. */
function tooltip(series: Series[], format: (value: number) => string): uPlot.Plugin {
  const box = document.createElement("div");
  box.className = "chart-tip";
  return {
    hooks: {
      init: (u) => { u.over.append(box); box.hidden = true; },
      setCursor: (u) => {
        const index = u.cursor.idx;
        box.hidden = index === null || index === undefined || (u.cursor.left ?? -1) < 0;
        if (box.hidden) return;
        const at = new Date(u.data[0][index!]! * 1000);
        box.replaceChildren();
        const head = document.createElement("b");
        head.textContent = moment(at);
        box.append(head);
        series.forEach((s, i) => {
          const value = u.data[i + 1]![index!];
          if (value === null || value === undefined) return;
          const row = document.createElement("span");
          const dot = document.createElement("i");
          dot.style.background = colorOf(s.color);
          row.append(dot, `${s.name} ${format(value)}`);
          box.append(row);
        });
        const isRight = u.cursor.left! > u.over.clientWidth / 2;
        box.style.left = isRight ? "auto" : `${u.cursor.left! + 12}px`;
        box.style.right = isRight ? `${u.over.clientWidth - u.cursor.left! + 12}px` : "auto";
      },
    },
  };
}
