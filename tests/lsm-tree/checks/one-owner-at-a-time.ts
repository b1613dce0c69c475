import type { LsmTree } from "#katas/lsm-tree/contract.ts";
import { kata } from "#katas/lsm-tree/kata.ts";
import { together } from "../../harness/experiment.ts";
import { describeError } from "../../harness/in-words.ts";
import { emptyDisk } from "../../harness/on-disk/disk-subject.ts";
import type { Answer, Choice } from "../../harness/on-disk/stage.ts";
import { type Script, scripted } from "../script.ts";
import { Stage, staged } from "../searches.ts";

const promise = "lsm-tree/one-owner-at-a-time";
const options = { memtableThreshold: 2 };

const opens = scripted(promise, {
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

export const oneOwnerAtATime = together(promise, kata.version, [
  opens,
  staged(promise, {
    "what a closed tree had in the background does not disturb the next owner": backgroundEnds,
  }),
]);

const keys = ["a", "b", "c", "d", "e", "f", "g", "h"];
const callsBeforeCloseMax = 40;

/**
 * Memtables become tables, and tables are merged, when close is called; the disk leaves for later whatever close does not
 * wait for. What it still does then, it does in the directory of another.
 */
async function backgroundEnds(stage: Stage): Promise<void> {
  for (let calls = 0; calls <= callsBeforeCloseMax; calls++)
    for (const flushes of [false, true]) await backgroundEndsAfter(stage, calls, flushes);
}

async function backgroundEndsAfter(stage: Stage, calls: number, flushes: boolean): Promise<void> {
  stage.nextLife(emptyDisk());
  const tree = await stage.open(options);
  const expected = new Map<string, string>();
  const putEach = async (into: LsmTree, some: readonly string[], value: string): Promise<void> => {
    for (const key of some) {
      await into.put(key, value);
      expected.set(key, value);
    }
  };
  const putAll = async (): Promise<void> => {
    for (const value of ["1", "2", "3"]) await putEach(tree, keys, value);
  };
  await answered(stage, Stage.firstCome, stage.call("puts, three to each of 8 keys", putAll));
  if (flushes)
    await answered(
      stage,
      Stage.firstCome,
      stage.call("flush", () => tree.flush()),
    );
  let left = calls;
  await stage.settleAll(Stage.firstCome, () => left-- <= 0);
  stage.tell(`${calls} more calls to the disk end`, "");
  await answered(
    stage,
    lettingGo,
    stage.call("close", () => tree.close()),
  );
  const opening = stage.opens(options);
  await answered(stage, Stage.newestFirst, opening);
  const next = opening.value as LsmTree;
  await answered(
    stage,
    Stage.newestFirst,
    stage.call("put a", () => putEach(next, ["a"], "4")),
  );
  await stage.settleAll();
  await stage.shows(next, expected);
  await stage.kill();
  await stage.shows(await stage.open(options), expected);
}

/** Files are closed and the lock is released before anything else happens. */
const lettingGo: Choice = (pending) =>
  Math.max(
    0,
    pending.findIndex(({ call }) => call?.kind === "close" || call?.kind === "unlock"),
  );

async function answered(stage: Stage, choose: Choice, answer: Answer): Promise<void> {
  await stage.settleAll(choose, () => answer.state !== "pending");
  if (answer.state === "pending") stage.hung(`${answer.what} was never answered`);
  if (answer.state === "rejected")
    stage.broken(answer.what, `${answer.what} rejected: ${describeError(answer.error)}.`);
}
