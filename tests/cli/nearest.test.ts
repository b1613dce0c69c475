import { describe, expect, it } from "vitest";
import { editDistance, nearest } from "../../scripts/lib/nearest.ts";

describe("nearest", () => {
  const katas = ["durable-kv", "lsm-tree", "mvcc-store", "hash-ring", "ledger"];

  it.each([
    ["durable-vk", "durable-kv"],
    ["durablekv", "durable-kv"],
    ["lsm", "lsm-tree"],
    ["LEDGER", "ledger"],
    ["hashring", "hash-ring"],
  ])("takes %s for %s", (typed, meant) => {
    expect(nearest(typed, katas)).toBe(meant);
  });

  it("does not guess when nothing is near", () => {
    expect(nearest("xylophone", katas)).toBeUndefined();
    expect(nearest("", katas)).toBeUndefined();
    expect(nearest("durable-kv", [])).toBeUndefined();
  });

  it("prefers the first of two that are equally near", () => {
    expect(nearest("lever", ["level", "leven"])).toBe("level");
  });
});

describe("editDistance", () => {
  it.each([
    ["", "", 0],
    ["", "abc", 3],
    ["level", "level", 0],
    ["level", "lvel", 1],
    ["level", "leevl", 1],
    ["sitting", "kitten", 3],
  ])("from %j to %j is %i", (from, to, distance) => {
    expect(editDistance(from, to)).toBe(distance);
    expect(editDistance(to, from)).toBe(distance);
  });
});
