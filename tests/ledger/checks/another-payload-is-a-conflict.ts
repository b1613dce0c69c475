/**
 * A different transaction with the id of an accepted one is rejected with ID_CONFLICT.
 *
 * It differs in one property at a time, or only in where one name ends and the next begins; the first one stands in the
 * same batch, or was committed before. The id of one that was rejected or withheld is still free, and so is one that
 * merely looks like it.
 */
import { rounds, scriptExperiment } from "../ledger-experiment.ts";
import { type Item, open, openings, pay, type Script, type Step } from "../script.ts";
import { Drawer, randomOf } from "../workload.ts";

const pairs: readonly (readonly [Item, Item])[] = [
  [pay("x", "bank", "ann", 5), pay("x", "bank", "ann", 6)],
  [pay("x", "bank", "ann", 5), pay("x", "bank", "bob", 5)],
  [pay("x", "bank", "ann", 5), pay("x", "cash", "ann", 5)],
  [pay("x", "bank", "ann", 5), open("zoe", 0, "x")],
  [open("zoe", 0, "x"), open("yan", 0, "x")],
  [open("zoe", -5, "x"), open("zoe", -6, "x")],
  [open("zoe", -5, "x"), open("zoe", undefined, "x")],
  [open("zoe", 0, "x"), pay("x", "bank", "ann", 5)],
];

function* scenes(): Iterable<Script> {
  const before: Step[] = [{ do: "commit", batch: [...openings, open("cash", -100)] }];
  for (const [first, second] of pairs) {
    yield {
      clients: [
        [
          ...before,
          { do: "commit", batch: [first] },
          { do: "commit", batch: [second] },
          { do: "commit", batch: [pay("t9", "bank", "bob", 1), second], policy: "valid-only" },
          { do: "restart" },
          { do: "commit", batch: [second] },
          { do: "read" },
        ],
      ],
      order: [],
    };
    yield {
      clients: [
        [...before, { do: "commit", batch: [first, second], policy: "valid-only" }, { do: "read" }],
      ],
      order: [],
    };
    yield {
      clients: [
        [
          ...before,
          { do: "commit", batch: [first, second] },
          { do: "commit", batch: [second] },
          { do: "commit", batch: [first] },
        ],
      ],
      order: [],
    };
  }
}

/** Two that read alike when their properties are written one behind the other with that text in between. */
function written(between: string, number: number): { accounts: Item[]; pair: [Item, Item, Item] } {
  const id = `w${number}`;
  const [left, right] = [`a${between}b`, `b${between}c`];
  return {
    accounts: [open(left, -9, `${id}-1`), open(right, 0, `${id}-2`)],
    pair: [
      pay(id, left, "c", 1),
      pay(id, "a", right, 1),
      // Its id takes the beginning of the name that follows.
      pay(`${id}${between}a`, "b", "c", 1),
    ],
  };
}

const betweens = ["", ":", "|", ",", "-", "/", " ", "_", ";", ".", "#", "\0", "\n", "->", '","'];

function* alike(): Iterable<Script> {
  const all = betweens.map(written);
  const accounts = [
    open("a", -99),
    open("b", -99),
    open("c"),
    ...all.flatMap((one) => one.accounts),
  ];
  const batches = [0, 1, 2].map((at) => all.map(({ pair }) => pair[at]));
  yield {
    known: "Written without a gap they read alike",
    clients: [
      [accounts, ...batches].map((batch): Step => ({ do: "commit", batch, policy: "valid-only" })),
    ],
    order: [],
  };
  const ids = ["__proto__", "constructor", "toString", "a", "A", "a ", " a", "a\0"];
  ids.push("1", "01", "1.0", "\u00e9", "e\u0301", "\u00c9");
  ids.push(...["1", "2"].map((end) => "x".repeat(63) + end));
  const gifts = (cents: number): Item[] => ids.map((id) => pay(id, "bank", "ann", cents));
  yield {
    known: "Ids that look alike, and names of the language",
    clients: [
      [
        { do: "commit", batch: openings },
        ...gifts(5).map((gift): Step => ({ do: "commit", batch: [gift] })),
        { do: "restart" },
        { do: "commit", batch: gifts(6), policy: "valid-only" },
      ],
    ],
    order: [],
  };
}

/** Between the two lie so many entries that a validator may have left a summary of them. */
function* longAgo(): Iterable<Script> {
  for (const [first, second] of [pairs[0], pairs[5]] as (typeof pairs)[number][])
    yield {
      known: "The first one was accepted long ago",
      clients: [
        [
          { do: "commit", batch: openings },
          { do: "commit", batch: [first] },
          { do: "others", count: 110 },
          { do: "restart" },
          { do: "commit", batch: [second] },
        ],
      ],
      order: [],
    };
}

export const anotherPayloadIsAConflict = scriptExperiment({
  promise: "ledger/another-payload-is-a-conflict",
  breaks: ["id"],
  *cases(budget) {
    yield* scenes();
    yield* alike();
    yield* longAgo();
    for (let round = 0; round < rounds(budget, 60); round++) {
      const random = randomOf(budget.seed, round);
      const drawer = new Drawer(random, { again: 5, opens: 2 });
      const steps: Step[] = [{ do: "commit", batch: openings }];
      for (let count = 0; count < 7; count++)
        steps.push({ do: "commit", batch: drawer.batch(4), policy: "valid-only" });
      yield { clients: [steps], order: [] };
    }
  },
});
