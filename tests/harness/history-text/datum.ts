/**
 * What the readers of EDN and JSON give: a value that knows the line on which it began, so that every complaint about a
 * history can name its line.
 */
export type Datum = { readonly line: number } & (
  | { readonly kind: "nil" }
  | { readonly kind: "boolean"; readonly value: boolean }
  /** `text` as written: a history compares values and never calculates with them. */
  | { readonly kind: "number"; readonly text: string }
  | { readonly kind: "string"; readonly value: string }
  /** EDN only: `:name` and `name` (`##Inf` too); the name without the colon. */
  | { readonly kind: "keyword" | "symbol"; readonly name: string }
  /** Vectors, lists and arrays; in EDN also sets, whose order means nothing. */
  | { readonly kind: "sequence"; readonly items: readonly Datum[]; readonly isSet?: true }
  /**
   * By the name of the keyword or string; entries with other keys are left out, and stand, like all, in `forms`: key,
   * value, key, value. In JSON there are none of them.
   */
  | {
      readonly kind: "map";
      readonly entries: ReadonlyMap<string, Datum>;
      readonly forms?: readonly Datum[];
    }
);

/** A file that is not the history it should be: what was expected, what came, and on which line. */
export class MalformedHistoryError extends Error {
  override readonly name = "MalformedHistoryError";
  readonly code = "MALFORMED_HISTORY";
  readonly line: number;

  constructor(line: number, expected: string, got: string) {
    super(`Line ${line}: expected ${expected}, got ${got}.`);
    this.line = line;
  }
}

const shownLengthMax = 40;

/** The datum as a reader of the message would recognise it. */
export function describeDatum(datum: Datum | undefined): string {
  return datum === undefined ? "nothing" : shorten(textOf(datum));
}

export function shorten(text: string): string {
  return text.length > shownLengthMax ? `${text.slice(0, shownLengthMax - 1)}…` : text;
}

function textOf(datum: Datum): string {
  switch (datum.kind) {
    case "nil":
      return "nil";
    case "boolean":
      return String(datum.value);
    case "number":
      return datum.text;
    case "string":
      return JSON.stringify(datum.value);
    case "keyword":
      return `:${datum.name}`;
    case "symbol":
      return datum.name;
    case "sequence": {
      const items = datum.items.map(textOf).join(" ");
      return datum.isSet === true ? `#{${items}}` : `[${items}]`;
    }
    case "map":
      return `{${[...datum.entries].map(([name, value]) => `${name} ${textOf(value)}`).join(", ")}}`;
  }
}
