/**
 * durable-kv: puts against one sync that all waiting writers share, on a disk whose every sync takes 1 ms; synced
 * puts on the real file system against LevelDB; and recovery against filling a `Map`.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { DurableKv, Subject } from "../../katas/durable-kv/contract.ts";
import { realClock } from "../../katas/platform/real-clock.ts";
import { realDisk } from "../../katas/platform/real-disk.ts";
import { DiskPort } from "../../katas/platform/testing/disk-port.ts";
import { sharedSyncs, SlowSyncs, syncMs } from "../../tests/durable-kv/slow-syncs.ts";
import { directory, emptyDisk } from "../../tests/harness/on-disk/disk-subject.ts";
import type { AtEnd, BenchedSubject, KataBench } from "../lib/bench/kata-bench.ts";
import type { LoadLane } from "../lib/bench/load.ts";
import type { Course, Lane } from "../lib/bench/race.ts";
import { virtualDisk } from "../lib/bench/virtual-disk.ts";

const groups = [
  { writers: 1, ofLimit: 0.9 },
  { writers: 8, ofLimit: 0.9 },
  { writers: 64, ofLimit: 0.8 },
  { writers: 256, ofLimit: 0.55 },
];
const realGroups = [
  { writers: 1, ofClassicLevel: 0.95 },
  { writers: 64, ofClassicLevel: 1 },
];
const writerCounts = [1, 4, 16, 64, 256];
const recordCounts = [1000, 10_000, 100_000, 1_000_000];
/** So many records are written again and again before a compaction. */
const compactedKeys = 4096;
const compactedWrites = 40_000;
/** Larger than all records: nothing is compacted, and the whole log is replayed. */
const oneSegment = 1 << 30;

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const keyTextsOf = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `key-${index}`);
const keys = keyTextsOf(compactedKeys).map(bytes);
const values = Array.from({ length: 16 }, (_, index) => bytes(`${index}`.padEnd(100, "·-")));

type Put = (key: Uint8Array, value: Uint8Array) => Promise<unknown>;

export const bench: KataBench<Subject> = {
  peers: ["classic-level"],
  keyCount: 200_000,
  notes: [
    "Every put of every contestant is answered when it is synced; classic-level makes a sync for each put, so it is asked on the real disk only, where 64 waiting puts are also handed to it as one batch.",
  ],
  courses: ({ subjects, peers, keyCount, atEnd }) => [
    ...groups.map(({ writers, ofLimit }): Course => ({
      title: `Puts, ${writers} at a time, a sync takes ${syncMs} ms`,
      goals: [{ against: sharedSync, atLeast: ofLimit }],
      lanes: () => slowSyncLanes(subjects, writers),
    })),
    ...realGroups.map(({ writers, ofClassicLevel }): Course => ({
      title: `Puts, ${writers} at a time, on the real file system, each answered when synced`,
      goals: [{ against: "classic-level", atLeast: ofClassicLevel }],
      // It is the disk that everybody waits for.
      isSound: () => true,
      lanes: async () => [
        ...(await putLanes(subjects, writers, async ({ openDurableKv }) => {
          const store = await openDurableKv({
            disk: realDisk(),
            directory: temporaryDirectory(atEnd),
          });
          atEnd(() => store.close());
          return store;
        })),
        ...(await classicLevel(peers, writers, atEnd)),
      ],
    })),
    {
      title: `Recovery of ${keyCount} records against setting them in a Map`,
      // At most 3.5 times as long.
      goals: [{ against: "Map.set", atLeast: 0.285 }],
      sliceMs: 500,
      lanes: () => recoveryLanes(subjects, keyCount, atEnd),
    },
  ],
  loads: ({ subjects }) => [
    {
      title: `A put every 2 ms, a sync takes ${syncMs} ms`,
      everyMs: 2,
      calls: 900,
      meanwhile: "a compaction",
      lanes: () => Promise.all(subjects.map(loadLane)),
    },
  ],
  growths: ({ subjects }) => [
    {
      title: `A put as writers join, a sync takes ${syncMs} ms`,
      axis: "writers",
      sizes: writerCounts,
      lanes: (writers) => slowSyncLanes(subjects, writers),
    },
    {
      title: "A recovery as records grow",
      axis: "records",
      sizes: recordCounts,
      sliceMs: 500,
      lanes: (count, atEnd) => recoveryLanes(subjects, count, atEnd),
    },
  ],
};

const sharedSync = "one shared sync";

