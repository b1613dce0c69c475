import { isAtMost, writtenAndOpened } from "../eight-tables.ts";
import { absentKeyAfter, keysApart, shuffled } from "../metered.ts";
import { scripted } from "../script.ts";

const entries = 10_000;
const gets = 50_000;
const readingShareMax = 0.02;

export const absentKeysAreNotLookedFor = scripted("lsm-tree/absent-keys-are-not-looked-for", {
  "absent keys among 10,000": async (script) => {
    const order = shuffled(script, entries);
    const memtableThreshold = 2 * entries;
    const { tree, meter } = await writtenAndOpened(script, order, { entries, memtableThreshold });
    let reading = 0;
    const absent = (get: number): string =>
      absentKeyAfter(get % (entries - 1), 1 + (Math.floor(get / entries) % (keysApart - 1)));
    await script.quietly("one of the gets of absent keys", async () => {
      for (let get = 0; get < gets; get++) {
        const before = meter.now().reads;
        const value: unknown = await tree.get(absent(get));
        if (meter.now().reads > before) reading++;
        if (value !== undefined) await script.shows(tree, absent(get), undefined);
      }
    });
    script.tell(`${gets} gets of absent keys`, `answered undefined, ${reading} of them read`);
    const share = (100 * reading) / gets;
    isAtMost(script, "Gets of absent keys that read", share, 100 * readingShareMax, "%");

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
    const before = meter.now();
    for (const key of outside) await script.shows(tree, key, undefined);
    const { reads } = meter.since(before);
    isAtMost(script, "Gets below the smallest and above the largest key", reads, 0, "reads");
  },
});
