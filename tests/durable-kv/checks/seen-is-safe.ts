import { concurrentPowerCuts } from "../searches.ts";

export const seenIsSafe = concurrentPowerCuts(
  "durable-kv/seen-is-safe",
  { wants: ["seen"], phases: ["crash"] },
  { cases: 160, gets: 0.5, readsAtEnd: false },
);
