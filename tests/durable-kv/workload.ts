/**
 * The operations that checks let clients perform, as plain data: they print as readable lines, shrink
 * by leaving some out, and fit into a replay token.
 *
 * Every put writes a value that no other put writes, so a value says who wrote it.
 */
import type { Random } from "#platform/random.ts";

export type Operation =
  | { kind: "put"; key: string; value: number; size: number }
  | { kind: "delete"; key: string }
  | { kind: "get"; key: string }
  | { kind: "compact" }
  | { kind: "close" }
  /** A put whose value is the beginning of one of the store's own files. */
  | { kind: "copy"; key: string; file: number }
  /** What a copy becomes when it is performed. */
  | { kind: "put-text"; key: string; text: string };

const encoder = new TextEncoder();
const keyBytesOf = new Map<string, Uint8Array>();
const valueTexts = new Map<string, string>();

/** A fresh copy each time: what the store does with it must not reach the next call. */
export function keyBytes(key: string): Uint8Array {
  let bytes = keyBytesOf.get(key);
  if (bytes === undefined) keyBytesOf.set(key, (bytes = encoder.encode(key)));
  return bytes.slice();
}

export function valueBytes(value: number, size: number): Uint8Array {
  return encoder.encode(valueText(value, size));
}

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

/** Bytes of a value as text, one character a byte. */
export function textOf(bytes: Uint8Array): string {
  let text = "";
  for (let index = 0; index < bytes.length; index++) text += String.fromCharCode(bytes[index] ?? 0);
  return text;
}

/** "a=12": a value as a learner reads it. */
export function shortValue(text: string | undefined): string {
  if (text === undefined) return "undefined";
  const number = /^(\d+):/.exec(text)?.[1];
  if (number !== undefined && valueText(Number(number), text.length) === text) return number;
  return `(${text.length} other bytes)`;
}

export function describe(operation: Operation): string {
  if (operation.kind === "put") return `put ${operation.key}=${operation.value}`;
  if (operation.kind === "copy") return `put ${operation.key}=(a copy of one of its files)`;
  if (operation.kind === "put-text")
    return `put ${operation.key}=(${operation.text.length} bytes of one of its files)`;
  return "key" in operation ? `${operation.kind} ${operation.key}` : operation.kind;
}

export interface Mix {
  operations: number;
  keys: readonly string[];
  /** Shares of the kinds; the rest are puts. */
  deletes: number;
  gets: number;
  compacts?: number;
  /** Sizes of values are drawn from these. */
  sizes: readonly number[];
}

/** Operations of one client. `firstValue` keeps the values of clients apart. */
export function drawOperations(random: Random, mix: Mix, firstValue: number): Operation[] {
  const operations: Operation[] = [];
  const pick = <Item>(items: readonly Item[]): Item => items[random.below(items.length)] as Item;
  for (let index = 0; index < mix.operations; index++) {
    const kind = random.next();
    const key = pick(mix.keys);
    if (kind < mix.gets) operations.push({ kind: "get", key });
    else if (kind < mix.gets + mix.deletes) operations.push({ kind: "delete", key });
    else if (kind < mix.gets + mix.deletes + (mix.compacts ?? 0))
      operations.push({ kind: "compact" });
    else operations.push({ kind: "put", key, value: firstValue + index, size: pick(mix.sizes) });
  }
  return operations;
}

/** Every key that the operations touch, in order of first use. */
export function keysOf(clients: readonly (readonly Operation[])[]): string[] {
  const keys = new Set<string>();
  for (const operations of clients)
    for (const operation of operations) if ("key" in operation) keys.add(operation.key);
  return [...keys];
}
