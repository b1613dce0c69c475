import type { DurableKv } from "#katas/durable-kv/contract.ts";
import { kata } from "#katas/durable-kv/kata.ts";
import { together } from "../../harness/experiment.ts";
import { outcomeOf } from "../../harness/life.ts";
import { emptyDisk } from "../../harness/on-disk/disk-subject.ts";
import { type Script, scripted } from "../script.ts";
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

/** Each call that compact makes to the disk fails in turn: then it rejects, or has given back the space. */
async function measureDespiteErrors(script: Script): Promise<void> {
  const puts = 10 * keys;
  const store = await script.open({ segmentBytesMax });
  await script.does(`${puts} puts of ${valueSize} bytes to ${keys} keys`, async () => {
    for (let put = 0; put < puts; put++)
      await store.put(keyBytes(`k${put % keys}`), valueBytes(put, valueSize));
  });
  await script.kill();
  const { state } = script.port;
  for (let call = 0; call < callsMax; call++) {
    script.nextDisk(state.copy());
    const next = await script.quietly("open", () => script.opens({ segmentBytesMax }));
    const { port } = script;
    port.faults = { failCall: port.counts.calls + call };
    const compacted = await outcomeOf(next.compact());
    if (compacted.how === "hung")
      script.hung(`compact, whose call ${call + 1} fails, was never answered`);
    const isSmall = (): void => {
      const bytes = sumOf(port.state.sizes());
      if (bytes <= bound) return;
      const therefore = `Call ${call + 1} of compact to the disk failed, and compact was answered all the same: the directory holds ${bytes} bytes, and at most ${bound} are allowed.`;
      script.broken("compact", `answered ok, and ${bytes} bytes are there`, therefore);
    };
    if (compacted.how === "resolved") isSmall();
    if (!port.faulted) break;
    const again = await script.settles("compact again", () => next.compact());
    if (again.how === "resolved") isSmall();
  }
  script.nextDisk(state.copy());
  const last = await script.quietly("open", () => script.opens({ segmentBytesMax }));
  script.port.faults = { failSync: script.port.counts.syncs };
  await script.settles("a put whose sync fails", () =>
    last.put(keyBytes("k0"), valueBytes(puts, valueSize)),
  );
  const afterFailure = await script.settles("compact", () => last.compact());
  if (afterFailure.how === "resolved") holdsAtMost(script, bound, liveBytes, keys);
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
