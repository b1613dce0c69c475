/**
 * Every key with what was, what is, and what will be seen once it is safe.
 *
 *   settled   key → value           what every snapshot sees that has nothing else in a chain
 *   chains    key → versions        what was written after the horizon
 *
 *             a reader looks into the chain of its key, if there is one, and then among the settled
 *
 * - A commit is installed whole, by one synchronous call, under a number above all others.
 * - Nothing here knows which numbers are visible. A reader brings its snapshot and sees what is not
 *   newer; so a commit can stand here, take part in conflicts, and be unseen.
 * - A version is settled when the horizon has passed it. So there are as many chains as keys were written
 *   since the oldest snapshot, and a store in which nobody reads the past is a plain map.
 */
import { invariant } from "#platform/invariant.ts";
import { OrderedKeys } from "./ordered-keys.ts";
import { RecentWrites } from "./recent-writes.ts";
import { type Version, VersionChain } from "./version-chain.ts";

/** What a transaction has written: the value under each key, undefined for a delete. */
export type Writes = ReadonlyMap<string, unknown>;

export class VersionTable {
  /** Deleted keys are not in it. */
  readonly #settled: Map<string, unknown>;
  readonly #chains = new Map<string, VersionChain>();
  /** The keys of both, so also such as are deleted in some snapshots or in all. */
  readonly #keys = new OrderedKeys();
  /** Every write that stands in a chain. */
  readonly #recent = new RecentWrites();

  /** A table with the commits of earlier lives: all snapshots contain them. */
  constructor(entries: ReadonlyMap<string, unknown>) {
    this.#settled = new Map(entries);
    for (const key of [...entries.keys()].sort()) this.#keys.add(key);
  }

  // ── Read ────────────────────────────────────────────────────────────────────────────────────

  /** The value of a key at a snapshot; undefined when the key was not there. */
  valueAt(key: string, snapshot: number): unknown {
    const version = this.#chains.size === 0 ? undefined : this.#chains.get(key)?.at(snapshot);
    return version === undefined ? this.#settled.get(key) : version.value;
  }

  /** Hands each key between the bounds that has a value at the snapshot to `visit`, ascending. */
  forEachBetween(
    start: string | undefined,
    end: string | undefined,
    snapshot: number,
    visit: (key: string, value: unknown) => void,
  ): void {
    this.#keys.forEachBetween(start, end, (key) => {
      const value = this.valueAt(key, snapshot);
      if (value !== undefined) visit(key, value);
    });
  }

  // ── Validate ────────────────────────────────────────────────────────────────────────────────

  /**
   * Whether one of these keys was written by a commit that the snapshot does not contain. No older snapshot
   * than the horizon may ask, here or below: what is settled is in its snapshot.
   */
  someWrittenAfter(snapshot: number, writes: Writes): boolean {
    for (const key of writes.keys()) {
      if ((this.#chains.get(key)?.newestNumber ?? 0) > snapshot) return true;
    }
    return false;
  }

  /** The same for all keys for which `isRead` holds. */
  someReadWrittenAfter(snapshot: number, isRead: (key: string) => boolean): boolean {
    return this.#recent.someAfter(snapshot, isRead);
  }

  // ── Write ───────────────────────────────────────────────────────────────────────────────────

  /**
   * Every reader, open or yet to come, is at `horizon` or later. If all of them see this commit, nobody is
   * left for what it replaces, nor to conflict with it: it settles at once and leaves nothing behind.
   */
  install(number: number, writes: Writes, horizon: number): void {
    if (number <= horizon) this.#settleAll(writes);
    else for (const [key, value] of writes) this.#addVersion(key, { number, value });
  }

  #settleAll(writes: Writes): void {
    invariant(this.#chains.size === 0, "whoever sees a commit sees those before it");
    for (const [key, value] of writes) {
      const countBefore = this.#settled.size;
      this.#settle(key, value);
      if (this.#settled.size > countBefore) this.#keys.add(key);
      else if (this.#settled.size < countBefore) this.#keys.delete(key);
    }
  }

  #addVersion(key: string, version: Version): void {
    const chain = this.#chains.get(key);
    if (chain !== undefined) chain.push(version);
    else {
      this.#chains.set(key, new VersionChain(version));
      if (!this.#settled.has(key)) this.#keys.add(key);
    }
    this.#recent.add(version.number, key);
  }

  #settle(key: string, value: unknown): void {
    if (value === undefined) this.#settled.delete(key);
    else this.#settled.set(key, value);
  }

  // ── Collect ─────────────────────────────────────────────────────────────────────────────────

  /**
   * Settles what all readers at `horizon` or later see, and so drops what none of them can see. Only keys
   * in chains can have such versions: each write is looked at once, when the horizon passes it.
   */
  collect(horizon: number): void {
    this.#recent.forgetUpTo(horizon, (key) => {
      const chain = this.#chains.get(key);
      const version = chain?.at(horizon);
      // Of a key that was written twice, both writes have been settled when the first was looked at.
      if (chain === undefined || version === undefined) return;
      this.#settle(key, version.value);
      if (version.number < chain.newestNumber) {
        chain.dropUpTo(horizon);
        return;
      }
      this.#chains.delete(key);
      if (version.value === undefined) this.#keys.delete(key);
    });
  }
}
