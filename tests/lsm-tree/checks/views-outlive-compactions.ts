import type { Entry } from "#katas/lsm-tree/contract.ts";
import { kata } from "#katas/lsm-tree/kata.ts";
import { together } from "../../harness/experiment.ts";
import { entryOf } from "../adapter.ts";
import { Model } from "../model.ts";
import { firstDifference, type Script, scripted } from "../script.ts";
import { sessions } from "../session.ts";
import { plainKeys } from "../strings.ts";

const promise = "lsm-tree/views-outlive-compactions";

export const viewsOutliveCompactions = together(promise, kata.version, [
  sessions({
    promise,
    cases: 110,
    steps: 60,
    mix: { put: 12, delete: 6, flush: 2, begin: 4, next: 8, leave: 1, compact: 3 },
    keys: (random) => plainKeys(4 + random.below(10)),
    options: (random, index) => ({
      memtableThreshold: 1 + random.below(4),
      compaction: index % 2 === 0 ? "leveled" : "size-tiered",
    }),
  }),
  scripted(promise, {
    "a long range during many compactions, leveled": (script) => longRange(script, "leveled"),
    "a long range during many compactions, size-tiered": (script) =>
      longRange(script, "size-tiered"),
  }),
]);

/** Read slowly, while everything is overwritten, deleted and compacted. */
async function longRange(script: Script, compaction: "leveled" | "size-tiered"): Promise<void> {
  const tree = await script.open({ memtableThreshold: 40, compaction });
  const model = new Model();
  const keys = Array.from({ length: 400 }, (_, index) => `key ${index}`);
  await script.does(`puts of ${keys.length} keys`, async () => {
    for (const key of keys) await tree.put(key, `old ${key}`.padEnd(300));
  });
  for (const key of keys) model.set(key, `old ${key}`.padEnd(300));
  const iterator = tree.range()[Symbol.asyncIterator]();
  const seen: Entry[] = [];
  await script.does("a range, read slowly while everything changes and is compacted", async () => {
    for (;;) {
      const answer = await iterator.next();
      if (answer.done === true) return;
      seen.push(entryOf(answer.value));
      const key = keys[(seen.length * 7) % keys.length] ?? "";
      if (seen.length % 3 === 0) await tree.delete(key);
      else await tree.put(key, "new");
      if (seen.length % 50 === 10) await tree.compact();
    }
  });
  const expected = model.range();
  const place = firstDifference(seen, expected);
  if (place === -1) return;
  const [wanted, got] = [expected[place]?.[0] ?? "the end", seen[place]?.[0] ?? "the end"];
  script.broken(
    "a range",
    `entry ${place + 1} is wrong`,
    `Entry ${place + 1} of the range must be that of ${wanted}, and it was that of ${got}, or its value is another.`,
    "range",
  );
}
