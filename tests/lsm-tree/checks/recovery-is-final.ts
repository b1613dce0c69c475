import { sequentialCrashes } from "../crash-cases.ts";

export const recoveryIsFinal = sequentialCrashes(
  "lsm-tree/recovery-is-final",
  { wants: ["unsettled"], phases: ["kill, then power cut"] },
  14,
);
