import type { Entry, LsmTree } from "#katas/lsm-tree/contract.ts";
import { kata } from "#katas/lsm-tree/kata.ts";
import { together } from "../../harness/experiment.ts";
import { emptyDisk } from "../../harness/on-disk/disk-subject.ts";
import { entriesOf } from "../adapter.ts";
import { concurrentCrashes } from "../crash-cases.ts";
import { Stage, staged } from "../searches.ts";

const promise = "lsm-tree/seen-is-safe";
const hunt = { wants: ["seen"], phases: ["crash"] } as const;

export const seenIsSafe = together(promise, kata.version, [
  concurrentCrashes(promise, hunt, { cases: 14, gets: 0.5, readsAtEnd: false }),
  concurrentCrashes(promise, hunt, { cases: 10, gets: 0.5, readsAtEnd: false, reads: "range" }),
  staged(promise, {
    "reads while a put of a new key waits": (stage) =>
      readThenCut(stage, "put b=2", (tree) => tree.put("b", "2")),
    "reads while a put of another value waits": (stage) =>
      readThenCut(stage, "put a=2", (tree) => tree.put("a", "2")),
    "reads while a delete waits": (stage) =>
      readThenCut(stage, "delete a", (tree) => tree.delete("a")),
  }),
]);

/** No sync ends, of a file or at all, gets and a range are answered, and the power goes: what they showed is there. */
async function readThenCut(
  stage: Stage,
  what: string,
  write: (tree: LsmTree) => Promise<void>,
): Promise<void> {
  for (const isFlushed of [false, true]) {
    for (const choose of [Stage.neverSyncs, Stage.neverSyncsAtAll]) {
      stage.nextLife(emptyDisk());
      const tree = await stage.open();
      const before = stage.call("put a=1", () => tree.put("a", "1"));
      await stage.settleAll();
      if (isFlushed) stage.call("flush", () => tree.flush());
      await stage.settleAll();
      if (before.state !== "resolved") stage.missed("the first put was not answered");
      stage.tell("no sync ends from here", "");
      stage.call(what, () => write(tree));
      await stage.settleAll(choose);
      const gets = ["a", "b"].map((key) => stage.call(`get ${key}`, () => tree.get(key)));
      const range = stage.call("range", () => entriesOf(tree.range()));
      await stage.settleAll(choose);
      await stage.powerCut();
      const reopened = await stage.open();
      for (const { what: get, state, value } of gets)
        if (state === "resolved")
          await stage.shows(reopened, new Map([[get.slice(4), value as string | undefined]]));
      if (range.state !== "resolved") continue;
      const entries = new Map(range.value as Entry[]);
      await stage.shows(reopened, new Map(["a", "b"].map((key) => [key, entries.get(key)])));
    }
  }
}
