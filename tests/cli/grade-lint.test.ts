/** What a reviewer says of code: what would block it, what is worth a remark, and what is nobody's business. */
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { lint, type LintReport } from "../../scripts/lib/grade/lint.ts";
import { subjectProgram } from "../../scripts/lib/grade/subject-program.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const root = path.resolve(import.meta.dirname, "../..");

/** Each line ends with the grade and the rule that it deserves, or with nothing; that end is not linted. */
const code = `
import { readFileSync } from "node:fs"; // block no-restricted-imports
export const readNow = () => import("node:fs"); // block no-restricted-syntax
export const startedAt = Date.now(); // block no-restricted-properties
export const today = new Date(); // block no-restricted-syntax
export const wait = (done: () => void) => setTimeout(done, 5); // block no-restricted-globals
export const ask = () => fetch("https://example.org"); // block no-restricted-globals
export function store(value: any): void {} // block grade/no-exported-any
class Later { keep(value: any): void {} } // block grade/no-exported-any
export { Later };
export class Box {
  private held: any; // mention @typescript-eslint/no-explicit-any
  open(): number { return (this.held as any).length; } // mention @typescript-eslint/no-explicit-any
}
const send = async (): Promise<void> => undefined;
export async function lose(): Promise<void> {
  send(); // block @typescript-eslint/no-floating-promises
  await send().catch(() => {}); // block grade/no-swallowed-error
  await send().catch(() => undefined); // block grade/no-swallowed-error
  try { await send(); } catch {} // block grade/no-swallowed-error
  try { await send(); } catch (error) { console.log(error); } // block grade/no-swallowed-error

  await send().catch(() => 0);
  const file = { close: send };
  await file.close().catch(() => undefined);
  // Somebody else has told the caller already.
  await send().catch(() => undefined);
  try { await send(); } catch { /* the next open tries again */ }
}
// eslint-disable-next-line no-restricted-properties
export const stillSeen = Math.random(); // block no-restricted-properties
export function many(one: number, two: number, three: number, four: number, five: number, six: number): number { // mention max-params
  return one + two + three + four + five + six;
}
export function named(q: number): number { // mention id-length
  return q;
}
export interface lowercase { size: number } // mention @typescript-eslint/naming-convention
export const   format   =    "is not judged" ;
export function same(left: number, right: unknown): boolean {
  return left == right; // mention eqeqeq
}
export function thrown(): never {
  throw "a text"; // mention @typescript-eslint/only-throw-error
}
`;

let folder: string;
let report: LintReport;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), "grade-lint-")));
  report = lintOf("many-flaws.ts", code.replaceAll(/ \/\/ (block|mention) \S+$/gm, ""));
});
afterAll(() => rmSync(folder, { recursive: true }));

function lintOf(name: string, text: string): LintReport {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  const program = subjectProgram(file, { root, kata: "none" });
  return lint(program, [file], (shown) => path.basename(shown));
}

it("each flaw is found at its line, in its grade, and nothing else is", () => {
  const expected = code.split("\n").flatMap((line, index) => {
    const [, grade, rule] = /\/\/ (block|mention) (\S+)$/.exec(line) ?? [];
    return grade === undefined ? [] : [`${index + 1} ${grade} ${rule ?? ""}`];
  });
  const found = [
    ...report.blocking.map(({ line, rule }) => ({ line, text: `${line} block ${rule}` })),
    ...report.remarks.map(({ line, rule }) => ({ line, text: `${line} mention ${rule}` })),
  ];
  const inOrder = found.sort((left, right) => left.line - right.line).map(({ text }) => text);
  // An unread import and a print are beside the point here.
  const isAside = (text: string) => / mention (no-console|\S+no-unused-vars)$/.test(text);
  expect(inOrder.filter((text) => !isAside(text))).toEqual(expected);
});

it("size and complexity are remarks, in a reviewer's words", () => {
  const branches = Array.from(
    { length: 30 },
    (_, index) => `  if (of === ${index}) return ${index};`,
  );
  const { blocking, remarks } = lintOf(
    "large.ts",
    [
      "export function large(of: number): number {",
      ...branches,
      ...Array.from({ length: 40 }, () => "  of += 1;"),
      "  return of;",
      "}",
      ...Array.from({ length: 400 }, (_, index) => `export const value${index} = ${index};`),
    ].join("\n"),
  );
  expect(blocking).toEqual([]);
  expect(remarks.map(({ what }) => what)).toEqual([
    "A long function (73 lines of code): it does more than one thing.",
    "31 ways through this function: nobody has all of them in mind at once.",
    "A long file (473 lines of code): split it where a noun appears.",
  ]);
});

it("every finding is a sentence that says what to do, and names no rule", () => {
  for (const { what, rule } of [...report.blocking, ...report.remarks]) {
    expect(what, rule).toMatch(/^[`\d"A-Z].*[.?]$/);
    expect(what, rule).not.toContain("@typescript-eslint");
  }
  expect(report.blocking[0]?.what).toBe(
    "Direct input and output (node:fs): use the disk that you are handed; this one cannot crash in a test.",
  );
});
