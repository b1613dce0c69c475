/**
 * Child processes that can always be ended, with everything they have started.
 *
 * Each leads a process group of its own and gets an empty environment. Whatever way the grader ends,
 * ctrl-C included, the groups that are left are killed first; and should the grader itself be killed,
 * the kernel ends a child that spins after its last CPU second.
 */
import { spawn, type ChildProcess } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { jobDescriptor, reportDescriptor } from "./protocol.ts";

const cpuSecondsMax = 600;

export interface ProcessGroup {
  readonly process: ChildProcess;
  /** What the child writes to descriptor 3. */
  readonly reports: Readable;
  /** What the child reads from descriptor 4. */
  readonly jobs: Writable;
}

const living = new Set<ChildProcess>();

/** Starts Node with `nodeArguments` as the leader of a new group. */
export function startGroup(
  nodeArguments: readonly string[],
  options: { directory: string; environment?: Record<string, string> },
): ProcessGroup {
  endGroupsWithThisProcess();
  const limited = `ulimit -t ${cpuSecondsMax} 2>/dev/null; exec "$0" "$@"`;
  const child = spawn("/bin/sh", ["-c", limited, process.execPath, ...nodeArguments], {
    cwd: options.directory,
    detached: true,
    env: options.environment ?? {},
    stdio: ["ignore", "pipe", "pipe", "pipe", "pipe"],
  });
  living.add(child);
  child.once("exit", () => {
    killGroup(child);
    living.delete(child);
  });
  const reports = child.stdio[reportDescriptor] as Readable;
  const jobs = child.stdio[jobDescriptor] as Writable;
  // A child that ends while it is spoken to is noticed by its exit.
  jobs.on("error", () => undefined);
  child.on("error", () => undefined);
  return { process: child, reports, jobs };
}

export function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // Nobody is left in the group.
  }
}

const signalNumbers = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const;
let isPrepared = false;

function endGroupsWithThisProcess(): void {
  if (isPrepared) return;
  isPrepared = true;
  process.on("exit", () => living.forEach(killGroup));
  for (const [signal, number] of Object.entries(signalNumbers)) {
    process.once(signal, () => process.exit(128 + number));
  }
}
