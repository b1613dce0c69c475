/**
 * Trees whose reads are counted: a disk that settles every call at once and in order, and says how often it was read.
 */
import type { LsmTree } from "#katas/lsm-tree/contract.ts";
import { type DiskCall, DiskPort, type Pace } from "#platform/testing/disk-port.ts";
import type { DiskState } from "#platform/testing/disk-state.ts";
import { stillness } from "#platform/testing/gates.ts";
import type { Script } from "./script.ts";

/** What was read of files since a moment. */
export interface Readings {
  reads: number;
  bytes: number;
}

export class Meter implements Pace {
  readonly #port: DiskPort;
  #reads = 0;

  /** From here on the script lives on this disk, and its reads are counted. */
  constructor(script: Script, state: DiskState) {
    script.port.fence();
    this.#port = new DiskPort(state, this);
    script.port = this.#port;
  }

  async settle<Answer>(call: DiskCall, effect: () => Answer): Promise<Answer> {
    if (call.kind === "read") this.#reads++;
    await undefined;
    return effect();
  }

  now(): Readings {
    return { reads: this.#reads, bytes: this.#port.counts.bytesRead };
  }

  since(before: Readings): Readings {
    const now = this.now();
    return { reads: now.reads - before.reads, bytes: now.bytes - before.bytes };
  }

  /** Resolves when nothing is called and the disk has nothing more to do. */
  async rest(): Promise<void> {
    const { counts } = this.#port;
    let calls: number;
    do {
      calls = counts.calls;
      await stillness();
    } while (counts.calls !== calls);
  }
}

// ── The entries that are read ─────────────────────────────────────────────────────────────────

const keyDigits = 13;
const valueBytes = 200;

/** The key of an entry, of 16 bytes; between two of them there is room for some that are absent. */
export function keyOf(index: number): string {
  return `key${String(keysApart * index).padStart(keyDigits, "0")}`;
}

export const keysApart = 8;

/** A key between that of this entry and the next, which nobody puts; there are as many as 7. */
export function absentKeyAfter(index: number, nth = 1): string {
  return `key${String(keysApart * index + nth).padStart(keyDigits, "0")}`;
}

export function valueOf(index: number, size = valueBytes): string {
  return `${index}:`.padEnd(size, "value of an entry ");
}

/** Bytes of keys and values of so many entries. */
export function bytesOf(entries: number): number {
  return entries * (keyOf(0).length + valueBytes);
}

/** So many puts, in this order, by one client who waits for each answer. */
export async function putAll(
  script: Script,
  tree: LsmTree,
  order: Iterable<number>,
): Promise<void> {
  let puts = 0;
  for (const index of order) {
    puts++;
    // Written out here: a helper of its own for each of them would cost more than the puts.
    await script.quietly("a put", () => tree.put(keyOf(index), valueOf(index)));
  }
  script.tell(`${puts} puts`, "answered ok");
}

/** The whole numbers below `count`, in an order that is drawn. */
export function shuffled(script: Script, count: number): number[] {
  const order = Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const other = script.random.below(last + 1);
    [order[last], order[other]] = [order[other] ?? 0, order[last] ?? 0];
  }
  return order;
}
