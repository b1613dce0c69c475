import { describe, expect, it } from "vitest";
import type { LoadedSubject } from "./check.ts";
import { checkOf, type Experiment, type Finding, replayOf } from "./experiment.ts";
import { loadSubject } from "./subject-loader.ts";
import { decodeToken } from "./token.ts";

type Case = number[];

const budget = { seed: 1, effort: 1 };
const subject: LoadedSubject<unknown> = { file: "none", exports: {}, fresh: async () => ({}) };
const broken = (signature: string): Finding => ({
  kind: "broken",
  states: 1,
  signature,
  phase: "live",
  therefore: `It is ${signature}.`,
  features: [signature],
});

/** Lists of numbers, each judged by `judge`; smaller means one number fewer. */
function experiment(
  cases: Case[],
  judge: (testCase: Case) => Finding,
  more: Partial<Experiment<unknown, Case>> = {},
): Experiment<unknown, Case> {
  return {
    promise: "some-kata/some-promise",
    kataVersion: 1,
    cases: () => cases,
    async run(_, testCase, listener) {
      for (const number of testCase) {
        listener?.({
          kind: "note",
          life: 1,
          client: null,
          what: `${number}`,
          detail: "",
          remark: null,
          contradiction: false,
        });
      }
      return judge(testCase);
    },
    *smaller(testCase) {
      for (const index of testCase.keys()) yield testCase.toSpliced(index, 1);
    },
    ...more,
  };
}

const held: Finding = { kind: "held", states: 3 };
const missed: Finding = { kind: "missed", why: "no rotation happened", states: 1 };

describe("a check", () => {
  it("holds when every case holds, and counts runs and states", async () => {
    const verdict = await checkOf(experiment([[1], [2]], () => held))(subject, budget);
    expect(verdict).toEqual({ status: "held", explored: { runs: 2, states: 6 } });
  });

  it("holds when the event happened in some cases, though not in all", async () => {
    const verdict = await checkOf(
      experiment([[1], [2]], ([first]) => (first === 1 ? missed : held)),
    )(subject, budget);
    expect(verdict.status).toBe("held");
  });

  it("is undecided when the event that it needs never happened, and says what was missing", async () => {
    const verdict = await checkOf(experiment([[1]], () => missed))(subject, budget);
    expect(verdict).toMatchObject({
      status: "undecided",
      reason: expect.stringContaining("no rotation happened") as string,
    });
  });

  it("is undecided when there was no case at all", async () => {
    expect((await checkOf(experiment([], () => held))(subject, budget)).status).toBe("undecided");
  });

  it("is broken by the first case that breaks it, and tries no other", async () => {
    const verdict = await checkOf(
      experiment([[1], [2], [3]], ([first]) => (first === 2 ? broken("odd") : held)),
    )(subject, budget);
    expect(verdict).toMatchObject({
      status: "broken",
      explored: { runs: 2, states: 4 },
      reason: null,
    });
  });

  it("is hung by a call that is never answered, with the history", async () => {
    const verdict = await checkOf(
      experiment([[5, 6]], () => ({ kind: "hung", what: "get was never answered", states: 0 })),
    )(subject, budget);
    expect(verdict).toMatchObject({
      status: "hung",
      reason: "get was never answered",
      counterexample: { events: [] },
    });
  });
});

describe("shrinking", () => {
  it("leaves only what the violation needs", async () => {
    const needs = experiment([[9, 2, 8, 7, 3]], (numbers) =>
      numbers.includes(2) && numbers.includes(7) ? broken("pair") : held,
    );
    const verdict = await checkOf(needs)(subject, budget);
    expect(verdict).toMatchObject({ counterexample: { events: [{ what: "2" }, { what: "7" }] } });
  });

  it("does not drift to another violation", async () => {
    const two = experiment([[1, 2, 3]], (numbers) => {
      if (numbers.length >= 2 && numbers.includes(3)) return broken("wanted");
      return numbers.length === 0 ? held : broken("other");
    });
    const verdict = await checkOf(two)(subject, budget);
    expect(verdict).toMatchObject({ counterexample: { therefore: "It is wanted." } });
  });

  it("begins with the choices that chance made written down", async () => {
    const drawn = experiment(
      [[1]],
      (numbers) => ({ ...broken("race"), schedule: [4, ...numbers] }) as Finding,
      {
        withSchedule: (_, schedule) => schedule,
        smaller: () => [],
      },
    );
    const verdict = await checkOf(drawn)(subject, budget);
    expect(verdict).toMatchObject({ counterexample: { events: [{ what: "4" }, { what: "1" }] } });
  });

  it("comes to an end although a smaller case could always be found", async () => {
    let runs = 0;
    const endless = experiment([[1]], () => broken("always"), {
      *smaller(testCase) {
        runs++;
        yield testCase.map((number) => number + 1);
      },
    });
    expect((await checkOf(endless)(subject, budget)).status).toBe("broken");
    expect(runs).toBeLessThan(1000);
  });
});

describe("a replay", () => {
  const lucky = experiment([[4, 2, 7]], (numbers) => (numbers.includes(2) ? broken("two") : held));

  it("of the token that a verdict gives shows the same history again", async () => {
    const verdict = await checkOf(lucky)(subject, budget);
    if (verdict.status !== "broken" || verdict.replay === null)
      expect.unreachable("the check is broken, with a token");
    const token = decodeToken(verdict.replay);
    if ("problem" in token) expect.unreachable(token.problem);
    const heard: string[] = [];
    const again = await replayOf(lucky, subject, token.content as Case, (event) =>
      heard.push(event.what),
    );
    expect(again).toMatchObject({
      status: "broken",
      counterexample: verdict.counterexample,
      replay: verdict.replay,
    });
    expect(heard).toEqual(["2"]);
  });

  it("of code that has been repaired holds", async () => {
    expect(
      await replayOf(
        experiment([], () => held),
        subject,
        [2],
      ),
    ).toEqual({ status: "held", explored: { runs: 1, states: 3 } });
  });

  it("is not promised where the history did not break the promise a second time", async () => {
    let runs = 0;
    const once = experiment([[1]], () => (++runs === 1 ? broken("luck") : held));
    const verdict = await checkOf(once)(subject, budget);
    expect(verdict).toMatchObject({
      status: "broken",
      replay: null,
      counterexample: { features: ["unrepeatable"] },
    });
    expect(verdict).toHaveProperty(
      "reason",
      expect.stringContaining("did not break the promise a second time"),
    );
  });
});

describe("a subject that leaves the world", () => {
  it("is reported as that, whatever else was found, with the line that left", async () => {
    const { exports } = await loadSubject("tests/harness/fixtures/leaves-the-world.ts");
    const leaving = exports["leaving"] as Record<string, () => unknown>;
    for (const finding of [
      held,
      missed,
      broken("late"),
      { kind: "hung", what: "it waits", states: 0 } as Finding,
    ]) {
      const leaves = experiment([[1]], () => {
        leaving["setTimeout"]?.();
        return finding;
      });
      const verdict = await checkOf(leaves)(subject, budget);
      expect(verdict).toMatchObject({
        status: "outside-world",
        callSite: expect.stringContaining("leaves-the-world.ts:") as string,
      });
      expect((await replayOf(leaves, subject, [1])).status).toBe("outside-world");
    }
  });
});
