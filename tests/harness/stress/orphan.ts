import { rmSync } from "node:fs";
import type { LifePlan } from "./life-plan.ts";

/** Ends a life whose judge is gone, and clears away what the judge would have. */
export function endOrphan({ root }: LifePlan): void {
  try {
    rmSync(root, { recursive: true, force: true, maxRetries: 3 });
  } finally {
    process.kill(process.pid, "SIGKILL");
  }
}
