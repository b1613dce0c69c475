/**
 * Every sync is left pending, everything else settles: a get must be answered all the same.
 */
import { describeError } from "../../harness/in-words.ts";
import { staged, Stage } from "../searches.ts";
import { keyBytes, valueBytes } from "../adapter.ts";

export const readsNeverWait = staged("durable-kv/reads-never-wait", {
  "while a put of the same key waits": (stage) => readWhile(stage, ["a"], []),
  "while puts of other keys wait": (stage) => readWhile(stage, ["b", "c", "d"], []),
  "while a delete waits": (stage) => readWhile(stage, [], ["a"]),
  "while many writers wait": (stage) =>
    readWhile(
      stage,
      Array.from({ length: 40 }, (_, index) => `k${index}`),
      ["a"],
    ),
  "of a large value, while a put waits": (stage) => readWhile(stage, ["b"], [], 65_536),
});

async function readWhile(
  stage: Stage,
  puts: readonly string[],
  deletes: readonly string[],
  valueSize = 8,
): Promise<void> {
  const store = await stage.open();
  const first = stage.call("put a=1", () => store.put(keyBytes("a"), valueBytes(1, valueSize)));
  await stage.settleAll();
  if (first.state !== "resolved") stage.hung("put a=1 was never answered");
  for (const [index, key] of puts.entries())
    stage.call(`put ${key}=${index + 2}`, () => store.put(keyBytes(key), valueBytes(index + 2, 8)));
  for (const key of deletes) stage.call(`delete ${key}`, () => store.delete(keyBytes(key)));
  await stage.settleAll(Stage.neverSyncs);
  if (stage.pendingSyncs() === 0) stage.missed("no sync was under way while writes waited");
  stage.tell("every sync is left unanswered", "");
  const reads = ["a", ...puts.slice(0, 3), "absent"].map((key) =>
    stage.call(`get ${key}`, () => store.get(keyBytes(key))),
  );
  await stage.settleAll(Stage.neverSyncs);
  for (const read of reads) {
    if (read.state === "rejected")
      stage.broken(read.what, `${read.what} rejected: ${describeError(read.error)}.`);
    if (read.state === "pending")
      stage.broken(
        read.what,
        `${read.what} is not answered while a sync is under way: it waits for the sync.`,
      );
  }
}
