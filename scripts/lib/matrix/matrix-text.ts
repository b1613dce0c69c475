/**
 * The kill matrix as a page: what the marks mean, what the numbers stand for, one table a level.
 *
 *     | planted bug            | kind | 1.1 | 1.2 | … | 2.1 |
 *     | sync-beside-the-append | edit |  ·  |  ·  | … |  ●  |
 *
 * Equal rows give an equal page: no time, no version, no machine.
 */
import type { Kata, KataPromise } from "../kata/catalogue.ts";
import type { MatrixBudget } from "./fill-matrix.ts";
import type { MatrixCell, MatrixRow } from "./matrix-row.ts";
import { onlyBreakersOf } from "./rules.ts";

const marks = {
  named: "●",
  stress: "◌",
  held: "·",
  broken: "✗",
  hung: "h",
  crashed: "c",
  undecided: "?",
  "outside-world": "o",
  /** Above the bug's level: its author did not get that far. */
  untried: "",
} as const;

const markLines = [
  `${marks.named} broken, and the promise that the bug names`,
  `${marks.broken} broken as well`,
  `${marks.held} held`,
  `${marks.stress} the promise that the bug names, seen broken by stress alone`,
  `${marks.hung} hung, ${marks.crashed} crashed, ${marks.undecided} undecided, ${marks["outside-world"]} left the simulated world`,
  "empty: above the level of the bug, not tried",
];

export function matrixText(
  kata: Pick<Kata, "name" | "levels">,
  promises: readonly KataPromise[],
  rows: readonly MatrixRow[],
  { seed, effort, effortElsewhere }: MatrixBudget,
): string {
  const numbers = promiseNumbers(promises);
  return [
    `# Kill matrix of ${kata.name}`,
    "",
    `Written by \`npm run matrix\` with seed ${seed} and effort ${effort}, ${effortElsewhere} at other levels than that of the promise that a bug names; \`npm run matrix -- --check\` compares. Every planted bug meets every promise up to its level.`,
    "",
    ...markLines.map((line) => `- ${line}`),
    "",
    "## Promises",
    "",
    ...tableLines(
      ["no.", "promise", "the only broken one at its level and below"],
      promises.map((promise) => [
        numbers.get(promise.id) ?? "",
        promise.id,
        onlyBreakersOf(promise, promises, rows).join(", "),
      ]),
    ),
    ...kata.levels.flatMap(({ title }, index) => [
      "",
      `## Bugs of level ${index + 1} · ${title}`,
      "",
      ...tableLines(
        ["planted bug", "kind", ...numbers.values()],
        rows
          .filter(({ bug }) => bug.promiseLevel === index + 1)
          .map((row) => [
            row.bug.name,
            row.bug.independent ? "own" : "edit",
            ...promises.map(({ id }) => markOf(row, id)),
          ]),
      ),
    ]),
    "",
  ].join("\n");
}

/** "2.3" is the third promise of level 2. */
export function promiseNumbers(promises: readonly KataPromise[]): Map<string, string> {
  const countOf = new Map<number, number>();
  return new Map(
    promises.map(({ id, level }) => {
      const count = (countOf.get(level) ?? 0) + 1;
      countOf.set(level, count);
      return [id, `${level}.${count}`];
    }),
  );
}

function markOf({ bug, cells }: MatrixRow, id: string): string {
  const cell: MatrixCell | undefined = cells.get(id);
  if (cell === undefined) return marks.untried;
  if (bug.promise !== id) return marks[cell.status];
  if (cell.status === "held" && bug.stressOnly) return marks.stress;
  return cell.status === "broken" ? marks.named : marks[cell.status];
}

function tableLines(head: readonly string[], body: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...body.map(line)];
}
