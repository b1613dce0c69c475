import { judgeLinearizability, type Operation } from "../linearizability/judge.ts";
import { keyValueModel, type Answer, type KeyValueInput } from "../linearizability/models.ts";
import { brokenByEnds, oneOfEach, type BrokenPromise, type PromisesOfEnds } from "./broken-ends.ts";
import type { RecordedOperation, Recording } from "./kill-cycles.ts";
import type { LifeEnd } from "./life-process.ts";

/** What a client does to one key. */
export type KeyOperation =
  | { call: "get"; key: string }
  | { call: "put"; key: string; value: string }
  | { call: "delete"; key: string };

export type OnKey = RecordedOperation<KeyOperation>;

/** The promises of one kata, at the level and with the threads of the run. */
export interface StressPromises<Id, Call> extends PromisesOfEnds<Id> {
  /** Of answers that no order explains. */
  ofCalls: Id;
  /** Of a call, neither read nor write, that is rejected; undefined for reads and writes. */
  ofMaintenance: (operation: Call) => Id | undefined;
  /** Of writes that are refused though they need not be, or refused and yet done. */
  ofRefusal: Id;
  /** False where the limit of waiting writers is not part of the level. */
  knowsRefusal: boolean;
  /** False where the limit is out of reach, so that no write may be refused. */
  mayRefuse: (life: number) => boolean;
  /** Of a value that nobody wrote. */
  ofStrangeValues: (phase: OnKey["phase"]) => Id;
  /** Of what a crash took or brought back; `raced` where the last writes were under way together. */
  ofCrash: (raced: boolean, lastAnswered: KeyOperation | undefined) => Id;
}

/** How the calls of a kata are seen and said. */
export interface StressCalls<Call> {
  /** The single keys that a call was about, with what was answered of each; none for maintenance. */
  onKeys: (record: RecordedOperation<Call>) => OnKey[];
  textOf: (operation: Call) => string;
}

/** How a client names a value that is none of those written. */
export const DAMAGED = "damaged:";

/**
 * Which promises of a key-value store a recorded run breaks. Three sources: lives that ended otherwise than
 * planned, calls that were rejected although the disk is well, and keys whose history no order of the
 * operations explains. A key's promise follows from the first part of its history that cannot be explained:
 * the reads after a crash, or the work of a life. Which promise that is, each kata says.
 */
export function brokenPromises<Id, Call extends { call: string }>(
  recording: Recording<Call>,
  promises: StressPromises<Id, Call>,
  calls: StressCalls<Call>,
): BrokenPromise<Id>[] {
  return oneOfEach([
    ...brokenByEnds(recording.ends, promises),
    ...brokenByRejections(recording.records, promises, calls),
    ...brokenByHistories(recording.records.flatMap(calls.onKeys), recording.ends, promises),
  ]);
}

// ── Calls that were rejected ──────────────────────────────────────────────────────────────────

const NO_EFFECT: ReadonlySet<string | null> = new Set(["OVERLOADED", "INVALID_ARGUMENT", "CLOSED"]);

function brokenByRejections<Id, Call extends { call: string }>(
  records: readonly RecordedOperation<Call>[],
  promises: StressPromises<Id, Call>,
  { textOf }: StressCalls<Call>,
): BrokenPromise<Id>[] {
  return records.flatMap(({ life, operation, reply }) => {
    if (reply === undefined || !("error" in reply)) return [];
    const isWrite = operation.call === "put" || operation.call === "delete";
    const isRefused = isWrite && reply.error.code === "OVERLOADED" && promises.knowsRefusal;
    if (isRefused && promises.mayRefuse(life)) return [];
    const what = `${textOf(operation)} was rejected in life ${life}, on a disk that is well: ${reply.error.message}`;
    if (isRefused) {
      return [{ id: promises.ofRefusal, what: `${what} No more writes waited than are allowed.` }];
    }
    return [{ id: promises.ofMaintenance(operation) ?? promises.ofCalls, what }];
  });
}

// ── Histories that nothing explains ───────────────────────────────────────────────────────────

/** Far beyond what keys of some thirty operations need. */
const NODES_PER_KEY_MAX = 1_000_000;

type OfHistories<Id> = Pick<
  StressPromises<Id, never>,
  "ofCalls" | "ofRefusal" | "ofStrangeValues" | "ofCrash"
>;

function brokenByHistories<Id>(
  records: readonly OnKey[],
  ends: readonly LifeEnd[],
  promises: OfHistories<Id>,
): BrokenPromise<Id>[] {
  return [...byKey(records)].flatMap(([key, history]) => {
    if (isExplained(history)) return [];
    const parts = history.map(partOf);
    const part = [...new Set(parts)].find(
      (candidate) => !isExplained(history.filter((record) => partOf(record) <= candidate)),
    );
    const explained = history.filter((record) => partOf(record) <= (part ?? Infinity));
    return [brokenByKey(key, explained, ends, promises)];
  });
}

