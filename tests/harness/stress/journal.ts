import { closeSync, openSync, readFileSync, writeSync } from "node:fs";

/**
 * What one client called and was answered, one line an event, in a file of its own:
 *
 *   ["call", tick, phase, operation]
 *   ["answer", tick, reply]
 *
 * A line is with the operating system before the journal's call returns, so it outlives a SIGKILL. A call
 * is written before it is made and an answer after it was seen: what has no answer here was cut off, and
 * what has no call here never happened. A client waits for each answer, so an answer belongs to the call above it.
 */
export class Journal<Operation> {
  readonly #descriptor: number;

  constructor(file: string) {
    this.#descriptor = openSync(file, "ax");
  }

  call(tick: number, phase: Phase, operation: Operation): void {
    writeSync(this.#descriptor, `${JSON.stringify(["call", tick, phase, operation])}\n`);
  }

  answer(tick: number, reply: Reply): void {
    writeSync(this.#descriptor, `${JSON.stringify(["answer", tick, reply])}\n`);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/** `verify`: the reads after an opening, before anything is written. `work`: all that follows. */
export type Phase = "verify" | "work";

/** What came of a call: an answer in a form that JSON keeps, or the error it was rejected with. */
export type Reply = { answer: string | null } | { error: Rejection };

export interface Rejection {
  code: string | null;
  message: string;
}

export interface JournalEntry<Operation> {
  phase: Phase;
  operation: Operation;
  calledAt: number;
  /** Undefined when the life ended first. */
  settled: { at: number; reply: Reply } | undefined;
}

type Line<Operation> = ["call", number, Phase, Operation] | ["answer", number, Reply];

export function readJournal<Operation>(file: string): JournalEntry<Operation>[] {
  const entries: JournalEntry<Operation>[] = [];
  // Behind the last line break there is nothing, or a line that the kill tore: its event did not happen.
  for (const text of readFileSync(file, "utf8").split("\n").slice(0, -1)) {
    const line = JSON.parse(text) as Line<Operation>;
    if (line[0] === "call") {
      entries.push({ calledAt: line[1], phase: line[2], operation: line[3], settled: undefined });
    } else {
      const entry = entries.at(-1);
      if (entry !== undefined) entry.settled = { at: line[1], reply: line[2] };
    }
  }
  return entries;
}
