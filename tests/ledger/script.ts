/**
 * What a check does with a ledger, as plain data: clients, each with a validator of its own and a list of steps,
 * what the store does to them, and the order in which everything comes. It prints as readable lines, shrinks by
 * leaving some out, and fits into a replay token.
 */
import { inspect } from "node:util";
import type { StoreFault } from "#platform/testing/flaky-store.ts";
import type { WorkerFault } from "#platform/testing/flaky-workers.ts";
import type { RuleName, SlowRuleName } from "./rules.ts";

export interface Script {
  /** What happens here, in words. */
  known?: string;
  /** Without meaning for code that has not come so far. */
  level?: number;
  options?: ScriptOptions;
  clients: Step[][];
  /** Choices of the scheduler; or how to draw them; or every one there is, up to a number of runs. */
  order: Order;
  crash?: CrashPlan;
}

/** The end of a client's validator: at which step of the world, and whether a put under way was done. */
export interface CrashPlan {
  client: number;
  step: number;
  isDone: boolean;
  /** The one that takes over comes to its end as well, so many steps later. */
  again?: number;
}

export type Order = number[] | { drawn: number } | { all: number };

export interface ScriptOptions {
  attemptsMax?: number;
  commitsWaitingMax?: number;
  rules?: RuleName[];
  slowRules?: SlowRuleName[];
  /** Where slow rules run: a pool of the subject's, one of ours, or a pool on workers. */
  executor?: "pool" | "one at a time" | "any order" | "workers";
  /** Slow rules answer only when nothing else can happen. */
  slowLast?: boolean;
  workerFaults?: PlannedWorkerFault[];
  /** A call to the store has its effect when it is made, and is answered later; otherwise both are one moment. */
  isStoreEarly?: true;
  /** Another ledger in the same store, and one with the same prefix in another store. */
  hasNeighbours?: true;
}

export interface PlannedWorkerFault {
  /** Which moment of that kind, of all workers, from 0. */
  at: "start" | "task" | "answer";
  number: number;
  fault: WorkerFault;
}

/** A transaction or whatever else; what JSON cannot say is written as `{ $: "NaN" }`. */
export type Item = unknown;

export interface PlannedFault {
  /** Which call to the store, of those that this step makes, from 0. */
  call: number;
  fault: StoreFault;
}

export interface CommitStep {
  do: "commit";
  batch: Item[];
  policy?: "all-or-nothing" | "valid-only";
  /** Others commit just before these puts of this step, counted from 0. Without a batch they open an account. */
  rivals?: { put: number; batch?: Item[] }[];
  /** Somebody commits before every put. */
  endless?: true;
  /** Somebody commits before every put until this step has lost so many races, however many puts a try takes. */
  racesToLose?: number;
  faults?: PlannedFault[];
  /** Every call from this one on goes wrong, if it is of that method. */
  refusing?: { from: number; fault: StoreFault; puts?: true };
  /** Its signal is aborted: before the call, at a call to the store, or while it pauses. */
  abort?: "before" | { call: number } | "in a pause" | "in a slow rule" | "behind another";
  /** The next step does not wait for the answer. */
  unanswered?: true;
}

export type Step =
  | CommitStep
  | {
      do: "read";
      faults?: PlannedFault[];
      refusing?: { from: number; fault: StoreFault };
      /** The next step does not wait for the answer. */
      unanswered?: true;
    }
  /** Reads, and judges a batch; in between others commit so many batches, which open accounts. */
  | {
      do: "plan";
      plan: string;
      batch: Item[];
      policy?: "all-or-nothing" | "valid-only";
      behind?: number;
    }
  | { do: "attempt"; plan: string }
  /** Waits for the commits that were called and not waited for. */
  | { do: "answers" }
  /** Others commit so many batches, which open accounts, while this validator does nothing. */
  | { do: "others"; count: number }
  /** Goes on with a new validator of a new copy of the code. */
  | { do: "restart" };

// ── Values ────────────────────────────────────────────────────────────────────────────────────

const oddValues: Readonly<Record<string, unknown>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  "-Infinity": Number.NEGATIVE_INFINITY,
  undefined: undefined,
  bigint: 5n,
  "-0": -0,
};

