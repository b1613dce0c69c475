/**
 * lsm-tree on the real file system, one million keys unless told, against what people would install.
 *
 * Everybody is asked for the same: groups of writes called together and answered when they are synced; what is
 * inserted in a slice is flushed before its end; and before anything is read, all is merged.
 */
import { closeSync, openSync, readSync, writeSync } from "node:fs";
import path from "node:path";
import type { Subject } from "../../katas/lsm-tree/contract.ts";
import { seededRandom } from "../../katas/platform/random.ts";
import { realDisk } from "../../katas/platform/real-disk.ts";
import type { AtEnd, BenchedSubject, KataBench } from "../lib/bench/kata-bench.ts";
import type { LoadLane } from "../lib/bench/load.ts";
import type { Course, Lane } from "../lib/bench/race.ts";
import { temporaryDirectory } from "../lib/bench/temporary-directory.ts";
import { virtualDisk } from "../lib/bench/virtual-disk.ts";

const keyCounts = [1000, 10_000, 100_000, 1_000_000];
/** Entries that a compaction merges while calls come. */
const compactedCount = 100_000;
const valueLength = 100;
/** So many puts are called together. */
const groupSize = 1000;
const memtableThreshold = 20_000;

/** 16 hex digits; no two are the same, and their order is that of nothing. */
const keyAt = (index: number): string => half(index, 0x9e3779b1) + half(index, 0x85ebca77);
const half = (index: number, factor: number): string =>
  (Math.imul(index + 1, factor) >>> 0).toString(16).padStart(8, "0");

const random = seededRandom(1);
/** Letters drawn from 64: nothing that a compressor could use. */
const values = Array.from({ length: 4096 }, () =>
  String.fromCharCode(...Array.from({ length: valueLength }, () => 48 + random.below(64))),
);

/** A store with the calls that are compared. */
interface Store {
  /** Resolves when all of them are synced. */
  put(entries: readonly (readonly [key: string, value: string])[]): Promise<void>;
  /** What was put has left the memory. */
  flush(): Promise<void>;
  /** Everything is merged. */
  compact(): Promise<void>;
  get(key: string): Promise<string | undefined>;
  entries(): Iterable<Entry> | AsyncIterable<Entry>;
  close(): Promise<void>;
}

type Entry = { readonly value: string } | readonly [key: string, value: string];

type Open = (directory: string) => Promise<Store>;

interface Contestant {
  readonly name: string;
  readonly kind: Lane["kind"];
  readonly open: Open;
}

export const bench: KataBench<Subject> = {
  peers: ["classic-level", "lmdb"],
  keyCount: 1_000_000,
  notes: [
    "Everybody syncs: this tree each batch before it answers, classic-level with `sync: true`, lmdb until its commit is flushed. What a slice inserts is flushed within it; before anything is read, all is merged.",
  ],
  courses: ({ subjects, peers, keyCount, atEnd }) => {
    const contestants = contestantsOf(subjects, peers);
    // Filled once, one after the other, for all courses.
    let full: Promise<Map<string, Store>> | undefined;
    const lanes = (runOf: (store: Store) => Lane["run"]) => async (): Promise<Lane[]> => {
      const stores = await (full ??= allFilled(contestants, keyCount, atEnd));
      return contestants.map(({ name, kind }) => {
        return { name, kind, run: runOf(stores.get(name) as Store) };
      });
    };
    // Disks are waited for: processor time says nothing.
    const onDisk = { isSound: () => true } satisfies Partial<Course>;
    return [
      {
        ...onDisk,
        title: `Scan ${keyCount} entries: entries a second`,
        goals: [
          { against: "classic-level", atLeast: 3 },
          { against: "lmdb", atLeast: 1.5 },
        ],
        lanes: lanes(scans),
      },
      {
        ...onDisk,
        title: "Get a key that is there",
        goals: [
          { against: oneRead, atLeast: 0.4 },
          { against: "classic-level", atLeast: 1.2 },
        ],
        lanes: async () => [
          { name: oneRead, kind: "limit", run: readsOfBlocks(keyCount, atEnd) },
          ...(await lanes((store) => gets(store, keyCount, ""))()),
        ],
      },
      {
        ...onDisk,
        title: "Get a key that is not there",
        goals: [{ against: "classic-level", atLeast: 2 }],
        lanes: lanes((store) => gets(store, keyCount, "x")),
      },
      {
        ...onDisk,
        title: `Insert ${groupSize} new keys together, synced; flushed after each slice`,
        goals: [
          { against: "classic-level", atLeast: 1 },
          { against: "lmdb", atLeast: 1.9 },
        ],
        sliceMs: 1000,
        roundsMax: 8,
        lanes: lanes((store) => inserts(store, keyCount)),
      },
    ];
  },
  loads: ({ subjects, keyCount }) => [
    {
      title: "A put every 2 ms, a sync takes 1 ms",
      everyMs: 2,
      calls: 900,
      meanwhile: "a compaction",
      lanes: () =>
        Promise.all(
          subjects.map((subject) => loadLane(subject, Math.min(keyCount, compactedCount))),
        ),
    },
  ],
  growths: ({ subjects, peers, keyCount }) =>
    [
      { title: "Get a key that is there, as keys grow", suffix: "" },
      { title: "Get a key that is not there, as keys grow", suffix: "x" },
    ].map(({ title, suffix }) => ({
      title,
      axis: "keys",
      sizes: keyCounts.filter((count) => count <= keyCount),
      lanes: async (count, atEnd) => {
        const contestants = contestantsOf(subjects, peers);
        const stores = await allFilled(contestants, count, atEnd);
        return contestants.map(({ name, kind }) => {
          return { name, kind, run: gets(stores.get(name) as Store, count, suffix) };
        });
      },
    })),
};

