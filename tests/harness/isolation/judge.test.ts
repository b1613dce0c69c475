import { expect, test } from "vitest";
import type { AnomalyKind, IsolationModel, Transaction } from "./judge.ts";
import { judgeIsolation } from "./judge.ts";
import { history } from "./brief-history.test-support.ts";
import {
  isSerializableByDefinition,
  isSnapshotIsolatedByDefinition,
} from "./oracle.test-support.ts";

/** A second on an idle core; a crowded machine gets time. */
const timeoutMs = 60_000;

test("a tutorial: what the judge is given and what it answers", () => {
  // Two doctors are on call. Each looks whether the other is, and goes home.
  const first: Transaction = {
    client: 0,
    operations: [
      { call: "read", key: "b", elements: [] },
      { call: "append", key: "a", element: "gone" },
    ],
    calledAt: 0,
    settledAt: 2,
    outcome: "ok",
  };
  const second: Transaction = {
    client: 1,
    operations: [
      { call: "read", key: "a", elements: [] },
      { call: "append", key: "b", element: "gone" },
    ],
    calledAt: 1,
    settledAt: 3,
    outcome: "ok",
  };
  const both = [first, second];

  // Each read from its snapshot and wrote where the other did not: that is all that snapshot isolation asks.
  expect(judgeIsolation(both, { model: "snapshot-isolation" }).verdict).toBe("ok");

  // One at a time, the second would have seen the first. The cycle says so in words.
  expect(judgeIsolation(both, { model: "serializable" })).toEqual({
    verdict: "illegal",
    committed: 2,
    lists: 2,
    anomalies: [
      {
        kind: "write-skew",
        needsRealTime: false,
        transactions: [0, 1],
        cycle: [
          {
            type: "rw",
            from: 0,
            to: 1,
            key: "b",
            because: "T1 read b as [], without gone, which T2 appended",
          },
          {
            type: "rw",
            from: 1,
            to: 0,
            key: "a",
            because: "T2 read a as [], without gone, which T1 appended",
          },
        ],
        sentence:
          "T1 and T2 each missed what the next one appended: one at a time, one of them would have seen it.",
      },
    ],
  });

  // Had the second been begun after the first was answered, its old snapshot would be allowed only without a clock.
  const late = { ...second, calledAt: 3, settledAt: 4 };
  expect(judgeIsolation([first, late], { model: "snapshot-isolation" }).verdict).toBe("ok");
  expect(
    judgeIsolation([first, late], { model: "snapshot-isolation", realTime: true }).verdict,
  ).toBe("illegal");
});

interface Pair {
  readonly kind: AnomalyKind;
  readonly good: readonly string[];
  /** Differs from `good` in one operation. */
  readonly bad: readonly string[];
  readonly allowedBySnapshotIsolation?: boolean;
  readonly realTime?: boolean;
}

