import { concurrentPowerCuts } from "../power-cuts.ts";

export const seenIsSafe = concurrentPowerCuts(
  "durable-kv/seen-is-safe",
  { wants: ["seen"], phases: ["crash"] },
  {
    gets: 0.5,
    readsAtEnd: false,
  },
);
