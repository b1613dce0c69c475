/** Figures in words, for every place that shows them. */
import type { Comparison, LaneResult, Spread } from "./race.ts";

export function figure(value: number): string {
  if (!Number.isFinite(value)) return "–";
  return value >= 100 ? value.toFixed(0) : value.toPrecision(value < 1 ? 2 : 3);
}

export function spreadText({ min, median, max }: Spread): string {
  if (!Number.isFinite(median)) return "–";
  return `${figure(median)} (${figure(min)}–${figure(max)})`;
}

export function rateText(perSecond: number): string {
  if (!Number.isFinite(perSecond)) return "–";
  if (perSecond >= 1e6) return `${(perSecond / 1e6).toFixed(1)} M`;
  if (perSecond >= 1e3) return `${(perSecond / 1e3).toFixed(1)} k`;
  return perSecond.toFixed(1);
}

export function durationText(microseconds: number): string {
  if (!Number.isFinite(microseconds)) return "–";
  if (microseconds >= 1e6) return `${figure(microseconds / 1e6)} s`;
  if (microseconds >= 1e3) return `${figure(microseconds / 1e3)} ms`;
  return microseconds >= 1 ? `${figure(microseconds)} µs` : `${figure(microseconds * 1e3)} ns`;
}

export function sizeText(size: number): string {
  if (size >= 1e6) return `${size / 1e6} M`;
  return size >= 1e3 ? `${size / 1e3} k` : `${size}`;
}

/** "Syncs each: reference 0.13, wagon 1.00."; null where nobody counted. */
export function barriersText(lanes: readonly LaneResult[]): string | null {
  const counted = lanes.flatMap(({ name, barriersEach }) =>
    barriersEach === null ? [] : [`${name} ${figure(barriersEach)}`],
  );
  return counted.length === 0 ? null : `Syncs each: ${counted.join(", ")}.`;
}

export type Standing = "reached" | "missed" | "not measured" | "no goal";

export function standingOf({ goal, times }: Comparison): Standing {
  if (goal === null) return "no goal";
  if (!Number.isFinite(times.median)) return "not measured";
  return times.median >= goal ? "reached" : "missed";
}
