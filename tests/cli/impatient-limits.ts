/**
 * Mocks `scripts/lib/grade/limits.ts` where a test has code that never comes back: what such code costs is
 * work for nothing, and that it is found out is seen after a second, too.
 */
import type { Limits } from "../../scripts/lib/grade/limits.ts";
import type { Silence } from "../../scripts/lib/kata/silence-watch.ts";

export const firstLimits: Limits = {
  silentCpuSecondsMax: 1.5,
  asleepSecondsMax: 4,
  cpuSecondsMax: 20,
};
export const strictLimits: Limits = { ...firstLimits };
export const ownTestSilenceMax: Silence = { cpuSeconds: 1, ms: 180_000 };
