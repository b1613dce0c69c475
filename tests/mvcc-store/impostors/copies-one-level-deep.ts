/**
 * Values are copied on their way out, each as its kind demands: arrays by slice, objects by spreading, everything else by
 * structuredClone.
 *
 * Wrong: what is inside of an array or an object is handed out as it is stored. Values with one level are safe.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { PlainStore } from "./parts/plain-store.ts";

export const level = 2;
export const impostor = {
  promise: "mvcc-store/values-stay-yours",
  level: 1,
  misconception: "a copy of an array or an object is another array or object",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  override copyOut(value: unknown): unknown {
    if (Array.isArray(value)) return value.slice();
    return isPlainObject(value) ? { ...value } : super.copyOut(value);
  }
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  return Object.getPrototypeOf(value) === Object.prototype;
}
