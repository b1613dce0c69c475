import { seededRandom } from "#platform/random.ts";
import { textOfBytes } from "../strings.ts";
import { DAMAGED } from "../../harness/stress/key-value-verdict.ts";

/**
 * Keys and values are names in journals and histories ("e12-k3", "v4711") and longer strings in the tree. The strings
 * follow from the name alone, and a value that comes back is compared with its own to the last character.
 */
export function keyString(name: string): string {
  // Some keys are long, and all have characters of several bytes behind their name.
  return `${name}/${name.endsWith("0") ? "é".repeat(450) : "\u{1f600}"}`;
}

/** Where the keys whose names begin so are, and only they. */
export function boundsOf(group: string): { start: string; end: string } {
  return { start: `${group}-k`, end: `${group}-l` };
}

/** The name of a key that came back. */
export function keyName(key: string): string {
  const name = key.slice(0, Math.max(0, key.indexOf("/")));
  return keyString(name) === key ? name : `${DAMAGED} a key of ${key.length} characters`;
}

/** The value with this name: the name, then text that follows from it. */
export function valueString(name: string): string {
  const number = Number(name.slice(1));
  return `${name}:${textOfBytes(valueBytes(number), number)}`;
}

/** Mostly small; now and then larger than a page, a block, a socket's or a table's size. */
function valueBytes(number: number): number {
  const chance = seededRandom(number).next();
  if (number % 997 === 0) return 200_000;
  if (number % 101 === 0) return 4000 + Math.floor(chance * 30_000);
  return Math.floor(chance * 200);
}

/** The name of a value that came back; "damaged …" when no value is this string. */
export function valueName(value: string): string {
  const name = /^v\d+(?=:)/.exec(value)?.[0];
  if (name !== undefined && valueString(name) === value) return name;
  return `${DAMAGED} ${value.length} characters that begin with ${JSON.stringify(value.slice(0, 8))}`;
}
