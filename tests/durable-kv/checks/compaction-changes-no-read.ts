/**
 * Clients read and write while another compacts; then the process ends with nothing lost, and what a
 * reopen shows must be what the answers leave. Then bytes of all sizes and long histories, and what may
 * happen to a compaction that is under way: reads, a close, the next owner of the directory.
 */
import type { DurableKv } from "#katas/durable-kv/contract.ts";
import { kata } from "#katas/durable-kv/kata.ts";
import { together } from "../../harness/experiment.ts";
import { compacting } from "../adapter.ts";
import {
  changeDuringCompaction,
  closeDuringCompaction,
  readDuringCompaction,
  readDuringRotation,
} from "../compaction-under-way.ts";
import { hunting, staged } from "../searches.ts";
import { manyClients, oneClient } from "../../harness/key-value/hunting.ts";
import { liveHistory } from "../../harness/key-value/live.ts";
import { bytesInWords, bytesOf, type Script, scripted } from "../script.ts";
import type { Operation } from "../../harness/key-value/workload.ts";
import { keysOfEverySize, noise, type Pair, valuesOfEverySize } from "../sizes.ts";
import { History, oneMoreRecordEachLife, type Workout, workouts } from "../workout.ts";

const promise = "durable-kv/compaction-changes-no-read";

export const compactionChangesNoRead = together(promise, kata.version, [
  hunting({
    promise,
    hunt: {
      wants: ["lost", "invented", "refused"],
      phases: ["crash"],
      names: "core",
      killsOnly: true,
      live: liveHistory,
      crashesAt: ({ history, isIdle }) =>
        isIdle && history.calls.every((call) => call.answeredAt !== null),
      missing: ({ history }) =>
        history.calls.some(({ operation }) => operation.kind === "compact")
          ? null
          : "compact was never called",
    },
    cases: 360,
    draw: (random, index) => {
      const options = { segmentBytesMax: 1024 };
      if (index % 3 === 0) {
        const mix = {
          operations: 40,
          keys: ["a", "b", "c", "d"],
          gets: 0.25,
          deletes: 0.2,
          others: compacting(0.1),
          sizes: [60, 200, 400],
        };
        const clients = oneClient(random, mix);
        return { clients, options, closes: index % 2 === 0, sectorBytes: 64 };
      }
      // Many keys and mostly one compaction: what it loses is not healed by a later write or compaction.
      const keys = ["a", "b", "c", "d", "e", "f", "g", "h"].slice(0, 3 + (index % 6));
      const mix = { operations: 6, keys, gets: 0.2, deletes: 0.2, sizes: [60, 200, 400] };
      const clients = [
        ...manyClients(random, 2, mix),
        compaction.slice(0, index % 3 === 1 ? 1 : 2),
      ];
      return { clients, draw: { index, seed: random.below(1_000_000) }, options, sectorBytes: 64 };
    },
  }),
  scripted(promise, {
    "values of every size": (script) => throughCompaction(script, valuesOfEverySize(script.random)),
    "keys of every size": (script) => throughCompaction(script, keysOfEverySize(script.random)),
    "segments of another size at each open": resized,
    "one more record in each life": oneMoreRecordEachLife,
    "ten thousand keys": tenThousandKeys,
    "more keys than two bytes count": moreKeysThanTwoBytesCount,
    "more bytes than three bytes count": moreBytesThanThreeBytesCount,
    "more than a thousand segments": moreThanAThousandSegments,
    ...Object.fromEntries(
      workouts
        .filter(({ keys }) => keys <= 1000) // ten thousand are read back already
        .map((workout) => [workout.name, (script: Script) => readBack(script, workout)]),
    ),
  }),
  staged(promise, {
    "gets while no sync of a compaction ends": readDuringCompaction,
    "gets while a put begins a segment": readDuringRotation,
    "close during a compaction, and the next owner": closeDuringCompaction,
    "a value put during a compaction is changed": changeDuringCompaction,
  }),
]);

const compaction: Operation[] = [{ kind: "compact" }, { kind: "compact" }];

/** Written, compacted, reopened after a close, compacted again, reopened after a kill; read each time. */
async function throughCompaction(script: Script, pairs: readonly Pair[]): Promise<void> {
  const options = { segmentBytesMax: 4096 };
  const readAll = async (store: DurableKv): Promise<void> => {
    for (const [key, value] of pairs) await script.shows(store, key, value);
  };
  const store = await script.open(options);
  for (const [key, value] of pairs) {
    await script.does(`put ${bytesInWords(key)}=${bytesInWords(value)}`, () =>
      store.put(key, value),
    );
  }
  await script.does("compact", () => store.compact());
  await readAll(store);
  await script.does("close", () => store.close());
  await script.newProcess();
  const second = await script.open(options);
  await readAll(second);
  await script.does("compact", () => second.compact());
  await script.kill();
  await readAll(await script.open(options));
}

/** What was written in segments of one size is read with segments of another. */
async function resized(script: Script): Promise<void> {
  const values = Array.from({ length: 75 }, (_, index) => noise(script.random, 300, index));
  let written = 0;
  for (const segmentBytesMax of [16_384, 1024, 1_048_576, 2048, Number.MAX_SAFE_INTEGER, 4096]) {
    script.tell("options", `segmentBytesMax: ${segmentBytesMax}`);
    const store = await script.open({ segmentBytesMax });
    for (const [index, value] of values.entries())
      await script.showsQuietly(
        store,
        bytesOf(`key-${index}`),
        index < written ? value : undefined,
      );
    if (segmentBytesMax === 4096) return;
    for (const end = written + 15; written < end; written++) {
      const value = values[written] ?? new Uint8Array(0);
      await script.does(`put key-${written}`, () => store.put(bytesOf(`key-${written}`), value));
    }
    if (segmentBytesMax === 1_048_576) await script.does("compact", () => store.compact());
    await script.does("close", () => store.close());
    await script.newProcess();
  }
}

