/**
 * Statistical promises: a number is measured for nine sets of names, and the median must be within a line.
 *
 * Nine numbers have their median within the line when five of them are, so measuring ends as soon as five are
 * within, or five are not. A smaller budget is content with fewer within; what is outside needs five of nine
 * whatever the budget is, so that a smaller budget never accuses more easily.
 */
import type { Session } from "./session.ts";

export const setsOfNames = 9;
const majority = 5;

/** How many of the nine have to be within the line before the rest is believed. */
export function enoughSets(effort: number): number {
  return Math.min(majority, Math.max(1, Math.ceil(majority * effort)));
}

export interface Measurement {
  /** The left and the right column of its line. */
  what: string;
  detail: string;
  value: number;
}

export interface MedianPromise {
  enough: number;
  measure: (set: number) => Measurement;
  isWithin: (value: number) => boolean;
  /** What the line is, as the picture ends: "at most 1.3". */
  line: string;
  inWords: (value: number) => string;
  signature: string;
  therefore: (median: string) => string;
}

export function medianIsWithin(session: Session, promise: MedianPromise): void {
  const { enough, measure, isWithin, line, inWords, signature, therefore } = promise;
  const values: number[] = [];
  const outside = () => values.filter((value) => !isWithin(value)).length;
  for (let set = 0; set < setsOfNames; set++) {
    const { what, detail, value } = measure(set);
    values.push(value);
    session.tell(what, detail, "answer");
    // Somebody who hears of it gets the whole table.
    if (outside() >= majority && !session.isTold) break;
    if (outside() < majority && values.length - outside() >= enough) return;
  }
  const sorted = values.toSorted((one, other) => one - other);
  const median = inWords(sorted[Math.floor(sorted.length / 2)] ?? Number.NaN);
  session.broken("median", median, { signature, expected: line, therefore: therefore(median) });
}
