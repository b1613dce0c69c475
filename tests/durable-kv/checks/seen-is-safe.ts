import { concurrentPowerCuts } from "../power-cuts.ts";

export const seenIsSafe = concurrentPowerCuts("durable-kv/seen-is-safe", { wants: ["seen"], phases: ["crash"] }, 0.5);
