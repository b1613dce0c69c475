import type { LsmTree } from "#katas/lsm-tree/contract.ts";
import { type Script, scripted } from "../script.ts";

const closed = ["CLOSED"];

export const closedMeansClosed = scripted("lsm-tree/closed-means-closed", {
  "every call after close": async (script) => {
    const tree = await script.open();
    await script.does("put a=1", () => tree.put("a", "1"));
    await script.does("close", () => tree.close());
    await everyCallIsRefused(script, tree);
    await script.does("close again", () => tree.close());
    await everyCallIsRefused(script, tree);
    if (script.level < 3) return;
    await script.newProcess();
    const reopened = await script.open();
    await script.shows(reopened, "a", "1");
    await script.shows(reopened, "b", undefined);
  },
  "a tree with tables": async (script) => {
    const tree = await script.open({ memtableThreshold: 2 });
    for (const key of ["a", "b", "c"]) await script.does(`put ${key}=1`, () => tree.put(key, "1"));
    await script.does("close", () => tree.close());
    await everyCallIsRefused(script, tree);
  },
  "a tree that nothing was written to": async (script) => {
    const tree = await script.open();
    await script.does("close", () => tree.close());
    await everyCallIsRefused(script, tree);
    await script.does("close again", () => tree.close());
  },
  "closing twice does not touch the next owner": async (script) => {
    if (script.level < 3) return;
    const first = await script.open();
    await script.does("close", () => first.close());
    const second = await script.open();
    await script.does("close of the first tree again", () => first.close());
    await script.refuses("put through the first tree", closed, () => first.put("a", "1"));
    await script.refuses("flush through the first tree", closed, () => first.flush());
    await script.openIsRefused(["LOCKED"], "while the second tree is open");
    await script.does("put b=2 through the second", () => second.put("b", "2"));
    await script.shows(second, "a", undefined);
    await script.shows(second, "b", "2");
  },
});

async function everyCallIsRefused(script: Script, tree: LsmTree): Promise<void> {
  await script.refuses("put a=2", closed, () => tree.put("a", "2"));
  await script.refuses("put b=2", closed, () => tree.put("b", "2"));
  await script.refuses("get a", closed, () => tree.get("a"));
  await script.refuses("get of an absent key", closed, () => tree.get("absent"));
  await script.refuses("delete a", closed, () => tree.delete("a"));
  await script.refuses("flush", closed, () => tree.flush());
  if (script.level >= 2) {
    // It throws at once, or the first next rejects.
    const first = async (...bounds: string[]): Promise<unknown> =>
      tree
        .range(...bounds)
        [Symbol.asyncIterator]()
        .next();
    await script.refuses("range", closed, () => first());
    await script.refuses("an empty range", closed, () => first("b", "a"));
  }
  if (script.level >= 5) await script.refuses("compact", closed, () => tree.compact());
}
