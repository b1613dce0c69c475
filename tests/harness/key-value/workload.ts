/**
 * The operations that checks let clients perform, as plain data: they print as readable lines, shrink
 * by leaving some out, and fit into a replay token.
 *
 * Every put writes a value that no other put writes, so a value says who wrote it.
 */
import type { Random } from "#platform/random.ts";

/** An operation on one key. */
export type Keyed =
  | { kind: "put"; key: string; value: number; size: number }
  | { kind: "delete"; key: string }
  | { kind: "get"; key: string }
  /** A put whose value is the beginning of one of the store's own files. */
  | { kind: "copy"; key: string; file: number }
  /** What a copy becomes when it is performed. */
  | { kind: "put-text"; key: string; text: string };

/** An operation on the whole store: `close`, or one of the kata's own, such as `{ kind: "compact" }`. */
export interface Unkeyed {
  kind: string;
  key?: undefined;
  /** What the call is given, as texts: the bounds of a range. */
  given?: readonly string[];
}

export type Operation = Keyed | Unkeyed;

const valueTexts = new Map<string, string>();

/** "12:k3j9f…": the number, then characters that follow from it, `size` in all (at least the number's own). */
export function valueText(value: number, size: number): string {
  const id = `${value}/${size}`;
  let text = valueTexts.get(id);
  if (text === undefined) {
    text = `${value}:`;
    let state = Math.imul(value + 1, 0x9e3779b1) >>> 0;
    while (text.length < size) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      text += (state >>> 8).toString(36);
    }
    text = text.slice(0, Math.max(size, `${value}:`.length));
    if (valueTexts.size < 100_000) valueTexts.set(id, text);
  }
  return text;
}

/** The text that a write leaves under its key. */
export function textWritten(operation: Extract<Keyed, { kind: "put" | "put-text" }>): string {
  return operation.kind === "put-text"
    ? operation.text
    : valueText(operation.value, operation.size);
}

/** "a=12": a value as a learner reads it. */
export function shortValue(text: string | undefined): string {
  if (text === undefined) return "undefined";
  const number = /^(\d+):/.exec(text)?.[1];
  if (number !== undefined && valueText(Number(number), text.length) === text) return number;
  return `(${text.length} other bytes)`;
}

export function describe(operation: Operation): string {
  if (operation.key === undefined)
    return [operation.kind, ...(operation.given ?? []).map((text) => text || '""')].join(" ");
  if (operation.kind === "put") return `put ${operation.key}=${operation.value}`;
  if (operation.kind === "copy") return `put ${operation.key}=(a copy of one of its files)`;
  if (operation.kind === "put-text")
    return `put ${operation.key}=(${operation.text.length} bytes of one of its files)`;
  return `${operation.kind} ${operation.key}`;
}

export interface Mix {
  operations: number;
  keys: readonly string[];
  /** Shares of the kinds; the rest are puts. */
  deletes: number;
  gets: number;
  /** The kata's own operations, each with its share. */
  others?: readonly Share[];
  /** Sizes of values are drawn from these. */
  sizes: readonly number[];
}

export interface Share {
  share: number;
  draw: (random: Random) => Operation;
}

/** Operations of one client. `firstValue` keeps the values of clients apart. */
export function drawOperations(random: Random, mix: Mix, firstValue: number): Operation[] {
  const operations: Operation[] = [];
  const pick = <Item>(items: readonly Item[]): Item => items[random.below(items.length)] as Item;
  for (let index = 0; index < mix.operations; index++) {
    const kind = random.next();
    const key = pick(mix.keys);
    const other = shareAt(mix.others, mix.gets + mix.deletes, kind);
    if (kind < mix.gets) operations.push({ kind: "get", key });
    else if (kind < mix.gets + mix.deletes) operations.push({ kind: "delete", key });
    else if (other !== undefined) operations.push(other.draw(random));
    else operations.push({ kind: "put", key, value: firstValue + index, size: pick(mix.sizes) });
  }
  return operations;
}

/** The one whose share holds this point, where the shares stand next to each other from `start` on. */
function shareAt(
  shares: readonly Share[] | undefined,
  start: number,
  point: number,
): Share | undefined {
  let end = start;
  return shares?.find(({ share }) => point < (end += share));
}

/** Every key that the operations touch, in order of first use. */
export function keysOf(clients: readonly (readonly Operation[])[]): string[] {
  const keys = new Set<string>();
  for (const operations of clients)
    for (const operation of operations) if (operation.key !== undefined) keys.add(operation.key);
  return [...keys];
}
