import { kata } from "#katas/durable-kv/kata.ts";
import { together } from "../../harness/experiment.ts";
import { livesOf, hunting } from "../searches.ts";
import { isWrite } from "../../harness/key-value/history.ts";
import { oneClient, sectorOf } from "../../harness/key-value/hunting.ts";
import { lastAnsweredWrite } from "../../harness/key-value/live.ts";
import { type Script, scripted } from "../script.ts";
import { keyBytes, valueBytes } from "../adapter.ts";

export const answeredWritesOutliveTheProcess = together(
  "durable-kv/answered-writes-outlive-the-process",
  kata.version,
  [
    hunting({
      promise: "durable-kv/answered-writes-outlive-the-process",
      hunt: {
        wants: ["lost", "invented", "refused", "hidden"],
        phases: ["crash", "second life"],
        names: "core",
        killsOnly: true,
        concerns: (history, key) => lastAnsweredWrite(history, key)?.operation.kind !== "delete",
        missing: ({ history }) =>
          history.calls.some(({ operation }) => isWrite(operation)) ? null : "nothing was written",
      },
      cases: 16,
      draw: (random, index) => ({
        second: [
          { kind: "put", key: "a", value: 901, size: 30 },
          { kind: "put", key: "c", value: 902, size: 4 },
        ],
        thinning: 3,
        clients: oneClient(random, {
          operations: 8,
          keys: ["a", "b"],
          gets: 0.1,
          deletes: 0.15,
          sizes: [4, 10, 40, 300],
        }),
        closes: index % 2 === 0,
        sectorBytes: sectorOf(index),
      }),
    }),
    livesOf({
      promise: "durable-kv/answered-writes-outlive-the-process",
      crash: "kill",
      deletes: 0,
      names: "core",
      cases: 120,
    }),
    scripted("durable-kv/answered-writes-outlive-the-process", {
      "hundreds of lives": hundredsOfLives,
    }),
  ],
);

/** One put in each life; the last life shows them all. */
async function hundredsOfLives(script: Script): Promise<void> {
  const lives = 260; // more than a byte counts
  for (let life = 0; life < lives; life++) {
    const store = await script.open();
    await script.does(`put k${life}`, () => store.put(keyBytes(`k${life}`), valueBytes(life, 4)));
    script.nextDisk(script.port.state.afterKill());
  }
  await script.kill();
  const store = await script.open();
  for (let life = 0; life < lives; life++)
    await script.showsQuietly(store, keyBytes(`k${life}`), valueBytes(life, 4));
}
