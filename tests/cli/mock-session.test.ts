/** The state machine of a mock session: every kata and format from start to bell, in no time at all. */
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { formats } from "../../rubric/formats.ts";
import type { FormatName } from "../../rubric/shape.ts";
import { loadCatalogue, loadPromises, type Kata } from "../../scripts/lib/kata/catalogue.ts";
import { assumeSomething } from "../../scripts/lib/mock/fact-sheet.ts";
import { bellMs, drawPlan, type SessionPlan } from "../../scripts/lib/mock/session-plan.ts";
import {
  beginning,
  fold,
  respond,
  stateOf,
  type SessionInput,
  type SessionState,
  type TimedEvent,
} from "../../scripts/lib/mock/session.ts";
import { fixtureRubric } from "./mock-fixture/rubric.ts";

const root = path.resolve(import.meta.dirname, "../..");
const minuteMs = 60_000;
const formatNames: FormatName[] = ["staff", "infrastructure", "lld"];
let katas: Kata[];
const planOf = new Map<string, SessionPlan>();

beforeAll(async () => {
  katas = await loadCatalogue(root);
  for (const kata of katas) {
    for (const name of formatNames) planOf.set(`${kata.name} ${name}`, await draw(kata, name));
  }
});

describe("a session of every kata and format", () => {
  test("goes through all phases at their minutes, asks one thing at a time and ends with the bell", () => {
    for (const [name, plan] of planOf) {
      const { entries, state } = answerEverything(plan);
      expect(state.bell, name).toEqual({ because: "time", ms: plan.minutes * minuteMs });
      const entered = entries.filter(({ event }) => event === "phase").map(({ ms }) => ms);
      expect(entered, name).toEqual(plan.phases.map(({ beginsMs }) => beginsMs));
      expectOneAtATime(entries, name);
      const warned = entries.filter(({ event }) => event === "warned");
      expect(warned, name).toHaveLength(plan.phases.length);
    }
  });

  test("reveals every level of the core, rung by rung, and none beyond it unasked", () => {
    for (const [name, plan] of planOf) {
      const { entries } = answerEverything(plan);
      const levels = entries.flatMap((entry) => (entry.event === "revealed" ? [entry.level] : []));
      const core = Array.from({ length: plan.coreLevel }, (_, index) => index + 1);
      expect(levels, name).toEqual(core);
    }
  });

  test("changes one requirement in mid-session, after its level was named", () => {
    for (const [name, plan] of planOf) {
      const { entries } = answerEverything(plan);
      const changes = askedIn(entries).filter(({ kind }) => kind === "change");
      expect(
        changes.map(({ question }) => question),
        name,
      ).toEqual([plan.change?.id]);
      const [change] = changes;
      const named = entries.find(
        (entry) => entry.event === "revealed" && entry.level === plan.change?.level,
      );
      expect(named?.ms, name).toBeLessThanOrEqual(change?.ms ?? 0);
      expect((change?.ms ?? 0) / bellMs(plan), name).toBeGreaterThan(0.3);
      expect((change?.ms ?? 0) / bellMs(plan), name).toBeLessThan(0.9);
    }
  });

  test("puts at most three probes a phase, each only once, and every general question", () => {
    for (const [name, plan] of planOf) {
      const { entries } = answerEverything(plan);
      const ids = askedIn(entries).map(({ question }) => question);
      expect(new Set(ids).size, name).toBe(ids.length);
      for (const [index, phase] of plan.phases.entries()) {
        const asked = askedIn(entriesOfPhase(entries, index));
        const probes = asked.filter(({ kind }) => kind === "probe").length;
        expect(probes, `${name} ${phase.title}`).toBeGreaterThan(0);
        expect(probes, `${name} ${phase.title}`).toBeLessThanOrEqual(3);
        const general = asked.filter(({ kind }) => kind === "general").map(({ text }) => text);
        expect(general, `${name} ${phase.title}`).toEqual(phase.questions);
      }
    }
  });
});