const pairs: readonly Pair[] = [
  {
    kind: "garbage",
    good: ["append a 1", "read a [1]"],
    bad: ["append a 1", "read a [7]"],
  },
  {
    kind: "duplicate",
    good: ["append a 1", "read a [1]"],
    bad: ["append a 1", "read a [1 1]"],
  },
  {
    kind: "incompatible-order",
    good: ["append a 1", "append a 2", "read a [1]", "read a [1 2]"],
    bad: ["append a 1", "append a 2", "read a [1]", "read a [2 1]"],
  },
  {
    kind: "internal",
    good: ["append a 1, read a [1]"],
    bad: ["append a 1, read a []"],
  },
  {
    kind: "G1a",
    good: ["failed append a 1", "read a []"],
    bad: ["failed append a 1", "read a [1]"],
  },
  {
    kind: "G1b",
    good: ["append a 1, append a 2", "read a [1 2]"],
    bad: ["append a 1, append a 2", "read a [1]"],
  },
  {
    kind: "G0",
    good: ["append a 1, append b 1", "append a 2, append b 2", "read a [1 2], read b [1 2]"],
    bad: ["append a 1, append b 1", "append a 2, append b 2", "read a [1 2], read b [2 1]"],
  },
  {
    kind: "G1c",
    good: ["append a 1, read b []", "append b 1, read a [1]"],
    bad: ["append a 1, read b [1]", "append b 1, read a [1]"],
  },
  {
    kind: "read-skew",
    good: ["append a 1, append b 1", "read a [1], read b [1]"],
    bad: ["append a 1, append b 1", "read a [1], read b []"],
  },
  {
    kind: "lost-update",
    good: ["read a [], append a 1", "read a [1], append a 2", "read a [1 2]"],
    bad: ["read a [], append a 1", "read a [], append a 2", "read a [1 2]"],
  },
  {
    kind: "long-fork",
    good: ["append a 1", "append b 1", "read a [1], read b []", "read a [1], read b [1]"],
    bad: ["append a 1", "append b 1", "read a [1], read b []", "read a [], read b [1]"],
  },
  {
    kind: "write-skew",
    good: ["read a [], append b 1", "read b [1], append a 1"],
    bad: ["read a [], append b 1", "read b [], append a 1"],
    allowedBySnapshotIsolation: true,
  },
  {
    kind: "phantom",
    good: ["range a..c, append a 1", "range a..c a[1], append b 1"],
    bad: ["range a..c, append a 1", "range a..c, append b 1"],
    allowedBySnapshotIsolation: true,
  },
  {
    kind: "stale-read",
    good: ["append a 1 @0..1", "read a [1] @2..3"],
    bad: ["append a 1 @0..1", "read a [] @2..3"],
    realTime: true,
  },
];

test.each(pairs)(
  "pairs, $kind: the good history is legal, and the bad one, which differs in one operation, is not",
  ({ kind, good, bad, allowedBySnapshotIsolation = false, realTime = false }) => {
    expectVerdict(history(...good), "serializable", realTime, "ok");
    expectVerdict(history(...good), "snapshot-isolation", realTime, "ok");
    expectVerdict(history(...bad), "serializable", realTime, kind);
    expectVerdict(
      history(...bad),
      "snapshot-isolation",
      realTime,
      allowedBySnapshotIsolation ? "ok" : kind,
    );
  },
);

interface HermitageShape {
  readonly name: string;
  readonly lines: readonly string[];
  readonly snapshotIsolation: AnomalyKind | "ok";
  readonly serializable: AnomalyKind;
}

/** The scenarios of the Hermitage suite, as what a store that does not prevent them would show. */
const hermitage: readonly HermitageShape[] = [
  {
    name: "G0, write cycles",
    lines: [
      "append a 11, append b 21",
      "append a 12, append b 22",
      "read a [11 12], read b [22 21]",
    ],
    snapshotIsolation: "G0",
    serializable: "G0",
  },
  {
    name: "G1a, aborted reads",
    lines: ["failed append a 101", "read a [101]"],
    snapshotIsolation: "G1a",
    serializable: "G1a",
  },
  {
    name: "G1b, intermediate reads",
    lines: ["append a 101, append a 11", "read a [101]", "read a [101 11]"],
    snapshotIsolation: "G1b",
    serializable: "G1b",
  },
  {
    name: "G1c, circular information flow",
    lines: ["append a 11, read b [22]", "append b 22, read a [11]"],
    snapshotIsolation: "G1c",
    serializable: "G1c",
  },
  {
    name: "OTV, observed transaction vanishes",
    lines: [
      "append a 11, append b 19",
      "append a 12, append b 18",
      "read a [11 12], read b [19]",
      "read b [19 18]",
    ],
    snapshotIsolation: "read-skew",
    serializable: "read-skew",
  },
  {
    name: "PMP, predicate-many-preceders",
    lines: ["range a..z, range a..z c[30]", "append c 30"],
    snapshotIsolation: "internal",
    serializable: "internal",
  },
  {
    name: "P4, lost update",
    lines: ["read a [], append a 11", "read a [], append a 12", "read a [11 12]"],
    snapshotIsolation: "lost-update",
    serializable: "lost-update",
  },
  {
    name: "G-single, read skew",
    lines: ["read a [], read b [18]", "append a 12, append b 18", "read a [12], read b [18]"],
    snapshotIsolation: "read-skew",
    serializable: "read-skew",
  },
  {
    name: "G2-item, write skew",
    lines: [
      "read a [], read b [], append a 11",
      "read a [], read b [], append b 21",
      "read a [11], read b [21]",
    ],
    snapshotIsolation: "ok",
    serializable: "write-skew",
  },
  {
    name: "G2, anti-dependency cycles",
    lines: ["range a..z, append c 30", "range a..z, append d 42", "range a..z c[30] d[42]"],
    snapshotIsolation: "ok",
    serializable: "phantom",
  },
];

