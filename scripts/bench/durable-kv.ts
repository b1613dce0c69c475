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
import type { Course, Lane } from "../lib/bench/race.ts";

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
const recordCount = 200_000;
/** Larger than all records: nothing is compacted, and the whole log is replayed. */
const oneSegment = 1 << 30;

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const keyTexts = Array.from({ length: recordCount }, (_, index) => `key-${index}`);
const keys = keyTexts.map(bytes);
const values = Array.from({ length: 16 }, (_, index) => bytes(`${index}`.padEnd(100, "·-")));

type Put = (key: Uint8Array, value: Uint8Array) => Promise<unknown>;

export const bench: KataBench<Subject> = {
  peers: ["classic-level"],
  courses: (subjects, peers, atEnd) => [
    ...groups.map(({ writers, ofLimit }): Course => ({
      title: `Puts, ${writers} at a time, a sync takes ${syncMs} ms`,
      goals: [{ against: "one shared sync", atLeast: ofLimit }],
      lanes: async () => [
        { name: "one shared sync", kind: "limit", run: among(writers, sharedSyncs(realClock)) },
        ...(await putLanes(subjects, writers, ({ openDurableKv }) => {
          const disk = new SlowSyncs(realClock).wrap(new DiskPort(emptyDisk([directory])));
          return openDurableKv({ disk, directory });
        })),
      ],
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
      title: `Recovery of ${recordCount} records against setting them in a Map`,
      // At most 3.5 times as long.
      goals: [{ against: "Map.set", atLeast: 0.285 }],
      sliceMs: 500,
      lanes: async () => [
        { name: "Map.set", kind: "limit", run: setInMap },
        ...(await Promise.all(subjects.map((subject) => recoveryLane(subject, atEnd)))),
      ],
    },
  ],
};

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
        await put(keys[index & 4095] as Uint8Array, values[index & 15] as Uint8Array);
      }
    };
    await Promise.all(Array.from({ length: writers }, write));
    return begun;
  };
}

async function recoveryLane(
  { name, exports: { openDurableKv } }: BenchedSubject<Subject>,
  atEnd: AtEnd,
): Promise<Lane> {
  const place = {
    disk: realDisk(),
    directory: temporaryDirectory(atEnd),
    segmentBytesMax: oneSegment,
    writersWaitingMax: recordCount,
  };
  const store = await openDurableKv(place);
  await Promise.all(keys.map((key, index) => store.put(key, values[index & 15] as Uint8Array)));
  await store.close();
  return {
    name,
    kind: "subject",
    run: async (count) => {
      let found = 0;
      for (let done = 0; done < count; done++) {
        const again = await openDurableKv(place);
        if ((await again.get(keys[done % recordCount] as Uint8Array)) !== undefined) found++;
        await again.close();
      }
      if (found !== count) throw new Error(`${name} has lost a record.`);
      return found;
    },
  };
}

function setInMap(count: number): number {
  let size = 0;
  for (let done = 0; done < count; done++) {
    const map = new Map<string, Uint8Array>();
    for (const [index, key] of keyTexts.entries()) map.set(key, values[index & 15] as Uint8Array);
    size += map.size;
  }
  return size;
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
  return [{ name: "classic-level", kind: "peer", run: among(writers, put) }];
}
