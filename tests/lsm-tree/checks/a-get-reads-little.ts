import { eightTables, entries, isAtMost } from "../eight-tables.ts";
import { keyOf, valueOf } from "../metered.ts";
import { scripted } from "../script.ts";

const gets = 2000;
const readsMax = 3;
const bytesMax = 16 * 1024;

export const aGetReadsLittle = scripted("lsm-tree/a-get-reads-little", {
  "gets of keys by chance": async (script) => {
    const { tree, meter } = await eightTables(script, "by chance");
    const before = meter.now();
    for (let get = 0; get < gets; get++) {
      const index = script.random.below(entries);
      await script.showsQuietly(tree, keyOf(index), valueOf(index));
    }
    const { reads, bytes } = meter.since(before);
    script.tell(`${gets} gets of keys by chance`, "answered right");
    isAtMost(script, "A get on average", reads / gets, readsMax, "reads");
    isAtMost(script, "A get on average", bytes / gets, bytesMax, "bytes read");
  },
});
