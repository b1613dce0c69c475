/** The scored examples: complete, added up rightly, and judged by the rule that they illustrate. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { dimensions } from "../../rubric/dimensions.ts";
import { passes } from "../../rubric/readiness.ts";

const folder = path.resolve(import.meta.dirname, "../../rubric/examples");
const examples = readdirSync(folder).filter((name) => /^\d+-of-70\.md$/.test(name));

interface Row {
  number: number;
  name: string;
  points: number;
  source: string;
  reason: string;
}

function rowsOf(text: string): Row[] {
  return text.split("\n").flatMap((line) => {
    const cells = line.split("|").map((cell) => cell.trim());
    const [, number = "", name = "", points = "", source = "", reason = ""] = cells;
    if (!/^\d+$/.test(number)) return [];
    return [{ number: Number(number), name, points: Number(points), source, reason }];
  });
}

it("there is one below the bar and one above", () => {
  expect(examples).toEqual(["49-of-70.md", "61-of-70.md"]);
});

describe.each(examples)("%s", (name) => {
  const text = readFileSync(path.join(folder, name), "utf8");
  const rows = rowsOf(text);
  const total = Number(name.split("-")[0]);

  it("scores every dimension, each with one to five points, a source and a reason", () => {
    expect(rows.map(({ number, name: dimension }) => [number, dimension])).toEqual(
      dimensions.map((dimension) => [dimension.number, dimension.name]),
    );
    for (const { number, points, source, reason } of rows) {
      expect([1, 2, 3, 4, 5], `${number}`).toContain(points);
      expect(source, `${number}`).toMatch(/^(measured|self-scored|self-assessed|scored by )/);
      expect(reason.length, `${number}`).toBeGreaterThan(40);
    }
  });

  it("adds up to the total that it names, three times over", () => {
    expect(rows.reduce((sum, { points }) => sum + points, 0)).toBe(total);
    expect(text).toContain(`# ${total} of 70`);
    expect(text).toContain(`**Total: ${total}.**`);
  });

  it("passes exactly if it says so", () => {
    const isPassed = passes({
      works: true,
      solutionOpened: false,
      ownTestCount: 6,
      total,
      pointsOf: (number) => rows.find((row) => row.number === number)?.points ?? null,
    });
    expect(isPassed).toBe(/^# \d+ of 70: passed$/m.test(text));
  });
});
