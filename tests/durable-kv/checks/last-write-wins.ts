import { kata } from "#katas/durable-kv/kata.ts";
import { together } from "../../harness/experiment.ts";
import { bytesOf, type Script, scripted } from "../script.ts";
import { hunting } from "../searches.ts";
import { oneClient, sectorOf } from "../../harness/key-value/hunting.ts";
import { liveHistory } from "../../harness/key-value/live.ts";

const promise = "durable-kv/last-write-wins";

const anyCalls = hunting({
  promise,
  hunt: { wants: [], phases: [], names: "core", live: liveHistory },
  cases: 60,
  draw: (random, index) => ({
    clients: oneClient(random, {
      operations: 14,
      keys: ["a", "b", "ab", "c"].slice(0, 2 + (index % 3)),
      gets: 0.4,
      deletes: 0.2,
      sizes: [4, 10, 40],
    }),
    sectorBytes: sectorOf(index),
  }),
});

export const lastWriteWins = together(promise, kata.version, [
  anyCalls,
  scripted(promise, { "a value that was there before": theSameValueAgain }),
]);

/** A value of before comes again: after another one, after a delete, in the next life. */
async function theSameValueAgain(script: Script): Promise<void> {
  const key = bytesOf("a");
  const values = ["1", "1", undefined, "1", "2", "1", undefined, undefined, "2", "1"];
  let store = await script.open();
  for (const [index, text] of [...values, ...values].entries()) {
    if (text === undefined) await script.does("delete a", () => store.delete(key));
    else await script.does(`put a=${text}`, () => store.put(key, bytesOf(text)));
    const expected = text === undefined ? undefined : bytesOf(text);
    await script.shows(store, key, expected);
    if (index < values.length) continue;
    await script.kill();
    store = await script.open();
    await script.shows(store, key, expected);
  }
}
