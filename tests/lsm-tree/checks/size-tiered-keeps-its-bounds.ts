import { keepsItsBounds } from "../strategies.ts";
import { scripted } from "../script.ts";

export const sizeTieredKeepsItsBounds = scripted("lsm-tree/size-tiered-keeps-its-bounds", {
  "51,200 puts to 6,400 keys": (script) =>
    keepsItsBounds(script, { compaction: "size-tiered", space: 4, appended: 4.5, reads: 36 }),
});
