/**
 * Every key with its versions: what was, what is, and what will be seen once it is safe.
 *
 * - A commit is installed whole, by one synchronous call, under a number above all others.
 * - Nothing here knows which numbers are visible. A reader brings its snapshot and sees what is not
 *   newer; so a commit can stand here, take part in conflicts, and be unseen.
 */
import { OrderedKeys } from "./ordered-keys.ts";
import { RecentWrites } from "./recent-writes.ts";
import { VersionChain } from "./version-chain.ts";

/** What a transaction has written: the value under each key, undefined for a delete. */
export type Writes = ReadonlyMap<string, unknown>;

export class VersionTable {
  readonly #chains = new Map<string, VersionChain>();
  /** The keys of `#chains`, deleted ones included. */
  readonly #keys = new OrderedKeys();
  readonly #recent = new RecentWrites();

  /** A table with the commits of earlier lives: all snapshots contain them, so they have the number 0. */
  constructor(entries: ReadonlyMap<string, unknown>) {
    for (const key of [...entries.keys()].sort()) {
      this.#chains.set(key, new VersionChain(0, entries.get(key)));
      this.#keys.add(key);
    }
  }

  // ── Read ────────────────────────────────────────────────────────────────────────────────────

  /** The versions of a key, undefined when it has none. */
  versionsOf(key: string): VersionChain | undefined {
    return this.#chains.get(key);
  }

  /** Hands each key between the bounds that has a value at the snapshot to `visit`, ascending. */
  forEachBetween(
    start: string | undefined,
    end: string | undefined,
    snapshot: number,
    visit: (key: string, value: unknown) => void,
  ): void {
    this.#keys.forEachBetween(start, end, (key) => {
      const value = this.#chains.get(key)?.at(snapshot);
      if (value !== undefined) visit(key, value);
    });
  }

  // ── Validate ────────────────────────────────────────────────────────────────────────────────

  /** Whether one of these keys was written by a commit that the snapshot does not contain. */
  someWrittenAfter(snapshot: number, writes: Writes): boolean {
    for (const key of writes.keys()) {
      if ((this.#chains.get(key)?.newestNumber ?? 0) > snapshot) return true;
    }
    return false;
  }

  /** The same for all keys for which `isRead` holds. No older snapshot than the horizon may ask. */
  someReadWrittenAfter(snapshot: number, isRead: (key: string) => boolean): boolean {
    return this.#recent.someAfter(snapshot, isRead);
  }

  // ── Write ───────────────────────────────────────────────────────────────────────────────────

  install(number: number, writes: Writes): void {
    for (const [key, value] of writes) {
      const chain = this.#chains.get(key);
      if (chain === undefined) {
        this.#chains.set(key, new VersionChain(number, value));
        this.#keys.add(key);
      } else {
        chain.push(number, value);
      }
      this.#recent.add(number, key);
    }
  }

  // ── Collect ─────────────────────────────────────────────────────────────────────────────────

  /**
   * Drops what no reader at `horizon` or later can see. Only keys that were written since the last call
   * can have such versions: each write is looked at once, when the horizon passes it.
   */
  collect(horizon: number): void {
    this.#recent.forgetUpTo(horizon, (key) => {
      const chain = this.#chains.get(key);
      if (chain === undefined) return;
      chain.prune(horizon);
      // A tombstone is needed as long as there is something below it that a reader might find instead.
      if (!chain.isGone(horizon)) return;
      this.#chains.delete(key);
      this.#keys.delete(key);
    });
  }
}
