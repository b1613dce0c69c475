import type { LsmTree } from "#katas/lsm-tree/contract.ts";
import { emptyDisk } from "../../harness/on-disk/disk-subject.ts";
import { type Script, scripted } from "../script.ts";

const options = { memtableThreshold: 2 };

export const anEmptyDirectoryIsAnEmptyTree = scripted(
  "lsm-tree/an-empty-directory-is-an-empty-tree",
  {
    "a new tree": async (script) => {
      await isEmpty(script, await script.open(options));
    },
    "two directories": async (script) => {
      const tree = await filled(script);
      const other = await script.open(options, "other");
      await isEmpty(script, other);
      await script.does("put b=2 in other", () => other.put("b", "2"));
      await script.does("flush of other", () => other.flush());
      await script.shows(tree, "b", undefined);
      await script.does("delete a in other", () => other.delete("a"));
      await script.shows(tree, "a", "1");
      await script.shows(other, "c", undefined);
    },
    "an empty disk in the place of the old one": async (script) => {
      const tree = await filled(script);
      await script.does("close", () => tree.close());
      script.tell("an empty disk takes the place of the old one", "");
      script.nextDisk(emptyDisk());
      const next = await script.open(options);
      await isEmpty(script, next);
      await script.does("put b=2", () => next.put("b", "2"));
      await script.does("flush", () => next.flush());
      await script.shows(next, "a", undefined);
    },
    "an empty disk, and nobody closed the tree before": async (script) => {
      await filled(script);
      script.tell("the process goes on with an empty disk", "");
      script.nextDisk(emptyDisk());
      await isEmpty(script, await script.open(options));
    },
  },
);

/** A tree with entries in tables and in its memtable. */
async function filled(script: Script): Promise<LsmTree> {
  const tree = await script.open(options);
  for (const key of ["a", "c", "e"]) await script.does(`put ${key}=1`, () => tree.put(key, "1"));
  return tree;
}

async function isEmpty(script: Script, tree: LsmTree): Promise<void> {
  for (const key of ["", "a", "c", "e"]) await script.shows(tree, key, undefined);
  if (script.level >= 2) await script.ranges(tree, {}, []);
}
