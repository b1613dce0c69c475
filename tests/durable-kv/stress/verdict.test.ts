import { describe, expect, test } from "vitest";
import { brokenPromises } from "../../harness/stress/key-value-verdict.ts";
import type { RecordedOperation } from "../../harness/stress/kill-cycles.ts";
import type { LifeEnd } from "../../harness/stress/life-process.ts";
import { keyBytes, valueBytes, valueName } from "./names-as-bytes.ts";
import type { KvOperation } from "./operation.ts";
import { calls, promisesUnder, type Circumstances } from "./verdict.ts";

type Recorded = RecordedOperation<KvOperation>;

const killedOnce: LifeEnd[] = [{ how: "killed", while: "working" }, { how: "closed" }];
const manyWriters: Circumstances = { level: 5, threads: 8, mayRefuse: () => false };

let tick = 0;

/** A call that was answered at once, unless `more` says otherwise. */
function called(operation: KvOperation, more: Partial<Recorded> = {}): Recorded {
  const calledAt = (tick += 2);
  const reply = { answer: null };
  return {
    life: 0,
    client: 0,
    phase: "work",
    operation,
    calledAt,
    settledAt: calledAt + 1,
    reply,
    ...more,
  };
}

function put(value: string, more?: Partial<Recorded>): Recorded {
  return called({ call: "put", key: "k", value }, more);
}

function remove(more?: Partial<Recorded>): Recorded {
  return called({ call: "delete", key: "k" }, more);
}

function get(answer: string | null, more?: Partial<Recorded>): Recorded {
  return called({ call: "get", key: "k" }, { reply: { answer }, ...more });
}

const afterwards = { life: 1, phase: "verify" } as const;

function brokenBy(records: Recorded[], ends = killedOnce, circumstances = manyWriters): string[] {
  return brokenPromises(
    { records, ends, kills: 1, killsProven: 1 },
    promisesUnder(circumstances),
    calls,
  ).map(({ id }) => id.replace("durable-kv/", ""));
}

