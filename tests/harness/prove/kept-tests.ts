/**
 * Proves histories kept as tests: red for the planted bug that has yielded them, green for the reference, and
 * good neighbours in one file.
 */
import { beforeAll, describe, expect, test } from "vitest";
import {
  inRepository,
  judge,
  type ProofBudget,
  promisesOf,
  type ProvenKata,
  subjectAt,
} from "./promises.ts";
import { runAsLearner, type TestOutcome } from "./run-as-learner.ts";

export interface KeptTests {
  /** Names of planted bugs: one for each way in which the kata writes a test. */
  readonly impostors: readonly string[];
  /** Histories beyond the one that each of them yields for the promise it names. */
  readonly tokens?: () => Promise<readonly KeptToken[]>;
  /** The functions that a subject exports; a learner's own test has imported them already. */
  readonly factories: readonly string[];
}

export interface KeptToken {
  impostor: string;
  token: string;
}

export function proveKeptTests<Subject, Id extends string>(
  proven: ProvenKata<Subject, Id>,
  { impostors, tokens = async () => [], factories }: KeptTests,
  { effort = 0.3, timeoutMs = 240_000 }: ProofBudget = {},
): void {
  const { kata, suite, invariants } = proven;
  const folder = `tests/${kata.name}/impostors`;
  const kept: (KeptToken & { text: string })[] = [];
  let outcomes: Map<string, TestOutcome[]>;

  beforeAll(async () => {
    const found: KeptToken[] = [];
    for (const impostor of impostors)
      found.push({ impostor, token: await tokenOf(impostor, proven, effort) });
    found.push(...(await tokens()));
    for (const one of found) kept.push({ ...one, text: suite.asTest(one.token) });
    outcomes = await runAsLearner(kata.name, [
      ...kept.map(({ impostor, text }, index) => ({
        name: `red-${index}`,
        subjectFile: inRepository(`${folder}/${impostor}.ts`),
        test: text,
      })),
      {
        name: "green",
        subjectFile: inRepository(`solutions/${kata.name}/${kata.name}.ts`),
        // One file holds them all, beside a test that has imported the same names already.
        test: [learnersOwnTest(kata.name, factories), ...textsOf(kept)].join("\n"),
      },
    ]);
  }, timeoutMs);

  describe("a history kept as a test", () => {
    test("is red for the planted bug that has yielded it", () => {
      const statuses = (index: number) =>
        outcomes.get(`red-${index}`)?.map(({ status }) => status) ?? [];
      const green = kept.filter((_, index) => statuses(index).join() !== "failed");
      expect(green.map(({ impostor }) => impostor)).toEqual([]);
    });

    test("is green for the reference, with all the others in one file", () => {
      const green = outcomes.get("green") ?? [];
      expect(green.flatMap(({ failureMessages }) => failureMessages)).toEqual([]);
      expect(green.map(({ status }) => status)).toEqual(
        Array.from({ length: textsOf(kept).length + 1 }, () => "passed"),
      );
    });

    test("is named after the promise, and says how to see the history again", () => {
      for (const { token, text } of kept) {
        const read = suite.tokenPromise(token);
        const id = "id" in read ? read.id : undefined;
        const sentence = invariants.find((one) => one.id === id)?.sentence;
        expect(sentence).toBeTypeOf("string");
        expect(text).toContain(`test(${JSON.stringify(sentence).slice(0, -1)} (history `);
        expect(text.split("\n")[0]).toMatch(
          new RegExp(`^// .* npm run grade ${kata.name} -- --replay ${token}$`),
        );
      }
    });
  });
}

/** Each text once: two planted bugs may yield the same history. */
function textsOf(kept: readonly { text: string }[]): string[] {
  return [...new Set(kept.map(({ text }) => text))];
}

/** The history that the check of its promise finds. */
async function tokenOf<Subject, Id extends string>(
  impostor: string,
  proven: ProvenKata<Subject, Id>,
  effort: number,
): Promise<string> {
  const subject = await subjectAt(proven, `tests/${proven.kata.name}/impostors/${impostor}.ts`);
  const { promise } = subject.exports["impostor"] as { promise: unknown };
  const id = promisesOf(proven, {}).find((one) => one === promise);
  if (id === undefined) throw new Error(`${impostor} names no promise: ${String(promise)}.`);
  const verdict = await judge(proven, subject, id, { effort });
  if (verdict.status === "broken" && verdict.replay !== null) return verdict.replay;
  throw new Error(`${impostor} does not break ${id} with effort ${effort}: ${verdict.status}.`);
}

function learnersOwnTest(kata: string, factories: readonly string[]): string {
  return `import { expect, test, vi } from "vitest";
import { createCrashDisk } from "#platform/testing/crash-disk.ts";
import { ${factories.join(", ")} } from "./${kata}.ts";

test("my own", () => {
  vi.resetModules();
  for (const known of [createCrashDisk, ${factories.join(", ")}]) expect(known).toBeTypeOf("function");
});
`;
}