async function slowSyncLanes(
  subjects: readonly BenchedSubject<Subject>[],
  writers: number,
): Promise<Lane[]> {
  return [
    { name: sharedSync, kind: "limit", run: among(writers, sharedSyncs(realClock)) },
    ...(await putLanes(subjects, writers, ({ openDurableKv }) => {
      const disk = new SlowSyncs(realClock).wrap(new DiskPort(emptyDisk([directory])));
      return openDurableKv({ disk, directory });
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
    call: (index) =>
      store.put(keys[index % compactedKeys] as Uint8Array, values[index & 15] as Uint8Array),
    meanwhile: () => store.compact(),
    barriers,
  };
}

async function putLanes(
  subjects: readonly BenchedSubject<Subject>[],
  writers: number,
  open: (exports: Subject) => Promise<DurableKv>,
): Promise<Lane[]> {
  const lanes = subjects.map(async ({ name, exports }): Promise<Lane> => {
    const store = await open(exports);
    return { name, kind: "subject", run: among(writers, (key, value) => store.put(key, value)) };
  });
  return Promise.all(lanes);
}

/** Each writer puts its next record as soon as it is answered. */
function among(writers: number, put: Put): Lane["run"] {
  return async (count) => {
    let begun = 0;
    const write = async (): Promise<void> => {
      while (begun < count) {
        const index = begun++;
        await put(keys[index % compactedKeys] as Uint8Array, values[index & 15] as Uint8Array);
      }
    };
    await Promise.all(Array.from({ length: writers }, write));
    return begun;
  };
}

async function recoveryLanes(
  subjects: readonly BenchedSubject<Subject>[],
  count: number,
  atEnd: AtEnd,
): Promise<Lane[]> {
  const texts = keyTextsOf(count);
  const ours = subjects.map((subject) => recoveryLane(subject, texts, atEnd));
  return [
    { name: "Map.set", kind: "limit", run: settingInMap(texts) },
    ...(await Promise.all(ours)),
  ];
}

async function recoveryLane(
  { name, exports: { openDurableKv } }: BenchedSubject<Subject>,
  texts: readonly string[],
  atEnd: AtEnd,
): Promise<Lane> {
  const place = {
    disk: realDisk(),
    directory: temporaryDirectory(atEnd),
    segmentBytesMax: oneSegment,
    writersWaitingMax: texts.length,
  };
  const store = await openDurableKv(place);
  await Promise.all(
    texts.map((text, index) => store.put(bytes(text), values[index & 15] as Uint8Array)),
  );
  await store.close();
  return {
    name,
    kind: "subject",
    run: async (count) => {
      let found = 0;
      for (let done = 0; done < count; done++) {
        const again = await openDurableKv(place);
        const key = bytes(texts[done % texts.length] as string);
        if ((await again.get(key)) !== undefined) found++;
        await again.close();
      }
      if (found !== count) throw new Error(`${name} has lost a record.`);
      return found;
    },
  };
}

function settingInMap(texts: readonly string[]): Lane["run"] {
  return (count) => {
    let size = 0;
    for (let done = 0; done < count; done++) {
      const map = new Map<string, Uint8Array>();
      for (const [index, key] of texts.entries()) map.set(key, values[index & 15] as Uint8Array);
      size += map.size;
    }
    return size;
  };
}

function temporaryDirectory(atEnd: AtEnd): string {
  const made = mkdtempSync(path.join(tmpdir(), "systems-katas-bench-"));
  atEnd(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

// ── Peers ─────────────────────────────────────────────────────────────────────────────────────

interface ClassicLevel {
  open(): Promise<void>;
  put(key: Uint8Array, value: Uint8Array, options: object): Promise<void>;
  batch(operations: readonly object[], options: object): Promise<void>;
  close(): Promise<void>;
}

async function classicLevel(
  peers: ReadonlyMap<string, unknown>,
  writers: number,
  atEnd: AtEnd,
): Promise<Lane[]> {
  const exports = peers.get("classic-level");
  if (exports === undefined) return [];
  type Constructor = new (location: string, options: object) => ClassicLevel;
  const { ClassicLevel } = exports as { ClassicLevel: Constructor };
  const encodings = { keyEncoding: "view", valueEncoding: "view" };
  const level = new ClassicLevel(temporaryDirectory(atEnd), encodings);
  atEnd(() => level.close());
  await level.open();
  const put: Put = (key, value) => level.put(key, value, { sync: true });
  const alone: Lane = { name: "classic-level", kind: "peer", run: among(writers, put) };
  if (writers === 1) return [alone];
  return [
    alone,
    { name: "classic-level, batched", kind: "peer", run: among(writers, batched(level)) },
  ];
}

/** What somebody would write in front of it: while one batch is synced the next one gathers. */
function batched(level: ClassicLevel): Put {
  let gathering: object[] = [];
  let next: Promise<void> | null = null;
  let last: Promise<void> = Promise.resolve();
  return (key, value) => {
    gathering.push({ type: "put", key, value });
    next ??= last.then(async () => {
      // Those who have just been answered come first.
      await new Promise(setImmediate);
      const batch = gathering;
      gathering = [];
      next = null;
      last = level.batch(batch, { sync: true });
      await last;
    });
    return next;
  };
}
