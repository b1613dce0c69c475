import { keepsItsBounds } from "../strategies.ts";
import { scripted } from "../script.ts";

export const leveledKeepsItsBounds = scripted("lsm-tree/leveled-keeps-its-bounds", {
  "51,200 puts to 6,400 keys": (script) =>
    keepsItsBounds(script, { compaction: "leveled", space: 1.5, appended: 20, reads: 16 }),
});
