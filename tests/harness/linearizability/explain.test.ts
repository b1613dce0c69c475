import { expect, test } from "vitest";
import { explainVerdict } from "./explain.ts";
import type { Operation } from "./judge.ts";
import { judgeLinearizability } from "./judge.ts";
import type { Answer, RegisterInput } from "./models.ts";
import { registerModel } from "./models.ts";

const write = (
  client: number,
  value: string,
  calledAt: number,
  settledAt: number,
): Operation<RegisterInput, Answer> => ({
  client,
  input: { call: "write", key: "x", value },
  output: undefined,
  calledAt,
  settledAt,
  outcome: "ok",
});
const read = (
  client: number,
  seen: string | null,
  calledAt: number,
  settledAt: number,
): Operation<RegisterInput, Answer> => ({
  client,
  input: { call: "read", key: "x" },
  output: seen,
  calledAt,
  settledAt,
  outcome: "ok",
});

test("an illegal history is explained by its longest order, the operation that cannot follow, and a picture", () => {
  const history = [
    write(0, "1", 0, 1),
    { ...write(1, "2", 2, Infinity), outcome: "maybe" as const },
    read(2, "2", 3, 5),
    read(0, "1", 6, 7),
  ];
  const verdict = judgeLinearizability(registerModel, history, { nodesMax: 1000 });
  expect(explainVerdict(verdict, history)).toBe(
    `
✗ Not linearizable. Key "x". No order of its operations explains every answer (3 nodes searched).

  Longest order found: 2 of 3 answered operations
    1. client 0  write 1
    2. client 1  write 2, never answered
    3. client 2  read → 2

  Cannot come next: client 0  read → 1
    The value is then 2, but it saw 1.

    ├────┤                  client 0  write 1
          ├──────────────…  client 1  write 2, never answered
             ├────┤         client 2  read → 2
                   ├────┤   client 0  read → 1  ←
`.trim(),
  );
});

test("a linearizable history is said to be so in one line", () => {
  const history = [write(0, "1", 0, 1)];
  const verdict = judgeLinearizability(registerModel, history, { nodesMax: 1000 });
  expect(explainVerdict(verdict, history)).toBe(
    "✓ Linearizable: 1 operation, 1 key, 1 node searched.",
  );
});

test("the reason names a value that nothing wrote, and one that was overwritten before", () => {
  const reasonOf = (history: Operation<RegisterInput, Answer>[]) =>
    explainVerdict(judgeLinearizability(registerModel, history, { nodesMax: 1000 }), history);
  expect(reasonOf([write(0, "1", 0, 1), read(1, "7", 2, 3)])).toContain(
    "The value is then 1, but it saw 7. Nothing ever wrote that.",
  );
  expect(reasonOf([write(0, "1", 0, 1), write(0, "2", 2, 3), read(1, "1", 4, 5)])).toContain(
    "The value is then 2, but it saw 1. That had been overwritten before (client 0  write 2).",
  );
});

test("an undecided history says that the budget was spent", () => {
  const history = [write(0, "1", 0, 9), write(1, "2", 0, 9), read(2, "1", 10, 11)];
  const verdict = judgeLinearizability(registerModel, history, { nodesMax: 1 });
  expect(explainVerdict(verdict, history)).toContain('? Undecided. Key "x". The budget was spent');
});
