import { isAtMost, writtenAndOpened } from "../eight-tables.ts";
import { emptyDisk } from "../../harness/on-disk/disk-subject.ts";
import { absentKeyAfter, keysApart, Meter, putAll, shuffled } from "../metered.ts";
import type { LsmTree } from "#katas/lsm-tree/contract.ts";
import { type Script, scripted } from "../script.ts";

const entries = 10_000;
const gets = 50_000;
const outsideMax = 500;
const readingShareMax = 0.02;

export const absentKeysAreNotLookedFor = scripted("lsm-tree/absent-keys-are-not-looked-for", {
  "absent keys among 10,000": async (script) => {
    const order = shuffled(script, entries);
    const memtableThreshold = 2 * entries;
    const { tree, meter } = await writtenAndOpened(script, order, { entries, memtableThreshold });
    const absent = (get: number): string =>
      absentKeyAfter(get % (entries - 1), 1 + (Math.floor(get / entries) % (keysApart - 1)));
    await fewRead(
      script,
      tree,
      meter,
      Array.from({ length: gets }, (_, get) => absent(get)),
    );

    const outside = [
      "",
      "\0",
      "a",
      "kex",
      "key",
      "key!",
      "key00000",
      "key1",
      "kf",
      "z",
      "\u{1f600}",
    ];
    // A filter alone would let some of so many through.
    for (let number = 0; number < outsideMax; number++) outside.push(`a${number}`, `z${number}`);
    const before = meter.now();
    for (const key of outside) await script.showsQuietly(tree, key, undefined);
    const { reads } = meter.since(before);
    isAtMost(script, "Gets below the smallest and above the largest key", reads, 0, "reads");
  },
  "absent keys in the life that has flushed": async (script) => {
    const meter = new Meter(script, emptyDisk());
    const tree = await script.open({ memtableThreshold: 2 * entries });
    await putAll(script, tree, shuffled(script, entries));
    await script.does("flush", () => tree.flush());
    await meter.rest();
    await fewRead(
      script,
      tree,
      meter,
      Array.from({ length: entries }, (_, get) => absentKeyAfter(get % (entries - 1))),
    );
  },
});

/** Asks for keys that nobody has put, and counts the gets that read: some designs read twice, others ten times. */
async function fewRead(
  script: Script,
  tree: LsmTree,
  meter: Meter,
  absent: readonly string[],
): Promise<void> {
  let reading = 0;
  await script.quietly("one of the gets of absent keys", async () => {
    for (const key of absent) {
      const before = meter.now().reads;
      const value: unknown = await tree.get(key);
      if (meter.now().reads > before) reading++;
      if (value !== undefined) await script.shows(tree, key, undefined);
    }
  });
  script.tell(
    `${absent.length} gets of absent keys`,
    `answered undefined, ${reading} of them read`,
  );
  const share = (100 * reading) / absent.length;
  isAtMost(script, "Gets of absent keys that read", share, 100 * readingShareMax, "%");
}
