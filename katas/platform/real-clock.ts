import { performance } from "node:perf_hooks";
import { setTimeout as after } from "node:timers/promises";
import type { Clock } from "./clock.ts";

/** The clock on the wall: milliseconds since the process began, and real waiting. */
export const realClock: Clock = {
  now: () => performance.now(),
  sleep: (milliseconds) => after(milliseconds),
};
