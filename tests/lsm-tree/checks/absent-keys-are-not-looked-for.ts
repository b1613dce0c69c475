import { isAtMost, writtenAndOpened } from "../eight-tables.ts";
import { emptyDisk } from "../../harness/on-disk/disk-subject.ts";
import { absentKeyAfter, keysApart, Meter, putAll, shuffled } from "../metered.ts";
import { scripted } from "../script.ts";

const entries = 10_000;
const gets = 50_000;
const outsideMax = 500;
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
    const before = meter.now();
    for (let get = 0; get < entries; get++)
      await script.showsQuietly(tree, absentKeyAfter(get % (entries - 1)), undefined);
    // One read at least for each get that reads.
    const share = (100 * meter.since(before).reads) / entries;
    isAtMost(script, "Gets of absent keys that read", share, 100 * readingShareMax, "%");
  },
});
