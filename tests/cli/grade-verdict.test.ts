import { describe, expect, it } from "vitest";
import { checkClaims, readClaims } from "../../scripts/lib/grade/claims.ts";
import { inOrderOfFixing } from "../../scripts/lib/grade/fix-first.ts";
import { noStress, type PromiseGrade, type Status } from "../../scripts/lib/grade/grade-report.ts";
import { nearestPlantedBug } from "../../scripts/lib/grade/looks-like.ts";
import { secondsOf } from "../../scripts/lib/grade/process-usage.ts";
import { verdictOf, type Evidence } from "../../scripts/lib/grade/verdict.ts";

const coreLevel = 2;

function promise(level: number, status: Status, eventCount = 0): PromiseGrade {
  const event = {
    kind: "call",
    life: 1,
    client: 1,
    what: "",
    detail: "",
    remark: null,
    contradiction: false,
  } as const;
  const events = Array.from({ length: eventCount }, () => event);
  return {
    id: `k/${level}-${status}-${eventCount}`,
    level,
    sentence: "",
    status,
    ms: 0,
    explored: { runs: 0, states: 0 },
    counterexample:
      eventCount === 0 ? null : { phase: "live", events, therefore: "", features: [] },
    replay: null,
    looksLike: null,
    reason: null,
  };
}

function evidence(statuses: Status[], changes: Partial<Evidence> = {}): Evidence {
  return {
    problem: null,
    types: { ok: true, problems: [] },
    invariants: statuses.map((status, index) => promise(index + 1, status)),
    level: 3,
    partial: false,
    stress: { ...noStress, status: "held" },
    ...changes,
  };
}

describe("the verdict", () => {
  it.each<[string, Evidence, string]>([
    ["everything held", evidence(["held", "held", "held"]), "pass"],
    ["declined where it may be", evidence(["held", "declined", "held"]), "pass"],
    [
      "the core held, nothing beyond it attempted",
      evidence(["held", "held", "not-attempted"], { level: 2 }),
      "pass",
    ],
    [
      "below the core",
      evidence(["held", "not-attempted", "not-attempted"], { level: 1 }),
      "incomplete",
    ],
    ["stress not run", evidence(["held", "held", "held"], { stress: noStress }), "incomplete"],
    ["a promise that was never judged", evidence(["held", "not-run", "held"]), "incomplete"],
    [
      "stress broken",
      evidence(["held", "held", "held"], { stress: { ...noStress, status: "broken" } }),
      "fail",
    ],
    ["types", evidence(["held", "held", "held"], { types: { ok: false, problems: [] } }), "fail"],
    ["a problem", evidence(["not-run"], { problem: "It does not parse.", level: null }), "fail"],
    [
      "narrowed and held",
      evidence(["not-run", "held"], { partial: true, stress: noStress }),
      "pass",
    ],
    ["narrowed to nothing", evidence(["not-attempted"], { partial: true }), "incomplete"],
    ["narrowed and broken", evidence(["held", "broken"], { partial: true }), "fail"],
  ])("%s", (_name, given, expected) => {
    expect(verdictOf(given, coreLevel)).toBe(expected);
  });

  it.each<Status>(["broken", "undecided", "hung", "crashed", "outside-world"])(
    "never passes with %s",
    (status) => {
      expect(verdictOf(evidence(["held", "held", status]), coreLevel)).toBe("fail");
    },
  );
});

it("what to fix first is of the lowest level, then the shortest history", () => {
  const promises = [
    promise(2, "broken", 1),
    promise(1, "hung"),
    promise(1, "broken", 9),
    promise(1, "broken", 3),
    promise(1, "held"),
  ];
  const order = inOrderOfFixing(promises).map(({ id }) => id);
  expect(order).toEqual(["k/1-broken-3", "k/1-broken-9", "k/1-hung-0", "k/2-broken-1"]);
});

