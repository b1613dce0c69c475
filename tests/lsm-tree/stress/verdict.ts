import type { InvariantId } from "#katas/lsm-tree/invariants.ts";
import { judgeLinearizability, type Operation } from "../../harness/linearizability/judge.ts";
import {
  keyValueModel,
  type Answer,
  type KeyValueInput,
} from "../../harness/linearizability/models.ts";
import type { RecordedOperation, Recording } from "../../harness/stress/kill-cycles.ts";
import type { LifeEnd } from "../../harness/stress/life-process.ts";
import { DAMAGED } from "./names-as-strings.ts";
import { keysOf, type TreeOperation } from "./operation.ts";

/**
 * Which promises a recorded run breaks. Three sources: lives that ended otherwise than planned, calls that
 * were rejected although the disk is well, and keys whose history no order of the operations explains.
 * A key's promise follows from the first part of its history that cannot be explained: the reads after a
 * crash, or the work of a life.
 */
export interface BrokenPromise {
  id: InvariantId;
  what: string;
}

type Recorded = RecordedOperation<TreeOperation>;
type RecordedOnKey = Recorded & {
  operation: Extract<TreeOperation, { key: string }>;
};

export interface Circumstances {
  level: number;
  threads: number;
  /** False where the limit of waiting writers is out of reach, so that no write may be refused. */
  mayRefuse: (life: number) => boolean;
}

export function brokenPromises(
  recording: Recording<TreeOperation>,
  circumstances: Circumstances,
): BrokenPromise[] {
  const broken = [
    ...brokenByEnds(recording.ends, circumstances),
    ...brokenByRejections(recording.records, circumstances),
    ...brokenByHistories(recording, circumstances),
  ];
  // One example a promise says enough.
  const first = new Map<InvariantId, BrokenPromise>();
  for (const promise of broken) if (!first.has(promise.id)) first.set(promise.id, promise);
  return [...first.values()];
}

// ── Lives that ended otherwise than planned ───────────────────────────────────────────────────

function brokenByEnds(ends: readonly LifeEnd[], circumstances: Circumstances): BrokenPromise[] {
  return ends.flatMap((end, life) => {
    const before = ends[life - 1];
    const after = before?.how === "killed" ? "after a kill" : "after a close";
    const where = life === 0 ? "in the first life" : `in life ${life}, ${after}`;
    if ("while" in end && end.while === "starting") return [];
    switch (end.how) {
      case "killed":
      case "closed":
      case "cut short":
        return [];
      case "rejected":
        if (end.step === "open") {
          const what = `open rejected ${where}: ${end.error.message}`;
          return [{ id: promiseOfOpen(circumstances, life, end.error.code), what }];
        }
        return [
          {
            id: promiseOfAnswers(circumstances),
            what: `${end.step} rejected ${where}: ${end.error.message}`,
          },
        ];
      case "silent": {
        const what = `while ${end.while} ${where}, ${end.why}; the process was killed.`;
        const opening = end.while === "opening" && life > 0;
        return [
          {
            id: opening
              ? promiseOfOpen(circumstances, life, null)
              : promiseOfAnswers(circumstances),
            what,
          },
        ];
      }
      case "ended by itself":
        return [
          {
            id: promiseOfAnswers(circumstances),
            what: `while ${end.while} ${where}, ${end.what}.`,
          },
        ];
    }
  });
}

function promiseOfOpen({ level }: Circumstances, life: number, code: string | null): InvariantId {
  if (life === 0 || level < 3) return "lsm-tree/an-empty-directory-is-an-empty-tree";
  return code === "LOCKED" ? "lsm-tree/one-owner-at-a-time" : "lsm-tree/opens-after-any-crash";
}

function promiseOfAnswers({ level, threads }: Circumstances): InvariantId {
  if (threads === 1) return "lsm-tree/newest-wins";
  return level >= 3 ? "lsm-tree/every-call-is-answered" : "lsm-tree/calls-look-sequential";
}

// ── Calls that were rejected ──────────────────────────────────────────────────────────────────

const NO_EFFECT: ReadonlySet<string | null> = new Set(["OVERLOADED", "INVALID_ARGUMENT", "CLOSED"]);

function brokenByRejections(
  records: readonly Recorded[],
  circumstances: Circumstances,
): BrokenPromise[] {
  return records.flatMap(({ life, operation, reply }) => {
    if (reply === undefined || !("error" in reply)) return [];
    const isWrite = operation.call === "put" || operation.call === "delete";
    const refused = isWrite && reply.error.code === "OVERLOADED" && circumstances.level >= 5;
    if (refused && circumstances.mayRefuse(life)) return [];
    const what = `${textOf(operation)} was rejected in life ${life}, on a disk that is well: ${reply.error.message}`;
    if (refused) {
      return [
        {
          id: "lsm-tree/writers-are-pushed-back",
          what: `${what} No more writes waited than are allowed.`,
        },
      ];
    }
    if (operation.call === "compact") return [{ id: "lsm-tree/compaction-looks-instant", what }];
    return [{ id: promiseOfCalls(circumstances), what }];
  });
}

function promiseOfCalls({ level, threads }: Circumstances): InvariantId {
  if (threads === 1) return "lsm-tree/newest-wins";
  return level >= 5 ? "lsm-tree/compaction-looks-instant" : "lsm-tree/calls-look-sequential";
}

// ── Histories that nothing explains ───────────────────────────────────────────────────────────

/** Far beyond what keys of some thirty operations need. */
const NODES_PER_KEY_MAX = 1_000_000;

