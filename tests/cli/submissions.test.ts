/** `npm run grade <kata> -- --submissions DIR`: everybody's at once, in parts, and from whatever names they have. */
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { parseCommandLine } from "../../scripts/lib/arguments.ts";
import { gradeCommand, refuseContradictions } from "../../scripts/lib/grade/grade-options.ts";
import { loadCatalogue } from "../../scripts/lib/kata/catalogue.ts";
import { fileNameFor } from "../../scripts/lib/submissions/file-name.ts";
import {
  readGrade,
  writeGrade,
  type GradeFile,
} from "../../scripts/lib/submissions/grade-files.ts";
import {
  allUnits,
  seedsIn,
  shardIn,
  unitsOf,
  type Plan,
} from "../../scripts/lib/submissions/plan.ts";
import { resultsCsv } from "../../scripts/lib/submissions/results-csv.ts";
import { resultsPage } from "../../scripts/lib/submissions/results-page.ts";
import type { Person, Results } from "../../scripts/lib/submissions/results.ts";
import {
  gradeSubmissions,
  mergeGrades,
} from "../../scripts/lib/submissions/submissions-command.ts";
import { GradeRepository, kata, type Finished } from "./grade-repository.ts";

vi.mock("../../scripts/lib/grade/limits.ts", () => import("./impatient-limits.ts"));
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const counter = (step: string) => `
  import type { Counter } from "#katas/tiny-counter/contract.ts";
  export const level = 2;
  export function createCounter(): Counter {
    let sum = 0;
    return { increment: async () => (sum ${step}), read: async () => sum };
  }
`;
const hostile = `=cmd|'<img src=x onerror=alert(1)>&"`;

let repository: GradeRepository;
let atOnce: Finished;

beforeAll(async () => {
  repository = new GradeRepository();
  repository.leaveOutAnalysis();
  repository.write("class/ann.ts", counter("+= 1"));
  repository.write(`class/bob/${kata}.ts`, counter("+= 2"));
  repository.write(`class/${hostile}/${kata}.ts`, counter("+= 1"));
  repository.write("class/exits.ts", "process.exit(0);");
  repository.write("class/eve.ts", counter("+= 1").replace("level = 2", "level = 1"));
  repository.write("class/unreadable.ts", "export {{{");
  mkdirSync(path.join(repository.root, "class/nothing"));
  repository.write("class/README.md", "who is who");
  atOnce = await repository.grade(kata, "--submissions", "class", "--quick", "--out", "at-once");
});
afterAll(() => repository.remove());

test("whatever a submission does, it is one row, and the run ends", () => {
  expect(atOnce.code).toBe(1);
  expect(atOnce.stdout).toContain("3 of 7 pass (not a full grade)");
  expect(atOnce.stderr).toContain("README.md is nobody's");
  const { people, seeds, kataVersion, suiteHash } = resultsIn("at-once");
  expect({ seeds, kataVersion }).toEqual({ seeds: [1], kataVersion: 1 });
  expect(suiteHash).toMatch(/^[0-9a-f]{64}$/);
  expect(Object.fromEntries(people.map(({ name, verdict }) => [name, verdict]))).toEqual({
    ann: "pass",
    [hostile]: "pass",
    bob: "fail",
    eve: "pass",
    exits: "fail",
    nothing: "not-handed-in",
    unreadable: "fail",
  });
  const problemOf = (name: string) => people.find((person) => person.name === name)?.problem;
  expect(problemOf("exits")).toContain("exit code 0");
  expect(problemOf("unreadable")).toContain("unreadable.ts:1:");
});

test("everybody who has handed in has a page of their own, and the table leads to it", () => {
  const pages = readdirSync(path.join(repository.root, "at-once/people"));
  expect(pages).toHaveLength(6);
  const table = textOf("at-once/index.html");
  for (const page of pages) expect(table).toContain(`href="people/${page}"`);
  expect(textOf("at-once/people/bob.html")).toContain("tiny-counter/counts-up");
});

