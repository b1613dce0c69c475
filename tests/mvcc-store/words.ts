/** How values and answers are written in a history. */
import { inspect } from "node:util";
import { keyInWords } from "./script.ts";

/** Any value, in few characters. */
export function shown(value: unknown): string {
  try {
    const text = inspect(value, {
      depth: 2,
      breakLength: Infinity,
      compact: true,
      maxArrayLength: 8,
      maxStringLength: 40,
    });
    return text.length <= 80 ? text : `${text.slice(0, 79)}…`;
  } catch {
    return `a ${typeof value} without a text`;
  }
}

const entriesShownMax = 8;

/** The answer of a range: "a=1 b=2". */
export function entriesInWords(entries: Iterable<readonly [string, unknown]>): string {
  const parts = [...entries].map(([key, value]) => `${keyInWords(key)}=${shown(value)}`);
  if (parts.length === 0) return "nothing";
  const first = parts.slice(0, entriesShownMax).join(" ");
  return parts.length <= entriesShownMax ? first : `${first} … (${parts.length} keys)`;
}
