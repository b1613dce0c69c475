/** lsm-tree on the real file system: inserts, scans, hits and misses against what people would install. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Subject } from "../../katas/lsm-tree/contract.ts";
import { type Random, seededRandom } from "../../katas/platform/random.ts";
import { realDisk } from "../../katas/platform/real-disk.ts";
import type { KataBench } from "../lib/bench/kata-bench.ts";
import type { Lane } from "../lib/bench/race.ts";

const keyCount = 1_000_000;
const valueLength = 100;
/** So many puts are called together. */
const together = 1000;
const memtableThreshold = 20_000;
/** One operation of the inserts: enough that the flush at its end is what it would be among many. */
const insertedAtOnce = 50_000;

const keyAt = (index: number): string =>
  (Math.imul(index + 1, 0x9e3779b1) >>> 0).toString(16).padStart(8, "0") +
  (Math.imul(index + 1, 0x85ebca77) >>> 0).toString(16).padStart(8, "0");
const values = Array.from({ length: 1000 }, (_, index) => hexOf(seededRandom(index), valueLength));

/** A store with the calls that are compared. */
interface Store {
  /** Resolves when all of them are in the store, as safe as it makes them unasked. */
  put(keys: readonly string[], valueOf: (index: number) => string): Promise<void>;
  /** Everything that was put is in tables, or in whatever takes their place. */
  flush(): Promise<void>;
  /** Nothing is left to be done in the background. */
  rest(): Promise<void>;
  get(key: string): Promise<string | undefined>;
  /** Reads the first `count` entries in order; answers the length of their values. */
  scan(count: number): Promise<number>;
}

type Opener = () => Promise<Store>;

export const bench: KataBench<Subject> = {
  peers: ["classic-level", "lmdb"],
  courses: (subjects, peers) => {
    const openers = new Map<string, { kind: Lane["kind"]; open: Opener }>([
      ...subjects.map(
        ({ name, exports }) => [name, { kind: "subject", open: treeOf(exports) }] as const,
      ),
      ...[...peers].flatMap(([name, exports]) => {
        const open = peerOpeners[name]?.(exports);
        return open === undefined ? [] : [[name, { kind: "peer", open }] as const];
      }),
    ]);
    // Kept until the process ends: a store that nobody holds would be closed in the middle of another course.
    const inserted: Store[] = [];
    const empty = async (open: Opener): Promise<Store> => {
      const store = await open();
      inserted.push(store);
      return store;
    };
    // Filled once, read by three courses.
    const filled = new Map<string, Promise<Store>>();
    const full = (name: string, open: Opener): Promise<Store> => {
      const store = filled.get(name) ?? fill(open);
      filled.set(name, store);
      return store;
    };
    const lanes = async (
      run: (store: Store) => Lane["run"],
      storeOf: (name: string, open: Opener) => Promise<Store>,
    ): Promise<Lane[]> => {
      const made: Lane[] = [];
      for (const [name, { kind, open }] of openers) {
        made.push({ name, kind, run: run(await storeOf(name, open)) });
      }
      return made;
    };
    return [
      {
        title: `Insert ${insertedAtOnce} keys in random order, ${together} puts together, and flush`,
        goals: [
          { against: "classic-level", atLeast: 1 },
          { against: "lmdb", atLeast: 1.9 },
        ],
        lanes: () => lanes(inserts, (_, open) => empty(open)),
      },
      {
        title: `Scan ${keyCount} keys`,
        goals: [
          { against: "classic-level", atLeast: 3 },
          { against: "lmdb", atLeast: 1.5 },
        ],
        lanes: () => lanes(scans, full),
      },
      {
        title: `Get keys that are there, one after the other`,
        goals: [{ against: "classic-level", atLeast: 1.2 }],
        lanes: () => lanes((store) => gets(store, ""), full),
      },
      {
        title: `Get keys that are not there, one after the other`,
        goals: [{ against: "classic-level", atLeast: 2 }],
        lanes: () => lanes((store) => gets(store, "x"), full),
      },
    ];
  },
};

function inserts(store: Store): Lane["run"] {
  let next = 0;
  return async (count) => {
    for (let done = 0; done < count; done++) {
      await insert(store, next, insertedAtOnce);
      next += insertedAtOnce;
    }
    return next;
  };
}

