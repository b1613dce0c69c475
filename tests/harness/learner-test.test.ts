import { describe, expect, test } from "vitest";
import { learnerTest } from "./learner-test.ts";
import { block, linesOf, listText, literals, objectText } from "./source-text.ts";

function kept(lines: string[], timeoutMs?: number): string {
  return learnerTest({
    kata: "tally",
    sentence: 'A "sum" is a sum.',
    token: "1.3fa9.q1Yq",
    factories: ["createTally", "createOther"],
    body: { lines, ...(timeoutMs === undefined ? {} : { timeoutMs }) },
  });
}

describe("a history kept as a test", () => {
  test("imports what its lines use, under names of its own", () => {
    const tag = /history (\w{6})/.exec(kept([]))?.[1] ?? "";
    expect(kept(["const tally = createTally();", "expect(tally.sum()).toBe(0);"])).toBe(
      `// A history that broke this promise: npm run grade tally -- --replay 1.3fa9.q1Yq
import * as vitest_${tag} from "vitest";
import * as subject_${tag} from "./tally.ts";

vitest_${tag}.test("A \\"sum\\" is a sum. (history ${tag})", async () => {
  const { expect } = vitest_${tag};
  const { createTally } = subject_${tag};

  const tally = createTally();
  expect(tally.sum()).toBe(0);
});
`,
    );
  });

  test("writes types with the namespace that it imports, and leaves variables of that name alone", () => {
    const text = kept(["const on = (disk: crashDisk.CrashDisk) => gates.next(random.below(3));"]);
    expect(text).toMatch(/import \* as crashDisk_\w{6} from "#platform\/testing\/crash-disk\.ts";/);
    expect(text).toMatch(
      /\(disk: crashDisk_\w{6}\.CrashDisk\) => gates\.next\(random\.below\(3\)\)/,
    );
    expect(text).not.toContain("#platform/random.ts");
    expect(text).not.toContain("#platform/testing/gates.ts");
  });

  test("does not take a method for a function of the same name", () => {
    expect(kept(["other.createTally();", "createTallyOnce();"])).not.toContain("./tally.ts");
  });

  test("may ask for more time", () => {
    expect(kept([], 30_000)).toMatch(/\n\}, 30_000\);\n$/);
  });
});

describe("pieces of text", () => {
  test("a story loses the indentation that all its lines have", () => {
    expect(linesOf("\n    one\n      two\n\n    three\n  ")).toEqual(["one", "  two", "", "three"]);
  });

  test("blocks, objects and lists read as code", () => {
    expect(block("if (yes) {", ["one();", "", "two();"])).toEqual([
      "if (yes) {",
      "  one();",
      "",
      "  two();",
      "}",
    ]);
    expect(objectText({ disk: "disk", ...literals({ limit: 3, faults: { at: "end" } }) })).toBe(
      '{ disk, limit: 3, faults: { at: "end" } }',
    );
    expect(objectText({})).toBe("{}");
    expect(listText(["a", 'b"'])).toBe('["a", "b\\""]');
  });
});