/** Many keys, and several megabytes in small pieces. */
async function tenThousandKeys(script: Script): Promise<void> {
  const count = 10_000;
  const together = script.takesOneCall ? 1 : 1000;
  const keyOf = (index: number): Uint8Array => bytesOf(`key-${index}`);
  const valueOf = (index: number): Uint8Array => bytesOf(`${index}:`.padEnd(500, "x"));
  const inPortions = async (perform: (index: number) => Promise<void>): Promise<void> => {
    for (let start = 0; start < count; start += together) {
      await script.quietly(`calls for the keys ${start}–${start + together - 1}`, () =>
        Promise.all(Array.from({ length: together }, (_, index) => perform(start + index))),
      );
    }
  };
  const store = await script.open();
  await inPortions((index) => store.put(keyOf(index), valueOf(index)));
  script.tell(`${count} puts`, "answered ok");
  await script.does("compact", () => store.compact());
  await script.kill();
  const reopened = await script.open();
  const wrong: number[] = [];
  await inPortions(async (index) => {
    const answer: unknown = await reopened.get(keyOf(index));
    const isRight = answer instanceof Uint8Array && Buffer.compare(answer, valueOf(index)) === 0;
    if (!isRight) wrong.push(index);
  });
  for (const index of wrong.slice(0, 1)) await script.shows(reopened, keyOf(index), valueOf(index));
  script.tell(`gets of ${count} keys`, "answered right");
}

/**
 * Exactly 65,536 keys live when the store is compacted, and a few more when it is compacted again: a
 * count of two bytes says 0, or nearly nothing.
 */
async function moreKeysThanTwoBytesCount(script: Script): Promise<void> {
  if (script.takesOneCall) return;
  const count = 65_536;
  const together = 1024;
  const nothing = new Uint8Array(0);
  const keyOf = (index: number): Uint8Array => bytesOf(index.toString(36));
  const put = (store: DurableKv, start: number): Promise<unknown> =>
    script.quietly(`puts from key ${start} on`, () =>
      Promise.all(
        Array.from({ length: together }, (_, index) => store.put(keyOf(start + index), nothing)),
      ),
    );
  const readSome = async (store: DurableKv, keys: number): Promise<void> => {
    for (let index = 0; index < keys; index += 1023)
      await script.showsQuietly(store, keyOf(index), nothing);
    await script.showsQuietly(store, keyOf(keys - 1), nothing);
    await script.showsQuietly(store, keyOf(keys), undefined);
  };
  const store = await script.open();
  for (let start = 0; start < count; start += together) await put(store, start);
  script.tell(`${count} puts`, "answered ok");
  await script.does("compact", () => store.compact());
  await script.kill();
  const second = await script.open();
  await readSome(second, count);
  await put(second, count);
  await script.does("compact", () => second.compact());
  await script.kill();
  await readSome(await script.open(), count + together);
}

/** Values of a mebibyte, put side by side where one segment has room for all of them. */
async function moreBytesThanThreeBytesCount(script: Script): Promise<void> {
  const count = 17;
  const options = { segmentBytesMax: 64 * 1_048_576 };
  const valueOf = (index: number): Uint8Array => new Uint8Array(1_048_576).fill(index + 1);
  const keyOf = (index: number): Uint8Array => bytesOf(`key-${index}`);
  const store = await script.open(options);
  const putAll = (from: number, end: number): Promise<unknown> =>
    Promise.all(
      Array.from({ length: end - from }, (_, index) =>
        store.put(keyOf(from + index), valueOf(from + index)),
      ),
    );
  const what = `${count} puts of a mebibyte`;
  if (script.takesOneCall)
    for (let index = 0; index < count; index++)
      await script.quietly(what, () => putAll(index, index + 1));
  else await script.quietly(what, () => putAll(0, count));
  script.tell(what, "answered ok");
  await script.does("put last", () => store.put(bytesOf("last"), bytesOf("1")));
  const readAll = async (reopened: DurableKv): Promise<void> => {
    for (let index = 0; index < count; index++)
      await script.showsQuietly(reopened, keyOf(index), valueOf(index));
    await script.shows(reopened, bytesOf("last"), bytesOf("1"));
  };
  await script.kill();
  // Segments may be larger than the next life would make them.
  const second = await script.open({ segmentBytesMax: 1_048_576 });
  await readAll(second);
  await script.does("compact", () => second.compact());
  await script.kill();
  await readAll(await script.open(options));
}

/** The order of segments is an order of numbers, also when these have a digit more. */
async function moreThanAThousandSegments(script: Script): Promise<void> {
  const options = { segmentBytesMax: 1024 };
  const count = 1100;
  const keys = 500;
  const keyOf = (index: number): Uint8Array => bytesOf(`key-${index % keys}`);
  const valueOf = (index: number): Uint8Array => bytesOf(`${index}:`.padEnd(900, "x"));
  const store = await script.open(options);
  for (let index = 0; index < count; index++)
    await script.quietly(`put ${index}`, () => store.put(keyOf(index), valueOf(index)));
  script.tell(`${count} puts of 900 bytes`, "answered ok");
  await script.kill();
  const reopened = await script.open(options);
  for (let index = count - keys; index < count; index++)
    await script.showsQuietly(reopened, keyOf(index), valueOf(index));
}

async function readBack(script: Script, workout: Workout): Promise<void> {
  const history = new History(script, workout);
  const store = await history.writeAndCompact();
  await history.readAll(store);
  await script.does("close", () => store.close());
  await script.newProcess();
  await history.readAll(await script.open({ segmentBytesMax: workout.segmentBytesMax }));
}