async function insert(store: Store, first: number, count: number): Promise<void> {
  for (let next = first; next < first + count; next += together) {
    const keys = Array.from({ length: together }, (_, index) => keyAt(next + index));
    await store.put(keys, (index) => values[index % values.length] ?? "");
  }
  await store.flush();
}

/** From the beginning, as often as it takes. */
function scans(store: Store): Lane["run"] {
  return async (count) => {
    let length = 0;
    for (let left = count; left > 0; left -= keyCount) {
      length += await store.scan(Math.min(left, keyCount));
    }
    return length;
  };
}

function gets(store: Store, suffix: string): Lane["run"] {
  const random = seededRandom(1);
  return async (count) => {
    let found = 0;
    for (let done = 0; done < count; done++) {
      const value = await store.get(keyAt(random.below(keyCount)) + suffix);
      if (value !== undefined) found++;
    }
    if (found !== (suffix === "" ? count : 0)) throw new Error(`Found ${found} of ${count} keys.`);
    return found;
  };
}

async function fill(open: Opener): Promise<Store> {
  const store = await open();
  await insert(store, 0, keyCount);
  await store.rest();
  return store;
}

function hexOf(random: Random, length: number): string {
  let text = "";
  while (text.length < length) text += random.below(0x100000000).toString(16).padStart(8, "0");
  return text.slice(0, length);
}

/** A directory that is gone when the process is. */
function temporaryDirectory(): string {
  const directory = mkdtempSync(path.join(tmpdir(), "lsm-tree-bench-"));
  process.on("exit", () => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

// ── Contestants ───────────────────────────────────────────────────────────────────────────────

function treeOf({ openLsmTree }: Subject): Opener {
  return async () => {
    const tree = await openLsmTree({
      disk: realDisk(),
      directory: temporaryDirectory(),
      memtableThreshold,
    });
    return {
      put: async (keys, valueOf) => {
        await Promise.all(keys.map((key, index) => tree.put(key, valueOf(index))));
      },
      flush: () => tree.flush(),
      rest: () => tree.compact(),
      get: (key) => tree.get(key),
      scan: (count) => firstValues(count, tree.range()),
    };
  };
}

async function firstValues(
  count: number,
  entries: AsyncIterable<readonly [string, string]>,
): Promise<number> {
  let length = 0;
  let left = count;
  for await (const [, value] of entries) {
    length += value.length;
    left -= 1;
    if (left === 0) break;
  }
  return length;
}

type ClassicLevel = new (location: string) => {
  open(): Promise<void>;
  batch(operations: readonly object[]): Promise<void>;
  get(key: string): Promise<string | undefined>;
  iterator(): AsyncIterable<readonly [string, string]>;
  compactRange(start: string, end: string): Promise<void>;
};

interface Lmdb {
  open(options: object): {
    put(key: string, value: string): Promise<boolean>;
    get(key: string): string | undefined;
    getRange(options: object): Iterable<{ value: string }>;
    readonly flushed: Promise<unknown>;
  };
}

/** How each package is told the same. Neither syncs more than it does unasked. */
const peerOpeners: Readonly<Record<string, (exports: unknown) => Opener>> = {
  "classic-level": (exports) => async () => {
    const { ClassicLevel } = exports as { ClassicLevel: ClassicLevel };
    const level = new ClassicLevel(temporaryDirectory());
    await level.open();
    return {
      put: (keys, valueOf) =>
        level.batch(keys.map((key, index) => ({ type: "put", key, value: valueOf(index) }))),
      flush: async () => undefined,
      rest: () => level.compactRange("", "g"),
      get: (key) => level.get(key),
      scan: (count) => firstValues(count, level.iterator()),
    };
  },
  lmdb: (exports) => async () => {
    const environment = (exports as Lmdb).open({ path: temporaryDirectory(), encoding: "string" });
    return {
      put: async (keys, valueOf) => {
        await Promise.all(keys.map((key, index) => environment.put(key, valueOf(index))));
      },
      flush: async () => {
        await environment.flushed;
      },
      rest: async () => undefined,
      get: async (key) => environment.get(key),
      scan: async (count) => {
        let length = 0;
        for (const { value } of environment.getRange({ limit: count })) length += value.length;
        return length;
      },
    };
  },
};
