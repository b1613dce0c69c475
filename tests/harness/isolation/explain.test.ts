import { expect, test } from "vitest";
import { history } from "./brief-history.test-support.ts";
import { explainVerdict } from "./explain.ts";
import type { IsolationRequest } from "./judge.ts";
import { judgeIsolation } from "./judge.ts";
import type { Transaction } from "./transaction.ts";

test("a lost update is told with who took part, both steps of the cycle and a therefore", () => {
  const lost = history("read a [], append a 1", "read a [], append a 2", "read a [1 2]");
  expect(explain(lost, { model: "snapshot-isolation" })).toBe(
    `✗ Not snapshot isolation: 3 transactions, 3 of them committed, 1 list.

  lost update: T2 read a, T1 appended to it, and T2 appended to it without having seen that.
    T2  client 1  read a → [] · append 2 to a
    T1  client 0  read a → [] · append 1 to a
    T2 ─rw→ T1  because T2 read a as [], without 1, which T1 appended
    T1 ─ww→ T2  because T2 appended 2 to a right after T1's 1
    therefore T2 would come before itself`,
  );
});

test("what is wrong in itself is told without a cycle, by the names that the transactions were given", () => {
  const [writer, reader] = history("failed append a 1", "read a [1]") as [Transaction, Transaction];
  const named = [
    { ...writer, name: "transfer 7" },
    { ...reader, name: "audit" },
  ];
  expect(explain(named, { model: "serializable" })).toBe(
    `✗ Not serializable: 2 transactions, 1 of them committed, 1 list.

  aborted read (G1a): audit read a as [1], but transfer 7, which appended 1, did not commit.
    audit  client 1  read a → [1]
    transfer 7  client 0  append 1 to a, did not commit`,
  );
});

test("a cycle by the clock says so and gives both times", () => {
  const stale = history("append a 1 @0..1", "read a [] @2..3");
  const words = explain(stale, { model: "serializable", realTime: true });
  expect(words).toContain("✗ Not serializable, in real time");
  expect(words).toContain("stale read, by the clock: T2 was begun after T1 was answered");
  expect(words).toContain(
    "T1 ─real-time→ T2  because T1 was answered (at 1) before T2 was begun (at 2)",
  );
});

test("a phantom names the range, and appends that no read shows are told from those that one does", () => {
  const phantom = history("range a..c, append a 1", "range a..c, append b 1", "read a [1]");
  const words = explain(phantom, { model: "serializable" });
  expect(words).toContain("range a to c → nothing");
  expect(words).toContain("T1 read a range and found no b, to which T2 appended 1");
  const unseen = history("append a 1, append b 1", "append a 2, read b [1]", "read a [2]");
  expect(explain(unseen, { model: "serializable" })).toContain(
    "T1 appended 1 to a, which no read shows, so it comes after T2's 2, which one does",
  );
});

test("of long lists the end is shown, of unclear texts the quotes", () => {
  const elements = Array.from({ length: 9 }, (_, index) => String(index));
  const long: Transaction[] = [
    {
      client: 0,
      operations: [{ call: "read", key: "a b", elements }],
      calledAt: 0,
      settledAt: 1,
      outcome: "ok",
    },
  ];
  expect(explain(long, { model: "serializable" })).toContain(
    'T1 read "a b" as [… 3 4 5 6 7 8], but nobody ever appended 0 to it.',
  );
});

test("a legal history is told in one line, an undecided one with its reason", () => {
  expect(explain(history("append a 1"), { model: "snapshot-isolation", realTime: true })).toBe(
    "✓ Snapshot isolation, in real time: 1 transaction, 1 of them committed, 1 list.",
  );
  const hidden = history("append a 1", "append a 2");
  const words = explain(hidden, { model: "snapshot-isolation", stepsMax: 0 });
  expect(words).toContain("? Undecided (snapshot isolation): 2 transactions");
  expect(words).toContain("several transactions appended to 1 list (a)");
});

function explain(transactions: readonly Transaction[], request: IsolationRequest): string {
  return explainVerdict(judgeIsolation(transactions, request), transactions, request);
}
