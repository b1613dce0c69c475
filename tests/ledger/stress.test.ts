import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { stress } from "./stress.ts";

// Scaffold: at least one planted bug with `stressOnly: true`, which only this test shows to be broken.
describe("stress", { timeout: 60_000 }, () => {
  test("a right implementation holds", async () => {
    const subjectFile = fileURLToPath(new URL("alternates/another-structure.ts", import.meta.url));
    const options = { subjectFile, seconds: 1, seed: 1, singleThreaded: false, level: 1 };
    const held = { status: "held", broken: [] };
    expect(await stress(options), "tests/ledger/stress.ts").toMatchObject(held);
  });
});
