/** Each bad call once, amid a transaction: it throws INVALID_ARGUMENT, and the transaction goes on without it. */
import type { MvccStore, Transaction } from "#katas/mvcc-store/contract.ts";
import { type BadCall, badCalls } from "../bad-calls.ts";
import type { Outcome, Session } from "../session.ts";
import { storeExperiment } from "../store-experiment.ts";
import { describeError } from "../../harness/in-words.ts";
import { entriesInWords, shown } from "../words.ts";

export interface BadCallCase {
  /** The call as code. */
  call: string;
}

export const badArgumentsAreRefused = storeExperiment<BadCallCase>({
  promise: "mvcc-store/bad-arguments-are-refused",

  *cases() {
    for (const { code } of badCalls) yield { call: code };
  },

  async judge(session, { call }) {
    const bad = badCalls.find(({ code }) => code === call);
    if (bad === undefined || bad.level > session.level) return;
    if (bad.on === "openMvccStore") {
      const open = session.exports.openMvccStore as (...given: unknown[]) => Promise<unknown>;
      refused(session, bad, await session.settled(call, () => open(...bad.given())));
      return;
    }
    const store = await session.open();
    await session.store(store, "T1", [["a", 1]]);
    const isRead = bad.method === "get" || bad.method === "range";
    const isSerializable = isRead && session.level >= 3;
    const bystander = session.call("T0 begin", () =>
      isSerializable ? store.begin({ isolation: "serializable" }) : store.begin(),
    );
    if (bad.on === "transaction") {
      session.tell(isSerializable ? "T0 begin serializable" : "T0 begin", "open");
      refused(
        session,
        bad,
        session.attempt(() => callOn(bystander, bad)),
        "T0 ",
      );
    }
    const writer = session.call("T2 begin", () => store.begin());
    session.tell("T2 begin", "open");
    session.call("T2 put b=2", () => {
      writer.put("b", 2);
    });
    session.tell("T2 put b=2", "done");
    const before = session.call("T2 range", () => writer.range());
    // However often it is tried.
    for (let attempt = 0; attempt < 3; attempt++) {
      const outcome = session.attempt(() => callOn(bad.on === "store" ? store : writer, bad));
      refused(session, bad, outcome);
    }
    const unchanged = (name: string, transaction: Transaction): void => {
      const range = session.call(`${name} range`, () => transaction.range());
      const value = session.call(`${name} get b`, () => transaction.get("b"));
      const isSame = entriesInWords(range) === entriesInWords(before) && value === 2;
      if (isSame) {
        session.tell(`${name} range`, entriesInWords(range));
        return;
      }
      session.broken(`${name} range`, entriesInWords(range), {
        signature: `${bad.method} was refused and has an effect`,
        expected: entriesInWords(before),
        therefore: `${call} was refused: it must have no effect.`,
      });
    };
    unchanged("T2", writer);
    const commit = await session.settled("T2 commit", () => writer.commit());
    if (commit.how === "refused") {
      session.broken("T2 commit", `rejected ${describeError(commit.error)}`, {
        signature: `${bad.method} was refused and ends the transaction`,
        expected: "answered ok",
        therefore: `${call} was refused: the transaction must go on as if it had not been called.`,
      });
    }
    session.tell("T2 commit", "answered ok");
    if (bad.on === "transaction") await standBy(session, bystander, isSerializable);
    if (isSerializable) return;
    unchanged(
      "T3",
      session.call("T3 begin", () => store.begin()),
    );
  },
});

/** It has been refused a call, and is in nobody's way; `writes` what nobody else has touched. */
async function standBy(session: Session, bystander: Transaction, writes: boolean): Promise<void> {
  if (writes) {
    session.call("T0 put z=1", () => {
      bystander.put("z", 1);
    });
    session.tell("T0 put z=1", "done");
  }
  const commit = await session.settled("T0 commit", () => bystander.commit());
  if (commit.how === "refused") {
    session.broken("T0 commit", `rejected ${describeError(commit.error)}`, {
      signature: "what was refused counts",
      expected: "answered ok",
      therefore: writes
        ? "T0 was refused its only read: it has read nothing, and its commit must be answered."
        : "T0 was refused its only call: it has written nothing, and its commit must be answered.",
    });
  }
  session.tell("T0 commit", "answered ok");
}

/** A method by its name, as JavaScript allows it. */
function callOn(owner: MvccStore | Transaction, { method, given }: BadCall): unknown {
  const callable = Reflect.get(owner, method) as (...given: readonly unknown[]) => unknown;
  return callable.apply(owner, given());
}

function refused(session: Session, { code, method }: BadCall, outcome: Outcome, by = ""): void {
  const expected = "INVALID_ARGUMENT";
  if (outcome.how === "answered") {
    session.broken(code, `answered ${shown(outcome.value)}`, {
      signature: `${method} accepts anything`,
      expected,
      therefore: `${code} is outside the contract: it must give an error with the code ${expected}, and it gave none.`,
    });
  }
  if (outcome.code !== expected) {
    const thrown = describeError(outcome.error);
    session.broken(code, `threw ${thrown}`, {
      signature: `${method} threw another error`,
      expected,
      therefore: `${code} is outside the contract: it must give an error with the code ${expected}, and it gave ${thrown}.`,
    });
  }
  session.tell(by + code, expected);
}
