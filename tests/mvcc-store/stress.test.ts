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

function ofThisKata(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}

/**
 * A store of one version, whose transactions read what is newest and write at their commit, with other calls in their
 * place.
 */
function subjectWith(name: string, calls: string): string {
  const file = path.join(root, `${name}.ts`);
  writeFileSync(
    file,
    `export async function openMvccStore() {
      const newest = new Map<string, unknown>();
      return {
        begin() {
          const writes = new Map<string, unknown>();
          const all = () => [...newest, ...writes];
          return {
            get(key: string) { return structuredClone(new Map(all()).get(key)); },
            range(from = "", to = "\\uffff") {
              return [...new Map(all())].filter(([key]) => key >= from && key < to);
            },
            put(key: string, value: unknown) { writes.set(key, structuredClone(value)); },
            delete(key: string) { writes.set(key, undefined); },
            async commit() { for (const [key, value] of writes) newest.set(key, value); },
            rollback() {},
            ${calls}
          };
        },
        async close() {},
      };
    }`,
  );
  return file;
}

function run(subjectFile: string, level: number, seconds = 1) {
  return stress({ subjectFile, seconds, seed: 1, singleThreaded: false, level });
}

describe("stress", { timeout: TIMEOUT_MILLISECONDS }, () => {
  test("a right store holds under eight threads and kills", async () => {
    const verdict = await run(ofThisKata("../../solutions/mvcc-store/mvcc-store.ts"), 5, 2);
    expect(verdict).toMatchObject({ status: "held", broken: [], threads: 8, seconds: 2 });
    expect(verdict.operations).toBeGreaterThan(0);
    expect(verdict.kills).toBeGreaterThan(0);
  });

  test("code that takes one commit at a time meets one client", async () => {
    const subjectFile = ofThisKata("../../solutions/mvcc-store/in-the-interview.ts");
    const options = { subjectFile, seconds: 1, seed: 2, level: 2 };
    const verdict = await stress({ ...options, singleThreaded: true });
    expect(verdict).toMatchObject({ status: "held", threads: 1 });
  });

  test("a store without snapshots is broken, and what it showed is told", async () => {
    const verdict = await run(subjectWith("newest", ""), 3);
    expect(verdict.status).toBe("broken");
    expect(verdict.broken.map(({ id }) => id)).toContain("mvcc-store/crowds-see-snapshots");
  });

  test("a store that forgets everything with its process is broken", async () => {
    const verdict = await run(ofThisKata("../../solutions/mvcc-store/in-the-interview.ts"), 5);
    expect(verdict.status).toBe("broken");
    expect(verdict.broken.map(({ id }) => id)).toContain("mvcc-store/commits-survive-whole");
  });

  test("a store that finds its log again in one process only is broken", async () => {
    const verdict = await run(ofThisKata("impostors/log-named-after-the-process.ts"), 5, 2);
    expect(verdict.status).toBe("broken");
    expect(verdict.broken.map(({ id }) => id)).toContain("mvcc-store/commits-survive-whole");
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
        "commit: () => new Promise(() => undefined),",
        "nothing was answered for three seconds",
      ],
      ["exits", "get() { process.exit(0); },", "the process ended with exit code 0"],
      ["rejects", "get() { throw new RangeError('no such thing'); },", "RangeError: no such thing"],
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
