import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { bundleSubject } from "./subject-bundle.ts";
import { loadSubject, subjectCallSite } from "./subject-loader.ts";

const directory = path.join(mkdtempSync(path.join(tmpdir(), "subject loader ")), "with spaces");
mkdirSync(directory);
afterAll(() => rmSync(path.dirname(directory), { recursive: true, force: true }));

function subjectFile(name: string, code: string): string {
  const file = path.join(directory, name);
  writeFileSync(file, code);
  return file;
}

type Count = () => number;

describe("a subject anywhere on the disk", () => {
  it("is loaded with its own files, this repository's platform and Node's built-ins", async () => {
    subjectFile("greeting.ts", `export const greeting: string = "hello";`);
    const file = subjectFile(
      "whole.ts",
      `import { StorageError } from "#platform/errors.ts";
       import { createHash } from "node:crypto";
       import { greeting } from "./greeting.ts";
       export const code = new StorageError(greeting).code;
       export const length = createHash("sha256").update(greeting).digest().length;`,
    );
    const { exports } = await loadSubject(file);
    expect(exports).toMatchObject({ code: "STORAGE", length: 32 });
  });

  it("may be JavaScript", async () => {
    const file = subjectFile("plain.mjs", `export const level = 2;`);
    expect((await loadSubject(file)).exports["level"]).toBe(2);
  });

  it.each([
    ["", "script"],
    ["await Promise.resolve();", "module"],
  ])("starts anew in every copy (%s %s)", async (prologue, kind) => {
    const file = subjectFile(
      `counter-${kind}.ts`,
      `${prologue} let count = 0; export const next = (): number => ++count;`,
    );
    expect((await bundleSubject(file)).kind).toBe(kind);
    const subject = await loadSubject(file);
    const first = subject.exports["next"] as Count;
    expect([first(), first()]).toEqual([1, 2]);
    expect(((await subject.fresh())["next"] as Count)()).toBe(1);
  });
});

describe("a place in the subject's code", () => {
  it.each(["", "await Promise.resolve();"])(
    "is named as its author sees it (%s)",
    async (first) => {
      const file = subjectFile(
        `thrower${first.length}.ts`,
        `${first}\ninterface Nothing {}\n\nexport const stack = (): string | undefined =>\n  new Error("here").stack;\n`,
      );
      const { exports } = await loadSubject(file);
      const stack = (exports["stack"] as () => string)();
      expect(subjectCallSite(stack)).toMatch(/thrower\d+\.ts:5:\d+$/);
      expect(subjectCallSite(new Error("elsewhere").stack)).toBeUndefined();
    },
  );
});

describe("a subject that cannot be loaded", () => {
  it("names file, line and column of a syntax error", async () => {
    const file = subjectFile("syntax.ts", `export const level = 1;\nexport const = 2;\n`);
    await expect(loadSubject(file)).rejects.toThrow(`${file}:2:14: Expected identifier`);
  });

  it("names the import that leads nowhere", async () => {
    const file = subjectFile("nowhere.ts", `import "./absent.ts";`);
    await expect(loadSubject(file)).rejects.toThrow(/nowhere\.ts:1:8: Could not resolve/);
  });

  it("throws what the subject throws at import", async () => {
    const file = subjectFile("throws.ts", `throw new Error("not today");`);
    await expect(loadSubject(file)).rejects.toThrow("not today");
  });
});
