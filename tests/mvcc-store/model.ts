/**
 * The pure specification: what each transaction has to read, whose commit must succeed, whose must not; and, of an
 * answer that is wrong, where it must have come from.
 *
 * It follows what the store answers wherever the contract leaves a choice: of two that conflict either may be
 * refused, at the write or at the commit.
 */
import {
  type Bounds,
  covers,
  type Footprint,
  footprintOf,
  type Isolation,
  namesIn,
  type Step,
  touch,
} from "./script.ts";

export type TransactionState = "open" | "committed" | "refused" | "rolled back" | "expired";

/** Where a wrong answer comes from, as far as unique values tell. */
export type Origin =
  /** The transaction has written the key itself, and reads something else. */
  | "own write missed"
  /** Written by somebody who has not committed, or never will. */
  | "uncommitted"
  /** Written by somebody who was refused with CONFLICT. */
  | "refused"
  /** Written by somebody who has expired. */
  | "expired"
  /** Committed after the transaction began. */
  | "later"
  /** Overwritten by a commit that the transaction has to see. */
  | "stale"
  /** Deleted by a commit that the transaction has to see. */
  | "resurrected"
  /** Not there although nobody has deleted it. */
  | "lost"
  /** Nobody has ever put this value under this key. */
  | "invented";

export class ModelTransaction {
  readonly name: string;
  readonly isolation: Isolation;
  readonly begunAt: number;
  endedAt = Number.POSITIVE_INFINITY;
  state: TransactionState = "open";
  /** By key; the number of versions that it sees. */
  readonly snapshot: ReadonlyMap<string, number>;
  /** undefined for a key that it has deleted. */
  readonly writes = new Map<string, number | undefined>();
  /** What it has read of others, and whether it was there. */
  readonly keysRead = new Map<string, boolean>();
  readonly rangesRead: { bounds: Bounds; found: ReadonlySet<string> }[] = [];

  constructor(
    name: string,
    {
      isolation,
      begunAt,
      snapshot,
    }: { isolation: Isolation; begunAt: number; snapshot: ReadonlyMap<string, number> },
  ) {
    this.name = name;
    this.isolation = isolation;
    this.begunAt = begunAt;
    this.snapshot = snapshot;
  }

  get(key: string): number | undefined {
    return this.writes.has(key) ? this.writes.get(key) : this.snapshot.get(key);
  }

  range(bounds: Bounds): Map<string, number> {
    const keys = new Set([...this.snapshot.keys(), ...this.writes.keys()]);
    const entries: [string, number][] = [];
    for (const key of keys) {
      const value = this.get(key);
      if (value !== undefined && covers(bounds, key)) entries.push([key, value]);
    }
    return new Map(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
  }

  overlaps(other: ModelTransaction): boolean {
    return this.begunAt < other.endedAt && other.begunAt < this.endedAt;
  }
}

interface Version {
  value: number | undefined;
  committedAt: number;
}

export class Model {
  readonly transactions = new Map<string, ModelTransaction>();
  /** What is committed now. */
  #state: ReadonlyMap<string, number> = new Map();
  readonly #versions = new Map<string, Version[]>();
  /** Who has put a value, and where. Values are unique. */
  readonly #putBy = new Map<number, { name: string; key: string }>();
  readonly #deletedBy = new Map<string, Set<string>>();
  readonly #footprints: ReadonlyMap<string, Footprint>;
  #time = 0;

  /** A model of what happens when these steps are taken. */
  constructor(steps: readonly Step[]) {
    this.#footprints = new Map(namesIn(steps).map((name) => [name, footprintOf(steps, name)]));
  }

  begin(name: string, isolation: Isolation): ModelTransaction {
    const transaction = new ModelTransaction(name, {
      isolation,
      begunAt: this.#time++,
      snapshot: this.#state,
    });
    this.transactions.set(name, transaction);
    return transaction;
  }

  write(transaction: ModelTransaction, key: string, value: number | undefined): void {
    transaction.writes.set(key, value);
    if (value !== undefined) this.#putBy.set(value, { name: transaction.name, key });
    else this.#deletedBy.set(key, (this.#deletedBy.get(key) ?? new Set()).add(transaction.name));
  }

  /** A read that is answered by the snapshot counts; one of the own writes does not. */
  noteGet(transaction: ModelTransaction, key: string): void {
    if (!transaction.writes.has(key)) transaction.keysRead.set(key, transaction.snapshot.has(key));
  }

  noteRange(transaction: ModelTransaction, { from, to }: Bounds): void {
    const bounds = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
    const found = [...transaction.snapshot.keys()].filter((key) => covers(bounds, key));
    transaction.rangesRead.push({ bounds, found: new Set(found) });
  }

