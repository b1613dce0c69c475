import { expect, test } from "vitest";
import { seededRandom } from "#platform/random.ts";
import type { LinearizabilityVerdict, Operation } from "./judge.ts";
import { judgeLinearizability } from "./judge.ts";
import type { Answer, KeyValueInput, RegisterInput, Value } from "./models.ts";
import { keyValueModel, registerModel, startingWith } from "./models.ts";
import { randomHistory, randomRegisterInput } from "./random-history.test-support.ts";

const nodesMax = 100_000;

test("a tutorial: what the judge is given and what it answers", () => {
  // Client 0 writes 1 and is answered. While that goes on, client 1 reads: before or after the write, both are possible.
  const write: Operation<RegisterInput, Answer> = {
    client: 0,
    input: { call: "write", key: "x", value: "1" },
    output: undefined,
    calledAt: 0,
    settledAt: 10,
    outcome: "ok",
  };
  const readDuring: Operation<RegisterInput, Answer> = {
    client: 1,
    input: { call: "read", key: "x" },
    output: null,
    calledAt: 5,
    settledAt: 15,
    outcome: "ok",
  };
  expect(judgeLinearizability(registerModel, [write, readDuring], { nodesMax }).verdict).toBe("ok");

  // Called after the write was answered, the same read may no longer miss it.
  const readAfter = { ...readDuring, calledAt: 11 };
  expect(judgeLinearizability(registerModel, [write, readAfter], { nodesMax })).toEqual({
    verdict: "illegal",
    nodes: 1,
    partitions: 1,
    partition: "x",
    linearization: [write],
    state: "1",
    unplaced: readAfter,
  });

  // Had the write never been answered, nobody could tell whether it happened, now or at any later time …
  const writeCutOff = { ...write, outcome: "maybe" as const, settledAt: Infinity };
  expect(judgeLinearizability(registerModel, [writeCutOff, readAfter], { nodesMax }).verdict).toBe(
    "ok",
  );

  // … and with a budget too small to find out, the judge says so rather than guess.
  expect(judgeLinearizability(registerModel, [write, readDuring], { nodesMax: 1 }).verdict).toBe(
    "undecided",
  );
});

test("a read that follows an acknowledged write sees it", () => {
  expectOk([put("a", "1", 0, 1), get("a", "1", 2, 3)]);
  expectIllegal([put("a", "1", 0, 1), get("a", null, 2, 3)]);
});

test("a read sees the latest acknowledged write, not an earlier one", () => {
  expectOk([put("a", "1", 0, 1), put("a", "2", 2, 3), get("a", "2", 4, 5)]);
  expectIllegal([put("a", "1", 0, 1), put("a", "2", 2, 3), get("a", "1", 4, 5)]);
});

test("of two concurrent writes either may be last, but one of them is", () => {
  const writes = [put("a", "1", 0, 9), put("a", "2", 0, 9)];
  expectOk([...writes, get("a", "1", 10, 11), get("a", "1", 12, 13)]);
  expectIllegal([...writes, get("a", "1", 10, 11), get("a", "2", 12, 13)]);
});

test("no acknowledged append is lost", () => {
  const appends = [append("a", "x", 0, 9), append("a", "y", 0, 9)];
  expectOk([...appends, get("a", "yx", 10, 11)]);
  expectIllegal([...appends, get("a", "y", 10, 11)]);
});

test("two reads, one after the other, do not see two writes in reverse", () => {
  const writes = [put("a", "1", 0, 1), put("a", "2", 2, 20)];
  expectOk([...writes, get("a", "1", 3, 4), get("a", "2", 5, 6)]);
  expectIllegal([...writes, get("a", "2", 3, 4), get("a", "1", 5, 6)]);
});

test("a write that was never answered may be seen late, and then stays", () => {
  const cutOff = maybe(put("a", "1", 0, Infinity));
  expectOk([cutOff, get("a", null, 5, 6), get("a", "1", 7, 8)]);
  expectIllegal([cutOff, get("a", "1", 5, 6), get("a", null, 7, 8)]);
});

test("a write whose window a crash has closed is not resurrected", () => {
  const cutOff = maybe(put("a", "1", 0, 4));
  expectOk([cutOff, get("a", "1", 5, 6), get("a", "1", 7, 8)]);
  expectOk([cutOff, get("a", null, 5, 6), get("a", null, 7, 8)]);
  expectIllegal([cutOff, get("a", null, 5, 6), get("a", "1", 7, 8)]);
});

test("one write takes effect once", () => {
  const history = [maybe(append("a", "x", 0, Infinity)), get("a", "x", 1, 2)];
  expectOk([...history, get("a", "x", 3, 4)]);
  expectIllegal([...history, get("a", "xx", 3, 4)]);
});

test("a failed operation has had no effect", () => {
  const failed = { ...put("a", "1", 0, 1), outcome: "failed" as const };
  expectOk([failed, get("a", null, 2, 3)]);
  expectIllegal([failed, get("a", "1", 2, 3)]);
});

