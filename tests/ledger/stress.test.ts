import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { stress } from "./stress.ts";

const folder = mkdtempSync(path.join(tmpdir(), "systems-katas-ledger-stress-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function ofThisKata(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}

/** A ledger that commits nothing, with another `commit` in its place. */
function ledgerWith(name: string, commit: string): string {
  const file = path.join(folder, `${name}.ts`);
  writeFileSync(
    file,
    `export function createCommitValidator() {
      return {
        async readMetadata() { return { version: 0, accounts: new Map(), sources: new Map() }; },
        ${commit}
      };
    }`,
  );
  return file;
}

function run(subjectFile: string, level: number) {
  return stress({ subjectFile, seconds: 1, seed: 1, singleThreaded: false, level });
}

describe("stress", { timeout: 60_000 }, () => {
  test.for([1, 2, 6])("a right ledger holds at level %i", async (level) => {
    const verdict = await run(ofThisKata("alternates/page-by-page.ts"), level);
    expect(verdict).toMatchObject({ status: "held", broken: [], threads: level === 1 ? 1 : 8 });
    expect(verdict.operations).toBeGreaterThan(10);
    if (level >= 4) expect(verdict.kills).toBeGreaterThan(0);
  });

  test("a ledger that answers with what it has not committed is broken", async () => {
    const commit =
      "async commit({ transactions }) { return { version: 1, outcomes: transactions.map(() => ({ status: 'accepted' })) }; },";
    const verdict = await run(ledgerWith("answers", commit), 2);
    expect(verdict.status).toBe("broken");
    expect(verdict.broken[0]?.what).toMatch(/entry 1 was answered to two batches|version 1/);
  });

  test("a ledger for which time is made of whole milliseconds is broken", async () => {
    const verdict = await run(ofThisKata("impostors/clocks-count-whole-milliseconds.ts"), 6);
    expect(verdict.broken).toMatchObject([{ id: "ledger/accepted-transactions-take-effect" }]);
    expect(verdict.broken[0]?.what).toContain("RangeError");
  });

  test("a ledger that throws is broken, and what it threw is told", async () => {
    const verdict = await run(
      ledgerWith("throws", "async commit() { throw new RangeError('no such entry'); },"),
      1,
    );
    expect(verdict.broken[0]?.what).toContain("RangeError: no such entry");
  });

  test("a file that does not parse is the caller's mistake", async () => {
    const file = path.join(folder, "no-code.ts");
    writeFileSync(file, "export const = 1;");
    await expect(run(file, 1)).rejects.toThrow(/no-code\.ts:1/);
  });
});
