import type { Datum } from "./datum.ts";
import { describeDatum, MalformedHistoryError } from "./datum.ts";

/**
 * Turns keys and values of a file into the strings that are judged. Strings stay as they are and numbers are taken as
 * written; should both give the same string in one file, it is refused, since 3 and "3" are not the same value.
 */
export class ValueTexts {
  readonly #seen = new Map<string, Datum>();

  /** `nil` is the absent value. */
  value(datum: Datum): string | null {
    return datum.kind === "nil" ? null : this.text(datum);
  }

  text(datum: Datum): string {
    const text = scalarText(datum);
    if (text === undefined) {
      throw new MalformedHistoryError(datum.line, "a string or a number", describeDatum(datum));
    }
    const earlier = this.#seen.get(text);
    if (earlier === undefined) this.#seen.set(text, datum);
    else if (earlier.kind !== datum.kind) {
      throw new MalformedHistoryError(
        datum.line,
        `a ${earlier.kind} like the ${describeDatum(earlier)} of line ${earlier.line}`,
        `the ${datum.kind} ${describeDatum(datum)}`,
      );
    }
    return text;
  }
}

function scalarText(datum: Datum): string | undefined {
  switch (datum.kind) {
    case "string":
      return datum.value;
    case "number":
      return datum.text;
    case "keyword":
      return `:${datum.name}`;
    case "boolean":
      return String(datum.value);
    default:
      return undefined;
  }
}