test("an absent value and an empty one are different", () => {
  expectOk([put("a", "", 0, 1), get("a", "", 2, 3)]);
  expectIllegal([put("a", "", 0, 1), get("a", null, 2, 3)]);
  expectOk([put("a", "1", 0, 1), remove("a", true, 2, 3), get("a", null, 4, 5)]);
  expectIllegal([put("a", "1", 0, 1), remove("a", false, 2, 3)]);
});

test("of two compare-and-sets from the same value only one succeeds", () => {
  const start = write("x", "0", 0, 1);
  expectOk([
    start,
    cas("x", "0", "1", true, 2, 9),
    cas("x", "0", "2", false, 2, 9),
    read("x", "1", 10, 11),
  ]);
  expectIllegal([start, cas("x", "0", "1", true, 2, 9), cas("x", "0", "2", true, 2, 9)]);
});

test("a compare-and-set that nobody saw answered may have replaced the value or not", () => {
  const start = [write("x", "0", 0, 1), maybe(cas("x", "0", "1", undefined, 2, 3))];
  expectOk([...start, read("x", "1", 4, 5)]);
  expectOk([...start, read("x", "0", 4, 5)]);
  expectIllegal([...start, read("x", "2", 4, 5)]);
});

test("an operation that settles when another is called is concurrent with it", () => {
  expectOk([put("a", "1", 0, 5), get("a", null, 5, 6)]);
  expectIllegal([put("a", "1", 0, 4), get("a", null, 5, 6)]);
  expectOk([maybe(put("a", "1", 0, 5)), get("a", null, 5, 5), get("a", "1", 5, 6)]);
});

test("a fitting read is not placed at once when that would close the window of a cut-off write", () => {
  expectOk([
    write("x", "1", 0, 1),
    maybe(write("x", "2", 2, 3)),
    read("x", "2", 2, 10),
    write("x", "1", 2, 10),
    read("x", "1", 4, 10),
  ]);
});

test("of two equal cut-off writes the one that closes sooner is used first", () => {
  expectOk([
    maybe(write("x", "1", 0, 10)),
    maybe(write("x", "1", 1, 2)),
    read("x", "1", 1, 2),
    write("x", "2", 3, 4),
    read("x", "2", 5, 6),
    read("x", "1", 7, 8),
  ]);
});

test("keys are judged apart, and the illegal one is named", () => {
  const verdict = judgeLinearizability(
    keyValueModel,
    [put("a", "1", 0, 1), get("b", "1", 2, 3), get("a", "1", 2, 3)],
    { nodesMax },
  );
  expect(verdict).toMatchObject({
    verdict: "illegal",
    partition: "b",
    partitions: 2,
    linearization: [],
  });
});

test("every key may begin with a value", () => {
  const history = [get("a", "", 0, 1)];
  expect(judgeLinearizability(startingWith(keyValueModel, ""), history, { nodesMax }).verdict).toBe(
    "ok",
  );
  expectIllegal(history);
});

test("nothing happened: that is linearizable", () => {
  expect(judgeLinearizability(keyValueModel, [], { nodesMax })).toEqual({
    verdict: "ok",
    nodes: 0,
    partitions: 0,
  });
});

test("an operation that settles before it is called is refused", () => {
  expect(() => judgeLinearizability(keyValueModel, [put("a", "1", 5, 4)], { nodesMax })).toThrow(
    "Expected an operation to settle at or after its call, got calledAt 5 and settledAt 4.",
  );
});

test("a budget that runs out gives undecided, never ok or illegal", () => {
  const verdict = judgeLinearizability(keyValueModel, hardToRefute("a"), { nodesMax: 500 });
  expect(verdict).toMatchObject({ verdict: "undecided", partition: "a", nodes: 500 });
});

test("a key that is hard to decide does not hide an illegal one, whichever comes first", () => {
  const illegal = [put("b", "1", 0, 1), get("b", null, 2, 3)];
  for (const history of [
    [...hardToRefute("a"), ...illegal],
    [...illegal, ...hardToRefute("a")],
  ]) {
    const verdict = judgeLinearizability(keyValueModel, history, { nodesMax: 500 });
    expect(verdict).toMatchObject({ verdict: "illegal", partition: "b" });
  }
});

test("ten thousand operations of eight clients are decided within ten nodes an operation", () => {
  const history = longHistory(10_000);
  const verdict = judgeLinearizability(registerModel, history, { nodesMax: 10 * history.length });
  expect(verdict.verdict).toBe("ok");
});

test("a hundred thousand operations one after another need one node each and no deep stack", () => {
  const history = Array.from({ length: 50_000 }, (_, index) => [
    put("a", String(index), 4 * index, 4 * index + 1),
    get("a", String(index), 4 * index + 2, 4 * index + 3),
  ]).flat();
  expect(judgeLinearizability(keyValueModel, history, { nodesMax: history.length })).toEqual({
    verdict: "ok",
    nodes: history.length,
    partitions: 1,
  });
});

