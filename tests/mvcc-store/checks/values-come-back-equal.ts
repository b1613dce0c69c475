/** Every kind of value, and every odd key: read by the transaction that has put it and by a later one. */
import type { Transaction } from "#katas/mvcc-store/contract.ts";
import { keyInWords, shorter } from "../script.ts";
import type { Session } from "../session.ts";
import { rounds, storeExperiment } from "../store-experiment.ts";
import { areEqual, specialKeys, valueNamed, values } from "../values.ts";
import { shown } from "../words.ts";
import { pick, randomOf, shuffled } from "../workload.ts";

/** Keys with the names of their values. */
export interface ValuesCase {
  entries: [key: string, value: string][];
}

export const valuesComeBackEqual = storeExperiment<ValuesCase>({
  promise: "mvcc-store/values-come-back-equal",

  *cases(budget) {
    for (const name of Object.keys(values)) yield { entries: [["k", name]] };
    yield { entries: specialKeys.map((key) => [key, "a text"]) };
    yield { entries: specialKeys.map((key) => [key, "null"]) };
    for (let round = 0; round < rounds(budget, 40); round++) {
      const random = randomOf(budget.seed, round);
      const keys = shuffled(random, specialKeys).slice(0, 2 + random.below(6));
      yield { entries: keys.map((key) => [key, pick(random, Object.keys(values))]) };
    }
  },

  async judge(session, { entries }) {
    const store = await session.open();
    const writer = session.call("T1 begin", () => store.begin());
    const absent = new Map(entries.map(([key]) => [key, undefined]));
    reads(session, "T1", writer, absent);
    for (const [key, name] of entries) {
      const what = `T1 put ${keyInWords(key)}=${name}`;
      const given = valueNamed(name);
      session.call(what, () => {
        writer.put(key, given);
      });
      session.tell(what, "done");
      if (!areEqual(given, valueNamed(name)))
        session.broken(what, "done", {
          signature: "the value that was handed in has changed",
          therefore: `${what} copies the value, and what was handed in is no longer ${name}.`,
        });
    }
    const expected = new Map(entries.map(([key, name]) => [key, valueNamed(name)]));
    reads(session, "T1", writer, expected);
    await session.commit("T1 commit", writer);
    const reader = session.call("T2 begin", () => store.begin());
    reads(session, "T2", reader, expected);
    rangeEquals(session, "T2", reader, expected);
    const [first] = entries;
    if (first === undefined) return;
    // Overwritten by null, which is a value, and then deleted.
    const second = session.call("T3 begin", () => store.begin());
    session.call(`T3 put ${keyInWords(first[0])}=null`, () => {
      second.put(first[0], null);
    });
    session.tell(`T3 put ${keyInWords(first[0])}=null`, "done");
    await session.commit("T3 commit", second);
    const third = session.call("T4 begin", () => store.begin());
    reads(session, "T4", third, new Map([...expected, [first[0], null]]));
    reads(session, "T2", reader, expected);
  },

  *smaller({ entries }) {
    for (const fewer of shorter(entries, 1)) yield { entries: fewer };
  },
});

function reads(
  session: Session,
  name: string,
  transaction: Transaction,
  expected: ReadonlyMap<string, unknown>,
): void {
  for (const [key, value] of expected) {
    const what = `${name} get ${keyInWords(key)}`;
    const answer = session.call(what, () => transaction.get(key));
    if (!areEqual(answer, value)) {
      session.broken(what, shown(answer), {
        signature: "another value",
        expected: shown(value),
        therefore:
          value === undefined
            ? `Nobody has put ${keyInWords(key)}: get must answer undefined.`
            : `What was put under ${keyInWords(key)} must come back equal.`,
      });
    }
    session.tell(what, shown(answer));
  }
}

function rangeEquals(
  session: Session,
  name: string,
  transaction: Transaction,
  expected: ReadonlyMap<string, unknown>,
): void {
  const what = `${name} range`;
  const entries = new Map(session.call(what, () => transaction.range()));
  for (const [key, value] of expected) {
    // Which keys a range holds is the matter of another promise.
    if (!entries.has(key) || areEqual(entries.get(key), value)) continue;
    session.broken(what, `${keyInWords(key)}=${shown(entries.get(key))}`, {
      signature: "another value in a range",
      expected: shown(value),
      therefore: `What was put under ${keyInWords(key)} must come back equal in a range as well.`,
    });
  }
  session.tell(what, `${entries.size} keys`);
}
