/**
 * The log: entries 1, 2, 3, … without gaps, each an object that is put if absent. Knows nothing of money.
 *
 * The put decides. Of all who want to be entry n, the store lets one have the name; there is no lock, no
 * leader, and nothing to clean up after a crash.
 *
 *   answer to the put   what is known                 what follows
 *   ──────────────────  ────────────────────────────  ─────────────────────────────────────────────
 *   ok                  the entry is mine             won
 *   ALREADY_EXISTS      the version has an entry      lost, unless an earlier put of mine is unknown:
 *                                                     then read it, and see whose it is
 *   THROTTLED           nothing has happened          pause, put again
 *   TIMED_OUT           nothing                       put again: now it is there, or it is now
 */
import { errorCode, TimedOutError } from "#platform/errors.ts";
import type { ObjectStore } from "#platform/object-store.ts";
import { bytesOf, type Entry, entryOf, nameOfEntry } from "./entry.ts";
import type { Patience } from "./patience.ts";

export class CommitLog {
  readonly #store: ObjectStore;
  readonly #prefix: string;

  constructor(store: ObjectStore, prefix: string) {
    this.#store = store;
    this.#prefix = prefix;
  }

  /** Every entry behind a version. The first name that is not there is the end: there are no gaps. */
  async entriesAfter(version: number, patience: Patience): Promise<Entry[]> {
    const entries: Entry[] = [];
    for (;;) {
      const entry = await this.#read(version + entries.length + 1, patience);
      if (entry === undefined) return entries;
      entries.push(entry);
    }
  }

  /** Whether the entry has become that version. Rejects with `TIMED_OUT` if that cannot be found out. */
  async append(version: number, entry: Entry, patience: Patience): Promise<boolean> {
    let unknownPuts = 0;
    try {
      for (;;) {
        // Called off while nothing is unknown: nothing has happened, and nothing will.
        if (unknownPuts === 0) patience.throwIfAborted();
        try {
          await this.#store.putIfAbsent(nameOfEntry(this.#prefix, version), bytesOf(entry));
          return true;
        } catch (error) {
          if (errorCode(error) === "ALREADY_EXISTS") {
            return (
              unknownPuts > 0 && (await this.#read(version, patience))?.commit === entry.commit
            );
          }
          if (errorCode(error) !== "THROTTLED") unknownPuts++;
          await retryable(error, patience);
        }
      }
    } catch (cause) {
      // Whatever has ended the search, the put that nobody answered may have happened.
      if (unknownPuts === 0) throw cause;
      throw new TimedOutError(`Whether entry ${version} was written is not known.`, { cause });
    }
  }

  async #read(version: number, patience: Patience): Promise<Entry | undefined> {
    for (;;) {
      try {
        return entryOf(await this.#store.get(nameOfEntry(this.#prefix, version)));
      } catch (error) {
        if (errorCode(error) === "NOT_FOUND") return undefined;
        await retryable(error, patience);
      }
    }
  }
}

/** Returns when the call may be made again; throws what nobody can help, and what has happened too often. */
async function retryable(error: unknown, patience: Patience): Promise<void> {
  const code = errorCode(error);
  if (!(error instanceof Error) || (code !== "THROTTLED" && code !== "TIMED_OUT")) throw error;
  patience.count(error);
  // A pause for a busy store; a lost answer is no reason to wait.
  if (code === "THROTTLED") await patience.pause();
}
