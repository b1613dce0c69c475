/** Fields that the history formats of this repository have in common, read strictly. */
import type { Datum } from "./datum.ts";
import { describeDatum, MalformedHistoryError } from "./datum.ts";

export function readClient(field: Datum): number {
  const client = field.kind === "number" ? Number(field.text) : Number.NaN;
  if (Number.isSafeInteger(client) && client >= 0) return client;
  throw new MalformedHistoryError(
    field.line,
    "`client` to be a whole number from 0",
    describeDatum(field),
  );
}

export function readTime(name: string, field: Datum): number {
  const time = field.kind === "number" ? Number(field.text) : Number.NaN;
  if (Number.isFinite(time)) return time;
  throw new MalformedHistoryError(field.line, `\`${name}\` to be a number`, describeDatum(field));
}

/** Never settled when missing or null. */
export function readSettledAt(field: Datum | undefined): number {
  return field === undefined || field.kind === "nil" ? Infinity : readTime("settledAt", field);
}

export function readWord<Word extends string>(
  name: string,
  field: Datum,
  words: readonly Word[],
): Word {
  const word = words.find((candidate) => field.kind === "string" && field.value === candidate);
  if (word !== undefined) return word;
  throw new MalformedHistoryError(
    field.line,
    `\`${name}\` to be one of ${words.join(", ")}`,
    describeDatum(field),
  );
}

export function refuseUnknownFields(
  fields: ReadonlyMap<string, Datum>,
  known: readonly string[],
): void {
  for (const [name, field] of fields) {
    if (!known.includes(name)) {
      throw new MalformedHistoryError(
        field.line,
        `only the fields ${known.join(", ")}`,
        `\`${name}\``,
      );
    }
  }
}
