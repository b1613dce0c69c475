/** Checks of the tiny kata: plain, fast, and each with one way to fail. */
import type { Check, Counterexample, HistoryEvent, Suite, Verdict } from "../../harness/check.ts";

interface Counter {
  increment(): Promise<number>;
  read(): Promise<number>;
}
type Exports = Record<string, unknown>;
type Id =
  | "tiny-counter/starts-at-zero"
  | "tiny-counter/counts-up"
  | "tiny-counter/counts-together"
  | "tiny-counter/each-is-its-own";

const explored = { runs: 1, states: 1 };

function counter(exports: Exports): Counter {
  return (exports["createCounter"] as () => Counter)();
}

function line(what: string, detail: string, remark: string | null = null): HistoryEvent {
  return { kind: "call", life: 1, client: 1, what, detail, remark, contradiction: false };
}

function verdict(events: HistoryEvent[], answer: number, expected: number, token: string): Verdict {
  if (answer === expected) return { status: "held", explored };
  const last = { ...line("read", `${answer}, expected ${expected}`), contradiction: true };
  const counterexample: Counterexample = {
    phase: "live",
    events: [...events, last],
    therefore: `The counter says ${answer} where ${expected} increments were answered.`,
    features: [answer > expected ? "too many" : "too few"],
  };
  return { status: "broken", explored, counterexample, replay: token, reason: null };
}

const countsUp: Check<Exports> = async ({ exports }, { seed }) => {
  const subject = counter(exports);
  const events: HistoryEvent[] = [];
  for (let count = 1; count <= 2 + (seed % 2); count += 1) {
    events.push(
      line("increment", `answered ${await subject.increment()}`, count === 1 ? "the first" : null),
    );
  }
  return verdict(events, await subject.read(), events.length, `1.${seed}`);
};

const checks: Record<Id, Check<Exports>> = {
  "tiny-counter/starts-at-zero": async (subject) =>
    verdict([line("create", "")], await counter(await subject.fresh()).read(), 0, "1.0"),
  "tiny-counter/counts-up": countsUp,
  "tiny-counter/counts-together": async ({ exports }) => {
    const subject = counter(exports);
    await Promise.all([subject.increment(), subject.increment()]);
    return verdict([line("increment", ""), line("increment", "")], await subject.read(), 2, "1.77");
  },
  "tiny-counter/each-is-its-own": async ({ exports }) => {
    const [one, other] = [counter(exports), counter(exports)];
    await one.increment();
    return verdict([line("increment one", "")], await other.read(), 0, "1.88");
  },
};

export const suite: Suite<Exports, Id> = {
  checks,
  exportsProblem: (exports) =>
    typeof exports["createCounter"] === "function"
      ? undefined
      : "expected it to export the function createCounter.",
  replay: async (subject, token, onEvent) => {
    const result = await countsUp(subject, { seed: Number(token.split(".")[1]), effort: 1 });
    if ("counterexample" in result)
      result.counterexample?.events.forEach((event) => onEvent?.(event));
    return { id: "tiny-counter/counts-up", verdict: result };
  },
  tokenPromise: (token) =>
    /^1\.\d+$/.test(token)
      ? { id: "tiny-counter/counts-up" }
      : { problem: `Expected a token such as 1.2, got "${token}".` },
  asTest: (token) => `test("counts up (${token})", () => {});\n`,
  operations: async (subject) => {
    await counter(subject.exports).increment();
    return { awaitsPerIncrement: 1 };
  },
};
