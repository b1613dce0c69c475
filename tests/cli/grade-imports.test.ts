import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { forbiddenImports } from "../../scripts/lib/grade/forbidden-imports.ts";

const root = mkdtempSync(path.join(tmpdir(), "grade-imports-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

for (const file of [
  "katas/platform/disk.ts",
  "katas/platform/testing/disk.ts",
  "katas/k/contract.ts",
  "katas/other/contract.ts",
  "solutions/k/k.ts",
  "solutions/other/other.ts",
  "tests/k/suite.ts",
  "tests/k/impostors/shared.ts",
  "scripts/grade.ts",
  "attempts/k/mine.ts",
]) {
  write(file, "export {};");
}
write("attempts/k/reaches-out.ts", '\n\nimport "../../solutions/k/k.ts";');

function write(name: string, text: string): string {
  const file = path.join(root, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

function forbidden(subject: string, ...imports: string[]) {
  const file = write(
    subject,
    imports.map((specifier) => `import type {} from "${specifier}";`).join("\n"),
  );
  return forbiddenImports(file, { root, kata: "k" }).forbidden;
}

describe("an attempt", () => {
  it("may import the platform, its contract, its own files and every built-in", () => {
    const allowed = [
      "#platform/disk.ts",
      "#katas/k/contract.ts",
      "./mine.ts",
      "./mine.js",
      "fs",
      "node:zlib",
    ];
    expect(forbidden("attempts/k/k.ts", ...allowed)).toEqual([]);
  });

  it.each([
    "../../solutions/k/k.ts",
    "../../tests/k/suite.ts",
    "../../scripts/grade.ts",
    "#katas/other/contract.ts",
    "#platform/testing/disk.ts",
    "../../katas/k/../other/contract.ts",
    "lodash",
    "vitest",
  ])("may not import %s, and the line is named", (specifier) => {
    const found = forbidden("attempts/k/k.ts", "./mine.ts", specifier);
    expect(found).toMatchObject([{ line: 2, specifier }]);
  });

  it("may not reach a solution through a file of its own", () => {
    const [found] = forbidden("attempts/k/k.ts", "./reaches-out.ts");
    expect(found?.file).toContain("reaches-out.ts");
    expect(found?.line).toBe(3);
  });

  it("is held to the same outside the repository and at its top", () => {
    const elsewhere = mkdtempSync(path.join(tmpdir(), "grade-imports-"));
    const file = path.join(elsewhere, "mine.ts");
    writeFileSync(file, `import "${path.join(root, "solutions/k/k.ts")}";`);
    expect(forbiddenImports(file, { root, kata: "k" }).forbidden).toHaveLength(1);
    rmSync(elsewhere, { recursive: true });
    expect(forbidden("top.ts", "./solutions/k/k.ts")).toHaveLength(1);
  });
});

describe("files of the repository", () => {
  it("a planted bug may import the solution of its own kata only", () => {
    const imports = [
      "../../../solutions/k/k.ts",
      "./shared.ts",
      "../../../solutions/other/other.ts",
    ];
    expect(forbidden("tests/k/impostors/bug.ts", ...imports)).toMatchObject([{ line: 3 }]);
  });

  it("another right implementation may import what lies beside it, but no solution", () => {
    write("tests/k/alternates/part.ts", "export {};");
    const imports = ["./part.ts", "../suite.ts", "../../../solutions/k/k.ts"];
    expect(forbidden("tests/k/alternates/other.ts", ...imports).map(({ line }) => line)).toEqual([
      2, 3,
    ]);
  });

  it("the reference may import its own files", () => {
    write("solutions/k/part.ts", "export {};");
    expect(forbidden("solutions/k/k.ts", "./part.ts")).toEqual([]);
  });
});
