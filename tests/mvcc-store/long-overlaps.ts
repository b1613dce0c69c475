/**
 * One transaction stays open while thousands of others commit: what it has read and written counts as much as if
 * they had been three. Whoever remembers only so many commits, or so many reads, forgets the guilty or refuses the
 * innocent.
 */
import type { InvariantId } from "#katas/mvcc-store/invariants.ts";
import type { MvccStore, Subject, Transaction } from "#katas/mvcc-store/contract.ts";
import { errorCode } from "#platform/errors.ts";
import type { Experiment } from "../harness/experiment.ts";
import { describeError } from "../harness/in-words.ts";
import type { Session } from "./session.ts";
import { storeExperiment } from "./store-experiment.ts";

export interface LongOverlap {
  /**
   * What T1 is to T2, which commits first of all: a rival writes what T2 writes; a reader has read that, and writes
   * what T2 has read; a bystander has read and writes something else.
   */
  role: "rival" | "reader" | "bystander";
  isolation: "snapshot" | "serializable";
  /** Commits of others, on a few keys of their own. */
  commits: number;
  /** How many keys T1 reads, and how; a reader reads T2's key as the first or the last of them. */
  reads?: number;
  by?: "get" | "range";
  /** How many keys T2 writes before the one that counts, and then T1 if it is a rival. */
  writes?: number;
  at?: "first" | "last";
}

export function longOverlaps(
  promise: InvariantId,
  overlaps: readonly LongOverlap[],
): Experiment<Subject, LongOverlap> {
  return storeExperiment<LongOverlap>({
    promise,
    *cases() {
      yield* overlaps;
    },
    judge: playOverlap,
    *smaller(overlap) {
      for (const part of ["commits", "reads", "writes"] as const) {
        const count = overlap[part] ?? 0;
        for (const less of new Set([0, count >> 2, count >> 1, (count * 3) >> 2]))
          if (less >= 0 && less < count) yield { ...overlap, [part]: less };
      }
    },
  });
}

async function playOverlap(session: Session, overlap: LongOverlap): Promise<void> {
  const { role, isolation, commits } = overlap;
  const store = await session.open();
  await session.store(store, "T0", [
    ["a", 1],
    ["b", 2],
  ]);
  const begin = (name: string): Transaction => {
    // Below the level of isolation nobody speaks of it.
    const transaction = session.call(`${name} begin`, () =>
      isolation === "serializable" ? store.begin({ isolation }) : store.begin(),
    );
    session.tell(`${name} begin${isolation === "serializable" ? ` ${isolation}` : ""}`, "open");
    return transaction;
  };
  const long = begin("T1");
  const readFirst = overlap.at === "first";
  if (role === "reader" && readFirst) read(session, long, "a", overlap);
  readOthers(session, long, overlap);
  if (role === "reader" && !readFirst) read(session, long, "a", overlap);

  if (role !== "bystander") {
    const other = begin("T2");
    session.call("T2 get b", () => other.get("b"));
    session.tell("T2 get b", "2");
    writeOthers(session, "T2", other, overlap);
    const isIn = await putAndCommit(session, "T2", other, "a");
    // Being stricter is allowed: then T1 has nothing to miss.
    if (isIn !== undefined) return;
  }
  await othersCommit(session, { store, isolation, commits });

  if (role === "rival") writeOthers(session, "T1", long, overlap);
  const key = role === "reader" ? "b" : role === "rival" ? "a" : "c";
  const error = await putAndCommit(session, "T1", long, key);
  if (role === "bystander") {
    if (error === undefined) return;
    session.broken("T1 commit", describeError(error), {
      signature: "an innocent is refused",
      expected: "answered ok",
      therefore: `None of the ${commits} commits that overlap T1 has read or written what T1 writes, nor written what it has read: it must commit.`,
    });
  }
  if (error !== undefined) return;
  session.broken("T1 commit", "answered ok", {
    signature: role === "rival" ? "both writers committed" : "both committed in a skew",
    expected: "CONFLICT",
    therefore:
      role === "rival"
        ? "T1 and T2 overlap and both write a: at most one of them may commit, however many others commit after T2."
        : "T1 has read a, which T2 wrote, and T2 has read b, which T1 writes: neither order explains both.",
  });
}

function readOthers(session: Session, transaction: Transaction, overlap: LongOverlap): void {
  const { reads = 0, by = "get" } = overlap;
  if (reads === 0) return;
  session.isTold = false;
  for (let index = 0; index < reads; index++) read(session, transaction, `r${index}`, overlap);
  session.isTold = true;
  session.tell(`T1 ${by} of ${reads} other keys`, "nothing");
}

function writeOthers(
  session: Session,
  name: string,
  transaction: Transaction,
  { writes = 0 }: LongOverlap,
): void {
  if (writes === 0) return;
  const what = `${name} put of ${writes} other keys`;
  session.call(what, () => {
    for (let index = 0; index < writes; index++) transaction.put(`${name} ${index}`, index);
  });
  session.tell(what, "done");
}

/** As a range it holds this key and nothing else. */
function read(session: Session, transaction: Transaction, key: string, { by }: LongOverlap): void {
  session.tell(`T1 ${by ?? "get"} ${key}`);
  if (by === "range") session.call(`T1 range ${key}`, () => transaction.range(key, `${key}\u0000`));
  else session.call(`T1 get ${key}`, () => transaction.get(key));
}

/** Puts a key and commits; answers with the error of a conflict, at the put or at the commit. */
async function putAndCommit(
  session: Session,
  name: string,
  transaction: Transaction,
  key: string,
): Promise<unknown> {
  const put = session.attempt(() => {
    transaction.put(key, 3);
  });
  const outcome =
    put.how === "refused"
      ? put
      : await session.settled(`${name} commit`, () => transaction.commit());
  const what = put.how === "refused" ? `${name} put ${key}=3` : `${name} put ${key}=3, commit`;
  if (outcome.how === "answered") {
    session.tell(what, "answered ok");
    return undefined;
  }
  if (errorCode(outcome.error) !== "CONFLICT")
    session.threw(what, outcome.error, `${what} must be answered, or give CONFLICT`);
  session.tell(what, "CONFLICT");
  return outcome.error;
}

const commitsAtATime = 50;

/** One after the other, each of a key of its own; every other one is of the isolation that this is about. */
async function othersCommit(
  session: Session,
  { store, isolation, commits }: Pick<LongOverlap, "isolation" | "commits"> & { store: MvccStore },
): Promise<void> {
  const begin = (): Transaction =>
    isolation === "serializable" ? store.begin({ isolation }) : store.begin();
  const commit = async (from: number): Promise<void> => {
    for (let index = from; index < Math.min(commits, from + commitsAtATime); index++) {
      const writer = index % 2 === 0 ? store.begin() : begin();
      writer.put(`other ${index % 8}`, index);
      await writer.commit();
    }
  };
  const what = `${commits} transactions that put other keys commit`;
  for (let from = 0; from < commits; from += commitsAtATime) {
    const outcome = await session.settled(what, () => commit(from));
    if (outcome.how === "refused") session.threw(what, outcome.error, "Each of them must commit");
  }
  session.tell(what, "answered ok");
}
