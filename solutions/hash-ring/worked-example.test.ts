/** Keeps the worked example of README.md true; no promise asks for these places. */
import { describe, expect, test } from "vitest";
import { createHashRing } from "./hash-ring.ts";

describe("the worked example", () => {
  test("is the one that README.md tells", () => {
    const ring = createHashRing({ pointsPerNode: 2, replicas: 2 });
    for (const node of ["oak", "ash", "elm"]) ring.add(node);
    const told = ["rice", "fig", "bread", "tea", "milk"];
    const lists = () => told.map((key) => ring.get(key).nodes.join(", "));
    expect(lists()).toEqual(["ash, elm", "ash, elm", "oak, ash", "oak, ash", "elm, oak"]);
    ring.add("fir");
    expect(lists()).toEqual(["fir, ash", "ash, elm", "fir, oak", "oak, fir", "elm, oak"]);
  });
});
