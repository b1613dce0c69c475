/**
 * lsm-tree on the real file system, one million keys, against what people would install.
 *
 * Everybody is asked for the same: groups of writes called together and answered when they are synced; what is
 * inserted in a slice is flushed before its end; and before anything is read, all is merged.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Subject } from "../../katas/lsm-tree/contract.ts";
import { seededRandom } from "../../katas/platform/random.ts";
import { realDisk } from "../../katas/platform/real-disk.ts";
import type { AtEnd, KataBench } from "../lib/bench/kata-bench.ts";
import type { Course, Lane } from "../lib/bench/race.ts";

const keyCount = 1_000_000;
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

export const bench: KataBench<Subject> = {
  peers: ["classic-level", "lmdb"],
  courses: (subjects, peers, atEnd) => {
    const contestants: { name: string; kind: Lane["kind"]; open: Open }[] = [
      ...subjects.map(({ name, exports }) => ({
        name,
        kind: "subject" as const,
        open: treeOf(exports),
      })),
      ...[...peers].flatMap(([name, exports]) => {
        const open = peerStores[name]?.(exports);
        return open === undefined ? [] : [{ name, kind: "peer" as const, open }];
      }),
    ];
    // Filled once, one after the other, for all courses.
    let full: Promise<Map<string, Store>> | undefined;
    const fill = async (): Promise<Map<string, Store>> => {
      const stores = new Map<string, Store>();
      for (const { name, open } of contestants) stores.set(name, await filled(open, atEnd));
      return stores;
    };
    const lanes = (runOf: (store: Store) => Lane["run"]) => async (): Promise<Lane[]> => {
      const stores = await (full ??= fill());
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
        goals: [{ against: "classic-level", atLeast: 1.2 }],
        lanes: lanes((store) => gets(store, "")),
      },
      {
        ...onDisk,
        title: "Get a key that is not there",
        goals: [{ against: "classic-level", atLeast: 2 }],
        lanes: lanes((store) => gets(store, "x")),
      },
      {
        ...onDisk,
        title: `Insert ${groupSize} new keys together, synced; flushed after each slice`,
        goals: [
          { against: "classic-level", atLeast: 1 },
          { against: "lmdb", atLeast: 1.9 },
        ],
        sliceMs: 1000,
        lanes: lanes(inserts),
      },
    ];
  },
};

async function filled(open: Open, atEnd: AtEnd): Promise<Store> {
  const directory = mkdtempSync(path.join(tmpdir(), "systems-katas-bench-"));
  atEnd(() => rmSync(directory, { recursive: true, force: true }));
  const store = await open(directory);
  atEnd(() => store.close());
  for (let first = 0; first < keyCount; first += groupSize) await store.put(groupFrom(first));
  await store.flush();
  await store.compact();
  return store;
}

function groupFrom(first: number): (readonly [string, string])[] {
  return Array.from({ length: groupSize }, (_, index) => {
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

function gets(store: Store, suffix: string): Lane["run"] {
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

function inserts(store: Store): Lane["run"] {
  let next = keyCount;
  return async (count) => {
    for (let done = 0; done < count; done++, next += groupSize) await store.put(groupFrom(next));
    await store.flush();
    return next;
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