test("a long history that is illegal at its end is refuted, and the longest order reaches that end", () => {
  const history = longHistory(3000);
  const end = history.reduce((latest, { settledAt }) => Math.max(latest, settledAt), 0);
  const impossible = read("x", "never written", end + 1, end + 2);
  const verdict = judgeLinearizability(registerModel, [...history, impossible], {
    nodesMax: 10_000_000,
  });
  expect(verdict).toMatchObject({ verdict: "illegal", unplaced: impossible });
  expect(verdict.verdict === "illegal" && verdict.linearization.length).toBe(history.length);
});

test("the same history gives the same verdict, nodes and linearization", () => {
  const history = [...hardToRefute("a"), put("b", "1", 0, 1)];
  expect(judgeLinearizability(keyValueModel, history, { nodesMax: 300 })).toEqual(
    judgeLinearizability(keyValueModel, history, { nodesMax: 300 }),
  );
});

/** Many appends at once, and a read that none of their orders explains. */
function hardToRefute(key: string): Operation<KeyValueInput, Answer>[] {
  const appends = Array.from({ length: 12 }, (_, index) =>
    append(key, String.fromCharCode(97 + index), 0, 10),
  );
  return [...appends, get(key, "z", 11, 12)];
}

function longHistory(operationsMax: number): Operation<RegisterInput, Answer>[] {
  const random = seededRandom(1);
  const history: Operation<RegisterInput, Answer>[] = [];
  for (let batchStart = 0; history.length < operationsMax;) {
    const batch = randomHistory(random, startingWith(registerModel, "0"), randomRegisterInput, {
      operationsMax: 400,
      clients: 8,
      keys: ["x"],
      values: ["0", "1", "2", "3", "4"],
      momentMax: 500,
      durationMax: 20,
      maybeShare: 0,
      wrongAnswerShare: 0,
    });
    const batchEnd = batch.reduce((latest, { settledAt }) => Math.max(latest, settledAt), 0);
    history.push(write("x", "0", batchStart, batchStart));
    for (const operation of batch) {
      const { calledAt, settledAt } = operation;
      history.push({
        ...operation,
        calledAt: batchStart + 1 + calledAt,
        settledAt: batchStart + 1 + settledAt,
      });
    }
    batchStart += batchEnd + 2;
  }
  return history;
}

type History = readonly (Operation<KeyValueInput, Answer> | Operation<RegisterInput, Answer>)[];

function judge(
  history: History,
): LinearizabilityVerdict<Value, KeyValueInput | RegisterInput, Answer> {
  const isRegister = history.some(({ input }) => input.call === "read" || input.call === "write");
  return isRegister
    ? judgeLinearizability(registerModel, history as Operation<RegisterInput, Answer>[], {
        nodesMax,
      })
    : judgeLinearizability(keyValueModel, history as Operation<KeyValueInput, Answer>[], {
        nodesMax,
      });
}

function expectOk(history: History): void {
  expect(judge(history)).toMatchObject({ verdict: "ok" });
}

function expectIllegal(history: History): void {
  expect(judge(history)).toMatchObject({ verdict: "illegal" });
}

function answered<Input>(
  input: Input,
  output: Answer | undefined,
  calledAt: number,
  settledAt: number,
) {
  const operation: Operation<Input, Answer> = {
    client: 0,
    input,
    output,
    calledAt,
    settledAt,
    outcome: "ok",
  };
  return operation;
}

function maybe<Input>(operation: Operation<Input, Answer>): Operation<Input, Answer> {
  return { ...operation, outcome: "maybe" };
}

function put(key: string, value: string, calledAt: number, settledAt: number) {
  return answered<KeyValueInput>({ call: "put", key, value }, undefined, calledAt, settledAt);
}

function append(key: string, value: string, calledAt: number, settledAt: number) {
  return answered<KeyValueInput>({ call: "append", key, value }, undefined, calledAt, settledAt);
}

function get(key: string, seen: Value, calledAt: number, settledAt: number) {
  return answered<KeyValueInput>({ call: "get", key }, seen, calledAt, settledAt);
}

function remove(key: string, found: boolean, calledAt: number, settledAt: number) {
  return answered<KeyValueInput>({ call: "delete", key }, found, calledAt, settledAt);
}

function write(key: string, value: string, calledAt: number, settledAt: number) {
  return answered<RegisterInput>({ call: "write", key, value }, undefined, calledAt, settledAt);
}

function read(key: string, seen: Value, calledAt: number, settledAt: number) {
  return answered<RegisterInput>({ call: "read", key }, seen, calledAt, settledAt);
}

function cas(
  key: string,
  from: string,
  to: string,
  done: boolean | undefined,
  calledAt: number,
  settledAt: number,
) {
  return answered<RegisterInput>({ call: "cas", key, from, to }, done, calledAt, settledAt);
}
