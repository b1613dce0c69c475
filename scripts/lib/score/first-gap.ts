/** What is missing first, and the one thing to do about it. */
import { anchorOf, dimension, isDimensionNumber, isPoints } from "../../../rubric/dimensions.ts";
import { bar, decisivePointsMin, works } from "../../../rubric/readiness.ts";
import { readNext, weakest } from "../../../rubric/self-evaluation.ts";
import type { DimensionNumber, Evidence } from "../../../rubric/shape.ts";
import { inOrderOfFixing } from "../grade/fix-first.ts";
import type { DimensionScore, GradeReport } from "../grade/grade-report.ts";
import { commandFor, type SubjectLocation } from "../grade/subject-location.ts";
import { counted } from "../terminal/text.ts";
import { gapsIn } from "./score-of.ts";

export interface Gap {
  gap: string;
  next: string;
}

/** Null for a grade that was narrowed: it shows no gap of the whole. */
export function firstGap(
  report: GradeReport,
  evidence: Evidence,
  subject: SubjectLocation,
): Gap | null {
  const { score } = report;
  if (report.partial) return null;
  if (!works(report)) return gapOfTheMachine(report, subject);
  const open = score.dimensions.filter(({ points }) => points === null);
  const [first] = gapsIn(score, evidence, true);
  if (first?.id === "own-tests") {
    const { count } = report.ownTests;
    return {
      gap: `${count === 0 ? "no test" : counted(count, "test")} of your own; a pass needs 4 that state promises.`,
      next: `write the promises of level 1 as tests, in ${pathOfTests(subject)}.`,
    };
  }
  if (open.length > 0) {
    return {
      gap: `${counted(open.length, "dimension")} that nobody has scored.`,
      next: scoringCommand(subject),
    };
  }
  if (first?.id === "solution-unopened") {
    return { gap: "the solution was opened before.", next: first.sentence };
  }
  const lowest = score.dimensions.find(({ number }) => number === lowestOf(report));
  if (first !== undefined && first.dimension !== null)
    return gapOfDimension(find(report, first.dimension), true);
  if (first !== undefined && lowest !== undefined) {
    const { next } = gapOfDimension(lowest, false);
    return { gap: `${bar - (score.total ?? 0)} points below the bar.`, next };
  }
  return lowest === undefined
    ? null
    : {
        gap: `none. The weakest is ${lowest.name} (${lowest.points ?? 0}).`,
        next: `read ${readNext[lowest.number as DimensionNumber]}.`,
      };
}

/** The command that asks for what is missing. */
export function scoringCommand(subject: SubjectLocation): string {
  return commandFor(subject, "--score");
}

function gapOfTheMachine(report: GradeReport, subject: SubjectLocation): Gap {
  const [failure] = inOrderOfFixing(report.invariants);
  if (report.problem !== null)
    return { gap: "your code could not be used.", next: "see the reason above." };
  if (failure !== undefined) {
    return {
      gap: `"${failure.sentence}" does not hold.`,
      next:
        failure.replay === null ? "see above." : commandFor(subject, "--replay", failure.replay),
    };
  }
  if (!report.types.ok) return { gap: "it does not type-check.", next: "see the lines above." };
  if (report.stress.status === "broken")
    return { gap: "it breaks under load.", next: "see what the stress saw, above." };
  if (report.stress.status === "skipped")
    return { gap: "the stress did not run.", next: commandFor(subject) };
  return {
    gap: `level ${report.level ?? 0} is declared, and the core asks for more.`,
    next: `npm run kata ${subject.kata.name}`,
  };
}

function gapOfDimension(
  { number, name, points, bounds }: DimensionScore,
  isDecisive: boolean,
): Gap {
  const has = points ?? 0;
  const needed = isDecisive ? ` of the ${decisivePointsMin} that a pass needs` : "";
  const above = has + 1;
  const [bound] = bounds;
  const anchor =
    isDimensionNumber(number) && isPoints(above) ? anchorOf(dimension(number), above) : "";
  return {
    gap: `${name} has ${has}${needed}${bound === undefined ? "" : ` (${bound})`}.`,
    next: `${name}, ${above} points: ${anchor}`,
  };
}

function lowestOf({ score }: GradeReport): number | undefined {
  return weakest((number) => find({ score }, number).points)[0];
}

function find({ score }: Pick<GradeReport, "score">, number: DimensionNumber): DimensionScore {
  const found = score.dimensions.find((each) => each.number === number);
  if (found === undefined) throw new RangeError(`Expected a score of dimension ${number}.`);
  return found;
}

function pathOfTests({ shownAs, testFile }: SubjectLocation): string {
  const slash = shownAs.lastIndexOf("/");
  const name = testFile.slice(testFile.lastIndexOf("/") + 1);
  return `${shownAs.slice(0, slash + 1)}${name}`;
}
