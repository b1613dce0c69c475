import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test, vi } from "vitest";
import { stress } from "./stress.ts";

const root = mkdtempSync(path.join(tmpdir(), "systems-katas-stress-test-"));
const temporary = path.join(root, "temporary");
mkdirSync(temporary);
vi.stubEnv("TMPDIR", temporary);
afterAll(() => rmSync(root, { recursive: true, force: true }));

const TIMEOUT_MILLISECONDS = 60_000;

function subjectAt(place: string): string {
  return fileURLToPath(new URL(place, import.meta.url));
}

const reference = subjectAt("../../solutions/lsm-tree/lsm-tree.ts");

/** A tree that keeps everything in memory and forgets it with the process, with other calls in its place. */
function subjectWith(name: string, calls: string): string {
  const file = path.join(root, `${name}.ts`);
  writeFileSync(
    file,
    `export async function openLsmTree() {
      const values = new Map<string, string>();
      const sorted = () => [...values].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      return {
        async get(key: string) { return values.get(key); },
        async put(key: string, value: string) { values.set(key, value); },
        async delete(key: string) { values.delete(key); },
        async *range(start: string, end: string) {
          for (const entry of sorted()) if (entry[0] >= start && entry[0] < end) yield entry;
        },
        async flush() {},
        async compact() {},
        async close() {},
        ${calls}
      };
    }`,
  );
  return file;
}

function run(subjectFile: string, level: number, seconds = 1) {
  return stress({ subjectFile, seconds, seed: 1, singleThreaded: false, level });
}

describe("stress", { timeout: TIMEOUT_MILLISECONDS }, () => {
  test("a right tree holds under eight threads, kills and compaction", async () => {
    const verdict = await run(reference, 5, 3);
    expect(verdict).toMatchObject({ status: "held", broken: [], threads: 8, seconds: 3 });
    expect(verdict.operations).toBeGreaterThan(0);
    expect(verdict.kills).toBeGreaterThan(0);
  });

  test("below level 3 a tree may live in memory: each life has a directory of its own", async () => {
    const verdict = await run(subjectAt("alternates/in-memory.ts"), 2);
    expect(verdict).toMatchObject({ status: "held", broken: [], threads: 8 });
    expect(verdict.operations).toBeGreaterThan(0);
  });

  test("code that takes one call at a time meets one client", async () => {
    const options = { subjectFile: reference, seconds: 1, seed: 2, level: 5 };
    const verdict = await stress({ ...options, singleThreaded: true });
    expect(verdict).toMatchObject({ status: "held", threads: 1 });
  });

  test("a tree that remembers nothing is broken, and the loss is told", async () => {
    const verdict = await run(subjectWith("forgets", ""), 3);
    expect(verdict.status).toBe("broken");
    expect(verdict.broken[0]?.what).toMatch(/answered/);
  });

  test("a range that misses a key is broken, as a get of it would be", async () => {
    const verdict = await run(subjectWith("misses", "async *range() {},"), 2);
    expect(verdict.status).toBe("broken");
    expect(verdict.broken.map(({ id }) => id)).toEqual(["lsm-tree/calls-look-sequential"]);
  });

  test("a file that does not parse is the caller's mistake, and nothing is left behind", async () => {
    const file = path.join(root, "no-code.ts");
    writeFileSync(file, "export const = 1;");
    await expect(run(file, 2)).rejects.toThrow(/no-code\.ts:1/);
  });
});

describe.concurrent(
  "stress of a subject that misbehaves",
  { timeout: TIMEOUT_MILLISECONDS },
  () => {
    test.for([
      [
        "never-answers",
        "get: () => new Promise(() => undefined),",
        "nothing was answered for three seconds",
      ],
      ["exits", "async get() { process.exit(0); },", "the process ended with exit code 0"],
      [
        "rejects",
        "async get() { throw new RangeError('no such thing'); },",
        "RangeError: no such thing",
      ],
    ] as const)("a subject that %s is broken, and the run ends", async ([name, calls, what]) => {
      const verdict = await run(subjectWith(name, calls), 2);
      expect(verdict.status).toBe("broken");
      expect(verdict.broken.map((broken) => broken.what).join("\n")).toContain(what);
    });
  },
);

test("no directory of an earlier run is left behind", () => {
  expect(readdirSync(temporary)).toEqual([]);
});
