/** A transaction ends in some way, and is called again: CLOSED, and nothing happens. A second end does nothing. */
import type { MvccStore, Transaction } from "#katas/mvcc-store/contract.ts";
import { describeError } from "../../harness/in-words.ts";
import type { Outcome, Session } from "../session.ts";
import { storeExperiment } from "../store-experiment.ts";
import { entriesInWords, shown } from "../words.ts";

const endings = ["commit", "commit without writes", "rollback", "close"] as const;
const calls = ["get", "range", "put", "delete", "commit", "rollback"] as const;

export interface OverCase {
  /** How the transaction ends; "commit under way" is a commit that was called and not answered. */
  ending: (typeof endings)[number] | "commit under way";
  /** What is called then; "begin" and "close" are calls of the store. */
  call: (typeof calls)[number] | "begin" | "close";
}

export const overMeansOver = storeExperiment<OverCase>({
  promise: "mvcc-store/over-means-over",

  *cases() {
    for (const ending of [...endings, "commit under way"] as const)
      for (const call of calls) yield { ending, call };
    yield { ending: "close", call: "begin" };
    yield { ending: "close", call: "close" };
  },

  async judge(session, { ending, call }) {
    const store = await session.open();
    await session.store(store, "T1", [["a", 1]]);
    const transaction = session.call("T2 begin", () => store.begin());
    session.tell("T2 begin", "open");
    if (ending !== "commit without writes") {
      session.call("T2 put b=2", () => {
        transaction.put("b", 2);
      });
      session.tell("T2 put b=2", "done");
    }
    const answer = await end(session, { store, transaction, ending });
    if (call === "close" || call === "begin") await callStore(session, store, call);
    else await callAgain(session, transaction, { call, ending });
    await answer?.();
    if (ending === "close") return;
    const later = session.call("T3 begin", () => store.begin());
    const range = session.call("T3 range", () => later.range());
    const isCommitted = ending === "commit" || ending === "commit under way";
    const expected = isCommitted ? "a=1 b=2" : "a=1";
    if (entriesInWords(range) !== expected) {
      session.broken("T3 range", entriesInWords(range), {
        signature: `${call} after ${ending} has an effect`,
        expected,
        therefore: `T2 was over when its ${call} was called: the call must have no effect.`,
      });
    }
    session.tell("T3 range", entriesInWords(range));
  },
});

/** Ends the transaction; what it returns waits for an answer that is still due. */
async function end(
  session: Session,
  {
    store,
    transaction,
    ending,
  }: { store: MvccStore; transaction: Transaction; ending: OverCase["ending"] },
): Promise<(() => Promise<void>) | undefined> {
  if (ending === "commit under way") {
    const commit = session.call("T2 commit, called", () => transaction.commit());
    session.tell("T2 commit, called");
    return async () => {
      const outcome = await session.settled("T2 commit", () => commit);
      if (outcome.how === "refused")
        session.threw("T2 commit", outcome.error, "T2 commit must be answered");
      session.tell("T2 commit", "answered ok");
    };
  }
  if (ending === "rollback") {
    session.call("T2 rollback", () => {
      transaction.rollback();
    });
    session.tell("T2 rollback", "done");
  } else if (ending === "close") {
    await closes(session, store);
  } else {
    await session.commit("T2 commit", transaction);
  }
  return undefined;
}

async function closes(session: Session, store: MvccStore): Promise<void> {
  const outcome = await session.settled("close", () => store.close());
  if (outcome.how === "refused") session.threw("close", outcome.error, "close must be answered");
  session.tell("close", "answered ok");
}

async function callAgain(
  session: Session,
  transaction: Transaction,
  { call, ending }: OverCase,
): Promise<void> {
  const what = `T2 ${call}`;
  if (call === "rollback") {
    session.call(what, () => {
      transaction.rollback();
    });
    session.tell(what, "done");
    return;
  }
  if (call !== "commit") {
    closed(
      session,
      what,
      ending,
      session.attempt(() => callOf(transaction, call)),
    );
    return;
  }
  const promise = session.attempt(() => transaction.commit());
  if (promise.how === "refused") {
    session.broken(what, `threw ${describeError(promise.error)}`, {
      signature: "commit throws where it must reject",
      expected: "a promise that rejects",
      therefore: "commit is asynchronous: it must reject and not throw.",
    });
  }
  closed(session, what, ending, await session.settled(what, () => promise.value));
}

async function callStore(
  session: Session,
  store: MvccStore,
  call: "begin" | "close",
): Promise<void> {
  if (call === "close") await closes(session, store);
  else
    closed(
      session,
      "begin",
      "close",
      session.attempt(() => store.begin()),
    );
}

function callOf(transaction: Transaction, call: OverCase["call"]): unknown {
  if (call === "get") return transaction.get("a");
  if (call === "range") return transaction.range();
  if (call === "put") transaction.put("a", 9);
  else transaction.delete("a");
  return undefined;
}

function closed(session: Session, what: string, ending: string, outcome: Outcome): void {
  if (outcome.how === "refused" && outcome.code === "CLOSED") {
    session.tell(what, "CLOSED");
    return;
  }
  const detail =
    outcome.how === "answered"
      ? `answered ${shown(outcome.value)}`
      : `threw ${describeError(outcome.error)}`;
  session.broken(what, detail, {
    signature: `${what.replace("T2 ", "")} after ${ending}`,
    expected: "CLOSED",
    therefore: `${what} came after ${ending === "commit under way" ? "the call of commit" : ending}: it must give CLOSED.`,
  });
}
