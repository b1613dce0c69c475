import type { DurableKv } from "#katas/durable-kv/contract.ts";
import { kata } from "#katas/durable-kv/kata.ts";
import { together } from "../../harness/experiment.ts";
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
  }),
  staged("durable-kv/space-is-bounded", { "compactions that were cut off": measureAfterKills }),
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
  const writing = stage.call(`puts of ${keys} keys`, async () => {
    for (let key = 0; key < keys; key++)
      await store.put(keyBytes(`k${key}`), valueBytes(life * keys + key, valueSize));
  });
  await stage.settleAll();
  if (writing.state !== "resolved") stage.hung("a put was never answered");
  return store;
}

function sumOf(sizes: ReadonlyMap<string, number>): number {
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}
