/**
 * Tries the promises of the level that a learner's file declares, quickly, and ends.
 *
 *     node --import tsx promise-process.ts '<PromiseProcessOptions as JSON>'
 *
 * It waits to be told the level and then does with a small budget what a grade does: the file runs in the
 * grader's contained children. At SIGTERM, and when whoever started it is gone, they end with it.
 */
import { bundleSubject, SubjectLoadError } from "../../../tests/harness/subject-bundle.ts";
import { checkClaims, type SubjectClaims } from "../grade/claims.ts";
import type { GradeScope } from "../grade/grade-options.ts";
import { judgePromises } from "../grade/judge-promises.ts";
import { promiseGrades, toJudge } from "../grade/promise-grades.ts";
import type { PromiseMessage, PromiseProcessOptions, PromiseQuestion } from "./promise-run.ts";

/** A small part of a full grade, whose effort is 1. */
const quickLook: GradeScope = {
  levelMax: null,
  only: null,
  seed: 1,
  effort: 0.05,
  stressSeconds: 0,
  partial: true,
};

const options = JSON.parse(process.argv[2] ?? "") as PromiseProcessOptions;

process.on("disconnect", () => process.exit(1));
process.on("SIGTERM", () => process.exit(1));
// The terminal's ctrl-C is for the command, which ends this process.
process.on("SIGINT", () => undefined);
process.once("message", (question: PromiseQuestion) => void look(question));

async function look(question: PromiseQuestion): Promise<void> {
  const message = await judge(question);
  process.send?.(message, undefined, undefined, () => process.exit(0));
}

async function judge({ level }: PromiseQuestion): Promise<PromiseMessage> {
  const { root, kata, subjectFile } = options;
  const promises = options.promises.filter((promise) => promise.level <= level);
  let claims: SubjectClaims | null = null;
  let misclaim: string | null = null;
  try {
    const { problem, judgements } = await judgePromises({
      root,
      kata: kata.name,
      bundle: await bundleSubject(subjectFile),
      seed: quickLook.seed,
      effort: quickLook.effort,
      choose: (claimed) => {
        const checked = checkClaims(claimed, kata);
        if ("problem" in checked) {
          misclaim = checked.problem;
          return [];
        }
        claims = checked;
        return toJudge(promises, claims, quickLook).map(({ id }) => id);
      },
      measure: false,
    });
    const whyNot = problem ?? misclaim;
    if (whyNot !== null) return { problem: whyNot };
    return { grades: promiseGrades({ promises }, claims, judgements) };
  } catch (error) {
    if (error instanceof SubjectLoadError) return { problem: error.message };
    return { problem: `They could not be tried: ${String(error)}` };
  }
}