describe("what a subject says about itself", () => {
  const level = { title: "", minutes: 1 };
  const kata = {
    name: "k",
    title: "",
    version: 1,
    coreLevel: 1,
    levels: [level, level],
    folder: "",
  };

  it("means all levels when it names none", () => {
    expect(checkClaims({ level: undefined, singleThreaded: undefined }, kata)).toEqual({
      level: 2,
      singleThreaded: null,
    });
  });

  it.each([0, 3, 1.5, "2", null])("is refused when its level is %s", (claimed) => {
    expect(checkClaims({ level: claimed, singleThreaded: undefined }, kata)).toHaveProperty(
      "problem",
    );
  });

  it.each<[string, Record<string, unknown>, string]>([
    [
      "a symbol",
      { level: Symbol("x") },
      "`level` to be a whole number from 1 to 2, got the symbol",
    ],
    ["a bigint", { level: 2n }, "got the bigint 2n."],
    ["not a number", { level: Number.NaN }, "got NaN."],
    ["a function", { level: () => 1 }, "got a function."],
    ["an array", { level: [1] }, "got an array."],
    ["a text", { level: "two" }, 'got "two".'],
    ["no reason but a symbol", { singleThreaded: Symbol("why") }, "got the symbol Symbol(why)."],
    [
      "a getter that throws",
      Object.defineProperty({}, "level", {
        get: () => {
          throw new Error("not today");
        },
      }),
      "got something that cannot be read (Error: not today).",
    ],
  ])("is refused in words when it is %s", (_name, exports, words) => {
    // As it reaches the grader: as JSON.
    const claims = JSON.parse(JSON.stringify(readClaims(exports))) as ReturnType<typeof readClaims>;
    expect(checkClaims(claims, kata)).toEqual({
      problem: expect.stringContaining(words) as string,
    });
  });

  it("is refused when one thread has no reason", () => {
    expect(checkClaims({ level: 1, singleThreaded: "" }, kata)).toHaveProperty("problem");
    expect(checkClaims({ level: 1, singleThreaded: true }, kata)).toHaveProperty("problem");
  });
});

describe("looks like", () => {
  const early = {
    impostor: "early",
    misconception: "answering too early",
    level: 2,
    broken: ["a", "b"],
    features: { a: ["x"] },
  };
  const late = {
    impostor: "late",
    misconception: "answering too late",
    level: 2,
    broken: ["a"],
    features: { a: ["y"] },
  };
  const judged = [
    { id: "a", level: 1, isBroken: true },
    { id: "b", level: 2, isBroken: true },
  ];
  const failure = { id: "a", features: ["x"], judged };

  it("names the misconception of the one that is clearly nearest", () => {
    expect(nearestPlantedBug(failure, [late, early])).toBe("answering too early");
  });

  it("is silent when two are as near, when none is near, and when there are none", () => {
    expect(
      nearestPlantedBug(failure, [early, { ...early, misconception: "something else" }]),
    ).toBeNull();
    expect(nearestPlantedBug(failure, [late])).toBeNull();
    expect(nearestPlantedBug(failure, [])).toBeNull();
  });

  it("is silent about a failure that has no features of its own", () => {
    const bare = { ...early, features: { a: ["live"] } };
    expect(nearestPlantedBug({ ...failure, features: ["live"] }, [bare])).toBeNull();
  });

  it("compares no promise that only one of the two was asked about", () => {
    const beginner = { ...failure, judged: judged.slice(0, 1) };
    expect(nearestPlantedBug(beginner, [early])).toBe("answering too early");
    const ahead = { ...failure, judged: [...judged, { id: "c", level: 3, isBroken: true }] };
    expect(nearestPlantedBug(ahead, [early])).toBe("answering too early");
  });
});

it("CPU time is read as ps prints it", () => {
  expect(["0:01.50", "02:03:04", "1-00:00:01"].map(secondsOf)).toEqual([1.5, 7384, 86_401]);
});
