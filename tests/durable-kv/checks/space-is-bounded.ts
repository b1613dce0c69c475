import type { DurableKv } from "#katas/durable-kv/contract.ts";
import { kata } from "#katas/durable-kv/kata.ts";
import { together } from "../../harness/experiment.ts";
import { emptyDisk } from "../../harness/on-disk/disk-subject.ts";
import { type Script, scripted, type Settled } from "../script.ts";
import { staged, Stage } from "../searches.ts";
import { keyBytes, valueBytes } from "../adapter.ts";
import { History, spaceMax, type Workout, workouts } from "../workout.ts";

export const spaceIsBounded = together("durable-kv/space-is-bounded", kata.version, [
  scripted("durable-kv/space-is-bounded", {
    ...Object.fromEntries(
      workouts.map((workout) => [workout.name, (script: Script) => measure(script, workout)]),
    ),
    "one compaction after another": measureAfterEach,
    "a compaction that meets a disk error": measureDespiteErrors,
  }),
  staged("durable-kv/space-is-bounded", {
    "compactions that were cut off": measureAfterKills,
    "a compaction called while one runs": measureAfterSecond,
  }),
]);

async function measure(script: Script, workout: Workout): Promise<void> {
  const history = new History(script, workout);
  await history.writeAndCompact();
  holdsAtMost(script, history.spaceMax(), history.liveBytes(), history.liveKeys());
}

function holdsAtMost(script: Script, bound: number, liveBytes: number, liveKeys: number): void {
  const bytes = sumOf(script.port.state.sizes());
  script.tell("compact", `answered ok; the directory holds ${bytes} bytes, allowed are ${bound}`);
  if (bytes > bound) {
    const therefore = `After compact the directory holds ${bytes} bytes; with ${liveBytes} live bytes under ${liveKeys} keys at most ${bound} are allowed.`;
    script.broken(`${bytes} bytes`, `at most ${bound}`, therefore);
  }
}

const lives = 40;
const keys = 4;
const valueSize = 800;
const segmentBytesMax = 1024;
const liveBytes = keys * ("k0".length + valueSize);
const bound = spaceMax({ liveBytes, liveKeys: keys, segmentBytesMax });

/** Six times in one life every key is overwritten until much is dead, and compacted. */
async function measureAfterEach(script: Script): Promise<void> {
  const store = await script.open({ segmentBytesMax });
  for (let round = 0; round < 6; round++) {
    await script.does(`10 puts of ${valueSize} bytes to each of ${keys} keys`, async () => {
      for (let put = 0; put < 10 * keys; put++)
        await store.put(keyBytes(`k${put % keys}`), valueBytes(round * 10 * keys + put, valueSize));
    });
    await script.does("compact", () => store.compact());
    holdsAtMost(script, bound, liveBytes, keys);
  }
}

const callsMax = 60;

/**
 * Each call that compact makes to the disk fails in turn, and then the write before it: compact rejects,
 * or has given back the space.
 */
async function measureDespiteErrors(script: Script): Promise<void> {
  const writeMuch = (store: DurableKv): Promise<void> =>
    script.quietly(`10 puts of ${valueSize} bytes to each of ${keys} keys`, async () => {
      for (let put = 0; put < 10 * keys; put++)
        await store.put(keyBytes(`k${put % keys}`), valueBytes(put, valueSize));
    });
  const expectSmall = (what: string, compacted: Settled): void => {
    const bytes = sumOf(script.port.state.sizes());
    if (compacted.how === "rejected" || bytes <= bound) return;
    const therefore = `${what} failed, and compact was answered all the same: the directory holds ${bytes} bytes, and at most ${bound} are allowed.`;
    script.broken("compact", `answered ok, and ${bytes} bytes are there`, therefore);
  };
  await writeMuch(await script.open({ segmentBytesMax }));
  script.tell(`${10 * keys} puts of ${valueSize} bytes to ${keys} keys`, "answered ok");
  await script.kill();
  const { state } = script.port;
  // Much may have been given back when the store was opened: only what this life writes is left for sure.
  const open = async (): Promise<DurableKv> => {
    script.nextDisk(state.copy());
    const store = await script.quietly("open", () => script.opens({ segmentBytesMax }));
    await writeMuch(store);
    return store;
  };
  for (let call = 0; call < callsMax; call++) {
    const store = await open();
    const { port } = script;
    port.faults = { failCall: port.counts.calls + call };
    const what = `Call ${call + 1} of compact to the disk`;
    expectSmall(what, await script.settles("compact", () => store.compact()));
    if (!port.faulted) break;
    expectSmall(what, await script.settles("compact again", () => store.compact()));
  }
  const store = await open();
  script.port.faults = { failSync: script.port.counts.syncs };
  await script.settles("put k0", () => store.put(keyBytes("k0"), valueBytes(0, valueSize)));
  expectSmall("The sync of a put", await script.settles("compact", () => store.compact()));
  script.tell(
    "compact, each of whose calls fails in turn",
    "rejected, or had given back the space",
  );
}

