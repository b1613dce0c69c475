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

function subjectOfThisKata(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}

/** A store that keeps everything in memory and forgets it with the process, with other calls in its place. */
function subjectWith(name: string, calls: string): string {
  const file = path.join(root, `${name}.ts`);
  writeFileSync(
    file,
    `export async function openDurableKv() {
      const values = new Map<string, Uint8Array>();
      const text = (key: Uint8Array) => Buffer.from(key).toString("latin1");
      return {
        async get(key: Uint8Array) { return values.get(text(key))?.slice(); },
        async put(key: Uint8Array, value: Uint8Array) { values.set(text(key), value.slice()); },
        async delete(key: Uint8Array) { values.delete(text(key)); },
        async compact() {},
        async close() {},
        ${calls}
      };
    }`,
  );
  return file;
}

/** A log that is right except for the moment of its appends: it waits for fifty lines. */
function subjectThatAppendsLater(): string {
  const file = path.join(root, "appends-later.ts");
  writeFileSync(
    file,
    `import type { DurableKvOptions } from "#katas/durable-kv/contract.ts";
    export async function openDurableKv({ disk, directory }: DurableKvOptions) {
      const lock = await disk.lock(directory);
      const log = await disk.open(directory + "/log", { create: true });
      const content = Buffer.from(await log.read(0, await log.size())).toString();
      const values = new Map<string, string>();
      for (const line of content.split("\\n")) if (line !== "") values.set(...(JSON.parse(line) as [string, string]));
      const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");
      let lines: string[] = [];
      const flush = () => log.append(Buffer.from(lines.splice(0).join("")));
      const write = async (key: Uint8Array, value: string) => {
        values.set(base64(key), value);
        lines.push(JSON.stringify([base64(key), value]) + "\\n");
        if (lines.length === 50) await flush();
      };
      return {
        async get(key: Uint8Array) {
          const value = values.get(base64(key)) ?? "";
          return value === "" ? undefined : new Uint8Array(Buffer.from(value, "base64"));
        },
        put: (key: Uint8Array, value: Uint8Array) => write(key, base64(value)),
        delete: (key: Uint8Array) => write(key, ""),
        async compact() {},
        close: () => flush().then(() => log.close()).then(() => lock.release()),
      };
    }`,
  );
  return file;
}

function run(subjectFile: string, level: number, seconds = 1) {
  return stress({ subjectFile, seconds, seed: 1, singleThreaded: false, level });
}

describe("stress", { timeout: TIMEOUT_MILLISECONDS }, () => {
  test("a right store holds under eight threads, kills and compaction", async () => {
    const verdict = await run(subjectOfThisKata("alternates/snapshot-and-log.ts"), 5, 3);
    expect(verdict).toMatchObject({ status: "held", broken: [], threads: 8, seconds: 3 });
    expect(verdict.operations).toBeGreaterThan(0);
    expect(verdict.kills).toBeGreaterThan(0);
  });

  test("code that takes one call at a time meets one client", async () => {
    const subjectFile = subjectOfThisKata("alternates/snapshot-and-log.ts");
    const options = { subjectFile, seconds: 1, seed: 2, level: 5 };
    const verdict = await stress({ ...options, singleThreaded: true });
    expect(verdict).toMatchObject({ status: "held", threads: 1 });
  });

  test("answering before the append breaks the promise of the kill", async () => {
    const verdict = await run(subjectThatAppendsLater(), 1);
    expect(verdict.status).toBe("broken");
    expect(verdict.broken.map(({ id }) => id)).toContain(
      "durable-kv/answered-writes-outlive-the-process",
    );
  });

  test("a store that finds its log again in one process only is broken", async () => {
    const verdict = await run(subjectOfThisKata("impostors/log-named-after-the-process.ts"), 1);
    expect(verdict.status).toBe("broken");
    expect(verdict.broken.map(({ id }) => id)).toContain(
      "durable-kv/answered-writes-outlive-the-process",
    );
  });

  test("a store that remembers nothing is broken, and the loss is told", async () => {
    const verdict = await run(subjectWith("forgets", ""), 2);
    expect(verdict.status).toBe("broken");
    expect(verdict.broken[0]?.what).toMatch(/answered/);
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
      ["loops", "async get() { for (;;); },", "busy for three seconds"],
      ["exits", "async get() { process.exit(0); },", "the process ended with exit code 0"],
      [
        "throws-late",
        "async get() { void Promise.reject(new Error('late')); },",
        "exit code 1: Error: late",
      ],
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

    test("an open that never answers is broken", async () => {
      const file = path.join(root, "never-opens.ts");
      writeFileSync(file, "export const openDurableKv = () => new Promise(() => undefined);");
      const verdict = await run(file, 2);
      expect(verdict).toMatchObject({ status: "broken", operations: 0, kills: 0 });
    });
  },
);

test("no directory of an earlier run is left behind", () => {
  expect(readdirSync(temporary)).toEqual([]);
});