test.each(hermitage)("Hermitage: $name", ({ lines, snapshotIsolation, serializable }) => {
  expectVerdict(history(...lines), "snapshot-isolation", false, snapshotIsolation);
  expectVerdict(history(...lines), "serializable", false, serializable);
});

test("a read-only transaction can be what makes snapshot isolation unserializable", () => {
  const withdrawal = "read a [], read b [], append a -11";
  const deposit = "read b [], append b 20";
  expectVerdict(history(withdrawal, deposit), "serializable", false, "ok");
  const report = "read a [], read b [20]";
  expectVerdict(history(withdrawal, deposit, report), "snapshot-isolation", false, "ok");
  expectVerdict(history(withdrawal, deposit, report), "serializable", false, "write-skew");
});

test("a transaction sees its own appends in the place where it makes them", () => {
  const before = "append a 1";
  expectLegal(
    history(before, "read a [1], append a 2, append a 3, read a [1 2 3]", "read a [1 2 3]"),
  );
  expectIllegal(history(before, "append a 2, append a 3, read a [1 3 2]"), "internal");
  expectIllegal(history(before, "append a 2, read a [2 1]"), "internal");
  expectIllegal(history(before, "read a [1 2], append a 2"), "internal");
  expectIllegal(history(before, "read a [1], append a 2, read a [2]"), "internal");
  // Somebody else has seen it too.
  expectIllegal(history("read a [1]", "read a [1], append a 1"), "internal");
  expectIllegal(history("read a [1 2]", "append a 1", "read a [1 2], append a 2"), "internal");
});

test("two reads of a list in one transaction agree", () => {
  expectLegal(history("append a 1", "read a [1], read a [1]"));
  expectIllegal(history("append a 1", "read a [], read a [1]"), "internal");
});

test("several appends of one transaction stand together, whole and in order", () => {
  const writers = ["append a 1, append a 2", "append a 3"];
  expectLegal(history(...writers, "read a [3 1 2]"));
  expectIllegal(history(...writers, "read a [1 3 2]"), "G0");
  expectIllegal(history(...writers, "read a [2 1 3]"), "incompatible-order");
  expectIllegal(history(...writers, "read a [1 3]"), "G1b");
  expectIllegal(history(...writers, "read a [3 2]"), "G1b");
});

test("an unanswered transaction counts as committed once somebody saw its append", () => {
  const maybe = "maybe append a 1, append b 1 @0..";
  expectLegal(history(maybe, "read a [], read b []"));
  expectLegal(history(maybe, "read a [1], read b [1]"));
  expectIllegal(history(maybe, "read a [1], read b []"), "read-skew");
  // Unseen it may have read whatever it likes, for it need not have committed.
  expectLegal(history("maybe read a [7], append b 1", "read b []"));
  expectIllegal(history("maybe read a [7], append b 1", "read b [1]"), "garbage");
  // Seen by one that counts only because it was seen.
  expectIllegal(
    history("maybe append a 1, read c [3]", "maybe read a [1], append b 1", "read b [1]"),
    "garbage",
  );
});

