import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { didYouMean, helpText, parseCommandLine, UsageError } from "../../scripts/lib/arguments.ts";

const grade = {
  name: "grade",
  summary: "Grades an attempt.",
  words: ["kata", "file"],
  options: {
    level: { type: "number", help: "Judge this level only.", valueName: "N", plainWord: true },
    only: { type: "text", help: "Judge this promise only.", valueName: "ID" },
    fresh: { type: "flag", help: "Start over.", plainWord: true },
    "as-test": { type: "flag", help: "Keep the failure as a test." },
    json: { type: "flag", help: "Machine-readable." },
  },
} as const;

const parse = (typed: string[], environment: Record<string, string> = {}) =>
  parseCommandLine(grade, typed, environment);

const messageOf = (typed: string[], environment: Record<string, string> = {}): string => {
  try {
    parse(typed, environment);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return "no error";
};

describe("a command line", () => {
  it("is read as words and typed options", () => {
    expect(parse(["durable-kv", "--level", "3", "mine.ts", "--only=a/b", "--as-test"])).toEqual({
      words: ["durable-kv", "mine.ts"],
      options: { level: 3, only: "a/b", fresh: false, "as-test": true, json: false },
      helpWanted: false,
    });
  });

  it("gives an option of many values every word up to the next option, and only those", () => {
    const declaration = {
      ...grade,
      options: { merge: { type: "texts", help: "Parts." }, quick: { type: "flag", help: "Fast." } },
    } as const;
    const typed = ["durable-kv", "--merge", "1", "2", "--quick", "mine.ts", "--merge", "3"];
    expect(parseCommandLine(declaration, typed, {})).toEqual({
      words: ["durable-kv", "mine.ts"],
      options: { merge: ["1", "2", "3"], quick: true },
      helpWanted: false,
    });
    expect(() => parseCommandLine(declaration, ["--merge"], {})).toThrow("a value after --merge");
  });

  it("leaves out what was not typed", () => {
    expect(parse([]).options).toEqual({
      level: undefined,
      only: undefined,
      fresh: false,
      "as-test": false,
      json: false,
    });
  });

  it("accepts a flag and a number as plain words", () => {
    const { words, options } = parse(["durable-kv", "2", "fresh"]);
    expect(words).toEqual(["durable-kv"]);
    expect(options.level).toBe(2);
    expect(options.fresh).toBe(true);
  });

  it.each(["--help", "-h"])("asks for help with %s, whatever else it says", (help) => {
    expect(parse(["a", "b", "c", help]).helpWanted).toBe(true);
  });

  it.each([
    [["--lvel", "3"], '`npm run grade` has no option --lvel. Did you mean "--level"?'],
    [
      ["--xyzzy"],
      "`npm run grade` has no option --xyzzy. It has --level, --only, --fresh, --as-test, --json, --help.",
    ],
    [["-x"], "`npm run grade` has no option -x."],
    [["--constructor"], "`npm run grade` has no option --constructor."],
    [["--level", "three"], 'Expected --level to be a whole number, got "three".'],
    [["--level=-1"], 'Expected --level to be a whole number, got "-1".'],
    [["--level"], "Expected a value after --level."],
    [["--only", "--json"], "Expected a value after --only."],
    [["--json=yes"], 'Expected --json without a value, got "yes".'],
    [
      ["durable-kv", "a.ts", "frehs"],
      'Expected at most a kata and a file after `npm run grade`, got "frehs" as well. Did you mean "fresh"?',
    ],
  ])("answers the mistake %j", (typed, message) => {
    expect(messageOf(typed)).toContain(message);
  });

  it("of a command without words says so", () => {
    expect(() => parseCommandLine({ ...grade, words: [] }, ["durable-kv"], {})).toThrow(
      'Expected no word after `npm run grade`, got "durable-kv" as well.',
    );
  });
});

describe("options that npm kept", () => {
  it.each<[string, string[], Record<string, string>, string]>([
    ["a flag", ["durable-kv"], { json: "true" }, "npm run grade durable-kv -- --json"],
    ["a value", ["durable-kv"], { level: "3" }, "npm run grade durable-kv -- --level 3"],
    ["a value apart", ["durable-kv", "3"], { level: "true" }, "durable-kv -- --level 3"],
    ["a text apart", ["durable-kv", "a/b"], { only: "true" }, "durable-kv -- --only a/b"],
    ["a value never typed", [], { level: "true" }, "npm run grade -- --level N"],
    ["a word behind a flag", [], { as_test: "durable-kv" }, "grade durable-kv -- --as-test"],
    ["some of several", ["durable-kv", "--json"], { fresh: "true" }, "-- --fresh --json"],
    ["a word with a space", ["my file.ts"], { json: "true" }, "grade 'my file.ts' -- --json"],
  ])("are answered with the corrected line: %s", (_, typed, kept, corrected) => {
    const environment = Object.fromEntries(
      Object.entries(kept).map(([name, value]) => [`npm_config_${name}`, value]),
    );
    expect(messageOf(typed, environment)).toContain(corrected);
  });

  it("are not seen in what npm always sets, nor in empty values", () => {
    const environment = { npm_config_yes: "", npm_config_json: "", npm_config_cache: "/c" };
    expect(parse(["durable-kv"], { ...environment, npm_config_fresh: "false" }).words).toEqual([
      "durable-kv",
    ]);
  });

  it("are not seen in a setting of somebody's npmrc", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "systems-katas-npmrc-"));
    try {
      const npmrc = path.join(folder, ".npmrc");
      writeFileSync(npmrc, "fund = false\njson = true\n");
      const environment = { npm_config_json: "true", npm_config_userconfig: npmrc };
      expect(parse(["durable-kv"], environment).options.json).toBe(false);
      expect(messageOf([], { ...environment, npm_config_fresh: "true" })).toContain("--fresh");
      expect(
        messageOf([], { npm_config_json: "true", npm_config_userconfig: `${npmrc}.none` }),
      ).toContain("--json");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("the help", () => {
  it("shows every option in 80 columns", () => {
    const help = helpText(grade);
    expect(help).toMatchInlineSnapshot(`
      "Grades an attempt.

        npm run grade [kata] [file] [-- options]

        --level N  Judge this level only.
        --only ID  Judge this promise only.
        --fresh    Start over. (or plainly: fresh)
        --as-test  Keep the failure as a test.
        --json     Machine-readable.
        --help     Show this.
      "
    `);
    for (const line of help.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });
});

describe("a long help", () => {
  it("is wrapped, and goes on below where it began", () => {
    const words = "word ".repeat(30).trim();
    const help = helpText({
      ...grade,
      summary: `${words}\n${words}\n\nExit code: 0.`,
      options: { json: { type: "flag", help: words } },
    });
    const lines = help.split("\n");
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
    expect(lines).toContain("Exit code: 0.");
    const option = lines.findIndex((line) => line.startsWith("  --json"));
    expect(lines[option + 1]).toMatch(/^ {10}word/);
  });
});

describe("didYouMean", () => {
  it("is empty when nothing is near", () => {
    expect(didYouMean("ledgr", ["ledger"])).toBe(' Did you mean "ledger"?');
    expect(didYouMean("zzz", ["ledger"])).toBe("");
  });
});
