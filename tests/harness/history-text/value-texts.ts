import type { Datum } from "./datum.ts";
import { describeDatum, MalformedHistoryError } from "./datum.ts";

/**
 * Turns keys and values of a file into the strings that are judged. Strings stay as they are and numbers are taken as
 * written; should both give the same string in one file, it is refused, since 3 and "3" are not the same value.
 */
export class ValueTexts {
  readonly #seen = new Map<string, Datum>();
  readonly #ofAnyKind: boolean;

  /** With `ofAnyKind` also nil, symbols, vectors, sets and maps: in Jepsen's histories everything may be a key. */
  constructor({ ofAnyKind = false }: { ofAnyKind?: boolean } = {}) {
    this.#ofAnyKind = ofAnyKind;
  }

  /** `nil` is the absent value. */
  value(datum: Datum): string | null {
    return datum.kind === "nil" ? null : this.text(datum);
  }

  text(datum: Datum): string {
    const text = scalarText(datum) ?? (this.#ofAnyKind ? literal(datum) : undefined);
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

/** Equal for equal values: the order of sets and maps, and whether a sequence is a vector or a list, mean nothing. */
function literal(datum: Datum): string {
  switch (datum.kind) {
    case "nil":
      return "nil";
    case "symbol":
      return datum.name;
    case "sequence": {
      const items = datum.items.map(literal);
      return datum.isSet === true ? `#{${items.sort().join(" ")}}` : `[${items.join(" ")}]`;
    }
    case "map":
      return `{${entriesOf(datum).sort().join(", ")}}`;
    case "string":
      return JSON.stringify(datum.value);
    default:
      return scalarText(datum) ?? "";
  }
}

function entriesOf({ entries, forms }: Extract<Datum, { kind: "map" }>): string[] {
  if (forms === undefined)
    return [...entries].map(([name, value]) => `${JSON.stringify(name)} ${literal(value)}`);
  return forms.flatMap((key, index) => {
    const value = index % 2 === 0 ? forms[index + 1] : undefined;
    return value === undefined ? [] : [`${literal(key)} ${literal(value)}`];
  });
}
