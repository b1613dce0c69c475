import { sequentialCrashes } from "../crash-cases.ts";

export const opensAfterAnyCrash = sequentialCrashes(
  "lsm-tree/opens-after-any-crash",
  { wants: ["refused", "invented"], phases: ["crash", "crash in recovery", "second crash"] },
  6,
);