/** The value that an item stands for, new each time. */
export function valueOf(item: Item): unknown {
  if (Array.isArray(item)) return item.map(valueOf);
  if (typeof item !== "object" || item === null) return item;
  const { $: odd, repeat } = item as { $?: string; repeat?: [string, number] };
  if (odd !== undefined) return oddValues[odd];
  if (repeat !== undefined) return repeat[0].repeat(repeat[1]);
  const value: Record<string, unknown> = {};
  for (const [name, content] of Object.entries(item)) {
    Object.defineProperty(value, name, {
      value: valueOf(content),
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return value;
}

export function open(account: string, balanceMin?: number, id = `o-${account}`): Item {
  return balanceMin === undefined
    ? { kind: "open", id, account }
    : { kind: "open", id, account, balanceMin };
}

export function pay(id: string, from: string, to: string, cents: Item): Item {
  return { kind: "transfer", id, from, to, cents };
}

/** Where money comes from, and three who have none. */
export const openings: Item[] = [open("bank", -1_000_000), open("ann"), open("bob"), open("eve")];

// ── Words ─────────────────────────────────────────────────────────────────────────────────────

export function itemInWords(value: unknown): string {
  if (typeof value !== "object" || value === null) return shown(value);
  const { kind, id, account, balanceMin, from, to, cents } = value as Record<string, unknown>;
  const names = Object.keys(value).length;
  if (kind === "open" && "account" in value)
    return `${shown(id)}: open ${shown(account)}${balanceMin === undefined ? "" : ` down to ${shown(balanceMin)}`}`;
  if (kind === "transfer" && names === 5)
    return `${shown(id)}: ${shown(cents)} from ${shown(from)} to ${shown(to)}`;
  return shown(value);
}

const plain = /^[\w.-]{1,24}$/;
const itemsShownMax = 6;

export function shown(value: unknown): string {
  if (typeof value === "string" && plain.test(value)) return value;
  try {
    const text = inspect(value, { depth: 3, breakLength: Infinity, compact: true });
    return text.length <= 90 ? text : `${text.slice(0, 89)}…`;
  } catch {
    return `a ${typeof value} without a text`;
  }
}

export function batchInWords(batch: readonly unknown[], policy?: string): string {
  const first = batch.slice(0, itemsShownMax).map(itemInWords).join("; ");
  const more = batch.length > itemsShownMax ? `; and ${batch.length - itemsShownMax} more` : "";
  const how = policy === undefined ? "" : ` ${policy}`;
  return batch.length === 0 ? `nothing${how}` : `[${first}${more}]${how}`;
}

// ── Smaller ───────────────────────────────────────────────────────────────────────────────────

export function* smallerScripts(script: Script): Iterable<Script> {
  const { clients } = script;
  if (clients.length > 1) {
    for (const index of clients.keys()) {
      if (script.crash?.client === index) continue;
      const crash =
        script.crash === undefined
          ? {}
          : {
              crash: {
                ...script.crash,
                client: script.crash.client - (script.crash.client > index ? 1 : 0),
              },
            };
      yield { ...script, ...crash, clients: clients.toSpliced(index, 1) };
    }
  }
  for (const [index, steps] of clients.entries())
    for (const fewer of shorter(steps)) yield withClient(script, index, fewer);
  for (const [index, steps] of clients.entries()) {
    for (const [at, step] of steps.entries())
      for (const less of smallerSteps(step)) yield withClient(script, index, steps.with(at, less));
  }
  if (Array.isArray(script.order) && script.order.some((choice) => choice !== 0)) {
    yield { ...script, order: [] };
    for (const [at, choice] of script.order.entries())
      if (choice !== 0) yield { ...script, order: script.order.with(at, 0) };
  }
  if (script.crash !== undefined) {
    const { step } = script.crash;
    for (const earlier of [0, Math.floor(step / 2), step - 1])
      if (earlier >= 0 && earlier < step)
        yield { ...script, crash: { ...script.crash, step: earlier } };
    const { again, ...once } = script.crash;
    if (again !== undefined) {
      yield { ...script, crash: once };
      if (again > 0) yield { ...script, crash: { ...script.crash, again: again - 1 } };
    }
  }
}

function withClient(script: Script, index: number, steps: Step[]): Script {
  return { ...script, clients: script.clients.with(index, steps) };
}

function* smallerSteps(step: Step): Iterable<Step> {
  if ("batch" in step) for (const batch of shorter(step.batch)) yield { ...step, batch };
  if (step.do === "commit" || step.do === "read")
    for (const faults of shorter(step.faults ?? [])) yield { ...step, faults };
  if (step.do === "commit" && step.rivals !== undefined)
    for (const rivals of shorter(step.rivals)) yield { ...step, rivals };
}

/** A list with pieces left out, large ones first. */
export function* shorter<Of>(list: readonly Of[]): Iterable<Of[]> {
  for (let size = list.length; size >= 1; size = Math.floor(size / 2)) {
    for (let start = 0; start < list.length; start += size)
      yield [...list.slice(0, start), ...list.slice(start + size)];
  }
}
