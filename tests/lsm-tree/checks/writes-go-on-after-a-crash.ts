import { kata } from "#katas/lsm-tree/kata.ts";
import { together } from "../../harness/experiment.ts";
import { flushing } from "../adapter.ts";
import { sequentialCrashes } from "../crash-cases.ts";
import { livesOf } from "../searches.ts";

const promise = "lsm-tree/writes-go-on-after-a-crash";

export const writesGoOnAfterACrash = together(promise, kata.version, [
  sequentialCrashes(promise, { wants: ["hidden"], phases: ["second life"] }, 12),
  ...[1, 2].map((memtableThreshold) =>
    livesOf({
      promise,
      crash: "alternating",
      deletes: 0.25,
      names: "core",
      cases: 28,
      others: [flushing(0.2)],
      options: { memtableThreshold },
    }),
  ),
]);
