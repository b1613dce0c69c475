/**
 * The suite of a kata, from what the kata declares: its promises, an experiment for each, the functions that
 * a subject exports, how a history reads as a test, what to count. Nothing is assumed about what a subject
 * is: it may have a disk or none, answer at once or later.
 */
import type { Check, LoadedSubject, Suite, Verdict } from "./check.ts";
import { exportsProblem } from "./exports-problem.ts";
import { type AnyExperiment, checkOf, replayOf } from "./experiment.ts";
import { learnerTest, type TestBody } from "./learner-test.ts";
import { decodeToken, promiseHash } from "./token.ts";

export interface SuiteDeclaration<Subject, Id extends string> {
  readonly kata: { readonly name: string; readonly version: number };
  readonly invariants: readonly { readonly id: Id; readonly sentence: string }[];

  /** The functions that a subject has to export. */
  readonly factories: readonly (keyof Subject & string)[];

  /** One for each promise; complete by type. */
  readonly experiments: Readonly<Record<Id, AnyExperiment<Subject>>>;

  /** A case of that promise's experiment as the lines of a test: see learner-test.ts. */
  asTest(id: Id, content: unknown): TestBody;

  /** Measured counts, such as syncs per put: evidence for the score, never a verdict. */
  operations(subject: LoadedSubject<Subject>): Promise<Record<string, number>>;

  /**
   * Runs a check on the subject. For katas with more to say than the check: what is wrong with a thing that
   * a factory has made, for instance.
   */
  runCheck?(
    subject: LoadedSubject<Subject>,
    check: (subject: LoadedSubject<Subject>) => Promise<Verdict>,
  ): Promise<Verdict>;
}

export function suiteOf<Subject, Id extends string>(
  declaration: SuiteDeclaration<Subject, Id>,
): Suite<Subject, Id> {
  const { kata, invariants, factories, experiments } = declaration;

  const run = (
    subject: LoadedSubject<Subject>,
    check: (subject: LoadedSubject<Subject>) => Promise<Verdict>,
  ) => declaration.runCheck?.(subject, check) ?? check(subject);

  const checkFor = (id: Id): Check<Subject> => {
    const check = checkOf(experiments[id]);
    return (subject, budget) => run(subject, (subjectRun) => check(subjectRun, budget));
  };

  /** The promise and the case of a token, or why it cannot be read. */
  const readToken = (
    token: string,
  ): { id: Id; sentence: string; content: unknown } | { problem: string } => {
    const decoded = decodeToken(token);
    if ("problem" in decoded) return decoded;
    if (decoded.version !== kata.version) {
      return {
        problem: `The token is of version ${decoded.version} of ${kata.name}; this is version ${kata.version}. Grade again for a new one.`,
      };
    }
    const promise = invariants.find(({ id }) => promiseHash(id) === decoded.promise);
    if (promise === undefined) {
      return {
        problem: `The token names no promise of ${kata.name}; was it made for another kata?`,
      };
    }
    const { id, sentence } = promise;
    const content: unknown = experiments[id].unpack?.(decoded.content) ?? decoded.content;
    return { id, sentence, content };
  };

  const readable = (token: string) => {
    const read = readToken(token);
    if ("problem" in read) throw new RangeError(read.problem);
    return read;
  };

  return {
    checks: Object.fromEntries(invariants.map(({ id }) => [id, checkFor(id)])) as Record<
      Id,
      Check<Subject>
    >,

    exportsProblem: (exports) => exportsProblem(factories, exports),

    async replay(subject, token, onEvent) {
      const { id, content } = readable(token);
      const verdict = await run(subject, (subjectRun) =>
        replayOf(experiments[id], subjectRun, content, onEvent),
      );
      return { id, verdict };
    },

    tokenPromise(token) {
      const read = readToken(token);
      return "problem" in read ? read : { id: read.id };
    },

    asTest(token) {
      const { id, sentence, content } = readable(token);
      const body = declaration.asTest(id, content);
      return learnerTest({ kata: kata.name, sentence, token: token.trim(), factories, body });
    },

    operations: (subject) => declaration.operations(subject),
  };
}
