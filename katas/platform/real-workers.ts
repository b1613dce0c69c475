import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { InvalidArgumentError, NotCloneableError } from "./errors.ts";
import type { Task, TaskOutcome, TaskWorker, Workers } from "./workers.ts";

/**
 * The workers port on real threads. `module` is the file of a module that exports `taskHandlers`, a record
 * of functions by kind. It is plain JavaScript: Node 20 starts no thread from TypeScript, so bundle it first.
 *
 * A worker takes 30–50 ms to start and some megabytes. It keeps the process alive until it is terminated.
 */
export function realWorkers({ module }: { module: string | URL }): Workers {
  const address = (typeof module === "string" ? pathToFileURL(module) : module).href;
  return { start: () => new Thread(address) };
}

class Thread implements TaskWorker {
  readonly #worker: Worker;
  readonly #gone: Promise<void>;
  #isGone = false;
  #tell: ((outcomes: readonly TaskOutcome[]) => void) | undefined;
  #tellExit: ((cause?: Error) => void) | undefined;

  constructor(address: string) {
    // Without the flags of this process, whose loaders know nothing of workers.
    this.#worker = new Worker(workerSource, { eval: true, execArgv: [], workerData: { address } });
    let cause: Error | undefined;
    this.#worker.on("error", (error) => (cause = error));
    this.#worker.on("message", (outcomes: readonly TaskOutcome[]) => {
      if (!this.#isGone) this.#tell?.(outcomes);
    });
    this.#gone = new Promise((resolve) => {
      this.#worker.on("exit", () => {
        this.#isGone = true;
        this.#tellExit?.(cause);
        resolve();
      });
    });
  }

  post(tasks: readonly Task[]): void {
    if (tasks.length === 0) throw new InvalidArgumentError("Expected at least one task, got none.");
    try {
      this.#worker.postMessage(tasks);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new NotCloneableError(`A task cannot travel to another thread: ${why}`, { cause });
    }
  }

  onMessage(listener: (outcomes: readonly TaskOutcome[]) => void): void {
    this.#tell = listener;
  }

  onExit(listener: (cause?: Error) => void): void {
    this.#tellExit = listener;
  }

  async terminate(): Promise<void> {
    void this.#worker.terminate();
    await this.#gone;
  }
}

/**
 * What runs on the other side, as text, so that it needs no file of its own. An import that fails ends
 * the worker with that error. Messages are carried out in turn, whatever the handlers wait for.
 */
const workerSource = `"use strict";
const { parentPort, workerData } = require("node:worker_threads");
let turn = import(workerData.address).then(({ taskHandlers }) => {
  if (typeof taskHandlers !== "object" || taskHandlers === null)
    throw new Error(workerData.address + " exports no taskHandlers.");
  return taskHandlers;
});
parentPort.on("message", (tasks) => {
  turn = turn.then(async (handlers) => {
    const outcomes = [];
    for (const task of tasks) outcomes.push(await carryOut(handlers, task));
    answer(outcomes);
    return handlers;
  });
});
async function carryOut(handlers, { kind, input }) {
  try {
    if (!Object.hasOwn(handlers, kind)) return failed(new Error("No handler of the kind " + kind + "."), "INVALID_ARGUMENT");
    return { ok: true, value: await handlers[kind](input, {}) };
  } catch (error) {
    return failed(error, error?.code);
  }
}
function answer(outcomes) {
  try {
    parentPort.postMessage(outcomes);
  } catch {
    parentPort.postMessage(outcomes.map(travelling));
  }
}
function travelling(outcome) {
  try {
    return structuredClone(outcome);
  } catch (error) {
    return failed(new Error("It cannot travel to another thread: " + error.message), "NOT_CLONEABLE");
  }
}
function failed(error, code) {
  const isError = error instanceof Error;
  const told = { name: isError ? String(error.name) : "Error", message: isError ? String(error.message) : String(error) };
  return { ok: false, error: typeof code === "string" ? { ...told, code } : told };
}
`;