test("two shards put together are what one run would have written, apart from milliseconds", async () => {
  const first = await run("--submissions class --quick --out part-1 --shard 1/2");
  expect(first.said).toContain("1 of 3");
  await expect(run("--merge part-1 --out early")).rejects.toThrow("got 1/2: 3 grades are missing");
  await run("--submissions class --quick --out part-2 --shard 2/2");
  const merged = await run("--merge part-1 part-2 --out merged");
  expect(merged.code).toBe(1);
  expect(filesIn("merged")).toEqual(filesIn("at-once"));
  for (const file of filesIn("at-once")) {
    expect(withoutMs(textOf(`merged/${file}`)), file).toBe(withoutMs(textOf(`at-once/${file}`)));
  }
});

test("what is graded is not graded again, until its code is another", async () => {
  repository.write("two/ann.ts", counter("+= 1"));
  repository.write("two/loops.ts", "for (;;);");
  const first = await run("--submissions two --quick --level 1");
  expect(first.said).toContain("two-graded/index.html");
  expect(problemsIn("two-graded")).toEqual([null, expect.stringContaining("endless loop")]);
  // What is kept of the one shows that it was kept; the other has changed.
  const loops = JSON.parse(textOf("two-graded/grades/loops.1.json")) as GradeFile;
  repository.write("two-graded/grades/loops.1.json", JSON.stringify({ ...loops, problem: "kept" }));
  repository.write("two/ann.ts", counter("+= 2"));
  const again = await run("--submissions two --quick --level 1");
  expect(again.said).toMatch(/ann {2}seed 1 {2}fail/);
  expect(again.said).toContain("1 of 2 were graded before.");
  expect(problemsIn("two-graded")).toEqual([null, "kept"]);
});

test("a grade that was cut off in the middle of its file is none", () => {
  const out = path.join(repository.root, "cut off");
  const grade = { name: "ann", seed: 1, key: "k", report: null, problem: null };
  writeGrade(out, grade);
  expect(readGrade(out, "ann", 1)).toEqual(grade);
  repository.write("cut off/grades/ann.1.json", '{ "name": "ann", ');
  expect(readGrade(out, "ann", 1)).toBe(undefined);
});

describe("what cannot begin is a sentence, and changes nothing", () => {
  test("exit 2, nothing on standard output", async () => {
    const { code, stdout, stderr } = await repository.grade(kata, "--submissions", "clas");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("there is no clas");
  });

  test.each([
    ["no submissions", "--submissions nobody", `, as <name>/${kata}.ts or <name>.ts, found none.`],
    ["two of one name", "--submissions namesakes", 'got two of "ann": ann'],
    ["a folder of other files", "--submissions class --out katas", "or to hold earlier grades"],
    [
      "results among what is graded",
      "--submissions class --out class/out",
      "Expected --out beside",
    ],
    ["a shard that is none", "--submissions class --shard 3/2", 'such as 1/4, got "3/2"'],
    ["seeds that are none", "--submissions class --seeds 9-1", 'at most 10000 seeds, got "9-1"'],
    ["another subject", "--submissions class --reference", "or --reference, got both."],
    ["--out alone", "--out somewhere", "--out needs --submissions DIR"],
    ["parts that are none", "--merge class --out merged", "found none"],
    ["parts without a place", "--merge class", "Expected --out DIR with --merge."],
  ])("%s", async (_name, typed, sentence) => {
    mkdirSync(path.join(repository.root, "nobody"), { recursive: true });
    repository.write("namesakes/ann.ts", "");
    repository.write(`namesakes/ann/${kata}.ts`, "");
    const before = readdirSync(repository.root);
    await expect(run(typed)).rejects.toThrow(sentence);
    expect(readdirSync(repository.root)).toEqual(before);
  });
});

