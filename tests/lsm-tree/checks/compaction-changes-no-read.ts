/**
 * Sessions that compact, close and are killed, by either strategy; strings of all sizes through merges; options that
 * change at each open.
 */
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { kata } from "#katas/lsm-tree/kata.ts";
import { together } from "../../harness/experiment.ts";
import { Model } from "../model.ts";
import { type Script, scripted } from "../script.ts";
import { sessions } from "../session.ts";
import {
  keySizes,
  longKeys,
  namedKeys,
  someKeys,
  sortedKeys,
  specialValues,
  textOfBytes,
  valueSizes,
} from "../strings.ts";

const promise = "lsm-tree/compaction-changes-no-read";

type Strategy = NonNullable<LsmTreeOptions["compaction"]>;
const strategies: readonly Strategy[] = ["leveled", "size-tiered"];

export const compactionChangesNoRead = together(promise, kata.version, [
  sessions({
    promise,
    cases: 50,
    steps: 60,
    mix: { put: 20, delete: 10, get: 8, flush: 2, range: 2, compact: 1.5, reopen: 0.5, kill: 0.5 },
    keys: (random) => someKeys(random, 3 + random.below(14)),
    values: specialValues,
    options: (random, index) => ({
      memtableThreshold: 1 + random.below(4),
      compaction: strategies[index % 2] ?? "leveled",
    }),
  }),
  scripted(promise, {
    ...Object.fromEntries(
      strategies.flatMap((compaction) => [
        [
          `values of every size, ${compaction}`,
          (script: Script) =>
            throughMerges(
              script,
              compaction,
              valueSizes.map((size, index) => [`size ${size}`, textOfBytes(size, index)]),
            ),
        ],
        [
          `keys of every size and order, ${compaction}`,
          (script: Script) =>
            throughMerges(script, compaction, [
              ...keySizes.map((size, index) => [textOfBytes(size, index + 50), `${size}`] as const),
              ...[...sortedKeys, ...longKeys].map((key, index) => [key, `${index}`] as const),
              ...namedKeys.map((key) => [key, key] as const),
            ]),
        ],
        [`thousands of writes, ${compaction}`, (script: Script) => thousands(script, compaction)],
      ]),
    ),
    "other options at each open": otherOptions,
  }),
]);

async function throughMerges(
  script: Script,
  compaction: Strategy,
  entries: readonly (readonly [string, string])[],
): Promise<void> {
  const options = { memtableThreshold: 3, compaction };
  const model = new Model();
  const tree = await script.open(options);
  for (const [key, value] of entries) {
    model.set(key, value);
    await script.quietly("a put", () => tree.put(key, value));
  }
  script.tell(`puts of ${entries.length} keys`, "answered ok");
  await readsAll(script, tree, model);
  await script.does("compact", () => tree.compact());
  await readsAll(script, tree, model);
  await script.does("close", () => tree.close());
  await script.newProcess();
  const second = await script.open(options);
  await readsAll(script, second, model);
  await script.does("compact", () => second.compact());
  await script.kill();
  await readsAll(script, await script.open(options), model);
}

const largeValueBytes = 4000;

/** More than any level but the last holds, with deletes that go as deep as the values. */
async function thousands(script: Script, compaction: Strategy): Promise<void> {
  // So small that levels of ten times the size are three for 300 keys.
  const options = { memtableThreshold: compaction === "leveled" ? 2 : 16, compaction };
  const model = new Model();
  const { random } = script;
  let tree = await script.open(options);
  for (let round = 0; round < 4; round++) {
    await script.does("700 puts and deletes of 300 keys", async () => {
      for (let index = 0; index < 700; index++) {
        const key = `key ${random.below(300)}`;
        // Levels and tiers may go by bytes as well: a megabyte of some keys, in tables of very different sizes.
        const size = Math.floor(index / 50) % 2 === 0 ? 0 : largeValueBytes;
        const value = random.below(3) === 0 ? undefined : `v${round}.${index}`.padEnd(size, "x");
        model.set(key, value);
        if (value === undefined) await tree.delete(key);
        else await tree.put(key, value);
      }
    });
    await readsAll(script, tree, model, 300);
    if (round === 1) await script.does("compact", () => tree.compact());
    await readsAll(script, tree, model, 300);
    await script.kill();
    tree = await script.open(options);
    await readsAll(script, tree, model, 300);
  }
}

async function otherOptions(script: Script): Promise<void> {
  const model = new Model();
  const { random } = script;
  for (let life = 0; life < 12; life++) {
    const options = {
      memtableThreshold: [1, 50, 4, 2][life % 4] ?? 1,
      compaction: strategies[(life >> 1) % 2] ?? "leveled",
    };
    script.tell("options", JSON.stringify(options));
    const tree = await script.open(options);
    await readsAll(script, tree, model);
    for (let index = 0; index < 25; index++) {
      const key = `${random.below(40)}`;
      const value = random.below(4) === 0 ? undefined : `v${life}.${index}`;
      model.set(key, value);
      await script.quietly("a write", () =>
        value === undefined ? tree.delete(key) : tree.put(key, value),
      );
    }
    script.tell("25 puts and deletes", "answered ok");
    await readsAll(script, tree, model);
    if (life % 5 === 4) await script.does("compact", () => tree.compact());
    await script.does("close", () => tree.close());
    await script.newProcess();
  }
}

async function readsAll(script: Script, tree: LsmTree, model: Model, keys = 0): Promise<void> {
  const entries = model.range();
  for (const [key, value] of entries) await script.showsQuietly(tree, key, value);
  for (let index = 0; index < keys; index++)
    await script.showsQuietly(tree, `key ${index}`, model.get(`key ${index}`));
  script.tell(`gets of ${entries.length} keys`, "answered right");
  await script.ranges(tree, {}, entries);
}
