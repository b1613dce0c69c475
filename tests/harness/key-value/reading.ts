/** A recovery of a store of keys and values: it is opened, and every key is read. */
import { type Claims, directory } from "../on-disk/disk-subject.ts";
import type { Observation } from "../on-disk/recovery.ts";
import { readAll, type StoreKata } from "./store-kata.ts";

/** What each of the keys shows, in their order. */
export type Values = readonly (string | undefined)[];

export function reading(
  kata: StoreKata,
  keys: readonly string[],
  options: object = {},
): Observation<Values, Claims> {
  return {
    factory: kata.factory,
    open: (exports, disk) => kata.open(exports, { disk, directory }, options),
    observe: (store, asks) => readAll(kata, store, keys, asks),
  };
}
