/**
 * durable-kv: synced puts against one sync that all waiting writers share, and against LevelDB, SQLite and LMDB, on a
 * disk whose every sync takes 1 ms and on the real one; and recovery against filling a `Map` and opening SQLite.
 */
import type { DurableKv, Subject } from "../../katas/durable-kv/contract.ts";
import { realClock } from "../../katas/platform/real-clock.ts";
import { realDisk } from "../../katas/platform/real-disk.ts";
import { sharedSyncs, SlowSyncs } from "../../tests/durable-kv/slow-syncs.ts";
import type { AtEnd, BenchedSubject, KataBench } from "../lib/bench/kata-bench.ts";
import type { LoadLane } from "../lib/bench/load.ts";
import type { Course, Goal, Lane } from "../lib/bench/race.ts";
import { temporaryDirectory } from "../lib/bench/temporary-directory.ts";
import { syncMs, virtualDisk } from "../lib/bench/virtual-disk.ts";
import {
  hasOwnQueue,
  nativeStoreNames,
  openNativeStore,
  openSqlite,
  withQueue,
} from "./durable-kv/native-stores.ts";
import { among, bytesOf, keyAt, keyTextsOf, valueAt } from "./durable-kv/puts.ts";
import { SlowPeers } from "./durable-kv/slow-peers.ts";

/** What the reference should be, at so many puts at a time: to the limit, to LevelDB, and to the best package with a queue. */
const groups = [
  { writers: 1, ofLimit: 0.9, ofClassicLevel: 0.95, ofQueued: 0.95 },
  { writers: 8, ofLimit: 0.9, ofClassicLevel: 2.8, ofQueued: 1.05 },
  { writers: 64, ofLimit: 0.8, ofClassicLevel: 20, ofQueued: 1.4 },
  { writers: 256, ofLimit: 0.55, ofClassicLevel: 55, ofQueued: 2.5 },
];
const realGroups = [1, 64];
const writerCounts = [1, 4, 16, 64, 256];
const recordCounts = [1000, 10_000, 100_000, 1_000_000];
/** So many puts go before a compaction. */
const compactedWrites = 40_000;
/** Larger than all records: nothing is compacted, and the whole log is replayed. */
const oneSegment = 1 << 30;
const directory = "store";

export const bench: KataBench<Subject> = {
  peers: ["classic-level", "better-sqlite3", "lmdb"],
  keyCount: 200_000,
  notes: [
    `Every put of every contestant is answered when it is synced. Where a sync takes ${syncMs} ms, packages run in a process of their own, in which every sync of their native code takes as long. A queue hands all who wait together to the package as one batch; lmdb has one of its own.`,
    "Opening SQLite reads a few pages, whatever the file holds; our stores have all records in memory then, as it has once all have been read.",
  ],
  courses: (contest) => {
    const { subjects, peers, keyCount, atEnd } = contest;
    const slow = new SlowPeers(contest);
    const bothDisks: Course = {
      title: `A sync of ${syncMs} ms here, and in the packages' processes`,
      goals: [],
      lanes: async () => [
        { name: "a sync", kind: "limit", run: syncsOneByOne },
        ...(await slow.bareLanes("a sync of theirs", "alone", 1)),
      ],
    };
    return [
      ...(peers.size === 0 ? [] : [bothDisks]),
      ...groups.map((group): Course => ({
        title: `Puts, ${group.writers} at a time, a sync takes ${syncMs} ms`,
        goals: goalsOf(group),
        lanes: async () => [
          ...(await slowSyncLanes(subjects, group.writers)),
          ...(await slow.bareLanes("one shared sync of theirs", "shared", group.writers)),
          ...(await slow.storeLanes(group.writers)),
        ],
      })),
      ...realGroups.map((writers): Course => ({
        title: `Puts, ${writers} at a time, on the real file system, each answered when synced`,
        // Figures to know about: from one second to the next such a disk can be ten times as slow.
        goals: [],
        // It is the disk that everybody waits for.
        isSound: () => true,
        lanes: async () => [
          ...(await putLanes(subjects, writers, async ({ openDurableKv }) => {
            const place = { disk: realDisk(), directory: temporaryDirectory(atEnd) };
            const store = await openDurableKv(place);
            atEnd(() => store.close());
            return { store };
          })),
          ...(await realPeerLanes(peers, writers, atEnd)),
        ],
      })),
      {
        title: `Recovery of ${keyCount} records against setting them in a Map`,
        // At most 3.5 times as long.
        goals: [{ against: "Map.set", atLeast: 0.285 }],
        sliceMs: 500,
        lanes: () => recoveryLanes(subjects, keyCount, atEnd),
      },
      {
        title: `Recovery of ${keyCount} records from a snapshot against opening SQLite`,
        // At most 10 times as long as opening it takes, and no longer than opening it and reading all.
        goals: [
          { against: "better-sqlite3", atLeast: 0.1 },
          { against: allRead, atLeast: 1 },
        ],
        sliceMs: 500,
        lanes: async () => [
          ...(await recoveryLanes(subjects, keyCount, atEnd, { compacted: true })),
          ...sqliteLanes(peers, keyCount, atEnd),
        ],
      },
    ];
  },
  loads: ({ subjects }) => [
    {
      title: `A put every 2 ms, a sync takes ${syncMs} ms`,
      everyMs: 2,
      calls: 900,
      meanwhile: "a compaction",
      lanes: () => Promise.all(subjects.map(loadLane)),
    },
  ],
  growths: (contest) => {
    const { subjects } = contest;
    const slow = new SlowPeers(contest);
    return [
      {
        title: `A put as writers join, a sync takes ${syncMs} ms`,
        axis: "writers",
        sizes: writerCounts,
        lanes: async (writers) => [
          ...(await slowSyncLanes(subjects, writers)),
          ...(await slow.storeLanes(writers)),
        ],
      },
      {
        title: "A recovery as records grow",
        axis: "records",
        sizes: recordCounts,
        sliceMs: 500,
        lanes: (count, atEnd) => recoveryLanes(subjects, count, atEnd),
      },
    ];
  },
};

