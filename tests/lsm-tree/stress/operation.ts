import type { Options } from "../adapter.ts";

/** What a client asks of the tree, as the journals keep it: keys and values by their names. */
export type TreeOperation =
  | { call: "get"; key: string }
  | { call: "put"; key: string; value: string }
  | { call: "delete"; key: string }
  /** All keys of a group. */
  | { call: "range"; group: string }
  | { call: "flush" }
  | { call: "compact" };

/** The same on its way to the host: names have become the strings that the tree sees. */
export type TreeRequest =
  | { call: "get"; key: string }
  | { call: "put"; key: string; value: string }
  | { call: "delete"; key: string }
  | { call: "range"; start: string; end: string }
  | { call: "flush" }
  | { call: "compact" };

/** What a life of this kata needs to know beyond the harness's plan. */
export interface TreeParameters {
  ranges: boolean;
  compacts: boolean;
  /** Below the directory of all lives, for trees that are never opened a second time; keys begin with it too. */
  ownDirectory?: string;
  options: Options;
}

/** So many keys belong to each group. */
export const KEYS_OF_GROUP = 8;

export function keysOf(group: string): string[] {
  return Array.from({ length: KEYS_OF_GROUP }, (_, index) => `${group}-k${index}`);
}
