import type { Entry, LsmTree } from "#katas/lsm-tree/contract.ts";
import { type Script, scripted } from "../script.ts";

const keys = ["a", "b", "c", "d", "e", "f", "g"];

export const iterationsEnd = scripted("lsm-tree/iterations-end", {
  "next after the end": async (script) => {
    const tree = await filled(script);
    const iterator = iteratorOf(tree, "f");
    await isEntry(script, iterator, "f");
    await isEntry(script, iterator, "g");
    for (let time = 0; time < 3; time++) await isDone(script, iterator);
    await script.does("put z=1", () => tree.put("z", "1"));
    await isDone(script, iterator);
    await isDone(script, iteratorOf(tree, "x", "y"), "an empty range");
    const inverted = iteratorOf(tree, "c", "a");
    for (let time = 0; time < 2; time++) await isDone(script, inverted, "an inverted range");
  },
  "next after return": async (script) => {
    const tree = await filled(script);
    const iterator = iteratorOf(tree);
    await isEntry(script, iterator, "a");
    await script.does("return", async () => iterator.return?.());
    for (let time = 0; time < 2; time++) await isDone(script, iterator);
    await script.does("return again", async () => iterator.return?.());
    await isDone(script, iterator);
  },
  "return before the first next": async (script) => {
    const tree = await filled(script);
    const iterator = iteratorOf(tree);
    await script.does("return", async () => iterator.return?.());
    await isDone(script, iterator);
    await script.shows(tree, "a", "1");
  },
  "a loop that is left early": async (script) => {
    const tree = await filled(script);
    for (let round = 0; round < 50; round++) {
      await script.quietly("a loop over a range, left after two entries", async () => {
        let seen = 0;
        for await (const _ of tree.range()) if (++seen === 2) break;
      });
      await script.quietly("a put", () => tree.put(`key ${round}`, "1"));
    }
    script.tell("50 loops over ranges, each left after two entries", "answered ok");
    await script.shows(tree, "a", "1");
    await script.does("close", () => tree.close());
  },
  "iterations of one tree do not disturb each other": async (script) => {
    const tree = await filled(script);
    const [first, second, third] = [iteratorOf(tree), iteratorOf(tree, "c"), iteratorOf(tree)];
    await isEntry(script, first, "a");
    await isEntry(script, second, "c");
    await script.does("return of the first", async () => first.return?.());
    await isEntry(script, third, "a");
    await isEntry(script, second, "d");
    await isEntry(script, third, "b");
    await isDone(script, first);
  },
  "close with open iterations": async (script) => {
    const tree = await filled(script);
    const [begun, unbegun, left] = [iteratorOf(tree), iteratorOf(tree), iteratorOf(tree)];
    await isEntry(script, begun, "a");
    await isEntry(script, left, "a");
    await script.does("return of one iteration", async () => left.return?.());
    await script.does("close, while iterations are open", () => tree.close());
    await script.refuses("next of a range that was begun", ["CLOSED"], () => begun.next());
    await script.refuses("next of a range without any next before", ["CLOSED"], () =>
      unbegun.next(),
    );
    await script.does("return after close", async () => iteratorOfClosed(begun));
  },
});

function iteratorOf(tree: LsmTree, start?: string, end?: string): AsyncIterator<Entry> {
  return tree.range(start, end)[Symbol.asyncIterator]();
}

/** Whatever it answers, it is answered. */
async function iteratorOfClosed(iterator: AsyncIterator<Entry>): Promise<void> {
  await iterator.return?.().catch(() => undefined);
}

/** A tree with entries in tables and in its memtable. */
async function filled(script: Script): Promise<LsmTree> {
  const tree = await script.open({ memtableThreshold: 2 });
  for (const key of keys) await script.does(`put ${key}=1`, () => tree.put(key, "1"));
  return tree;
}

async function isEntry(script: Script, iterator: AsyncIterator<Entry>, key: string): Promise<void> {
  await script.answers("next", () => iterator.next(), {
    isRight: (answer) => resultInWords(answer) === `${key}=1`,
    wanted: `${key}=1`,
    inWords: resultInWords,
  });
}

async function isDone(
  script: Script,
  iterator: AsyncIterator<Entry>,
  what = "an iteration that is over",
): Promise<void> {
  await script.answers(`next of ${what}`, () => iterator.next(), {
    isRight: (answer) => resultInWords(answer) === "done",
    wanted: "done",
    inWords: resultInWords,
  });
}

function resultInWords(answer: unknown): string {
  const { done, value } = (answer ?? {}) as { done?: unknown; value?: unknown };
  if (done === true) return "done";
  return Array.isArray(value) ? value.map(String).join("=") : "no entry";
}
