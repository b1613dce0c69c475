import { type Script, scripted } from "../script.ts";

const options = { memtableThreshold: 2 };

export const oneOwnerAtATime = scripted("lsm-tree/one-owner-at-a-time", {
  "a second open": async (script) => {
    const tree = await script.open(options);
    await script.does("put a=1", () => tree.put("a", "1"));
    await isLocked(script);
    await script.does("put b=2", () => tree.put("b", "2"));
    await isLocked(script);
    await script.does("flush", () => tree.flush());
    await script.does("put c=3", () => tree.put("c", "3"));
    await isLocked(script);
    await script.shows(tree, "a", "1");
    await script.shows(tree, "b", "2");
    await script.kill();
    const reopened = await script.open(options);
    for (const [key, value] of [["a", "1"] as const, ["b", "2"] as const, ["c", "3"] as const])
      await script.shows(reopened, key, value);
    await script.does("put d=4", () => reopened.put("d", "4"));
    await isLocked(script);
    await script.does("close", () => reopened.close());
    const third = await script.open(options);
    await script.shows(third, "d", "4");
  },
  "a second open by another process": async (script) => {
    const tree = await script.open(options);
    await script.does("put a=1", () => tree.put("a", "1"));
    await script.newProcess();
    await isLocked(script);
    await script.does("put b=2", () => tree.put("b", "2"));
    await script.does("put c=3", () => tree.put("c", "3"));
    await script.does("close", () => tree.close());
    const next = await script.open(options);
    await script.shows(next, "a", "1");
    await script.shows(next, "b", "2");
    await script.shows(next, "c", "3");
  },
  "another directory is another tree": async (script) => {
    const tree = await script.open(options);
    const other = await script.open(options, "other");
    await script.does("put a=1", () => tree.put("a", "1"));
    await script.does("put a=2 in other", () => other.put("a", "2"));
    await script.does("flush", () => tree.flush());
    await script.shows(tree, "a", "1");
    await script.shows(other, "a", "2");
  },
});

function isLocked(script: Script): Promise<void> {
  return script.openIsRefused(["LOCKED"], "while the tree is open", options);
}
