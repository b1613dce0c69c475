import type { InvariantId } from "#katas/mvcc-store/invariants.ts";
import { type Anomaly, anomalyNames } from "../../harness/isolation/anomaly.ts";
import {
  type IsolationModel,
  judgeIsolation,
  type ListOperation,
  type Transaction,
} from "../../harness/isolation/judge.ts";
import {
  brokenByEnds,
  oneOfEach,
  type BrokenPromise as StressBroken,
  type PromisesOfEnds,
} from "../../harness/stress/broken-ends.ts";
import type { RecordedOperation, Recording } from "../../harness/stress/kill-cycles.ts";
import {
  accountsCount,
  balanceAtFirst,
  epochOf,
  isSerializableEpoch,
  type TransactionCall,
} from "./operation.ts";

/**
 * Which promises a recorded run breaks. Four sources: lives that ended otherwise than planned, calls that were rejected
 * although nobody was in the way and the disk is well, accounts that do not add up, and lists whose history no
 * isolation explains.
 */
type BrokenPromise = StressBroken<InvariantId>;

type Recorded = RecordedOperation<TransactionCall>;

export interface Circumstances {
  level: number;
  threads: number;
}

const durableLevel = 5;

export function brokenPromises(
  { records, ends }: Recording<TransactionCall>,
  circumstances: Circumstances,
): BrokenPromise[] {
  return oneOfEach([
    ...brokenByEnds(ends, promisesOfEnds(circumstances)),
    ...brokenByRejections(records, circumstances),
    ...brokenByAudits(records, circumstances),
    ...brokenByHistories(records, circumstances),
  ]);
}

// ── Lives that ended otherwise than planned ───────────────────────────────────────────────────

function promisesOfEnds(circumstances: Circumstances): PromisesOfEnds<InvariantId> {
  return {
    ofOpen: (life, code) => promiseOfOpen(circumstances, life, code),
    ofAnswers: promiseOfAnswers(circumstances),
  };
}

function promiseOfOpen({ level }: Circumstances, life: number, code: string | null): InvariantId {
  if (life === 0 || level < durableLevel) return "mvcc-store/commits-are-seen-whole";
  return code === "LOCKED" ? "mvcc-store/one-owner-at-a-time" : "mvcc-store/commits-survive-whole";
}

function promiseOfAnswers({ level, threads }: Circumstances): InvariantId {
  return level >= durableLevel && threads > 1
    ? "mvcc-store/no-commit-is-forgotten"
    : "mvcc-store/commits-are-seen-whole";
}

// ── Calls that were rejected ──────────────────────────────────────────────────────────────────

function brokenByRejections(
  records: readonly Recorded[],
  { level, threads }: Circumstances,
): BrokenPromise[] {
  return records.flatMap(({ life, operation, reply }): BrokenPromise[] => {
    if (reply === undefined || !("error" in reply)) return [];
    const { code, message } = reply.error;
    const isWriting = operation.call === "append" || operation.call === "transfer";
    const isRefused = code === "CONFLICT" && level >= 2;
    if (isRefused && isWriting && threads > 1) return [];
    const what = `${operation.call} was rejected in life ${life}: ${message}`;
    return [
      {
        id: isRefused ? "mvcc-store/the-innocent-commit" : "mvcc-store/commits-are-seen-whole",
        what,
      },
    ];
  });
}

// ── Accounts ──────────────────────────────────────────────────────────────────────────────────

function brokenByAudits(
  records: readonly Recorded[],
  circumstances: Circumstances,
): BrokenPromise[] {
  const total = String(accountsCount * balanceAtFirst);
  return records.flatMap(({ life, phase, operation, reply }): BrokenPromise[] => {
    if (operation.call !== "audit" || reply === undefined || !("answer" in reply)) return [];
    if (reply.answer === total) return [];
    const what = `in life ${life} all accounts together held ${reply.answer ?? "nothing"}, and every transfer keeps ${total}`;
    const id =
      phase === "verify" ? "mvcc-store/commits-survive-whole" : promiseOfReads(circumstances);
    return [{ id, what }];
  });
}

function promiseOfReads({ level, threads }: Circumstances): InvariantId {
  return level >= 2 && threads > 1
    ? "mvcc-store/crowds-see-snapshots"
    : "mvcc-store/commits-are-seen-whole";
}

// ── Lists ─────────────────────────────────────────────────────────────────────────────────────