describe("the verdict of stress", () => {
  test("nothing is broken when every answer has an order that explains it", () => {
    expect(brokenBy([put("v1"), get("v1"), remove(), get(null), get(null, afterwards)])).toEqual(
      [],
    );
  });

  test("a write that the kill cut off may be there or not", () => {
    const cut = (): Recorded => put("v2", { reply: undefined, settledAt: Infinity });
    for (const answer of ["v1", "v2"]) {
      const records = [put("v1"), { ...cut(), settledAt: tick + 3 }];
      tick += 10;
      expect(brokenBy([...records, get(answer, afterwards)])).toEqual([]);
    }
  });

  test("an answered put that is gone after a kill", () => {
    const records = [put("v1"), get(null, afterwards)];
    expect(brokenBy(records)).toEqual(["answered-writes-outlive-the-process"]);
    const [broken] = brokenPromises(
      { records, ends: killedOnce, kills: 1, killsProven: 1 },
      promisesUnder(manyWriters),
      calls,
    );
    expect(broken?.what).toMatch(
      /^key k: put k=v1 answered .*; then the process was killed, and life 1 read: get answered nothing/,
    );
  });

  test("a deleted value that is back after a kill", () => {
    expect(brokenBy([put("v1"), remove(), get("v1", afterwards)])).toEqual([
      "deleted-stays-deleted",
    ]);
  });

  test("a race that a kill has decided anew", () => {
    const calledAt = (tick += 2);
    tick += 8;
    const one = put("v1", { calledAt, settledAt: calledAt + 3 });
    const other = put("v2", { calledAt: calledAt + 1, settledAt: calledAt + 4, client: 1 });
    const records = [one, other, get("v1"), get("v2", afterwards)];
    expect(brokenBy(records)).toEqual(["races-survive-as-answered"]);
  });

  test("a read in the midst of the work that no order explains", () => {
    const records = [put("v1"), put("v2"), get("v1"), get("v2", afterwards)];
    expect(brokenBy(records)).toEqual(["calls-look-sequential"]);
    expect(brokenBy(records, killedOnce, { ...manyWriters, level: 2, threads: 1 })).toEqual([
      "last-write-wins",
    ]);
  });

  test("a value that nobody wrote, and one that came back damaged", () => {
    expect(brokenBy([put("v1"), get("v7", afterwards)])).toEqual(["no-invented-values"]);
    expect(brokenBy([put("v1"), get("damaged: 4 bytes")])).toEqual(["bytes-come-back-exactly"]);
  });

  test("a refused write that shows, and a refusal without need", () => {
    const refusal = { error: { code: "OVERLOADED", message: "OverloadedError: Later." } };
    const records = [put("v1", { reply: refusal }), get("v1")];
    const mayRefuse = (): boolean => true;
    expect(brokenBy(records, killedOnce, { ...manyWriters, mayRefuse })).toEqual([
      "overload-is-refused",
    ]);
    expect(brokenBy([put("v1", { reply: refusal })])).toEqual(["overload-is-refused"]);
    expect(
      brokenBy([put("v1", { reply: refusal })], killedOnce, { ...manyWriters, mayRefuse }),
    ).toEqual([]);
  });

  test("calls that reject although the disk is well", () => {
    const reply = { error: { code: null, message: "TypeError: x is not a function" } };
    expect(brokenBy([put("v1", { reply })])).toEqual(["calls-look-sequential"]);
    expect(brokenBy([called({ call: "compact" }, { reply })])).toEqual([
      "compaction-changes-no-read",
    ]);
  });

  test("lives that end otherwise than planned", () => {
    const error = { code: "CORRUPTION", message: "CorruptionError: log is damaged." };
    const killed: LifeEnd = { how: "killed", while: "working" };
    const locked = { ...error, code: "LOCKED" };
    const ends: [LifeEnd[], string[]][] = [
      [[killed, { how: "cut short" }], []],
      [[killed, { how: "rejected", step: "open", error }], ["opens-after-any-crash"]],
      [[killed, { how: "rejected", step: "open", error: locked }], ["one-owner-at-a-time"]],
      [[killed, { how: "silent", while: "opening", why: "…" }], ["opens-after-any-crash"]],
      [[{ how: "rejected", step: "open", error }], ["last-write-wins"]],
      [[{ how: "rejected", step: "close", error }], ["every-call-is-answered"]],
      [[{ how: "silent", while: "working", why: "…" }], ["every-call-is-answered"]],
      [
        [{ how: "ended by itself", while: "working", what: "exit code 0" }],
        ["every-call-is-answered"],
      ],
      [[{ how: "ended by itself", while: "starting", what: "SIGKILL" }], []],
    ];
    for (const [lives, broken] of ends) expect(brokenBy([], lives)).toEqual(broken);
    const level1 = { ...manyWriters, level: 1, threads: 1 };
    expect(brokenBy([], [killed, { how: "rejected", step: "open", error }], level1)).toEqual([
      "answered-writes-outlive-the-process",
    ]);
  });
});

describe("names as bytes", () => {
  test("a value is recognised by all of its bytes", () => {
    for (const name of ["v0", "v1", "v101", "v4711"]) {
      const bytes = valueBytes(name);
      expect(valueName(bytes)).toBe(name);
      bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 1;
      expect(valueName(bytes)).toMatch(/^damaged/);
      expect(valueName(bytes.subarray(1))).toMatch(/^damaged/);
    }
    expect(valueName(new Uint8Array(0))).toBe("damaged: 0 bytes that begin with ");
  });

  test("different keys have different bytes, of 1–1024", () => {
    const keys = ["e1-k1", "e1-k10", "e11-k1", "e1-k0"].map(keyBytes);
    expect(new Set(keys.map((key) => Buffer.from(key).toString("hex"))).size).toBe(4);
    for (const key of keys) expect(key.length).toBeLessThanOrEqual(1024);
  });
});
