/** A transaction as a file recorded it, and what both formats say of lists and their operations. */
import type { Datum } from "../history-text/datum.ts";
import { describeDatum, MalformedHistoryError } from "../history-text/datum.ts";
import type { ValueTexts } from "../history-text/value-texts.ts";
import type { Transaction } from "./transaction.ts";

export interface RecordedTransaction extends Transaction {
  /** On which it is begun. */
  readonly line: number;
}

/** Keys and elements are compared among themselves only. */
export interface RecordedTexts {
  readonly keys: ValueTexts;
  readonly elements: ValueTexts;
}

export function itemsOf(datum: Datum, expected: string): readonly Datum[] {
  if (datum.kind === "sequence") return datum.items;
  throw new MalformedHistoryError(datum.line, expected, describeDatum(datum));
}

export function readElements(datum: Datum, { elements }: RecordedTexts): string[] {
  const items = itemsOf(datum, "the elements of a list as a sequence");
  return items.map((item) => elements.text(item));
}
