/** `npm run new-kata`, in a copy of the repository that holds no kata. */
import { execFile } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { check, resolveConfig } from "prettier";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { UsageError } from "../../scripts/lib/arguments.ts";
import { scaffoldOf } from "../../scripts/lib/new-kata/scaffold.ts";
import { newKataName, pascalCase, titleCase } from "../../scripts/lib/new-kata/kata-name.ts";

const realRoot = path.resolve(import.meta.dirname, "../..");
const root = realpathSync(mkdtempSync(path.join(tmpdir(), "new kata ")));
const kata = "rate-limiter-of-many-words";
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

interface Finished {
  exitCode: number;
  stdout: string;
  stderr: string;
}

let made: Finished;

beforeAll(async () => {
  for (const place of [
    ...[
      "scripts",
      "katas/platform",
      "rubric/shape.ts",
      "tests/harness",
      "solutions/README.md",
      "README.md",
    ],
    ...["package.json", "tsconfig.json", "vitest.config.ts", "eslint.config.js", ".prettierrc"],
  ]) {
    cpSync(path.join(realRoot, place), path.join(root, place), {
      recursive: true,
      filter: (source) => path.basename(source) !== "node_modules",
    });
  }
  symlinkSync(path.join(realRoot, "node_modules"), path.join(root, "node_modules"));
  made = await newKata(kata);
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

describe("a new kata", () => {
  test("has every folder and file, and the command names them in the order to fill them", () => {
    expect(made).toMatchObject({ exitCode: 0, stderr: "" });
    const written = made.stdout.split("\n\n")[0]?.split("\n") ?? [];
    expect(written).toEqual(
      ["katas", "solutions", "rubric", "tests"].flatMap((folder) => filesOf(folder)),
    );
    expect(written).toEqual(
      expect.arrayContaining([
        `katas/${kata}/invariants.ts`,
        `solutions/${kata}/${kata}.test.ts`,
        `tests/${kata}/checks/index.ts`,
      ]),
    );
  });

  test("has a brief with the headings of every brief, in their order", () => {
    const brief = readFileSync(path.join(root, "katas", kata, "README.md"), "utf8");
    expect(brief.match(/^## .*/gm)).toEqual([
      "## What you build",
      "## Contract",
      "## Levels",
      "## Promises",
      "## Predict first",
      "## Fault model",
      "## Out of scope",
      "## How it is graded",
    ]);
  });

  test("keeps nothing of the template's own name", () => {
    const texts = filesOf("katas", "solutions", "rubric", "tests").map((file) =>
      readFileSync(path.join(root, file), "utf8"),
    );
    expect(texts.filter((text) => /my-?kata/i.test(text))).toEqual([]);
  });

  test("has the right types, format and lint at once", async () => {
    const files = filesOf("katas", "solutions", "rubric", "tests");
    const code = files.filter((file) => file.endsWith(".ts"));
    writeFileSync(
      path.join(root, "tsconfig.kata.json"),
      JSON.stringify({ extends: "./tsconfig.json", include: code }),
    );
    for (const [script, ...options] of [
      ["typescript-7/bin/tsc", "--project", "tsconfig.kata.json"],
      ["prettier/bin/prettier.cjs", "--check", ...files],
      ["eslint/bin/eslint.js", "--max-warnings=0", ...code],
    ] as const) {
      const { exitCode, stdout, stderr } = await tool(script, ...options);
      expect(exitCode, stdout + stderr).toBe(0);
    }
  });

  test("fails its tests, each with the file that is to be filled", async () => {
    const { exitCode, stdout, stderr } = await tool("vitest/vitest.mjs", "run", kata);
    const said = stdout + stderr;
    expect(exitCode).toBe(1);
    for (const sentence of [
      `solutions/${kata}/${kata}.ts: not written yet`,
      `solutions/${kata}/in-the-interview.ts: not written yet`,
      `tests/${kata}/alternates/another-structure.ts: not written yet`,
      `tests/${kata}/alternates holds too few: expected 1 to be greater than or equal to 3`,
      `tests/${kata}/impostors holds too few: expected 1 to be greater than or equal to 25`,
      `tests/${kata}/impostors holds none with stressOnly: true`,
      `tests/${kata}/stress.ts: expected`,
      `README.md: expected`,
      `solutions/README.md: expected`,
    ]) {
      expect(said).toContain(sentence);
    }
    for (const file of filesOf("solutions", "tests").filter((name) => name.endsWith(".test.ts"))) {
      expect(said, "it was run, and failed").toContain(`❯ ${file} (`);
    }
    const unfilled = filesOf("katas", "solutions", "rubric", "tests").filter((file) =>
      readFileSync(path.join(root, file), "utf8").includes("Scaffold:"),
    );
    expect(unfilled.length).toBeGreaterThan(15);
    for (const file of unfilled) {
      expect(said).toContain(`${file} still holds the scaffold's sentence`);
    }
  });

  test("is formatted whatever the length of its name", async () => {
    for (const name of ["kv", "a-store-with-a-name-that-is-longer-than-any-other"]) {
      for (const { place, text } of await scaffoldOf(realRoot, name)) {
        const config = await resolveConfig(path.join(realRoot, "package.json"));
        expect(await check(text, { ...config, filepath: place }), place).toBe(true);
      }
    }
  });

  test("is there once: a second command refuses and changes nothing", async () => {
    const brief = path.join(root, "katas", kata, "README.md");
    writeFileSync(brief, "mine");
    const again = await newKata(kata);
    expect(again).toMatchObject({ exitCode: 2, stdout: "" });
    expect(again.stderr).toBe(
      `Expected a name that no kata has, got "${kata}": katas/${kata} and solutions/${kata} and rubric/${kata} and tests/${kata} are there already. Nothing was written.\n`,
    );
    expect(readFileSync(brief, "utf8")).toBe("mine");
  });
});

describe("npm run new-kata", () => {
  test.for([
    ["Rate_Limiter", 'got "Rate_Limiter". Did you mean "rate-limiter"?'],
    ["rate--limiter", 'got "rate--limiter". Did you mean "rate-limiter"?'],
    ["2pc", 'got "2pc". Did you mean "pc"?'],
    ["../elsewhere", 'got "../elsewhere". Did you mean "elsewhere"?'],
    ["…", 'got "…".'],
    ["platform", "katas/platform is shared by all katas"],
    ["harness", "tests/harness is shared by all katas"],
    ["cli", "tests/cli is shared by all katas"],
    ["examples", "rubric/examples is shared by all katas"],
    [undefined, "got nothing"],
  ] as const)("refuses the name %s and says what it expected", ([name, sentence]) => {
    const refused = () => newKataName(root, name);
    expect(refused).toThrow(UsageError);
    expect(refused).toThrow(/^Expected /);
    expect(refused).toThrow(sentence);
  });

  test("takes a name of several words and digits, whose things are called alike", () => {
    expect(newKataName(root, "raft-3-nodes")).toBe("raft-3-nodes");
    expect(pascalCase("raft-3-nodes")).toBe("Raft3Nodes");
    expect(titleCase("raft-3-nodes")).toBe("Raft 3 nodes");
  });

  test("writes nothing where one of the four folders is there", async () => {
    mkdirSync(path.join(root, "tests/half"));
    const { exitCode, stdout, stderr } = await newKata("half");
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toContain("tests/half is there already");
    expect(readdirSync(path.join(root, "katas"))).not.toContain("half");
  });

  test("has help", async () => {
    const { exitCode, stdout } = await newKata("--help");
    expect(exitCode).toBe(0);
    expect(stdout).toContain("npm run new-kata [name]");
  });
});

/** The files of the kata below these folders, sorted as they are written. */
function filesOf(...folders: string[]): string[] {
  return folders.flatMap((folder) => filesIn(`${folder}/${kata}`));
}

function filesIn(folder: string): string[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true })
    .sort((left, right) => (left.name < right.name ? -1 : 1))
    .flatMap((entry) => {
      const place = `${folder}/${entry.name}`;
      return entry.isDirectory() ? filesIn(place) : [place];
    });
}

function newKata(...typed: string[]): Promise<Finished> {
  const tsx = path.join(realRoot, "node_modules/tsx/dist/esm/index.mjs");
  return run("--import", tsx, "scripts/new-kata.ts", ...typed);
}

function tool(script: string, ...options: string[]): Promise<Finished> {
  return run(path.join(root, "node_modules", script), ...options);
}

function run(...typed: string[]): Promise<Finished> {
  const env = { PATH: process.env["PATH"], HOME: process.env["HOME"], NO_COLOR: "1" };
  return new Promise((resolve) => {
    const options = { cwd: root, env, maxBuffer: 1 << 26 };
    execFile(process.execPath, typed, options, (error, stdout, stderr) => {
      const exitCode = typeof error?.code === "number" ? error.code : error === null ? 0 : 1;
      resolve({ exitCode, stdout, stderr });
    });
  });
}
