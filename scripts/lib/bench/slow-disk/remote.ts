/**
 * Lanes that run in a process of their own, on a disk whose every sync takes the same time. A slice is one message
 * there and one back.
 *
 *   this process       run "put" 64 3000 ─────▶ ◀───── done 3000        reads the count of syncs
 *                                                                              ▲
 *   lane-process.ts    open(input) of a module; packages with native code ──▶ slow-syncs.so
 */
import { type ChildProcess, fork } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { slowSyncsEnvironment } from "./slow-syncs.ts";

/** What the module exports as `open`. `input` has come through JSON. */
export type OpenRemote = (input: unknown) => Promise<RunRemote>;

/** Does the work of a lane `count` times, by so many clients at a time. */
export type RunRemote = (lane: string, clients: number, count: number) => Promise<number>;

export type Command = Readonly<{ lane: string; clients: number; count: number }>;
/** `processorMs` is what the process has had of the processor since it began. */
export type Answer = Readonly<{ done: number; processorMs: number } | { failed: string }>;

export interface Remote {
  readonly run: RunRemote;
  /** Syncs since the process began. */
  readonly barriers: () => number;
  /** Of the process, as of the last answer. */
  readonly processorMs: () => number;
}

export interface RemoteRequest {
  /** A module that exports `open`. */
  readonly module: URL;
  readonly input: unknown;
  readonly library: string;
  readonly syncMs: number;
  /** A file to be made; of this process alone. */
  readonly countFile: string;
  readonly atEnd: (tearDown: () => unknown) => void;
}

const script = path.join(import.meta.dirname, "lane-process.ts");
const tsx = path.resolve(import.meta.dirname, "../../../../node_modules/tsx/dist/loader.mjs");

/** Rejects when the module cannot open what it should. */
export async function startRemote(request: RemoteRequest): Promise<Remote> {
  const { module, input, library, syncMs, countFile, atEnd } = request;
  writeFileSync(countFile, new Uint8Array(8));
  const child = fork(script, [module.href, JSON.stringify(input)], {
    env: { ...process.env, ...slowSyncsEnvironment(library, syncMs, countFile) },
    execArgv: ["--import", pathToFileURL(tsx).href],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  // Where nobody comes to this, it ends when nobody listens any more.
  atEnd(() => child.kill("SIGKILL"));
  let { processorMs } = await answerOf(child);
  return {
    run: async (lane, clients, count) => {
      const command: Command = { lane, clients, count };
      const answer = answerOf(child);
      child.send(command);
      const answered = await answer;
      processorMs = answered.processorMs;
      return answered.done;
    },
    processorMs: () => processorMs,
    barriers: () => Number(readFileSync(countFile).readBigUInt64LE(0)),
  };
}

function answerOf(child: ChildProcess): Promise<Extract<Answer, { done: number }>> {
  return new Promise((resolve, reject) => {
    const settle = (answer: Answer): void => {
      child.off("message", settle);
      child.off("exit", exited);
      if ("done" in answer) resolve(answer);
      else reject(new Error(answer.failed));
    };
    const exited = (code: number | null, signal: string | null): void =>
      settle({ failed: `its process has ended with ${code ?? signal ?? "no reason"}` });
    child.on("message", settle);
    child.on("exit", exited);
  });
}
