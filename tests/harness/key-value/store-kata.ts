/**
 * What a kata declares about its stores of keys and values, so that the checks here can use them.
 *
 * The harness knows keys and values as short texts (see workload.ts); the kata says what becomes of them.
 * Functions return the subject's own promises: one in between would change what settles before what.
 */
import type { Claims, DiskSubject } from "../on-disk/disk-subject.ts";
import { type Operation, textWritten, type Unkeyed } from "./workload.ts";

export interface StoreKata<Exports = Claims, Store = unknown, Options = object> extends DiskSubject<
  Exports,
  Store,
  Options
> {
  put(store: Store, key: string, text: string): Promise<unknown>;
  delete(store: Store, key: string): Promise<unknown>;
  get(store: Store, key: string): Promise<unknown>;
  close(store: Store): Promise<unknown>;

  /** The text of what a get has answered, undefined for undefined; throws a TypeError for anything else. */
  textOf(answer: unknown): string | undefined;

  /** What this kata's stores can do besides, by the `kind` of the operation. */
  readonly own: Readonly<Record<string, OwnOperation<Store>>>;

  /** Whether a store with these options may refuse a write that has company. */
  mayPushBack?(options: Options): boolean;

  /**
   * What every key shows, for stores that have more ways to look than get; throws where they disagree.
   * `asks` is told of each call before it is made. Without it every key is got, one after the other.
   */
  readAll?(
    store: Store,
    keys: readonly string[],
    asks: (call: string) => void,
  ): Promise<(string | undefined)[]>;
}

export interface OwnOperation<Store> {
  /** The level from which a subject is asked for it. */
  readonly level: number;
  /** What stands for it in a token: one small letter, none of p, d, g and x. */
  readonly letter: string;
  /** Does it. A text that it resolves with is its answer in words; anything else says just that it is done. */
  perform(store: Store, operation: Unkeyed): Promise<unknown>;
}

/** Calls the store; resolves with the text of a value for a get, else with what there is to show. */
export async function performOn(
  kata: StoreKata,
  store: unknown,
  operation: Operation,
): Promise<string | undefined> {
  if (operation.key === undefined) {
    if (operation.kind === "close") {
      await kata.close(store);
      return undefined;
    }
    const answer = await ownOperation(kata, operation).perform(store, operation);
    return typeof answer === "string" ? answer : undefined;
  }
  if (operation.kind === "get") return kata.textOf(await kata.get(store, operation.key));
  if (operation.kind === "delete") await kata.delete(store, operation.key);
  else if (operation.kind !== "copy") await kata.put(store, operation.key, textWritten(operation));
  return undefined;
}

export function ownOperation(kata: StoreKata, { kind }: Unkeyed): OwnOperation<unknown> {
  const own = kata.own[kind];
  if (own === undefined) throw new RangeError(`Expected an operation of the kata, got ${kind}.`);
  return own;
}

/** What every key shows. */
export async function readAll(
  kata: StoreKata,
  store: unknown,
  keys: readonly string[],
  asks?: (call: string) => void,
): Promise<(string | undefined)[]> {
  if (kata.readAll !== undefined) return kata.readAll(store, keys, asks ?? ((): void => undefined));
  const values: (string | undefined)[] = [];
  for (const key of keys) {
    asks?.(`get ${key}`);
    values.push(kata.textOf(await kata.get(store, key)));
  }
  return values;
}
