/** What a process has used so far, as the operating system counts it. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

export interface ProcessUsage {
  cpuSeconds: number;
  memoryMiB: number;
  /**
   * It waits for something, with each of its threads and of the processes that it has started; whoever
   * only waits for a busy machine does not sleep.
   */
  isAsleep: boolean;
}

/** Linux counts in these units on every common configuration. */
const ticksPerSecond = 100;
const pageBytes = 4096;

/** Undefined once the process is gone. */
export function processUsage(processId: number): ProcessUsage | undefined {
  try {
    return process.platform === "linux" ? usageFromProc(processId) : usageFromPs(processId);
  } catch {
    return undefined;
  }
}

function usageFromProc(processId: number): ProcessUsage {
  const stat = readFileSync(`/proc/${processId}/stat`, "utf8");
  // The name, in parentheses, may contain spaces; what follows it is field 3.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const field = (number: number): number => Number(fields[number - 3]);
  return {
    cpuSeconds: (field(14) + field(15)) / ticksPerSecond,
    memoryMiB: (field(24) * pageBytes) / 2 ** 20,
    isAsleep: everyoneSleeps(processId),
  };
}

/** A loader works in a thread or a process of its own while the main thread waits for it. */
function everyoneSleeps(processId: number): boolean {
  return readdirSync(`/proc/${processId}/task`).every((thread) => {
    const task = `/proc/${processId}/task/${thread}`;
    return stateOf(`${task}/stat`) === "S" && childrenOf(task).every(everyoneSleeps);
  });
}

/** A thread or process that has just ended does not keep anybody awake. */
function stateOf(statFile: string): string {
  try {
    const stat = readFileSync(statFile, "utf8");
    return stat.charAt(stat.lastIndexOf(")") + 2);
  } catch {
    return "S";
  }
}

/** None where the system does not say. */
function childrenOf(task: string): number[] {
  try {
    return (readFileSync(`${task}/children`, "utf8").match(/\d+/g) ?? []).map(Number);
  } catch {
    return [];
  }
}

function usageFromPs(processId: number): ProcessUsage {
  const columns = execFileSync("ps", ["-o", "time=,rss=,state=", "-p", String(processId)], {
    encoding: "utf8",
  });
  const [time = "", rssKiB = "0", state = ""] = columns.trim().split(/\s+/);
  return {
    cpuSeconds: secondsOf(time),
    memoryMiB: Number(rssKiB) / 1024,
    isAsleep: /^[SI]/.test(state),
  };
}

/** "1-02:03:04.5", "03:04.5". */
export function secondsOf(time: string): number {
  const [clock = "", days = "0"] = time.split("-").reverse();
  const seconds = clock.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
  return Number(days) * 86_400 + seconds;
}
