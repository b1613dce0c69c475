import { describe, expect, it } from "vitest";
import type { DurableKv, Subject } from "#katas/durable-kv/contract.ts";
import { suite } from "./suite.ts";

/** What the first promise says of a subject whose openDurableKv returns this. */
async function therefore(returned: () => unknown): Promise<string> {
  const exports = { level: 1, openDurableKv: returned } as Subject;
  const subject = { file: "odd.ts", exports, fresh: async () => exports };
  const check = suite.checks["durable-kv/bytes-come-back-exactly"];
  const verdict = await check(subject, { seed: 1, effort: 0.05 });
  return verdict.status === "broken" ? verdict.counterexample.therefore : verdict.status;
}

describe("what comes of a store that is none says what was expected", () => {
  it.each<[string, () => unknown, string]>([
    [
      "no promise",
      () => ({}),
      "Expected openDurableKv to return a promise of a store, got an object",
    ],
    ["nothing", () => undefined, "to return a promise of a store, got undefined"],
    ["a promise of nothing", async () => undefined, "resolve with a store, got undefined."],
    ["a promise of a number", async () => 7, "resolve with a store, got a number."],
    [
      "a promise of an empty object",
      async () => ({}),
      "resolve with a store; it has no method get, put, delete, compact or close.",
    ],
    [
      "a promise of an object that cannot put",
      async () => ({ get() {}, delete() {}, compact() {}, close() {} }),
      "resolve with a store; it has no method put.",
    ],
  ])("%s", async (_name, returned, words) => {
    expect(await therefore(returned)).toContain(words);
  });

  it("what throws instead of rejecting counts as rejecting", async () => {
    const throws = (): Promise<DurableKv> => {
      throw new Error("too early");
    };
    expect(await therefore(throws)).toContain("Error: too early");
  });
});
