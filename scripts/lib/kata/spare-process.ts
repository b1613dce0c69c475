/**
 * A child process that has prepared itself and waits, so that a save is answered at once.
 *
 * Each child does one job and ends; the next one is started when it has. Each leads a process group of its
 * own and never outlives this command: the group ends with one signal, forks and endless loops included.
 */
import { spawn, type ChildProcess } from "node:child_process";
import path from "node:path";
import { pathToFileURL } from "node:url";

const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) endGroup(child);
});

export class SpareProcess {
  readonly #start: () => ChildProcess;
  #waiting: ChildProcess | undefined;
  #isClosed = false;

  /** Starts `script`, a TypeScript file of this repository, and keeps it waiting for its first message. */
  constructor(root: string, script: string, scriptArguments: string[]) {
    this.#start = () => startGroup(root, script, scriptArguments);
    this.prepare();
  }

  /** The waiting process, or a new one when it has died. */
  take(): ChildProcess {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    const isAlive = waiting?.exitCode === null && waiting.signalCode === null;
    return isAlive ? waiting : this.#start();
  }

  prepare(): void {
    if (!this.#isClosed) this.#waiting ??= this.#start();
  }

  close(): void {
    this.#isClosed = true;
    if (this.#waiting !== undefined) endGroup(this.#waiting);
    this.#waiting = undefined;
  }
}

function startGroup(root: string, script: string, scriptArguments: string[]): ChildProcess {
  const tsx = path.join(root, "node_modules", "tsx", "dist", "loader.mjs");
  const child = spawn(
    process.execPath,
    ["--import", pathToFileURL(tsx).href, script, ...scriptArguments],
    {
      cwd: root,
      detached: true,
      env: environment(),
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    },
  );
  running.add(child);
  child.once("close", () => running.delete(child));
  child.on("error", () => running.delete(child));
  return child;
}

/** Ends a child and everything that it has started. A child that has groups of its own ends them at SIGTERM. */
export function endGroup(child: ChildProcess, signal: "SIGKILL" | "SIGTERM" = "SIGKILL"): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group is gone already.
  }
}

/** What a child needs to run, and nothing of the terminal or of npm. */
function environment(): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR } = process.env;
  return { PATH, HOME, TMPDIR, NO_COLOR: "1", NODE_ENV: "test" };
}
