/** The result of a course as lines of at most 80 columns. */
import type { Colours } from "../kata/colours.ts";
import type { Comparison, CourseResult, Spread } from "./race.ts";

export function courseTable(result: CourseResult, colours: Colours): string {
  const nameWidth = Math.max(...result.lanes.map(({ name }) => name.length));
  const lines = [
    colours.bold(result.title),
    ...result.lanes.map(({ name, perSecond, ofLimit }) => {
      const part = ofLimit === null ? "" : `${spreadText(ofLimit)} of the limit`;
      return `  ${name.padEnd(nameWidth)}  ${rateText(perSecond.median).padStart(8)}/s  ${part}`;
    }),
    ...result.comparisons
      .filter(({ goal }) => goal !== null)
      .map((comparison) => goalLine(comparison, colours)),
  ];
  if (result.disturbed > 0) lines.push(`  ${result.disturbed} disturbed slices were run again.`);
  if (result.leftOut > 0) {
    const asked = result.rounds + result.leftOut;
    lines.push(`  ${result.leftOut} of ${asked} rounds never were sound and are left out.`);
  }
  return lines.map((line) => line.trimEnd()).join("\n");
}

function goalLine({ subject, against, times, goal }: Comparison, colours: Colours): string {
  const isReached = goal !== null && times.median >= goal;
  const mark = isReached ? colours.green("✓") : colours.red("✗");
  return `  ${mark} ${subject} ${spreadText(times)} × ${against}; the goal is ${goal ?? 0} ×`;
}

function spreadText({ min, median, max }: Spread): string {
  return `${figure(median)} (${figure(min)}–${figure(max)})`;
}

function figure(value: number): string {
  if (!Number.isFinite(value)) return "–";
  return value >= 100 ? value.toFixed(0) : value.toPrecision(value < 1 ? 2 : 3);
}

function rateText(perSecond: number): string {
  if (!Number.isFinite(perSecond)) return "–";
  if (perSecond >= 1e6) return `${(perSecond / 1e6).toFixed(1)} M`;
  if (perSecond >= 1e3) return `${(perSecond / 1e3).toFixed(1)} k`;
  return perSecond.toFixed(1);
}