  end(transaction: ModelTransaction, state: Exclude<TransactionState, "open">): void {
    const at = this.#time++;
    if (state === "committed") {
      const next = new Map(this.#state);
      for (const [key, value] of transaction.writes) {
        if (value === undefined) next.delete(key);
        else next.set(key, value);
        this.#versions.set(key, [...(this.#versions.get(key) ?? []), { value, committedAt: at }]);
      }
      this.#state = next;
    }
    transaction.state = state;
    transaction.endedAt = at;
  }

  // ── Who may commit ──────────────────────────────────────────────────────────────────────────

  /** One who has committed, overlaps, and wrote the same key: then this one may not commit. */
  rivalOf(transaction: ModelTransaction): { rival: ModelTransaction; key: string } | undefined {
    for (const rival of this.#committedBeside(transaction)) {
      for (const key of transaction.writes.keys()) if (rival.writes.has(key)) return { rival, key };
    }
    return undefined;
  }

  /** One who has committed, overlaps, and has read what this one writes as this one has read what it wrote. */
  skewWith(transaction: ModelTransaction): Skew | undefined {
    if (transaction.isolation !== "serializable") return undefined;
    for (const other of this.#committedBeside(transaction)) {
      if (other.isolation !== "serializable") continue;
      const missed = readOf(transaction, other.writes.keys());
      const missing = readOf(other, transaction.writes.keys());
      if (missed === undefined || missing === undefined) continue;
      const isPhantom = !missed.isFound || !missing.isFound;
      return { other, missed: missed.key, missing: missing.key, isPhantom };
    }
    return undefined;
  }

  /** Why this transaction may be refused; undefined when it must commit. `writing`: it is about to write this key. */
  excuse(transaction: ModelTransaction): string | undefined {
    const own = this.#footprint(transaction.name);
    if (own.keysWritten.size === 0)
      return transaction.isolation === "snapshot" ? undefined : "it is serializable";
    for (const other of this.transactions.values()) {
      if (other === transaction || !other.overlaps(transaction)) continue;
      const footprint = this.#footprint(other.name);
      if (footprint.keysWritten.size > 0 && touch(own, footprint)) return other.name;
    }
    return undefined;
  }

  /** Whether serializable transactions take part: this one, or one that overlaps it. */
  concernsSerializable(transaction: ModelTransaction): boolean {
    return [...this.transactions.values()].some(
      (one) =>
        one.isolation === "serializable" && (one === transaction || one.overlaps(transaction)),
    );
  }

  *#committedBeside(transaction: ModelTransaction): Iterable<ModelTransaction> {
    for (const other of this.transactions.values())
      if (other !== transaction && other.state === "committed" && other.overlaps(transaction))
        yield other;
  }

  #footprint(name: string): Footprint {
    const none = { keysRead: new Set<string>(), rangesRead: [], keysWritten: new Set<string>() };
    return this.#footprints.get(name) ?? none;
  }

  // ── What is wrong with an answer ────────────────────────────────────────────────────────────

  /** Where an answer other than the right one comes from. */
  originOf(
    transaction: ModelTransaction,
    key: string,
    answer: number | undefined,
  ): { origin: Origin; by?: string } {
    if (transaction.writes.has(key)) return { origin: "own write missed" };
    const later = (this.#versions.get(key) ?? []).filter(
      ({ committedAt }) => committedAt > transaction.begunAt,
    );
    if (later.some(({ value }) => value === answer)) return { origin: "later" };
    if (answer === undefined) {
      const by = [...(this.#deletedBy.get(key) ?? [])].find((name) => this.#isUnseen(name));
      return by === undefined ? { origin: "lost" } : { origin: this.#unseenOrigin(by), by };
    }
    const put = this.#putBy.get(answer);
    if (put?.key !== key) return { origin: "invented" };
    if (this.#isUnseen(put.name)) return { origin: this.#unseenOrigin(put.name), by: put.name };
    // Put, and put anew before the commit.
    const isVersion = this.#versions.get(key)?.some(({ value }) => value === answer) === true;
    if (!isVersion) return { origin: "uncommitted", by: put.name };
    const isDeleted = transaction.get(key) === undefined;
    return { origin: isDeleted ? "resurrected" : "stale", by: put.name };
  }

  #isUnseen(name: string): boolean {
    return this.transactions.get(name)?.state !== "committed";
  }

  #unseenOrigin(name: string): Origin {
    const state = this.transactions.get(name)?.state;
    return state === "refused" || state === "expired" ? state : "uncommitted";
  }
}

export interface Skew {
  other: ModelTransaction;
  /** What this one has read and the other wrote. */
  missed: string;
  /** What the other has read and this one writes. */
  missing: string;
  /** Whether one of them was read as absent. */
  isPhantom: boolean;
}

/** A key of these that was read, one that was there if there is one. */
function readOf(
  transaction: ModelTransaction,
  keys: Iterable<string>,
): { key: string; isFound: boolean } | undefined {
  let absent: string | undefined;
  for (const key of keys) {
    const ranges = transaction.rangesRead.filter(({ bounds }) => covers(bounds, key));
    if (transaction.keysRead.get(key) === true || ranges.some(({ found }) => found.has(key)))
      return { key, isFound: true };
    if (transaction.keysRead.has(key) || ranges.length > 0) absent ??= key;
  }
  return absent === undefined ? undefined : { key: absent, isFound: false };
}