function goalsOf({ writers, ofLimit, ofClassicLevel, ofQueued }: (typeof groups)[number]): Goal[] {
  const best = nativeStoreNames.map((store) =>
    writers === 1 || hasOwnQueue(store) ? store : withQueue(store),
  );
  return [
    { against: sharedSync, atLeast: ofLimit },
    ...(writers === 1 ? [] : [{ against: "classic-level", atLeast: ofClassicLevel }]),
    ...best.map((against) => ({ against, atLeast: ofQueued })),
  ];
}

const sharedSync = "one shared sync";
const allRead = "better-sqlite3 with all records read";

async function syncsOneByOne(count: number): Promise<number> {
  const disk = new SlowSyncs(realClock);
  for (let done = 0; done < count; done++) await disk.sync();
  return count;
}

async function slowSyncLanes(
  subjects: readonly BenchedSubject<Subject>[],
  writers: number,
): Promise<Lane[]> {
  return [
    { name: sharedSync, kind: "limit", run: among(writers, sharedSyncs(realClock)) },
    ...(await putLanes(subjects, writers, async ({ openDurableKv }) => {
      const { disk, barriers } = virtualDisk(directory);
      return { store: await openDurableKv({ disk, directory }), barriers };
    })),
  ];
}

/** A store in which most records have been written again. */
async function loadLane({ name, exports }: BenchedSubject<Subject>): Promise<LoadLane> {
  const { disk, barriers } = virtualDisk(directory);
  const store = await exports.openDurableKv({
    disk,
    directory,
    segmentBytesMax: oneSegment,
    writersWaitingMax: compactedWrites,
  });
  await among(compactedWrites, (key, value) => store.put(key, value))(compactedWrites);
  return {
    name,
    kind: "subject",
    call: (index) => store.put(keyAt(index), valueAt(index)),
    meanwhile: () => store.compact(),
    barriers,
  };
}

async function putLanes(
  subjects: readonly BenchedSubject<Subject>[],
  writers: number,
  open: (exports: Subject) => Promise<{ store: DurableKv; barriers?: () => number }>,
): Promise<Lane[]> {
  const lanes = subjects.map(async ({ name, exports }): Promise<Lane> => {
    const { store, ...counted } = await open(exports);
    const run = among(writers, (key, value) => store.put(key, value));
    return { name, kind: "subject", run, ...counted };
  });
  return Promise.all(lanes);
}

// ── Recovery ──────────────────────────────────────────────────────────────────────────────────

