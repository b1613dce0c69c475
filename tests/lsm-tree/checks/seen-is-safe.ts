import { kata } from "#katas/lsm-tree/kata.ts";
import { together } from "../../harness/experiment.ts";
import { concurrentCrashes } from "../crash-cases.ts";

const promise = "lsm-tree/seen-is-safe";
const hunt = { wants: ["seen"], phases: ["crash"] } as const;

export const seenIsSafe = together(promise, kata.version, [
  concurrentCrashes(promise, hunt, { cases: 14, gets: 0.5, readsAtEnd: false }),
  concurrentCrashes(promise, hunt, { cases: 10, gets: 0.5, readsAtEnd: false, reads: "range" }),
]);
