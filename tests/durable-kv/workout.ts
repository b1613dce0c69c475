/**
 * Histories long enough that what lives is a small part of what was ever written.
 */
import type { DurableKv } from "#katas/durable-kv/contract.ts";
import { bytesInWords, bytesOf, type Script } from "./script.ts";
import { valueBytes } from "./adapter.ts";

export interface Workout {
  name: string;
  keys: number;
  rounds: number;
  valueBytes: number;
  /** As long as the names need to be without it. */
  keyBytes?: number;
  /** This share of the keys is deleted at the end. */
  deleted: number;
  segmentBytesMax: number;
}

export const workouts: readonly Workout[] = [
  {
    name: "few keys overwritten often",
    keys: 4,
    rounds: 400,
    valueBytes: 100,
    deleted: 0,
    segmentBytesMax: 1024,
  },
  {
    name: "many small keys",
    keys: 600,
    rounds: 3,
    valueBytes: 8,
    deleted: 0.5,
    segmentBytesMax: 4096,
  },
  {
    name: "everything deleted",
    keys: 60,
    rounds: 12,
    valueBytes: 150,
    keyBytes: 200, // what is left of 60 of these would not fit the bound
    deleted: 1,
    segmentBytesMax: 1024,
  },
  {
    name: "large values",
    keys: 10,
    rounds: 20,
    valueBytes: 9000,
    deleted: 0.3,
    segmentBytesMax: 4096,
  },
  {
    name: "thousands of live keys",
    keys: 6000,
    rounds: 1,
    valueBytes: 8,
    deleted: 0,
    segmentBytesMax: 65_536,
  },
];

/** The name of a key of a workout. */
export function nameOfKey(key: number, { keyBytes = 0 }: Pick<Workout, "keyBytes">): string {
  return `key-${key}`.padEnd(keyBytes, ".");
}

/** What the brief allows for each live key besides its bytes. */
const overheadBytes = 64;

/** The bytes that a directory may hold after compact. */
export function spaceMax({
  liveBytes,
  liveKeys,
  segmentBytesMax,
}: {
  liveBytes: number;
  liveKeys: number;
  segmentBytesMax: number;
}): number {
  return 3 * (liveBytes + overheadBytes * liveKeys) + 4 * segmentBytesMax;
}

export class History {
  readonly #script: Script;
  readonly #workout: Workout;
  #liveKeys = 0;
  #liveBytes = 0;

  constructor(script: Script, workout: Workout) {
    this.#script = script;
    this.#workout = workout;
  }

  /** Writes everything, compacting twice on the way and once at the end. */
  async writeAndCompact(): Promise<DurableKv> {
    const { keys, rounds, valueBytes: size, deleted, segmentBytesMax, name } = this.#workout;
    const store = await this.#script.open({ segmentBytesMax });
    for (let round = 0; round < rounds; round++) {
      await this.#script.quietly(`round ${round} of puts`, async () => {
        for (let key = 0; key < keys; key++) {
          await store.put(this.#keyOf(key), valueBytes(round * keys + key, size));
        }
      });
      if (round === rounds >> 1) await this.#script.does("compact", () => store.compact());
    }
    this.#script.tell(
      `${rounds} rounds of puts to ${keys} keys of ${size} bytes (${name})`,
      "answered ok",
    );
    const gone = Math.floor(keys * deleted);
    if (gone > 0) {
      await this.#script.does(`delete ${gone} of the keys`, async () => {
        for (let key = 0; key < gone; key++) await store.delete(this.#keyOf(key));
      });
    }
    await this.#script.does("compact", () => store.compact());
    for (let key = gone; key < keys; key++) {
      this.#liveKeys++;
      this.#liveBytes +=
        this.#keyOf(key).length + valueBytes((rounds - 1) * keys + key, size).length;
    }
    return store;
  }

  /** Reads every key back, the deleted ones too. */
  async readAll(store: DurableKv): Promise<void> {
    const { keys, rounds, valueBytes: size, deleted } = this.#workout;
    const gone = Math.floor(keys * deleted);
    for (let key = 0; key < keys; key++) {
      const expected = key < gone ? undefined : valueBytes((rounds - 1) * keys + key, size);
      await this.#script.showsQuietly(store, this.#keyOf(key), expected);
    }
    this.#script.tell(`gets of ${keys} keys`, "answered right");
  }

  #keyOf(key: number): Uint8Array {
    return bytesOf(nameOfKey(key, this.#workout));
  }

  liveKeys(): number {
    return this.#liveKeys;
  }

  liveBytes(): number {
    return this.#liveBytes;
  }

  spaceMax(): number {
    const { segmentBytesMax } = this.#workout;
    return spaceMax({ liveBytes: this.#liveBytes, liveKeys: this.#liveKeys, segmentBytesMax });
  }

  recoveryReadsMax(): number {
    return 2 * this.spaceMax();
  }
}

/**
 * Records of one size, one more of them in each life: so every number of them is compacted, and a piece
 * of a snapshot that is to hold a round number of bytes is exactly full sooner or later.
 */
export async function oneMoreRecordEachLife(script: Script): Promise<void> {
  const records = Array.from({ length: 65 }, (_, index) => {
    const key = `${index + 100}`;
    return [bytesOf(key), bytesOf(`the value ${key}`)] as const;
  });
  const options = { segmentBytesMax: 1024 };
  for (const [index, [key, value]] of records.entries()) {
    const store = await script.open(options);
    for (const [before, itsValue] of records.slice(0, index))
      await script.showsQuietly(store, before, itsValue);
    await script.does(`put ${bytesInWords(key)}`, () => store.put(key, value));
    await script.does("compact", () => store.compact());
    script.nextDisk(script.port.state.afterKill());
  }
}
