/**
 * A value is changed by whoever has handed it in, or got it: at every moment between the put and the last read.
 * Nothing that anybody reads afterwards may have changed with it.
 */
import { isDeepStrictEqual } from "node:util";
import type { Transaction } from "#katas/mvcc-store/contract.ts";
import type { Session } from "../session.ts";
import { storeExperiment } from "../store-experiment.ts";
import { shown } from "../words.ts";

/** Values that can be changed, and how. */
export const changeable = {
  "an object": { make: () => ({ n: 1 }), change: (value: { n: number }) => (value.n = 2) },
  "an object in an object": {
    make: () => ({ inner: { n: 1 } }),
    change: (value: { inner: { n: number } }) => (value.inner.n = 2),
  },
  "an array": { make: () => [1], change: (value: number[]) => value.push(2) },
  "an object in an array": {
    make: () => [{ n: 1 }],
    change: ([first]: [{ n: number }]) => (first.n = 2),
  },
  "a map": {
    make: () => new Map([["n", 1]]),
    change: (map: Map<string, number>) => map.set("n", 2),
  },
  "an object in a map": {
    make: () => new Map([["inner", { n: 1 }]]),
    change: (map: Map<string, { n: number }>) => {
      for (const inner of map.values()) inner.n = 2;
    },
  },
  "an object that is a key": {
    make: () => new Map([[{ n: 1 }, "inner"]]),
    change: (map: Map<{ n: number }, string>) => {
      for (const key of map.keys()) key.n = 2;
    },
  },
  "an object in a set": {
    make: () => new Set([{ n: 1 }]),
    change: (set: Set<{ n: number }>) => {
      for (const inner of set) inner.n = 2;
    },
  },
  "bytes in an object": {
    make: () => ({ bytes: Uint8Array.from([1]) }),
    change: ({ bytes }: { bytes: Uint8Array }) => bytes.fill(2),
  },
  "a set": { make: () => new Set([1]), change: (set: Set<number>) => set.add(2) },
  "a date": { make: () => new Date(1), change: (date: Date) => date.setTime(2) },
  "a typed array": {
    make: () => Uint8Array.from([1]),
    change: (bytes: Uint8Array) => bytes.fill(2),
  },
  "an array buffer": {
    make: () => Uint8Array.from([1]).buffer,
    change: (buffer: ArrayBuffer) => new Uint8Array(buffer).fill(2),
  },
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- each value is changed by its own function
} as const satisfies Record<string, { make: () => unknown; change: (value: any) => unknown }>;

export type Changeable = keyof typeof changeable;

/** Whose copy is changed, and when. */
export const moments = [
  "handed in, before the commit",
  "handed in, after the commit",
  "got by its writer, before the commit",
  "ranged by its writer, before the commit",
  "got by a reader",
  "got by a reader, read by the same",
  "ranged by a reader",
  "ranged by a reader, read by the same",
  "the array of a range",
] as const;

export type Moment = (typeof moments)[number];

export interface ChangedCase {
  value: Changeable;
  moment: Moment;
}

const intruder = "an intruder";

export const valuesStayYours = storeExperiment<ChangedCase>({
  promise: "mvcc-store/values-stay-yours",

  *cases() {
    for (const value of Object.keys(changeable) as Changeable[])
      for (const moment of moments) yield { value, moment };
  },

  async judge(session, { value, moment }) {
    const { make, change } = changeable[value] as {
      make: () => unknown;
      change: (value: unknown) => unknown;
    };
    const at = (now: Moment, whose: () => unknown): void => {
      if (now !== moment) return;
      const copy = whose();
      // A store may answer with something else altogether; what it answers is judged by others.
      if (!isDeepStrictEqual(copy, make())) session.missed("the value did not come back equal");
      session.tell(`the value ${moment}`, "is changed", "note");
      change(copy);
    };
    const store = await session.open();
    const writer = session.call("T1 begin", () => store.begin());
    const given = make();
    put(session, writer, "control", make());
    put(session, writer, "k", given);
    at("handed in, before the commit", () => given);
    at("got by its writer, before the commit", () => writer.get("k"));
    at("ranged by its writer, before the commit", () => rangedBy(writer));
    reads(session, "T1", writer, make());
    await session.commit("T1 commit", writer);
    at("handed in, after the commit", () => given);

    const reader = session.call("T2 begin", () => store.begin());
    for (const now of ["got by a reader", "got by a reader, read by the same"] as const)
      at(now, () => reader.get("k"));
    for (const now of ["ranged by a reader", "ranged by a reader, read by the same"] as const)
      at(now, () => rangedBy(reader));
    if (moment === "the array of a range") {
      session.tell("the array of a range", "is changed", "note");
      const array = session.call("T2 range", () => reader.range());
      array.reverse().push([intruder, 1]);
      for (const entry of array) entry[1] = intruder;
    }
    if (moment.endsWith("read by the same") || moment === "the array of a range")
      reads(session, "T2", reader, make());
    const later = session.call("T3 begin", () => store.begin());
    reads(session, "T3", later, make());
  },
});

function put(session: Session, writer: Transaction, key: string, given: unknown): void {
  const what = `T1 put ${key}=${shown(given)}`;
  session.call(what, () => {
    writer.put(key, given);
  });
  session.tell(what, "done");
}

function rangedBy(transaction: Transaction): unknown {
  return new Map(transaction.range()).get("k");
}

/** The value that was changed outside, and beside it one like it that nobody has touched. */
function reads(session: Session, name: string, reader: Transaction, expected: unknown): void {
  const ways = [
    { what: "get k", read: (key: string) => reader.get(key) },
    { what: "range", read: (key: string) => new Map(reader.range()).get(key) },
  ];
  for (const { what, read } of ways) {
    const call = `${name} ${what}`;
    const control = session.call(call, () => read("control"));
    if (!isDeepStrictEqual(control, expected) && control !== intruder)
      session.missed("the value did not come back equal");
    const answer = session.call(call, () => read("k"));
    if (!isDeepStrictEqual(answer, expected)) {
      session.broken(call, shown(answer), {
        signature: "a copy is shared",
        expected: shown(expected),
        therefore: `Nobody has put ${shown(answer)}: a value that was handed in or out was changed outside, and the store with it.`,
      });
    }
    session.tell(call, shown(answer));
  }
}