describe("time", () => {
  test("however late somebody looks, the log is the same", () => {
    for (const [name, plan] of planOf) {
      const often = silent(plan, 250 * 37);
      const once = silent(plan, bellMs(plan));
      expect(once, name).toEqual(often);
    }
  });

  test("fewer minutes shorten every phase alike", async () => {
    const [kata] = katas;
    const plan = await draw(kata as Kata, "infrastructure", { minutes: 15 });
    const whole = planned("infrastructure");
    expect(plan.phases.map(({ endsMs }) => endsMs)).toEqual(
      whole.phases.map(({ endsMs }) => endsMs / 5),
    );
    expect(answerEverything(plan).state.bell?.ms).toBe(15 * minuteMs);
  });

  test("a phase that is not done when its time is over is recorded as a slip, and the next one begins", () => {
    const plan = planned("staff");
    const entries = silent(plan, minuteMs);
    const slips = entries.filter(({ event }) => event === "slipped");
    expect(slips).toHaveLength(plan.phases.length);
    expect(slips[0]).toMatchObject({ phase: 0, open: "clarify-opening", unasked: 6 });
    expect(slips[0]?.ms).toBe(plan.phases[0]?.endsMs);
  });

  test("minutes saved in one phase belong to the next, and the bell stays where it is", () => {
    const plan = planned("infrastructure");
    const session = new Scripted(plan);
    session.at(2 * minuteMs, { input: "next phase" });
    expect(session.state.phase).toBe(1);
    session.at(bellMs(plan) - 1, { input: "time" });
    expect(session.entries.find(({ event }) => event === "moved-on")).toMatchObject({
      savedMs: 8 * minuteMs,
    });
    const third = session.entries.filter(({ event }) => event === "phase")[2];
    expect(third?.ms).toBe(plan.phases[2]?.beginsMs);
    expect(session.state.bell).toBe(null);
    session.at(bellMs(plan), { input: "time" });
    expect(session.state.bell?.because).toBe("time");
  });

  test("whoever leaves the last phase early rings the bell", () => {
    const plan = planned("lld");
    const session = new Scripted(plan);
    for (const minute of [1, 2, 3, 4, 5]) session.at(minute * minuteMs, { input: "next phase" });
    expect(session.state.bell).toEqual({ because: "finished", ms: 5 * minuteMs });
    const changes = askedIn(session.entries).filter(({ kind }) => kind === "change");
    // Skipping the phase of code does not skip its change.
    expect(changes).toHaveLength(0);
    expect(session.at(6 * minuteMs, { input: "line", text: "late" })).toEqual([]);
  });

  test("in a pause nothing becomes due and nothing is taken, and it is noted", () => {
    const plan = planned("staff");
    const session = new Scripted(plan);
    session.at(minuteMs, { input: "pause" });
    const before = session.entries.length;
    session.at(minuteMs, { input: "line", text: "thinking" });
    session.at(minuteMs, { input: "next phase" });
    session.at(minuteMs, { input: "time" });
    expect(session.entries).toHaveLength(before);
    session.at(minuteMs, { input: "resume", pausedMs: 90_000 });
    expect(session.state.pauses).toEqual({ count: 1, ms: 90_000 });
    session.at(bellMs(plan), { input: "time" });
    expect(session.state.bell?.ms).toBe(bellMs(plan));
  });
});

