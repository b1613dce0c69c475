import { eightTables, entries, isAtMost } from "../eight-tables.ts";
import { bytesOf } from "../metered.ts";
import { scripted } from "../script.ts";

export const openingReadsLittle = scripted("lsm-tree/opening-reads-little", {
  "an open and 200 gets": async (script) => {
    const { warmUp } = await eightTables(script, "by chance");
    isAtMost(script, "Opening and 200 gets", warmUp.bytes, bytesOf(entries) / 2, "bytes read");
  },
});
