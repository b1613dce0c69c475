/**
 * Runs one tool of the repository as a child process and keeps what it says for when it fails.
 * The tool is named by its file, so that no shell, no PATH and no space in the path matters.
 */
import { spawn } from "node:child_process";
import path from "node:path";

export const repositoryRoot = path.resolve(import.meta.dirname, "../../..");

export interface Tool {
  readonly title: string;
  /** Below `node_modules`. */
  readonly script: string;
  readonly arguments: readonly string[];
}

export interface ToolRun {
  readonly ok: boolean;
  readonly output: string;
  readonly seconds: number;
}

export function runTool(tool: Tool): Promise<ToolRun> {
  const startedMs = performance.now();
  const script = path.join(repositoryRoot, "node_modules", tool.script);
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...tool.arguments], {
      cwd: repositoryRoot,
      env: process.stdout.isTTY ? process.env : { ...process.env, NO_COLOR: "1" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (output += text));

    const interrupt = () => {
      child.kill("SIGKILL");
      process.exit(130);
    };
    process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
    const settled = () => process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
    child.on("error", (error) => {
      settled();
      reject(error);
    });
    child.on("close", (exitCode) => {
      settled();
      resolve({ ok: exitCode === 0, output, seconds: (performance.now() - startedMs) / 1000 });
    });
  });
}

/** Runs every job, as many at a time as there are lanes, in order of the list. */
export async function inLanes(lanes: number, jobs: readonly (() => Promise<void>)[]) {
  const waiting = [...jobs];
  const lane = async () => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) await job();
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