describe("questions", () => {
  test("a question stands until it is answered; then there is silence, in which more may be said", () => {
    const plan = planned("infrastructure");
    const session = new Scripted(plan);
    session.at(4 * minuteMs, { input: "time" });
    expect(askedIn(session.entries)).toHaveLength(1);
    session.at(4 * minuteMs, { input: "line", text: "A store for one machine." });
    session.at(4 * minuteMs + 5_000, { input: "line", text: "Not a distributed one." });
    expect(askedIn(session.entries)).toHaveLength(1);
    session.at(4 * minuteMs + 13_000, { input: "time" });
    expect(askedIn(session.entries).map(({ kind }) => kind)).toEqual(["opening", "general"]);
    const answers = session.entries.filter(({ event }) => event === "answered");
    expect(answers).toMatchObject([
      { question: "clarify-opening", text: "A store for one machine." },
      { question: "clarify-opening", text: "Not a distributed one." },
    ]);
  });

  test("an empty line says that it was said aloud, or that there is no more to say", () => {
    const session = new Scripted(planned("infrastructure"));
    session.at(minuteMs, { input: "line", text: "" });
    expect(session.entries.at(-2)).toMatchObject({ event: "answered", text: null });
    expect(session.entries.at(-1)).toMatchObject({ event: "asked", question: "clarify-1" });
    session.at(minuteMs, { input: "line", text: "typed" });
    session.at(minuteMs, { input: "line", text: "" });
    expect(session.entries.at(-2)).toMatchObject({ event: "went-on", question: "clarify-1" });
    expect(session.entries.at(-1)).toMatchObject({ event: "asked", kind: "probe" });
  });

  test("a line that asks is answered from the fact sheet, or with the request to assume", () => {
    const session = new Scripted(planned("infrastructure"));
    session.at(minuteMs, { input: "line", text: "How many writes per second, at what rate?" });
    expect(session.entries.at(-1)).toMatchObject({
      fact: "write rate",
      answer: "A thousand writes a second.",
    });
    session.at(minuteMs, { input: "line", text: "How large are the values?" });
    expect(session.entries.at(-1)).toMatchObject({ answer: "At most a kilobyte." });
    session.at(minuteMs, { input: "line", text: "Which colour has the button?" });
    expect(session.entries.at(-1)).toMatchObject({ fact: null, answer: assumeSomething });
    expect(session.state.open?.answered).toBe(false);
  });

  test("the change breaks into an open question, which is left open", () => {
    const plan = planned("infrastructure");
    const session = new Scripted(plan);
    session.at(bellMs(plan), { input: "time" });
    const change = session.entries.findIndex(
      (entry) => entry.event === "asked" && entry.kind === "change",
    );
    expect(session.entries[change - 1]).toMatchObject({ event: "left-open" });
  });

  test("the same seed draws the same change and order, another seed others", async () => {
    const [kata] = katas;
    const plans = await Promise.all(
      [1, 1, 2, 3, 4, 5, 6].map((seed) => draw(kata as Kata, "staff", { seed })),
    );
    expect(plans[0]).toEqual(plans[1]);
    expect(new Set(plans.map(({ change }) => change?.id)).size).toBe(2);
    expect(new Set(plans.map(({ probes }) => probes.map(({ id }) => id).join())).size).toBe(6);
  });

  test("probes follow what the attempt shows: red, the level under work; green, the one above", () => {
    const probeAfter = (level: number, green: boolean | null) => {
      const session = new Scripted(planned("infrastructure"));
      session.at(minuteMs, { input: "saved", level, lines: 10 });
      if (green !== null) {
        const counts = { passed: 1, of: 1, green, failing: [], problem: null };
        session.at(minuteMs, { input: "tested", counts });
      }
      session.at(minuteMs, { input: "line", text: "" });
      session.at(minuteMs, { input: "line", text: "" });
      return askedIn(session.entries).find(({ kind }) => kind === "probe");
    };
    expect(probeAfter(1, null)).toMatchObject({ question: "clarify-level-1" });
    expect(probeAfter(2, false)).toMatchObject({
      question: "clarify-level-2",
      because: "level 2 is under work",
    });
    expect(probeAfter(2, true)).toMatchObject({
      question: "clarify-level-3",
      because: "level 3 is not reached",
    });
    expect(probeAfter(3, true)?.because).toBe("up to level 3 is claimed");
  });

  test("among probes of one rank, those about the weakest dimension come first", async () => {
    const [kata] = katas;
    for (const [weakest, expected] of [
      [14, "clarify-level-0"],
      [5, "clarify-level-1"],
    ] as const) {
      const plan = await draw(kata as Kata, "infrastructure", { weakest });
      // Every probe is about no level: they differ in their dimensions alone.
      for (const probe of plan.probes) probe.levels = [];
      const first = plan.probes.filter(({ phase }) => phase === "clarify");
      const session = new Scripted(plan);
      session.at(minuteMs, { input: "line", text: "" });
      session.at(minuteMs, { input: "line", text: "" });
      const probe = askedIn(session.entries).find(({ kind }) => kind === "probe");
      const wanted = first.filter(({ dimensions }) => dimensions.includes(weakest));
      expect(wanted.map(({ id }) => id)).toContain(expected);
      expect(probe?.question).toBe(wanted[0]?.id);
      expect(probe?.because).toContain(`dimension ${weakest}`);
    }
  });
});

describe("levels", () => {
  test("are named sooner to whoever asks, or has begun to write one", () => {
    const plan = planned("infrastructure");
    const session = new Scripted(plan);
    session.at(minuteMs, { input: "next level" });
    expect(session.state.revealed).toBe(0);
    session.at(21 * minuteMs, { input: "next level" });
    expect(session.entries.at(-1)).toMatchObject({
      event: "revealed",
      level: 2,
      because: "asked for",
    });
    session.at(22 * minuteMs, { input: "saved", level: 4, lines: 50 });
    const declared = session.entries.filter(
      (entry) => entry.event === "revealed" && entry.because === "declared",
    );
    expect(declared).toMatchObject([{ level: 3 }, { level: 4 }]);
  });

  test("saves that say nothing new are noted twice a minute at most", () => {
    const session = new Scripted(planned("infrastructure"));
    for (let second = 0; second < 60; second += 1) {
      session.at(minuteMs + second * 1000, { input: "saved", level: 1, lines: second });
    }
    expect(session.entries.filter(({ event }) => event === "saved")).toHaveLength(2);
  });
});