const oneRead = "one read of 4 KiB";

function contestantsOf(
  subjects: readonly BenchedSubject<Subject>[],
  peers: ReadonlyMap<string, unknown>,
): Contestant[] {
  return [
    ...subjects.map(({ name, exports }): Contestant => {
      return { name, kind: "subject", open: treeOf(exports) };
    }),
    ...[...peers].flatMap(([name, exports]): Contestant[] => {
      const open = peerStores[name]?.(exports);
      return open === undefined ? [] : [{ name, kind: "peer", open }];
    }),
  ];
}

async function allFilled(
  contestants: readonly Contestant[],
  keyCount: number,
  atEnd: AtEnd,
): Promise<Map<string, Store>> {
  const stores = new Map<string, Store>();
  for (const { name, open } of contestants) stores.set(name, await filled(open, keyCount, atEnd));
  return stores;
}

async function filled(open: Open, keyCount: number, atEnd: AtEnd): Promise<Store> {
  const directory = temporaryDirectory(atEnd);
  const store = await open(directory);
  atEnd(() => store.close());
  for (let first = 0; first < keyCount; first += groupSize)
    await store.put(groupFrom(first, Math.min(groupSize, keyCount - first)));
  await store.flush();
  await store.compact();
  return store;
}

function groupFrom(first: number, length = groupSize): (readonly [string, string])[] {
  return Array.from({ length }, (_, index) => {
    return [keyAt(first + index), values[(first + index) & 4095] as string] as const;
  });
}

/** From beginning to end and again, each slice where the last one stopped. */
function scans(store: Store): Lane["run"] {
  let iterator = iteratorOf(store);
  return async (count) => {
    let length = 0;
    for (let done = 0; done < count;) {
      const answer = iterator.next();
      const result = answer instanceof Promise ? await answer : answer;
      if (result.done === true) iterator = iteratorOf(store);
      else {
        length += valueOf(result.value).length;
        done++;
      }
    }
    return length;
  };
}

function iteratorOf(store: Store): Iterator<Entry, void> | AsyncIterator<Entry, void> {
  const entries = store.entries();
  return Symbol.asyncIterator in entries
    ? entries[Symbol.asyncIterator]()
    : entries[Symbol.iterator]();
}

function valueOf(entry: Entry): string {
  return "value" in entry ? entry.value : entry[1];
}

function gets(store: Store, keyCount: number, suffix: string): Lane["run"] {
  const drawn = seededRandom(1);
  return async (count) => {
    let found = 0;
    for (let done = 0; done < count; done++) {
      const value = await store.get(keyAt(drawn.below(keyCount)) + suffix);
      if (value !== undefined) found++;
    }
    if (found !== (suffix === "" ? count : 0)) throw new Error(`Found ${found} of ${count} keys.`);
    return found;
  };
}

