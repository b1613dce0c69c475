import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { stress } from "./stress.ts";

const folder = mkdtempSync(path.join(tmpdir(), "systems-katas-ring-stress-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function ofThisKata(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}

/** A ring that knows its members and places nothing, with other calls in its place. */
function ringWith(name: string, calls: string): string {
  const file = path.join(folder, `${name}.ts`);
  writeFileSync(
    file,
    `export function createHashRing() {
      const members = new Set<string>();
      return {
        add(node: string) { members.add(node); return true; },
        remove(node: string) { return members.delete(node); },
        apply(changes: any[]) { for (const { add, remove } of changes) add ? members.add(add) : members.delete(remove); },
        get() { return { nodes: [...members].slice(0, 3), isShort: false }; },
        ${calls}
      };
    }`,
  );
  return file;
}

function run(subjectFile: string, level = 4) {
  return stress({ subjectFile, seconds: 1, seed: 1, singleThreaded: false, level });
}

describe("stress", { timeout: 60_000 }, () => {
  test.for([1, 4])("right rings agree in eight threads at level %i", async (level) => {
    const verdict = await run(ofThisKata("alternates/rendezvous.ts"), level);
    expect(verdict).toMatchObject({ status: "held", broken: [], threads: 8 });
    expect(verdict.operations).toBeGreaterThan(1000);
  });

  test("rings that differ from thread to thread are broken, and a key is named", async () => {
    const verdict = await run(ofThisKata("impostors/hash-salted-by-the-thread.ts"));
    expect(verdict.status).toBe("broken");
    expect(verdict.broken).toMatchObject([{ id: "hash-ring/members-decide" }]);
    expect(verdict.broken[0]?.what).toMatch(/key-\d+ has the owners .* in thread \d and /);
  });

  test("rings that follow the order of joining are broken", async () => {
    const verdict = await run(ringWith("in-order", ""), 1);
    expect(verdict.broken).toMatchObject([{ id: "hash-ring/members-decide" }]);
  });

  test("an owner that is no member is broken", async () => {
    const ghost = 'get() { return { nodes: ["ghost"], isShort: false }; },';
    const verdict = await run(ringWith("ghost", ghost));
    expect(verdict.broken).toMatchObject([{ id: "hash-ring/every-key-has-owners" }]);
    expect(verdict.broken[0]?.what).toContain("ghost");
  });

  test("a ring that throws is broken, and what it threw is told", async () => {
    const verdict = await run(
      ringWith("throws", "get() { throw new RangeError('no such key'); },"),
    );
    expect(verdict.broken[0]?.what).toContain("RangeError: no such key");
  });

  test("a ring that never answers is broken, and the run ends", async () => {
    const verdict = await run(ringWith("loops", "get() { for (;;); },"));
    expect(verdict).toMatchObject({ status: "broken" });
    expect(verdict.broken[0]?.what).toContain("busy for six seconds");
  });

  test("a file that does not parse is the caller's mistake", async () => {
    const file = path.join(folder, "no-code.ts");
    writeFileSync(file, "export const = 1;");
    await expect(run(file)).rejects.toThrow(/no-code\.ts:1/);
  });
});