function brokenByHistories(
  { records, ends }: Recording<TreeOperation>,
  circumstances: Circumstances,
): BrokenPromise[] {
  return [...byKey(records)].flatMap(([key, history]) => {
    if (isExplained(history)) return [];
    const parts = history.map(partOf);
    const part = [...new Set(parts)].find(
      (candidate) => !isExplained(history.filter((record) => partOf(record) <= candidate)),
    );
    const explained = history.filter((record) => partOf(record) <= (part ?? Infinity));
    return [brokenByKey(key, explained, ends, circumstances)];
  });
}

/** Parts of a run follow each other: the reading back of life 0, its work, the reading back of life 1, … */
function partOf({ life, phase }: Recorded): number {
  return 2 * life + (phase === "verify" ? 0 : 1);
}

function byKey(records: readonly Recorded[]): Map<string, RecordedOnKey[]> {
  const histories = new Map<string, RecordedOnKey[]>();
  for (const record of records.flatMap(onKeys)) {
    const history = histories.get(record.operation.key);
    if (history === undefined) histories.set(record.operation.key, [record]);
    else history.push(record);
  }
  return histories;
}

/** A range is a get of each key that lies in it. */
function onKeys(record: Recorded): RecordedOnKey[] {
  const { operation, reply } = record;
  if (operation.call === "flush" || operation.call === "compact") return [];
  if (operation.call !== "range") return [{ ...record, operation }];
  if (reply === undefined || !("answer" in reply)) return [];
  const entries = new Map(JSON.parse(reply.answer ?? "[]") as [string, string][]);
  const keys = new Set([...keysOf(operation.group), ...entries.keys()]);
  return [...keys].map((key) => ({
    ...record,
    operation: { call: "get", key },
    reply: { answer: entries.get(key) ?? null },
  }));
}

function isExplained(history: readonly RecordedOnKey[]): boolean {
  const { verdict } = judgeLinearizability(keyValueModel, history.map(judged), {
    nodesMax: NODES_PER_KEY_MAX,
  });
  return verdict !== "illegal";
}

function judged(record: RecordedOnKey): Operation<KeyValueInput, Answer> {
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
function brokenByKey(
  key: string,
  history: readonly RecordedOnKey[],
  ends: readonly LifeEnd[],
  circumstances: Circumstances,
): BrokenPromise {
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
    if (refused) return { id: "lsm-tree/writers-are-pushed-back", what };
    const id =
      phase === "verify" ? "lsm-tree/opens-after-any-crash" : "lsm-tree/strings-come-back-exactly";
    return { id, what };
  }

  const story = history
    .filter(({ operation }) => operation.call !== "get")
    .slice(-WRITES_SHOWN_MAX)
    .map(lineOf);
  const seen = reads.slice(-WRITES_SHOWN_MAX).map(lineOf);
  if (phase === "work") {
    const what = `life ${life}, key ${key}: ${[...story, ...seen].join("; ")}. No order of these calls explains the answers.`;
    return { id: promiseOfCalls(circumstances), what };
  }
  const end = ends[life - 1]?.how === "killed" ? "killed" : "closed";
  const what = `key ${key}: ${story.join("; ")}; then the process was ${end}, and life ${life} read: ${seen.join("; ")}.`;
  return { id: promiseOfCrash(history, circumstances), what };
}

const WRITES_SHOWN_MAX = 4;

/** A race that a crash decided anew is another promise than a write that was lost without one. */
function promiseOfCrash(
  history: readonly RecordedOnKey[],
  { threads }: Circumstances,
): InvariantId {
  const writes = history.filter(({ operation }) => operation.call !== "get");
  const latest = writes.at(-1);
  const overlaps = (write: RecordedOnKey): boolean =>
    write !== latest && latest !== undefined && write.settledAt > latest.calledAt;
  if (threads > 1 && (latest?.reply === undefined || writes.some(overlaps))) {
    return "lsm-tree/races-survive-as-answered";
  }
  return "lsm-tree/acked-writes-survive";
}

function wasNeverWritten(answer: string | null, writes: readonly RecordedOnKey[]): boolean {
  if (answer === null) return false;
  if (answer.startsWith(DAMAGED)) return true;
  return !writes.some((write) => valueOf(write) === answer && !hadNoEffect(write));
}

function hadNoEffect({ reply }: RecordedOnKey): boolean {
  return reply !== undefined && "error" in reply && NO_EFFECT.has(reply.error.code);
}

function valueOf({ operation }: RecordedOnKey): string | undefined {
  return operation.call === "put" ? operation.value : undefined;
}

function answerOf({ reply }: RecordedOnKey): string | null {
  return reply !== undefined && "answer" in reply ? reply.answer : null;
}

// ── Words ─────────────────────────────────────────────────────────────────────────────────────

function textOf(operation: TreeOperation): string {
  switch (operation.call) {
    case "flush":
    case "compact":
      return operation.call;
    case "range":
      return `range of ${operation.group}`;
    case "put":
      return `put ${operation.key}=${operation.value}`;
    default:
      return `${operation.call} ${operation.key}`;
  }
}

function lineOf(record: RecordedOnKey): string {
  const { operation, reply, calledAt, settledAt } = record;
  const during = `ticks ${calledAt}–${settledAt}`;
  if (reply === undefined) return `${textOf(operation)} cut off (${during})`;
  if ("error" in reply)
    return `${textOf(operation)} rejected with ${reply.error.code ?? "no code"} (${during})`;
  if (operation.call === "get") return `get answered ${reply.answer ?? "nothing"} (${during})`;
  return `${textOf(operation)} answered (${during})`;
}
