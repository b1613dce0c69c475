/**
 * Another right implementation: each commit makes a new map of everything, and a snapshot is the map that was current.
 * Must pass up to level 3.
 *
 *   commit ──▶ waits for the commits before it ──▶ compared ──▶ another turn ──▶ new map is current ──▶ answered
 *
 * Commits go one after the other, each over several turns of the event loop, but what is compared and what is current change
 * without a pause between them. Everybody who writes is serializable, whatever was asked for: what was read is compared too.
 */
import type { BeginOptions, MvccStore, Transaction } from "#katas/mvcc-store/contract.ts";
import { ClosedError, ConflictError, InvalidArgumentError } from "#platform/errors.ts";

export const level = 3;

type State = ReadonlyMap<string, unknown>;

export async function openMvccStore(): Promise<MvccStore> {
  return new MapStore();
}

class MapStore implements MvccStore {
  state: State = new Map();
  /** What each commit wrote; the number of a snapshot is how many of them it contains. */
  readonly history: ReadonlySet<string>[] = [];
  isClosed = false;
  #lastCommit: Promise<unknown> = Promise.resolve();
  readonly #open = new Set<MapTransaction>();

  begin({ isolation = "snapshot" }: BeginOptions = {}): Transaction {
    if (this.isClosed) throw new ClosedError("The store is closed.");
    if (!["snapshot", "serializable"].includes(isolation)) {
      throw new InvalidArgumentError("Expected an isolation that there is.");
    }
    const transaction = new MapTransaction(this);
    this.#open.add(transaction);
    return transaction;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    for (const transaction of this.#open) transaction.rollback();
    await this.#lastCommit;
  }

  forget(transaction: MapTransaction): void {
    this.#open.delete(transaction);
  }

  commit(transaction: MapTransaction): Promise<void> {
    const committed = this.#lastCommit.then(() => this.#commitAlone(transaction));
    this.#lastCommit = committed.catch(() => undefined);
    return committed;
  }

  async #commitAlone({ snapshot, writes, hasTouched }: MapTransaction): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    for (const written of this.history.slice(snapshot)) {
      for (const key of written) {
        if (hasTouched(key)) throw new ConflictError("Somebody else has written the same.");
      }
    }
    const next = new Map(this.state);
    for (const [key, value] of writes) {
      if (value === undefined) next.delete(key);
      else next.set(key, value);
    }
    await Promise.resolve();
    // Nobody else has come in between: there is one commit at a time.
    this.state = next;
    this.history.push(new Set(writes.keys()));
    await Promise.resolve();
  }
}

class MapTransaction implements Transaction {
  readonly snapshot: number;
  readonly writes = new Map<string, unknown>();
  readonly #store: MapStore;
  readonly #state: State;
  readonly #reads: ((key: string) => boolean)[] = [];
  #isOver = false;

  constructor(store: MapStore) {
    this.#store = store;
    this.#state = store.state;
    this.snapshot = store.history.length;
  }

  readonly hasTouched = (key: string): boolean =>
    this.writes.has(key) || this.#reads.some((covers) => covers(key));

  get(key: string): unknown {
    this.#refuseIfOver();
    checkKey(key);
    if (this.writes.has(key)) return structuredClone(this.writes.get(key));
    this.#reads.push((written) => written === key);
    return structuredClone(this.#state.get(key));
  }

  range(start?: string, end?: string): [key: string, value: unknown][] {
    this.#refuseIfOver();
    for (const bound of [start, end]) if (bound !== undefined) checkKey(bound);
    const covers = (key: string): boolean =>
      !(start !== undefined && key < start) && !(end !== undefined && key >= end);
    this.#reads.push(covers);
    const all = new Map([...this.#state, ...this.writes]);
    return [...all]
      .filter(([key, value]) => value !== undefined && covers(key))
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map((entry) => structuredClone(entry));
  }

  put(key: string, value: unknown): void {
    this.#refuseIfOver();
    checkKey(key);
    if (value === undefined) throw new InvalidArgumentError("Expected a value.");
    this.writes.set(key, copyOf(value));
  }

  delete(key: string): void {
    this.#refuseIfOver();
    checkKey(key);
    this.writes.set(key, undefined);
  }

  async commit(): Promise<void> {
    this.#refuseIfOver();
    this.rollback();
    if (this.writes.size > 0) await this.#store.commit(this);
  }

  rollback(): void {
    this.#isOver = true;
    this.#store.forget(this);
  }

  #refuseIfOver(): void {
    if (this.#isOver) throw new ClosedError("The transaction is over.");
  }
}

function copyOf(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch (cause) {
    throw new InvalidArgumentError("Expected a value that can be copied.", { cause });
  }
}

function checkKey(key: unknown): void {
  if (typeof key === "string" && key.length <= 1024 && !/\p{Surrogate}/u.test(key)) return;
  throw new InvalidArgumentError("Expected a well-formed string of at most 1024 code units.");
}