test("a transaction that did not commit may have read anything", () => {
  expectLegal(history("failed read a [7], append b 1", "read a []", "read b []"));
});

test("appends that nobody saw come after the longest read", () => {
  expectLegal(history("append a 1", "append a 2", "read a [1]"));
  // The first was not seen in a, so it comes after the second, which has seen it in b.
  expectIllegal(history("append a 1, append b 1", "append a 2, read b [1]", "read a [2]"), "G1c");
});

test("a lost update is found even when nobody looks afterwards", () => {
  expectLegal(history("read a [], append a 1", "append a 2"));
  expectIllegal(history("read a [], append a 1", "read a [], append a 2"), "lost-update");
});

test("where no read shows the order of two appends, either order is an explanation under snapshot isolation", () => {
  // The second was answered first, but the first cannot have come after it: it did not see b.
  const hidden = history("read b [], append a 1 @0..5", "append b 1, append a 2 @0..1");
  expectVerdict(hidden, "snapshot-isolation", false, "ok");
  expectVerdict(hidden, "snapshot-isolation", true, "ok");
  // Write skew is allowed, but not between two that append to the same list.
  const skew = "read b [], append c 1, append a 1";
  expectVerdict(
    history(skew, "read c [], append b 1, append d 2"),
    "snapshot-isolation",
    false,
    "ok",
  );
  const { verdict, ...rest } = judgeIsolation(history(skew, "read c [], append b 1, append a 2"), {
    model: "snapshot-isolation",
  });
  expect(verdict).toBe("illegal");
  expect(JSON.stringify(rest)).toContain("the opposite order fails as well");
});

test("a budget that is spent gives no verdict, and names the lists whose order is unknown", () => {
  const hidden = history("read b [], append a 1 @0..5", "append b 1, append a 2 @0..1");
  for (const stepsMax of [0, 1]) {
    expect(judgeIsolation(hidden, { model: "snapshot-isolation", stepsMax })).toEqual({
      verdict: "undecided",
      committed: 2,
      lists: 2,
      unordered: ["a"],
    });
  }
  expect(judgeIsolation(hidden, { model: "serializable", stepsMax: 0 }).verdict).toBe("ok");
});

test("in real time, answered before begun is an order, and equal times are not", () => {
  expectVerdict(
    history("append a 1 @0..2", "read a [] @3..4"),
    "snapshot-isolation",
    true,
    "stale-read",
  );
  expectVerdict(history("append a 1 @0..3", "read a [] @3..4"), "snapshot-isolation", true, "ok");
  expectVerdict(history("append a 1 @0..2", "read a [] @3..4"), "serializable", false, "ok");
  // Reading what was not even begun.
  expectVerdict(history("read a [1] @0..1", "append a 1 @2..3"), "serializable", true, "G1c");
  // Never answered: it may have happened late, but what a crash has ended may not.
  expectVerdict(
    history("maybe append a 1 @0..", "read a [] @3..4", "read a [1] @5..6"),
    "serializable",
    true,
    "ok",
  );
  expectVerdict(
    history("maybe append a 1 @0..2", "read a [] @3..4", "read a [1] @5..6"),
    "serializable",
    true,
    "stale-read",
  );
});

test("an order in real time may lead over many moments", () => {
  const reads = Array.from(
    { length: 20 },
    (_, index) => `read b [] @${index * 2 + 2}..${index * 2 + 3}`,
  );
  const bad = history("append a 1 @0..1", ...reads, "read a [] @90..91");
  const verdict = judgeIsolation(bad, { model: "serializable", realTime: true });
  expect(verdict).toMatchObject({
    verdict: "illegal",
    anomalies: [{ kind: "stale-read", needsRealTime: true, transactions: [21, 0] }],
  });
});