async function recoveryLanes(
  subjects: readonly BenchedSubject<Subject>[],
  count: number,
  atEnd: AtEnd,
  how = { compacted: false },
): Promise<Lane[]> {
  const texts = keyTextsOf(count);
  const ours = subjects.map((subject) => recoveryLane(subject, texts, atEnd, how));
  return [
    { name: "Map.set", kind: "limit", run: settingInMap(texts) },
    { name: "Map.set of strings made from bytes", kind: "limit", run: settingWhatIsMade(texts) },
    ...(await Promise.all(ours)),
  ];
}

async function recoveryLane(
  { name, exports: { openDurableKv } }: BenchedSubject<Subject>,
  texts: readonly string[],
  atEnd: AtEnd,
  { compacted }: { compacted: boolean },
): Promise<Lane> {
  const place = {
    disk: realDisk(),
    directory: temporaryDirectory(atEnd),
    segmentBytesMax: oneSegment,
    writersWaitingMax: texts.length,
  };
  const store = await openDurableKv(place);
  await Promise.all(texts.map((text, index) => store.put(bytesOf(text), valueAt(index))));
  if (compacted) await store.compact();
  await store.close();
  return {
    name,
    kind: "subject",
    run: reopening(texts, async (key) => {
      const again = await openDurableKv(place);
      const value = await again.get(key);
      await again.close();
      return value;
    }),
  };
}

/** Opens, gets one record, and closes. */
function reopening(
  texts: readonly string[],
  get: (key: Uint8Array) => unknown,
): (count: number) => Promise<number> {
  return async (count) => {
    for (let done = 0; done < count; done++) {
      const value = await get(bytesOf(texts[done % texts.length] as string));
      if (value === undefined) throw new Error("A record has been lost.");
    }
    return count;
  };
}

function settingInMap(texts: readonly string[]): Lane["run"] {
  return (count) => {
    let size = 0;
    for (let done = 0; done < count; done++) {
      const map = new Map<string, Uint8Array>();
      for (const [index, key] of texts.entries()) map.set(key, valueAt(index));
      size += map.size;
    }
    return size;
  };
}

/** What bounds every recovery: what was read are bytes, and a `Map` finds nothing by bytes. */
function settingWhatIsMade(texts: readonly string[]): Lane["run"] {
  const records = texts.map(
    (text, index) => [Buffer.from(text), Buffer.from(valueAt(index))] as const,
  );
  return (count) => {
    let size = 0;
    for (let done = 0; done < count; done++) {
      const map = new Map<string, string>();
      for (const [key, value] of records) {
        map.set(key.toString("latin1"), value.toString("latin1"));
      }
      size += map.size;
    }
    return size;
  };
}

function sqliteLanes(peers: ReadonlyMap<string, unknown>, count: number, atEnd: AtEnd): Lane[] {
  const exports = peers.get("better-sqlite3");
  if (exports === undefined) return [];
  const texts = keyTextsOf(count);
  const place = temporaryDirectory(atEnd);
  const sqlite = openSqlite(exports, place);
  const insert = sqlite.prepare("insert into records values (?, ?)");
  sqlite.transaction(() => {
    for (const [index, text] of texts.entries()) insert.run(bytesOf(text), valueAt(index));
  })(undefined);
  sqlite.close();
  const lane = (name: string, readsAll: boolean): Lane => ({
    name,
    kind: "peer",
    run: reopening(texts, (key) => {
      const again = openSqlite(exports, place);
      const value = again.prepare("select value from records where key = ?").get(key);
      const records = new Map<string, Uint8Array>();
      if (readsAll) {
        const all = again.prepare("select key, value from records").iterate();
        for (const record of all as Iterable<{ key: Buffer; value: Buffer }>)
          records.set(record.key.toString("latin1"), record.value);
      }
      again.close();
      return value;
    }),
  });
  return [lane("better-sqlite3", false), lane(allRead, true)];
}

// ── Packages on the real disk ─────────────────────────────────────────────────────────────────

async function realPeerLanes(
  peers: ReadonlyMap<string, unknown>,
  writers: number,
  atEnd: AtEnd,
): Promise<Lane[]> {
  const lanes: Lane[] = [];
  for (const name of nativeStoreNames) {
    if (!peers.has(name)) continue;
    const store = await openNativeStore(name, peers.get(name), temporaryDirectory(atEnd));
    atEnd(() => store.close());
    lanes.push({ name, kind: "peer", run: among(writers, store.put) });
    if (writers > 1 && !hasOwnQueue(name)) {
      lanes.push({ name: withQueue(name), kind: "peer", run: among(writers, store.putQueued) });
    }
  }
  return lanes;
}
