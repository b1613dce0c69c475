import path from "node:path";
import type { MessagePort } from "node:worker_threads";
import type { Rejection } from "./journal.ts";

/** What a life knows from its start; plain data, handed over as a file. */
export interface LifePlan {
  life: number;
  /** Everything of this run lies below; whoever finds the judge's process gone removes it. */
  root: string;
  /** The store's own directory. */
  directory: string;
  subjectScript: string;
  clientScript: string;
  threads: number;
  seed: number;
  /** What the kata's own host and clients need to know. */
  parameters: unknown;
  /** Milliseconds since 1970 after which nobody needs this life any more. */
  endsAt: number;
}

/** What the judge's process tells a life. */
export type LifeCommand<Operation = unknown> =
  /** The life before is over: open the store, call `verification` first, shared out among the clients. */
  | { command: "begin"; firstTick: number; verification: Operation[] }
  /** Finish the calls under way, then close the store. */
  | { command: "stop" }
  /** End by SIGKILL as soon as no call to the disk is under way. */
  | { command: "die" };

/** What a life tells the judge's process. */
export type LifeEvent =
  | { event: "loading" }
  | { event: "opening" }
  | { event: "opened" }
  | { event: "working" }
  | { event: "closed" }
  | { event: "memory exhausted" }
  | { event: "rejected"; step: "load" | "open" | "close"; error: Rejection }
  /** A bug of the harness or of the kata's tests, never of the subject. */
  | { event: "client failed"; message: string };

/** Where a client begins, handed over when its thread starts. */
export interface ClientStart {
  client: number;
  plan: LifePlan;
  clock: SharedArrayBuffer;
  pulse: SharedArrayBuffer;
  store: MessagePort;
}

/** What the host tells a client; all but `stop` are answered when they are done. */
export type ClientCommand<Operation = unknown> =
  { command: "verify"; operations: Operation[] } | { command: "work" } | { command: "stop" };

/** Written by a life whose subject hangs; it says why. The host may be in no state to tell. */
export function silenceFile(root: string, life: number): string {
  return path.join(root, `silence-${life}.txt`);
}

export function journalFile(root: string, life: number, client: number): string {
  return path.join(root, `journal-${life}-${client}.jsonl`);
}