/** Parts of a run follow each other: the reading back of life 0, its work, the reading back of life 1, … */
function partOf({ life, phase }: OnKey): number {
  return 2 * life + (phase === "verify" ? 0 : 1);
}

function byKey(records: readonly OnKey[]): Map<string, OnKey[]> {
  const histories = new Map<string, OnKey[]>();
  for (const record of records) {
    const history = histories.get(record.operation.key);
    if (history === undefined) histories.set(record.operation.key, [record]);
    else history.push(record);
  }
  return histories;
}

function isExplained(history: readonly OnKey[]): boolean {
  const { verdict } = judgeLinearizability(keyValueModel, history.map(judged), {
    nodesMax: NODES_PER_KEY_MAX,
  });
  return verdict !== "illegal";
}

function judged(record: OnKey): Operation<KeyValueInput, Answer> {
  const { client, operation: input, calledAt, settledAt, reply } = record;
  const common = { client, input, calledAt, settledAt };
  if (reply === undefined) return { ...common, output: undefined, outcome: "maybe" };
  if ("answer" in reply) {
    return { ...common, output: input.call === "get" ? reply.answer : undefined, outcome: "ok" };
  }
  if (NO_EFFECT.has(reply.error.code)) return { ...common, output: undefined, outcome: "failed" };
  // Rejected for another reason: open until the next opening. It is reported anyway.
  return { ...common, settledAt: Infinity, output: undefined, outcome: "maybe" };
}

/** The history ends with the first part that cannot be explained. */
function brokenByKey<Id>(
  key: string,
  history: readonly OnKey[],
  ends: readonly LifeEnd[],
  promises: OfHistories<Id>,
): BrokenPromise<Id> {
  const last = Math.max(...history.map(partOf));
  const reads = history.filter(
    (record) => partOf(record) === last && record.operation.call === "get",
  );
  const { life = 0, phase = "work" } = history.find((record) => partOf(record) === last) ?? {};
  const writes = history.filter(({ operation }) => operation.call !== "get");

  const strange = reads.find((read) => wasNeverWritten(answerOf(read), writes));
  if (strange !== undefined) {
    const answer = answerOf(strange) ?? "nothing";
    const refused = writes.some((write) => valueOf(write) === answer);
    const what = `life ${life}: get ${key} answered ${answer}, ${refused ? "the value of a put that was refused" : "which nobody wrote"}.`;
    return { id: refused ? promises.ofRefusal : promises.ofStrangeValues(phase), what };
  }

  const story = writes.slice(-WRITES_SHOWN_MAX).map(lineOf);
  const seen = reads.slice(-WRITES_SHOWN_MAX).map(lineOf);
  if (phase === "work") {
    const what = `life ${life}, key ${key}: ${[...story, ...seen].join("; ")}. No order of these calls explains the answers.`;
    return { id: promises.ofCalls, what };
  }
  const end = ends[life - 1]?.how === "killed" ? "killed" : "closed";
  const what = `key ${key}: ${story.join("; ")}; then the process was ${end}, and life ${life} read: ${seen.join("; ")}.`;
  const lastAnswered = writes.findLast(({ reply }) => reply !== undefined)?.operation;
  return { id: promises.ofCrash(isRaced(writes), lastAnswered), what };
}

const WRITES_SHOWN_MAX = 4;

/** A race that a crash decided anew is another promise than a write that was lost without one. */
function isRaced(writes: readonly OnKey[]): boolean {
  const latest = writes.at(-1);
  if (latest === undefined) return false;
  const overlaps = (write: OnKey): boolean => write !== latest && write.settledAt > latest.calledAt;
  return latest.reply === undefined || writes.some(overlaps);
}

function wasNeverWritten(answer: string | null, writes: readonly OnKey[]): boolean {
  if (answer === null) return false;
  if (answer.startsWith(DAMAGED)) return true;
  return !writes.some((write) => valueOf(write) === answer && !hadNoEffect(write));
}

function hadNoEffect({ reply }: OnKey): boolean {
  return reply !== undefined && "error" in reply && NO_EFFECT.has(reply.error.code);
}

function valueOf({ operation }: OnKey): string | undefined {
  return operation.call === "put" ? operation.value : undefined;
}

function answerOf({ reply }: OnKey): string | null {
  return reply !== undefined && "answer" in reply ? reply.answer : null;
}

// ── Words ─────────────────────────────────────────────────────────────────────────────────────

/** A call on one key, as histories show it. */
export function keyText(operation: KeyOperation): string {
  return operation.call === "put"
    ? `put ${operation.key}=${operation.value}`
    : `${operation.call} ${operation.key}`;
}

function lineOf(record: OnKey): string {
  const { operation, reply, calledAt, settledAt } = record;
  const during = `ticks ${calledAt}–${settledAt}`;
  if (reply === undefined) return `${keyText(operation)} cut off (${during})`;
  if ("error" in reply)
    return `${keyText(operation)} rejected with ${reply.error.code ?? "no code"} (${during})`;
  if (operation.call === "get") return `get answered ${reply.answer ?? "nothing"} (${during})`;
  return `${keyText(operation)} answered (${during})`;
}