describe("the log", () => {
  test("read from its beginning it leads to the state that wrote it, wherever it is cut", () => {
    const plan = planned("staff");
    const { entries } = answerEverything(plan);
    let state = beginning(1, plan);
    for (const [index, entry] of entries.entries()) {
      if (index > 0) state = fold(state, entry);
      expect(stateOf(entries.slice(0, index + 1))).toEqual(state);
    }
  });

  test("a session that goes on from its log asks what it would have asked", () => {
    const plan = planned("infrastructure");
    const { entries } = answerEverything(plan);
    for (const cut of [2, 10, 40, Math.floor(entries.length / 2), entries.length - 2]) {
      const kept = entries.slice(0, cut);
      const session = new Scripted(plan, kept);
      session.at(kept.at(-1)?.ms ?? 0, { input: "come back", goneMs: 1000 });
      const others = session.goOn();
      expect(askedIn(others).map(({ question }) => question)).toEqual(
        askedIn(entries).map(({ question }) => question),
      );
      expect(session.state.interruptions).toEqual({ count: 1, ms: 1000 });
    }
  });

  test("shows at least twice a minute that the session is alive, in the order of time", () => {
    const { entries } = answerEverything(planned("staff"));
    const times = entries.map(({ ms }) => ms);
    expect(times).toEqual([...times].sort((left, right) => left - right));
    const gaps = times.slice(1).map((ms, index) => ms - (times[index] ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(30_000);
  });
});

// ── Sessions that nobody sits ─────────────────────────────────────────────────────────────────

class Scripted {
  readonly plan: SessionPlan;
  readonly entries: TimedEvent[];
  state: SessionState;

  constructor(plan: SessionPlan, entries?: readonly TimedEvent[]) {
    this.plan = plan;
    const begun: TimedEvent[] = [
      { ms: 0, event: "began", session: 1, plan },
      { ms: 0, event: "fresh", archived: null },
    ];
    this.entries = [...(entries ?? begun)];
    const state = stateOf(this.entries);
    if (state === undefined) throw new Error("Expected a log that has begun.");
    this.state = state;
  }

  at(ms: number, input: SessionInput): TimedEvent[] {
    const added = respond(this.state, input, ms);
    this.entries.push(...added);
    this.state = added.reduce(fold, this.state);
    return added;
  }

  /** Answers whatever is asked as soon as it is, until the bell. */
  goOn(): TimedEvent[] {
    let ms = this.state.ms;
    while (this.state.bell === null) {
      const { open } = this.state;
      if (open !== null && !open.answered) this.at(ms, { input: "line", text: "" });
      else this.at((ms += 5_000), { input: "time" });
    }
    return this.entries;
  }
}

const answered = new Map<SessionPlan, { entries: readonly TimedEvent[]; state: SessionState }>();

function answerEverything(plan: SessionPlan) {
  const known = answered.get(plan);
  if (known !== undefined) return known;
  const session = new Scripted(plan);
  const sat = { entries: session.goOn(), state: session.state };
  answered.set(plan, sat);
  return sat;
}

/** Nobody answers; somebody looks every so often. */
function silent(plan: SessionPlan, lookEveryMs: number): TimedEvent[] {
  const session = new Scripted(plan);
  for (let ms = 0; session.state.bell === null; ms += lookEveryMs)
    session.at(ms, { input: "time" });
  return session.entries;
}

async function draw(
  kata: Kata,
  name: FormatName,
  {
    minutes,
    seed = 1,
    weakest = null,
  }: Partial<Pick<SessionPlan, "minutes" | "seed" | "weakest">> = {},
): Promise<SessionPlan> {
  const promises = await loadPromises(kata);
  const promiseOfLevel = (level: number) =>
    promises.find((promise) => promise.level === level)?.id ?? "";
  const format = formats[name];
  return drawPlan({
    kata,
    promises,
    rubric: fixtureRubric(kata.name, promiseOfLevel),
    format,
    minutes: minutes ?? format.minutes,
    seed,
    weakest,
  });
}

function planned(name: FormatName): SessionPlan {
  const plan = planOf.get(`${katas[0]?.name ?? ""} ${name}`);
  if (plan === undefined) throw new Error(`Expected a plan of the format ${name}.`);
  return plan;
}

function askedIn(entries: readonly TimedEvent[]) {
  return entries.filter((entry) => entry.event === "asked");
}

function entriesOfPhase(entries: readonly TimedEvent[], phase: number): TimedEvent[] {
  const from = entries.findIndex((entry) => entry.event === "phase" && entry.phase === phase);
  const to = entries.findIndex((entry) => entry.event === "phase" && entry.phase === phase + 1);
  return entries.slice(from, to === -1 ? undefined : to);
}

function expectOneAtATime(entries: readonly TimedEvent[], name: string): void {
  let open: string | null = null;
  for (const entry of entries) {
    if (entry.event === "asked") {
      expect(open, `${name}: ${entry.question}`).toBe(null);
      open = entry.question;
    }
    if (entry.event === "answered" || entry.event === "left-open") open = null;
  }
}
