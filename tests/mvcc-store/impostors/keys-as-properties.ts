/**
 * The whole state is one plain object. A commit makes a copy of it with its writes, and begin takes the object that is
 * current.
 *
 * Wrong: an object has properties before anybody puts one. A key called like one of them is there although nobody put
 * it, or is swallowed.
 */
import type { MvccStore, Transaction } from "#katas/mvcc-store/contract.ts";
import { ClosedError, ConflictError, InvalidArgumentError } from "#platform/errors.ts";
import { checkBounds, checkKey, copyOf } from "./parts/arguments.ts";

export const level = 2;
export const impostor = {
  promise: "mvcc-store/values-come-back-equal",
  level: 1,
  misconception: "an object is a map from strings to values",
} as const;

export async function openMvccStore(): Promise<MvccStore> {
  return new Shelf();
}

type State = Record<string, unknown>;

class Shelf implements MvccStore {
  state: State = {};
  number = 0;
  isClosed = false;
  /** The number of the commit that wrote a key last. */
  readonly writtenAt = new Map<string, number>();

  begin(): Transaction {
    if (this.isClosed) throw new ClosedError("The store is closed.");
    return new ObjectTransaction(this);
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }
}

class ObjectTransaction implements Transaction {
  readonly #store: Shelf;
  readonly #number: number;
  /** The snapshot, and then a copy of it with the own writes. */
  #state: State;
  readonly #written = new Set<string>();
  #isOver = false;

  constructor(store: Shelf) {
    this.#store = store;
    this.#number = store.number;
    this.#state = store.state;
  }

  get(key: string): unknown {
    this.#refuseIfOver();
    checkKey(key);
    return typeof this.#state[key] === "function" ? undefined : copyOf(this.#state[key]);
  }

  range(start?: string, end?: string): [key: string, value: unknown][] {
    this.#refuseIfOver();
    checkBounds(start, end);
    return Object.keys(this.#state)
      .filter((key) => (start === undefined || start <= key) && (end === undefined || key < end))
      .sort()
      .map((key) => [key, copyOf(this.#state[key])]);
  }

  put(key: string, value: unknown): void {
    this.#refuseIfOver();
    checkKey(key);
    if (value === undefined) throw new InvalidArgumentError("Expected a value, got undefined.");
    const copy = copyOf(value);
    this.#ownState()[key] = copy;
    this.#written.add(key);
  }

  delete(key: string): void {
    this.#refuseIfOver();
    checkKey(key);
    Reflect.deleteProperty(this.#ownState(), key);
    this.#written.add(key);
  }

  async commit(): Promise<void> {
    this.#refuseIfOver();
    this.#isOver = true;
    const store = this.#store;
    for (const key of this.#written) {
      if ((store.writtenAt.get(key) ?? 0) > this.#number) {
        throw new ConflictError("Somebody else has written the same key.");
      }
    }
    store.number += 1;
    const next = { ...store.state };
    for (const key of this.#written) {
      if (Object.hasOwn(this.#state, key)) next[key] = this.#state[key];
      else Reflect.deleteProperty(next, key);
      store.writtenAt.set(key, store.number);
    }
    store.state = next;
  }

  rollback(): void {
    this.#isOver = true;
  }

  #ownState(): State {
    if (this.#written.size === 0) this.#state = { ...this.#state };
    return this.#state;
  }

  #refuseIfOver(): void {
    if (this.#isOver || this.#store.isClosed) throw new ClosedError("The transaction is over.");
  }
}
