/**
 * What this kata declares about its stores: keys and values are bytes, and they can compact.
 */
import type { DurableKv, DurableKvOptions, Subject } from "#katas/durable-kv/contract.ts";
import { kata } from "#katas/durable-kv/kata.ts";
import { inWords } from "../harness/in-words.ts";
import type { StoreKata } from "../harness/key-value/store-kata.ts";
import { type Share, valueText } from "../harness/key-value/workload.ts";

/** The options that a check may give. */
export type Options = Pick<DurableKvOptions, "segmentBytesMax" | "writersWaitingMax">;

export const durableKv: StoreKata<Subject, DurableKv, Options> = {
  kata,
  factory: "openDurableKv",
  open: (exports, place, options) => exports.openDurableKv({ ...place, ...options }),
  put: (store, key, text) => store.put(keyBytes(key), bytesOfText(text)),
  delete: (store, key) => store.delete(keyBytes(key)),
  get: (store, key) => store.get(keyBytes(key)),
  close: (store) => store.close(),
  textOf(answer) {
    if (answer === undefined) return undefined;
    if (answer instanceof Uint8Array) return textOf(answer);
    throw new TypeError(`Expected get to answer with bytes or undefined, got ${inWords(answer)}.`);
  },
  own: { compact: { level: 5, letter: "c", perform: (store) => store.compact() } },
  mayPushBack: ({ writersWaitingMax }) => writersWaitingMax !== undefined,
};

/** So many of the operations are compactions. */
export function compacting(share: number): Share[] {
  return [{ share, draw: () => ({ kind: "compact" }) }];
}

const encoder = new TextEncoder();
const keyBytesOf = new Map<string, Uint8Array>();

/** A fresh copy each time: what the store does with it must not reach the next call. */
export function keyBytes(key: string): Uint8Array {
  let bytes = keyBytesOf.get(key);
  if (bytes === undefined) keyBytesOf.set(key, (bytes = encoder.encode(key)));
  return bytes.slice();
}

export function valueBytes(value: number, size: number): Uint8Array {
  return encoder.encode(valueText(value, size));
}

/** The bytes of a value's text, one for each character. */
function bytesOfText(text: string): Uint8Array {
  const bytes = encoder.encode(text);
  return bytes.length === text.length ? bytes : Uint8Array.from(Buffer.from(text, "latin1"));
}

/** Bytes of a value as text, one character a byte. */
export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}
