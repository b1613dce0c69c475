/** Figures in words, for every place that shows them. */
import type { Comparison, Spread } from "./race.ts";

export function figure(value: number): string {
  if (!Number.isFinite(value)) return "–";
  return value >= 100 ? value.toFixed(0) : value.toPrecision(value < 1 ? 2 : 3);
}

export function spreadText({ min, median, max }: Spread): string {
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

/** 1000 and more with a thin rhythm that is read at a glance: 1 k, 100 k, 1 M. */
export function sizeText(size: number): string {
  if (size >= 1e6) return `${size / 1e6} M`;
  return size >= 1e3 ? `${size / 1e3} k` : `${size}`;
}

export type Standing = "reached" | "missed" | "no goal";

export function standingOf({ goal, times }: Comparison): Standing {
  if (goal === null) return "no goal";
  return times.median >= goal ? "reached" : "missed";
}