function inserts(store: Store, keyCount: number): Lane["run"] {
  let next = keyCount;
  return async (count) => {
    for (let done = 0; done < count; done++, next += groupSize) await store.put(groupFrom(next));
    await store.flush();
    return next;
  };
}

/** At drawn places of a file that is as large as what the keys and values take. */
function readsOfBlocks(keyCount: number, atEnd: AtEnd): Lane["run"] {
  const blockCount = Math.max(1, Math.ceil((keyCount * (16 + valueLength)) / 4096));
  const directory = temporaryDirectory(atEnd);
  const file = openSync(path.join(directory, "blocks"), "w+");
  atEnd(() => closeSync(file));
  const block = Buffer.alloc(4096, "·-");
  for (let written = 0; written < blockCount; written++) writeSync(file, block);
  const drawn = seededRandom(1);
  return (count) => {
    let sum = 0;
    for (let done = 0; done < count; done++)
      sum += readSync(file, block, 0, block.length, drawn.below(blockCount) * block.length);
    return sum;
  };
}

/** A tree whose entries lie in tables that a compaction will merge. */
async function loadLane(
  { name, exports }: BenchedSubject<Subject>,
  count: number,
): Promise<LoadLane> {
  const { disk, barriers } = virtualDisk("store");
  const tree = await exports.openLsmTree({ disk, directory: "store", memtableThreshold });
  for (let first = 0; first < count; first += groupSize) {
    const group = groupFrom(first, Math.min(groupSize, count - first));
    await Promise.all(group.map(([key, value]) => tree.put(key, value)));
  }
  await tree.flush();
  return {
    name,
    kind: "subject",
    call: (index) => tree.put(keyAt(count + index), values[index & 4095] as string),
    meanwhile: () => tree.compact(),
    barriers,
  };
}

// ── Contestants ───────────────────────────────────────────────────────────────────────────────

function treeOf({ openLsmTree }: Subject): Open {
  return async (directory) => {
    const tree = await openLsmTree({ disk: realDisk(), directory, memtableThreshold });
    return {
      put: async (entries) => {
        await Promise.all(entries.map(([key, value]) => tree.put(key, value)));
      },
      flush: () => tree.flush(),
      compact: () => tree.compact(),
      get: (key) => tree.get(key),
      entries: () => tree.range(),
      close: () => tree.close(),
    };
  };
}

interface ClassicLevel {
  open(): Promise<void>;
  batch(operations: readonly object[], options: object): Promise<void>;
  compactRange(start: string, end: string): Promise<void>;
  get(key: string): Promise<string | undefined>;
  iterator(): AsyncIterable<Entry>;
  close(): Promise<void>;
}

interface Lmdb {
  open(options: object): {
    put(key: string, value: string): Promise<boolean>;
    get(key: string): string | undefined;
    getRange(): Iterable<Entry>;
    close(): Promise<void>;
    readonly flushed: Promise<unknown>;
  };
}

const peerStores: Readonly<Record<string, (exports: unknown) => Open>> = {
  "classic-level": (exports) => async (directory) => {
    type Constructor = new (location: string) => ClassicLevel;
    const { ClassicLevel } = exports as { ClassicLevel: Constructor };
    const level = new ClassicLevel(directory);
    await level.open();
    return {
      put: (entries) =>
        level.batch(
          entries.map(([key, value]) => ({ type: "put", key, value })),
          { sync: true },
        ),
      // No key is there: all that is left of a compaction is that the memtable is written out first.
      flush: () => level.compactRange("~", "~~"),
      compact: () => level.compactRange("", "~"),
      get: (key) => level.get(key),
      entries: () => level.iterator(),
      close: () => level.close(),
    };
  },
  lmdb: (exports) => async (directory) => {
    const store = (exports as Lmdb).open({ path: directory, encoding: "string" });
    const flush = async (): Promise<void> => {
      await store.flushed;
    };
    return {
      put: async (entries) => {
        await Promise.all(entries.map(([key, value]) => store.put(key, value)));
        await flush();
      },
      flush,
      // It has one tree, which is always whole.
      compact: flush,
      get: async (key) => store.get(key),
      entries: () => store.getRange(),
      close: () => store.close(),
    };
  },
};