describe("names and cells", () => {
  test("a name becomes a file name that no other name has, on any file system", () => {
    const names = [
      "ann",
      "Ann",
      "ANN",
      "änn",
      "a/../b",
      "..",
      "con",
      "ann-0123456789ab",
      "",
      "x".repeat(300),
      "😀",
    ];
    const files = names.map(fileNameFor);
    expect(new Set(files).size).toBe(names.length);
    for (const file of files) expect(file).toMatch(/^[a-z0-9][a-z0-9-]{0,60}$/);
    expect(fileNameFor("ann")).toBe("ann");
    expect(fileNameFor(fileNameFor("Ann"))).not.toBe(fileNameFor("Ann"));
  });

  test("no name is a formula, a line of its own, or markup", () => {
    const names = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "＝1", 'a"b', "a\nb", "<script>"];
    const results: Results = {
      ...{ schemaVersion: 1, kata, kataVersion: 1, suiteHash: "ab", partial: false, seeds: [1] },
      promises: [],
      people: names.map(person),
    };
    const lines = resultsCsv(results).split("\r\n");
    const cells = lines.slice(1, -1).map((line) => line.split(",")[0]);
    expect(cells).toEqual([
      ...['"\'=1+1"', '"\'+1"', '"\'-1"', '"\'@SUM(A1)"', '"\' =1"', '"\' =1"', '"\'＝1"'],
      ...['"a""b"', '"a b"', '"<script>"'],
    ]);
    expect(resultsPage(results)).not.toContain("<script>");
  });

  function person(name: string): Person {
    return {
      ...{ name, file: null, page: null, verdict: "not-handed-in", problem: null, level: null },
      ...{ levelReached: 0, score: { total: null, pass: null }, promises: {}, seeds: [] },
    };
  }
});

test("shards share all grades out, each once, whatever their number", () => {
  const names = ["a", "b", "c"].map((name) => ({ name, file: `${name}.ts` }));
  const whole = { submissions: [...names, { name: "none", file: null }], seeds: seedsIn("1-5,9") };
  const all = allUnits(whole);
  expect(all).toHaveLength(18);
  for (const of of [1, 2, 5, 30]) {
    const parts = Array.from({ length: of }, (_, index) =>
      unitsOf({ ...(whole as Plan), shard: shardIn(`${index + 1}/${of}`) }),
    );
    expect(new Set(parts.flat().map((unit) => JSON.stringify(unit))).size).toBe(18);
    expect(parts.flat()).toHaveLength(18);
  }
});

/** The command without a process of its own; paths count from the repository. */
async function run(typed: string): Promise<{ code: number; said: string }> {
  vi.stubEnv("INIT_CWD", repository.root);
  let said = "";
  const hear = (text: string | Uint8Array) => Boolean((said += text.toString()));
  const outputs = [
    vi.spyOn(process.stdout, "write").mockImplementation(hear),
    vi.spyOn(process.stderr, "write").mockImplementation(hear),
  ];
  try {
    const commandLine = parseCommandLine(gradeCommand, [kata, ...typed.split(" ")], {});
    refuseContradictions(commandLine);
    const katas = await loadCatalogue(repository.root);
    const { submissions, merge = [] } = commandLine.options;
    const code = await (submissions === undefined
      ? mergeGrades(katas, commandLine, merge)
      : gradeSubmissions(repository.root, katas, commandLine, submissions));
    return { code, said };
  } finally {
    for (const output of outputs) output.mockRestore();
  }
}

function textOf(place: string): string {
  return readFileSync(path.join(repository.root, place), "utf8");
}

function resultsIn(folder: string): Results {
  return JSON.parse(textOf(`${folder}/results.json`)) as Results;
}

function problemsIn(folder: string): (string | null)[] {
  return resultsIn(folder).people.map(({ problem }) => problem);
}

function filesIn(folder: string): string[] {
  const entries = readdirSync(path.join(repository.root, folder), {
    recursive: true,
    withFileTypes: true,
  });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      path.relative(path.join(repository.root, folder), path.join(entry.parentPath, entry.name)),
    )
    .sort();
}

function withoutMs(text: string): string {
  return text
    .replaceAll(/"ms": [\d.]+/g, '"ms": 0')
    .replaceAll(/<td class="number ms">[\d.,]+</g, '<td class="number ms">0<');
}