test("a range sees the keys that anybody else names as absent, up to but without its end", () => {
  expectVerdict(
    history("range a..c, append z 1", "read z [], append b 1"),
    "serializable",
    false,
    "phantom",
  );
  expectVerdict(
    history("range a..b, append z 1", "read z [], append b 1"),
    "serializable",
    false,
    "ok",
  );
  expectVerdict(
    history("range a.., append a 1", "read a [], append z 1"),
    "serializable",
    false,
    "phantom",
  );
  // A key that was there, or was also read by name, is an item and no phantom.
  expectVerdict(
    history("range a..c, read b [], append z 1", "read z [], append b 1"),
    "serializable",
    false,
    "write-skew",
  );
});

test("the cycle shown is a short one, although a long one stands beside it", () => {
  const ring = Array.from(
    { length: 30 },
    (_, index) => `read k${(index + 1) % 30} [], append k${index} 1`,
  );
  const [first, ...others] = ring;
  const bad = history(`read y [], ${first}`, ...others, "read k0 [], append y 1");
  expect(judgeIsolation(bad, { model: "serializable" })).toMatchObject({
    verdict: "illegal",
    anomalies: [{ kind: "write-skew", transactions: [0, 30] }],
  });
});

test("the worst kind of anomaly is named first, whatever else is there", () => {
  const skew = ["read a [], append b 1", "read b [], append a 1"];
  const lost = ["read c [], append c 1", "read c [], append c 2", "read c [1 2]"];
  const verdict = judgeIsolation(history(...skew, ...lost), { model: "serializable" });
  expect(verdict).toMatchObject({ verdict: "illegal", anomalies: [{ kind: "lost-update" }] });
});

test("an element that is appended to a list twice is refused, because a read would not tell which it saw", () => {
  expect(() =>
    judgeIsolation(history("append a 1", "append a 1"), { model: "serializable" }),
  ).toThrow("Expected every element to be appended to a list once, got 1 twice for a.");
  expectLegal(history("append a 1", "append b 1"));
});

test("an empty history is legal", () => {
  expectLegal([]);
});

test(
  "10,000 transactions that each follow from the last are judged, whatever their order in the file",
  () => {
    const length = 10_000;
    const chain = Array.from({ length }, (_, index): Transaction => {
      const position = Math.floor(index / 1_000);
      const key = `k${index % 1_000}`;
      const elements = Array.from({ length: position }, (_unused, earlier) => String(earlier));
      const [before, after] = [`link${index - 1}`, `link${index}`];
      return {
        client: 0,
        operations: [
          { call: "read", key: before, elements: index === 0 ? [] : ["1"] },
          { call: "read", key, elements },
          { call: "append", key, element: String(position) },
          { call: "append", key: after, element: "1" },
        ],
        calledAt: index * 2,
        settledAt: index * 2 + 1,
        outcome: "ok",
      };
    });
    for (const transactions of [chain, chain.toReversed()])
      for (const model of ["snapshot-isolation", "serializable"] as const)
        expect(judgeIsolation(transactions, { model, realTime: true }).verdict).toBe("ok");
  },
  timeoutMs,
);

/** Also asks the definitions, so that no example here can be wrong about them. */
function expectVerdict(
  transactions: readonly Transaction[],
  model: IsolationModel,
  realTime: boolean,
  expected: AnomalyKind | "ok",
): void {
  const verdict = judgeIsolation(transactions, { model, realTime });
  const kind = verdict.verdict === "illegal" ? verdict.anomalies[0].kind : verdict.verdict;
  expect(kind, `${model}${realTime ? " in real time" : ""}`).toBe(expected);
  const byDefinition =
    model === "serializable" ? isSerializableByDefinition : isSnapshotIsolatedByDefinition;
  expect(byDefinition(transactions, realTime), "by definition").toBe(expected === "ok");
}

function expectLegal(transactions: readonly Transaction[]): void {
  expectVerdict(transactions, "serializable", false, "ok");
  expectVerdict(transactions, "snapshot-isolation", false, "ok");
}

function expectIllegal(transactions: readonly Transaction[], kind: AnomalyKind): void {
  expectVerdict(transactions, "serializable", false, kind);
  expectVerdict(transactions, "snapshot-isolation", false, kind);
}
