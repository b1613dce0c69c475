/** The score on a screen: fourteen lines, each with its points, where they come from and what holds them down. */
import type { DimensionScore, GradeReport } from "../grade/grade-report.ts";
import type { Colours } from "../terminal/colours.ts";
import { counted, wrap } from "../terminal/text.ts";

const nameWidth = 30;
/** Where the words about a dimension begin, behind its points. */
const indent = " ".repeat(nameWidth + 11);

export function scoreLines(
  { score, partial }: GradeReport,
  columns: number,
  colours: Colours,
): string[] {
  if (partial) return [];
  return [
    ...score.dimensions.flatMap((each) => dimensionLines(each, score.remarks, columns, colours)),
    ...wrap(`  ${sentence(score)}`, columns, "  ").map((line) =>
      score.pass === true ? colours.green(line) : colours.bold(line),
    ),
    ...score.remarks.flatMap((remark) =>
      wrap(`  ${remark}`, columns, "  ").map((line) => colours.yellow(line)),
    ),
  ];
}

function dimensionLines(
  scored: DimensionScore,
  remarks: readonly string[],
  columns: number,
  colours: Colours,
): string[] {
  const { number, name, points } = scored;
  const paint =
    points === null
      ? colours.dim
      : points > 3
        ? colours.green
        : points === 3
          ? colours.yellow
          : colours.red;
  const head = `  ${`${number}`.padStart(2)}  ${name.padEnd(nameWidth)}  `;
  const [first = "", ...rest] = wrap(indent + origin(scored, remarks), columns, indent);
  return [
    `${head}${paint(points === null ? "–" : `${points}`)}  ${colours.dim(first.trimStart())}`,
    ...rest.map(colours.dim),
  ];
}

function origin(
  { number, source, by, bounds, points, claimed }: DimensionScore,
  remarks: readonly string[],
): string {
  const isAssessed = remarks.includes(`dimension ${number} is self-assessed`);
  const words = {
    measured: "measured",
    "self-scored": isAssessed ? "self-assessed" : "self-scored",
    "scored-by": `scored by ${by ?? "somebody else"}`,
    "not-scored": "not scored",
  }[source];
  const claim = claimed === null || claimed === points ? [] : [`${claimed} claimed`];
  return [words, ...claim, ...bounds].join(", ");
}

function sentence({ total, of, bar, pass, dimensions }: GradeReport["score"]): string {
  if (total === null) {
    const open = dimensions.filter(({ points }) => points === null).length;
    const sum = dimensions.reduce((points, each) => points + (each.points ?? 0), 0);
    return `incomplete: ${sum} so far, ${counted(open, "dimension")} not scored; the bar is ${bar} of ${of}`;
  }
  return `${total} of ${of}; the bar is ${bar}. ${pass === true ? "Passed." : "Not passed."}`;
}
