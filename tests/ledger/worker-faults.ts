/** Random deaths and hangings of workers. */
import type { Random } from "#platform/random.ts";
import type { PlannedWorkerFault } from "./script.ts";
import { pick } from "./workload.ts";

export function drawFaults(random: Random, countMax: number): PlannedWorkerFault[] {
  return Array.from({ length: random.below(countMax + 1) }, () => ({
    at: pick(random, ["start", "task", "task", "answer"] as const),
    number: random.below(5),
    fault: random.below(3) === 0 ? "hangs" : "dies",
  }));
}
