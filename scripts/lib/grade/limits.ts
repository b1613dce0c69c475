/**
 * How long somebody's code may be silent before it is given up. What counts is the work that it does meanwhile:
 * a busy machine is never mistaken for an endless loop.
 */
import type { Silence } from "../kata/silence-watch.ts";

export interface Limits {
  /** CPU seconds that may pass without a heartbeat: an endless loop burns them. */
  silentCpuSecondsMax: number;
  /** Seconds that it may sleep without a heartbeat. Waiting for a busy machine is no sleep. */
  asleepSecondsMax: number;
  /** CPU seconds for one question, heartbeats or not. */
  cpuSecondsMax: number;
}

/** Generous: an honest check stays far below. */
export const firstLimits: Limits = {
  silentCpuSecondsMax: 6,
  asleepSecondsMax: 20,
  cpuSecondsMax: 60,
};

/** After something has hung, the rest is watched more closely, so that the grade ends in time. */
export const strictLimits: Limits = {
  silentCpuSecondsMax: 1.5,
  asleepSecondsMax: 5,
  cpuSecondsMax: 20,
};

/** No test of anybody takes so much work, unless it is lost. */
export const ownTestSilenceMax: Silence = { cpuSeconds: 4, ms: 180_000 };
