import { eightTables, entries, isAtMost } from "../eight-tables.ts";
import { keyOf, valueOf } from "../metered.ts";
import { type Script, scripted } from "../script.ts";
import { entriesOf } from "../adapter.ts";
import type { LsmTree } from "#katas/lsm-tree/contract.ts";
import { firstDifference } from "../script.ts";

const ranges = 300;
const length = 10;
const readsMax = 4;
const bytesMax = 64 * 1024;

export const aShortRangeReadsLittle = scripted("lsm-tree/a-short-range-reads-little", {
  "ranges of ten entries by chance": async (script) => {
    const { tree, meter } = await eightTables(script, "ascending");
    const before = meter.now();
    for (let range = 0; range < ranges; range++)
      await readTen(script, tree, script.random.below(entries - length));
    const { reads, bytes } = meter.since(before);
    script.tell(`${ranges} ranges of ${length} entries by chance`, "answered right");
    isAtMost(script, "A range on average", reads / ranges, readsMax, "reads");
    isAtMost(script, "A range on average", bytes / ranges, bytesMax, "bytes read");
  },
});

/** A range of ten entries, read to its end. */
async function readTen(script: Script, tree: LsmTree, first: number): Promise<void> {
  const bounds = { start: keyOf(first), end: keyOf(first + length) };
  const expected = Array.from(
    { length },
    (_, index) => [keyOf(first + index), valueOf(first + index)] as const,
  );
  const read = await script.quietly("a range", () =>
    entriesOf(tree.range(bounds.start, bounds.end)),
  );
  if (firstDifference(read, expected) !== -1) await script.ranges(tree, bounds, expected);
}