/** Whichever of two compactions is answered first: then the space has been given back. */
async function measureAfterSecond(stage: Stage): Promise<void> {
  if (stage.exports.singleThreaded !== undefined) stage.missed("one call is made at a time");
  for (let moment = 0; moment < 12; moment++) {
    await stage.rehearse(async () => {
      stage.nextLife(emptyDisk());
      const store = await written(stage, 0);
      for (let round = 1; round < 8; round++) await putEvery(stage, store, round);
      const first = stage.call("compact", () => store.compact());
      let step = 0;
      await stage.settleAll(Stage.firstCome, () => step++ === moment || first.state !== "pending");
      const second = stage.call("compact again", () => store.compact());
      await stage.settleAll(Stage.firstCome, () => second.state !== "pending");
      if (second.state === "pending") stage.hung("compact again was never answered");
      const bytes = sumOf(stage.port.state.sizes());
      stage.tell("compact again", `the directory holds ${bytes} bytes, allowed are ${bound}`);
      if (second.state !== "resolved" || bytes <= bound) return;
      const therefore = `A compact that was called while one ran was answered when the directory held ${bytes} bytes; at most ${bound} are allowed.`;
      stage.broken(`${bytes} bytes`, therefore);
    });
  }
}

/** Life after life is killed in its compaction; what they have left behind counts as anything else does. */
async function measureAfterKills(stage: Stage): Promise<void> {
  stage.quiet(true);
  for (let life = 0; life < lives; life++) {
    const store = await written(stage, life);
    const compact = stage.call("compact", () => store.compact());
    const moment = (life * 5) % 16;
    let step = 0;
    await stage.settleAll(Stage.firstCome, () => step++ === moment || compact.state !== "pending");
    await stage.kill();
  }
  stage.quiet(false);
  const what = `${lives} lives with puts of ${valueSize} bytes to ${keys} keys`;
  stage.tell(what, "each killed in its compaction");
  const store = await written(stage, lives);
  const compact = stage.call("compact", () => store.compact());
  await stage.settleAll();
  if (compact.state !== "resolved") stage.hung("compact was never answered");
  const bytes = sumOf(stage.port.state.sizes());
  stage.tell("compact", `the directory holds ${bytes} bytes, allowed are ${bound}`);
  if (bytes <= bound) return;
  const therefore = `After ${lives} lives that were killed in their compactions, and a compact that was answered, the directory holds ${bytes} bytes; at most ${bound} are allowed.`;
  stage.broken(`${bytes} bytes`, therefore);
}

/** Opens the store, and puts every key. */
async function written(stage: Stage, life: number): Promise<DurableKv> {
  const store = await stage.open({ segmentBytesMax });
  await putEvery(stage, store, life);
  return store;
}

async function putEvery(stage: Stage, store: DurableKv, round: number): Promise<void> {
  const writing = stage.call(`puts of ${keys} keys`, async () => {
    for (let key = 0; key < keys; key++)
      await store.put(keyBytes(`k${key}`), valueBytes(round * keys + key, valueSize));
  });
  await stage.settleAll();
  if (writing.state !== "resolved") stage.hung("a put was never answered");
}

function sumOf(sizes: ReadonlyMap<string, number>): number {
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}
