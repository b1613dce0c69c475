/** The results as lines of at most 80 columns. */
import type { Colours } from "../terminal/colours.ts";
import { counted, wrap } from "../terminal/text.ts";
import {
  barriersText,
  durationText,
  figure,
  rateText,
  sizeText,
  spreadText,
  standingOf,
} from "./figures.ts";
import type { GrowthResult } from "./growth.ts";
import type { Latencies, LoadLaneResult, LoadResult } from "./load.ts";
import type { Comparison, CourseResult } from "./race.ts";

export function courseTable(result: CourseResult, colours: Colours): string {
  const nameWidth = widest(result.lanes);
  const barriers = barriersText(result.lanes);
  const lines = [
    colours.bold(result.title),
    ...result.lanes.map(({ name, perSecond, ofLimit }) => {
      const part = ofLimit === null ? "" : `${spreadText(ofLimit)} of the limit`;
      return `  ${name.padEnd(nameWidth)}  ${rateText(perSecond.median).padStart(8)}/s  ${part}`;
    }),
    ...(barriers === null ? [] : wrap(`  ${barriers}`, 80, "  ")),
    ...result.comparisons
      .filter(({ goal }) => goal !== null)
      .map((comparison) => goalLine(comparison, colours)),
    ...result.unmeasured.map(
      ({ against, atLeast }) => `  – not measured against ${against}; the goal is ${atLeast} ×`,
    ),
  ];
  if (result.disturbed > 0) {
    const verb = result.disturbed === 1 ? "was" : "were";
    lines.push(`  ${counted(result.disturbed, "disturbed slice")} ${verb} run again.`);
  }
  if (result.leftOut > 0) {
    const asked = result.rounds + result.leftOut;
    lines.push(`  ${result.leftOut} of ${asked} rounds never were sound and are left out.`);
  }
  return linesText(lines);
}

function goalLine(comparison: Comparison, colours: Colours): string {
  const { subject, against, times, goal } = comparison;
  const standing = standingOf(comparison);
  if (standing === "not measured")
    return `  – ${subject} not measured against ${against}; the goal is ${goal ?? 0} ×`;
  const mark = standing === "reached" ? colours.green("✓") : colours.red("✗");
  return `  ${mark} ${subject} ${spreadText(times)} × ${against}; the goal is ${goal ?? 0} ×`;
}

export function loadTable({ title, meanwhile, lanes }: LoadResult, colours: Colours): string {
  const nameWidth = widest(lanes);
  const lines = lanes.flatMap((lane) => [
    `  ${lane.name.padEnd(nameWidth)}  ${latencyText(lane.latencyMs)}${barriersOf(lane)}`,
    ...(lane.meanwhile === null
      ? []
      : [
          `  ${" ".repeat(nameWidth)}  ${meanwhile} took ${figure(lane.meanwhile.ms)} ms: ` +
            `${lane.meanwhile.waited} of ${lane.meanwhile.calls} calls waited,`,
          `  ${" ".repeat(nameWidth)}  ${latencyText(lane.meanwhile.latencyMs)}`,
        ]),
  ]);
  return linesText([colours.bold(title), ...lines]);
}

function latencyText({ p50, p99, max }: Latencies): string {
  const [half, most, all] = [p50, p99, max].map((ms) => durationText(ms * 1e3));
  return `p50 ${half}, p99 ${most}, max ${all}`;
}

function barriersOf({ barriersPerCall }: LoadLaneResult): string {
  return barriersPerCall === null ? "" : `, ${figure(barriersPerCall)} barriers a call`;
}

/** A line of the title; one of sizes; and for each lane what an operation takes at the first and the last of them. */
export function growthTable({ title, axis, sizes, lanes }: GrowthResult, colours: Colours): string {
  const nameWidth = widest(lanes);
  const all = lanes.flatMap(({ microseconds }) => microseconds.filter(Number.isFinite));
  const range = { min: Math.min(...all), max: Math.max(...all) };
  return linesText([
    colours.bold(title),
    `  ${axis}: ${sizes.map(sizeText).join(", ")}`,
    ...lanes.map(({ name, microseconds }) => {
      const [first, last] = [
        microseconds.find(Number.isFinite),
        microseconds.findLast(Number.isFinite),
      ].map((each) => durationText(each ?? Number.NaN));
      return `  ${name.padEnd(nameWidth)}  ${sparkline(microseconds, range)}  ${first} → ${last}`;
    }),
  ]);
}

const bars = "▁▂▃▄▅▆▇█";

/** Heights by the logarithm: a step is the same factor everywhere. */
export function sparkline(values: readonly number[], range: { min: number; max: number }): string {
  const span = Math.log(range.max / range.min);
  return values
    .map((value) => {
      if (!Number.isFinite(value)) return " ";
      const height = span > 0 ? Math.log(value / range.min) / span : 0;
      return bars[Math.round(height * (bars.length - 1))] ?? " ";
    })
    .join("");
}

function widest(lanes: readonly { readonly name: string }[]): number {
  return Math.max(0, ...lanes.map(({ name }) => name.length));
}

function linesText(lines: readonly string[]): string {
  return lines.map((line) => line.trimEnd()).join("\n");
}
