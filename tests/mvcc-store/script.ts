/**
 * A script: what several transactions do, call after call, in the order in which the calls are made. Plain data,
 * because a script is also a token; it prints as readable lines and shrinks by leaving transactions out.
 */
import type { MvccStoreOptions } from "#katas/mvcc-store/contract.ts";

export type Isolation = "snapshot" | "serializable";

/** One call. `t` is the transaction that makes it. */
export type Step =
  | { t: string; do: "begin"; isolation?: Isolation }
  | { t: string; do: "get"; key: string }
  | { t: string; do: "range"; from?: string; to?: string }
  | { t: string; do: "put"; key: string; value: number }
  | { t: string; do: "delete"; key: string }
  /** Reads the list under a key, and puts it back with one more element. */
  | { t: string; do: "append"; key: string; element: string }
  /** Called and answered; with `unanswered`, only called. */
  | { t: string; do: "commit"; unanswered?: true }
  /** Waits for the answer of a commit that was called. */
  | { t: string; do: "answer" }
  | { t: string; do: "rollback" }
  /** The event loop turns so often: whatever the store has put off may happen. */
  | { do: "turns"; count: number }
  /** So many microtasks run, each behind all that wait already. */
  | { do: "ticks"; count: number }
  /** The clock goes forward. */
  | { do: "time"; ms: number };

export interface Script {
  steps: Step[];
  /** What the literature calls it. */
  known?: string;
  /** How old a transaction may become; without it, the store is opened without options. */
  ageMsMax?: NonNullable<MvccStoreOptions["transactionAgeMsMax"]>;
  /** A clock is handed in, although nothing ages by it. */
  hasClock?: true;
}

/** What a transaction reads and writes in the course of a script. */
export interface Footprint {
  readonly keysRead: ReadonlySet<string>;
  readonly rangesRead: readonly Bounds[];
  readonly keysWritten: ReadonlySet<string>;
}

export interface Bounds {
  from?: string;
  to?: string;
}

export function covers({ from, to }: Bounds, key: string): boolean {
  return (from === undefined || key >= from) && (to === undefined || key < to);
}

export function namesIn(steps: readonly Step[]): string[] {
  return [...new Set(steps.flatMap((step) => ("t" in step ? [step.t] : [])))];
}

export function footprintOf(steps: readonly Step[], name: string): Footprint {
  const keysRead = new Set<string>();
  const rangesRead: Bounds[] = [];
  const keysWritten = new Set<string>();
  for (const step of steps) {
    if (!("t" in step) || step.t !== name) continue;
    if (step.do === "get" || step.do === "append") keysRead.add(step.key);
    if (step.do === "put" || step.do === "delete" || step.do === "append")
      keysWritten.add(step.key);
    if (step.do === "range") rangesRead.push(step);
  }
  return { keysRead, rangesRead, keysWritten };
}

export function reads({ keysRead, rangesRead }: Footprint, key: string): boolean {
  return keysRead.has(key) || rangesRead.some((bounds) => covers(bounds, key));
}

/** Whether one of the two reads or writes what the other writes. */
export function touch(one: Footprint, other: Footprint): boolean {
  const meets = (from: Footprint, to: Footprint): boolean =>
    [...from.keysWritten].some((key) => to.keysWritten.has(key) || reads(to, key));
  return meets(one, other) || meets(other, one);
}

// ── Words ─────────────────────────────────────────────────────────────────────────────────────

/** The call as it is told: "T1 put a=1". */
export function inWords(step: Step): string {
  if (step.do === "turns")
    return `the event loop turns ${step.count === 1 ? "once" : `${step.count} times`}`;
  if (step.do === "ticks") return step.count === 1 ? "a moment passes" : "a few moments pass";
  if (step.do === "time") return `${step.ms} ms pass`;
  return `${step.t} ${callInWords(step)}`;
}

function callInWords(step: Extract<Step, { t: string }>): string {
  switch (step.do) {
    case "begin":
      return step.isolation === undefined ? "begin" : `begin ${step.isolation}`;
    case "get":
    case "delete":
      return `${step.do} ${keyInWords(step.key)}`;
    case "put":
      return `put ${keyInWords(step.key)}=${step.value}`;
    case "append":
      return `append ${step.element} to ${keyInWords(step.key)}`;
    case "range":
      return `range${boundsInWords(step)}`;
    case "commit":
      return step.unanswered === true ? "commit, called" : "commit";
    case "answer":
    case "rollback":
      return step.do === "answer" ? "commit, answered" : "rollback";
  }
}

export function boundsInWords({ from, to }: Bounds): string {
  if (from === undefined && to === undefined) return "";
  const start = from === undefined ? "" : ` from ${keyInWords(from)}`;
  return to === undefined ? start : `${start} up to ${keyInWords(to)}`;
}

const plainKey = /^[\p{L}\p{N}._:#/-]{1,40}$/u;

/** A key as it is, or in quotes where it would be misread. */
export function keyInWords(key: string): string {
  if (plainKey.test(key)) return key;
  return key.length <= 40
    ? JSON.stringify(key)
    : `${JSON.stringify(key.slice(0, 12)).slice(0, -1)}…" (${key.length} characters)`;
}

// ── Smaller scripts ───────────────────────────────────────────────────────────────────────────

/** Scripts with less in them: fewer transactions, then fewer calls, then calls that say less. */
export function* smallerScripts<Case extends Script>(script: Case): Iterable<Case> {
  const { steps } = script;
  const names = namesIn(steps);
  for (const left of shorter(names, 1)) {
    const kept = new Set(left);
    yield { ...script, steps: steps.filter((step) => !("t" in step) || kept.has(step.t)) };
  }
  const isFrame = (step: Step): boolean => step.do === "begin";
  const optional = steps.filter((step) => !isFrame(step));
  for (const left of shorter(optional)) {
    const kept = new Set(left);
    yield { ...script, steps: steps.filter((step) => isFrame(step) || kept.has(step)) };
  }
  for (const [index, step] of steps.entries()) {
    if (step.do === "begin" && step.isolation === "snapshot")
      yield { ...script, steps: steps.with(index, { t: step.t, do: "begin" }) };
    if ((step.do === "turns" || step.do === "ticks") && step.count > 1)
      yield { ...script, steps: steps.with(index, { do: step.do, count: step.count >> 1 }) };
  }
  yield* renumbered(script, names);
}

/** The same script with its transactions called T1, T2 and so on, in the order of their beginning. */
function* renumbered<Case extends Script>(script: Case, names: readonly string[]): Iterable<Case> {
  if (names.every((name, index) => name === `T${index + 1}`)) return;
  const newNames = new Map(names.map((name, index) => [name, `T${index + 1}`]));
  const steps = script.steps.map((step) =>
    "t" in step ? { ...step, t: newNames.get(step.t) ?? step.t } : step,
  );
  yield { ...script, steps };
}

/** A list with pieces left out, large ones first. */
export function* shorter<Item>(list: readonly Item[], lengthMin = 0): Iterable<Item[]> {
  for (let size = Math.ceil(list.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let start = 0; start < list.length; start += size) {
      const rest = [...list.slice(0, start), ...list.slice(start + size)];
      if (rest.length >= lengthMin) yield rest;
    }
  }
}