function brokenByHistories(
  records: readonly Recorded[],
  circumstances: Circumstances,
): BrokenPromise[] {
  return [...transactionsByEpoch(records)].flatMap(([epoch, { transactions, lives }]) => {
    const number = Number(/e(\d+)$/.exec(epoch)?.[1] ?? 0);
    const isSerializable = isSerializableEpoch(number, circumstances.level);
    const weaker = anomalyOf(transactions, "snapshot-isolation");
    const anomaly =
      weaker ?? (isSerializable ? anomalyOf(transactions, "serializable") : undefined);
    if (anomaly === undefined) return [];
    const involved = new Set(anomaly.transactions.map((index) => lives[index]));
    const crosses = involved.size > 1 && circumstances.level >= durableLevel;
    const id = crosses
      ? "mvcc-store/commits-survive-whole"
      : weaker === undefined
        ? "mvcc-store/crowds-take-turns"
        : promiseOfReads(circumstances);
    const where = [...involved].join(" and ");
    return [{ id, what: `life ${where}, ${anomalyNames[anomaly.kind]}: ${anomaly.sentence}` }];
  });
}

function anomalyOf(
  transactions: readonly Transaction[],
  model: IsolationModel,
): Anomaly | undefined {
  const verdict = judgeIsolation(transactions, { model, realTime: true });
  return verdict.verdict === "illegal" ? verdict.anomalies[0] : undefined;
}

interface EpochHistory {
  transactions: Transaction[];
  /** In which life each of them was. */
  lives: number[];
}

/** Lists of an epoch are touched by its transactions only. */
function transactionsByEpoch(records: readonly Recorded[]): Map<string, EpochHistory> {
  const histories = new Map<string, EpochHistory>();
  const begun = new Map<string, Recorded>();
  const add = (epoch: string, life: number, transaction: Transaction): void => {
    const history = histories.get(epoch) ?? { transactions: [], lives: [] };
    histories.set(epoch, history);
    history.transactions.push(transaction);
    history.lives.push(life);
  };
  for (const record of records) {
    const { operation, life } = record;
    if (operation.call === "begin") begun.set(operation.t, record);
    if (operation.call === "look") {
      for (const [epoch, reads] of byEpoch(readsOf(operation.reads, record)))
        add(epoch, life, lookingTransaction(record, reads));
    }
    if (operation.call === "append") {
      const begin = begun.get(operation.t);
      if (begin?.operation.call !== "begin") continue;
      const [first] = begin.operation.reads;
      if (first !== undefined) add(epochOf(first), life, appendingTransaction(begin, record));
    }
  }
  return histories;
}

/** Whoever only looks is there with what it has seen; each epoch apart. */
function lookingTransaction(
  { client, calledAt, settledAt, reply }: Recorded,
  operations: ListOperation[],
): Transaction {
  const outcome = reply !== undefined && "answer" in reply ? "ok" : "failed";
  return { client, operations, calledAt, settledAt, outcome };
}

function appendingTransaction(begin: Recorded, end: Recorded): Transaction {
  const { operation, reply } = end;
  const lists = listsFrom(reply);
  const reads = begin.operation.call === "begin" ? readsOf(begin.operation.reads, begin) : [];
  const appends =
    operation.call === "append"
      ? operation.appends.flatMap(([key, element], index): ListOperation[] => [
          { call: "read", key, elements: lists?.[index] ?? undefined },
          { call: "append", key, element },
        ])
      : [];
  const outcome = reply === undefined ? "maybe" : "answer" in reply ? "ok" : "failed";
  return {
    client: end.client,
    operations: [...reads, ...appends],
    calledAt: begin.calledAt,
    settledAt: end.settledAt,
    outcome,
    name: begin.operation.call === "begin" ? begin.operation.t : "an append",
  };
}

function readsOf(keys: readonly string[], { reply }: Recorded): ListOperation[] {
  const lists = listsFrom(reply);
  return keys.map((key, index) => ({
    call: "read",
    key,
    elements: lists === undefined ? undefined : (lists[index] ?? []),
  }));
}

function byEpoch(reads: readonly ListOperation[]): Map<string, ListOperation[]> {
  const groups = new Map<string, ListOperation[]>();
  for (const read of reads) {
    if (read.call !== "read") continue;
    const epoch = epochOf(read.key);
    groups.set(epoch, [...(groups.get(epoch) ?? []), read]);
  }
  return groups;
}

function listsFrom(reply: Recorded["reply"]): (string[] | null)[] | undefined {
  if (reply === undefined || !("answer" in reply) || reply.answer === null) return undefined;
  return JSON.parse(reply.answer) as (string[] | null)[];
}
