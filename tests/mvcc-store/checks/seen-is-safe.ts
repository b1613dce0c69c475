/**
 * Clients read while others commit; whatever one of them has read, no crash may take back. And what waits hides
 * nothing: the last state that is safe is there until the next one is.
 */
import { kata } from "#katas/mvcc-store/kata.ts";
import { together } from "../../harness/experiment.ts";
import { Stage } from "../../harness/on-disk/stage.ts";
import { committing, holds, type MvccStage, staged } from "../durable/adapter.ts";
import { drawWork, sectorOf } from "../durable/case.ts";
import { hunting } from "../durable/hunt.ts";

const promise = "mvcc-store/seen-is-safe";

const seenThenGone = hunting({
  promise,
  hunt: { wants: ["seen, then gone"], phases: ["crash"], names: "strict", hang: "tolerated" },
  cases: 70,
  draw: (random, index) => {
    const keys = ["a", "b", "c"].slice(0, 1 + (index % 3));
    const mix = { transactions: 2, keys, writes: 2, deletes: 1, reads: 5 };
    return {
      clients: Array.from({ length: 2 + (index % 3) }, (_, client) =>
        drawWork(random, mix, client * 100 + 1),
      ),
      draw: { index, seed: random.below(1_000_000) },
      sectorBytes: sectorOf(index),
    };
  },
});

export const seenIsSafe = together(promise, kata.version, [
  seenThenGone,
  staged(promise, { "what waits hides nothing": whatWaitsHidesNothing }),
]);

async function whatWaitsHidesNothing(stage: MvccStage): Promise<void> {
  const store = await stage.open();
  const first = stage.call("commit a=1 b=1", committing(store, { a: 1, b: 1 }));
  await stage.settleAll();
  const second = stage.call("commit a=2 c=2, without b", async () => {
    const writer = store.begin();
    writer.put("a", 2);
    writer.put("c", 2);
    writer.delete("b");
    await writer.commit();
  });
  await stage.settleAll(Stage.neverSyncs);
  if (second.state !== "pending") stage.missed("a commit was answered although no sync ends");
  stage.tell("every sync is left unanswered", "");
  // Whoever begins and ends may set off a collection.
  store.begin().rollback();
  const reader = store.begin();
  store.begin().rollback();
  const here = { begin: () => reader, close: () => store.close() };
  const before = { a: 1, b: 1 };
  holds(stage, store, before);
  stage.tell("the sync ends", "");
  await stage.settleAll();
  for (const { what, state } of [first, second])
    if (state !== "resolved") stage.broken(what, "Nobody was in its way, and it must be answered.");
  holds(stage, store, { a: 2, c: 2 });
  // It ends this reader.
  holds(stage, here, before);
}
