/** The shell around the state machine: keys, screen, log and bell, with a terminal made of streams and a manual clock. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Clock } from "#platform/clock.ts";
import { ManualClock } from "#platform/testing/manual-clock.ts";
import { formats } from "../../rubric/formats.ts";
import type { FormatName } from "../../rubric/shape.ts";
import { loadKataRubric } from "../../scripts/lib/help/kata-rubric.ts";
import { journalsOf } from "../../scripts/lib/journal/journals.ts";
import { appendLine } from "../../scripts/lib/journal/json-lines.ts";
import { listArchive } from "../../scripts/lib/kata/archive.ts";
import { attemptOf, startAttempt, type Attempt } from "../../scripts/lib/kata/attempt.ts";
import { loadCatalogue, loadPromises, type Kata } from "../../scripts/lib/kata/catalogue.ts";
import { coloursFor } from "../../scripts/lib/terminal/colours.ts";
import { width } from "../../scripts/lib/terminal/text.ts";
import type { TestRun } from "../../scripts/lib/kata/test-run.ts";
import { debriefLines } from "../../scripts/lib/mock/debrief-lines.ts";
import { debriefOfSession } from "../../scripts/lib/mock/debrief-of-session.ts";
import { selfEvaluation } from "../../rubric/self-evaluation.ts";
import {
  beginSession,
  closeSession,
  comeBack,
  helpSince,
  holdSession,
  makeFresh,
  settle,
  type SessionPlace,
  type SessionWriter,
} from "../../scripts/lib/mock/run-session.ts";
import { drawPlan } from "../../scripts/lib/mock/session-plan.ts";
import { storedSessions, unfinished } from "../../scripts/lib/mock/session-store.ts";
import { FakeTerminal } from "./mock-fixture/fake-terminal.ts";
import { madeUpReport } from "./mock-fixture/made-up-report.ts";

const root = path.resolve(import.meta.dirname, "../..");
vi.setConfig({ testTimeout: 240_000 });
const plain = coloursFor({ isTTY: false });
const ctrl = {
  c: "\u0003",
  l: "\u000c",
  n: "\u000e",
  p: "\u0010",
  t: "\u0014",
  u: "\u0015",
  w: "\u0017",
};
let folder: string;
let katas: Kata[];

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "mock live "));
  katas = await loadCatalogue(root);
});

/** Sessions that are still going on. */
const going: { fake: FakeTerminal; ended: Promise<number | null> }[] = [];

afterEach(async () => {
  for (const { fake, ended } of going.splice(0)) {
    await fake.press(ctrl.c);
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
});

test("every kata and format goes from its first line to its debrief, at any size of terminal", async () => {
  for (const kata of katas) {
    for (const format of ["staff", "infrastructure", "lld"] as const) {
      const name = `${kata.name} ${format}`;
      const clock = new FreeClock();
      const sitting = await sit(kata, format, 1, clock);
      const { fake, ended } = sitting;
      const looks: string[] = [];
      clock.onSleep = (ms) => {
        if (ms === 20_000) fake.output.resize(132, 50);
        if (ms === 40_000) fake.output.resize(60, 15);
        if (ms % 2_000 === 0) fake.input.write(ms % 4_000 === 0 ? "\r" : "The log says so.\r");
        if (fake.screen !== looks.at(-1) && fake.screen !== "") {
          looks.push(fake.screen);
          expectFits(fake, name);
        }
      };
      expect(await ended, name).toBe(null);
      expect(looks.length, name).toBeGreaterThan(50);
      await settle(sitting.place, sitting.writer, async () => madeUpReport(sitting.place.promises));
      const debrief = await debriefOf(sitting);
      expect(
        debrief.phases.map(({ title }) => title),
        name,
      ).toEqual(formats[format].phases.map(({ title }) => title));
      expect(debrief.selfEvaluation.map(({ title }) => title)).toEqual(
        selfEvaluation.map(({ title }) => title),
      );
      const questions = debrief.phases.flatMap((phase) => phase.questions);
      // The change and at least a probe a phase have their model answers beside them.
      const modelled = questions.filter(({ strong, weak }) => strong !== null && weak !== null);
      expect(modelled.length, name).toBeGreaterThan(formats[format].phases.length - 1);
      expect(
        questions.some(({ answer }) => answer === "(said aloud)"),
        name,
      ).toBe(true);
      expect(
        questions.some(({ answer }) => answer.includes("The log says so")),
        name,
      ).toBe(true);
      expect(debrief.sheets.length, name).toBe(format === "infrastructure" ? 0 : 2);
      expect(debrief.gap, name).toContain(sitting.place.promises[0]?.sentence ?? "?");
      expect(debrief.next, name).not.toBe(null);
      const text = debriefLines(debrief, {
        columns: 80,
        colours: plain,
        variantCommand: (each) => each,
      });
      const wide = text.filter((line) => width(line) > 80 && !line.includes("npm run"));
      expect(wide, name).toEqual([]);
    }
  }
});

describe("keys", () => {
  test("ctrl-n asks before it ends a phase, and any other key stays", async () => {
    const { fake } = await sitRing();
    await fake.press(ctrl.n);
    expect(fake.screen).toContain("^N again ends this phase");
    await fake.press("x");
    expect(fake.screen).not.toContain("again ends");
    expect(fake.screen).toContain("Phase 1 of 6");
    await fake.press(ctrl.n);
    await fake.press(ctrl.n);
    expect(fake.screen).toContain("Phase 2 of 6");
  });

  test("what is typed is shown, mended and sent; a paste is one line", async () => {
    const { fake, writer } = await sitRing();
    await fake.press("a store for ");
    await fake.press("two boxes");
    expect(fake.screen.trimEnd().endsWith("> a store for two boxes")).toBe(true);
    await fake.press(ctrl.w);
    await fake.press("macHinés\u007f\u007fes");
    expect(fake.screen.trimEnd().endsWith("> a store for two macHines")).toBe(true);
    await fake.press(ctrl.u);
    await fake.press("\u001b[200~one\ntwo\tthree\u001b[201~");
    expect(fake.screen.trimEnd().endsWith("> one two three")).toBe(true);
    await fake.press("\r");
    await written();
    expect(writer.entries.filter(({ event }) => event === "answered")).toMatchObject([
      { text: "one two three" },
    ]);
  });

  test("ctrl-p stops the clock and starts it again; the pause is noted with its length", async () => {
    const { fake, clock, writer } = await sitRing();
    await clock.advance(60_000);
    await fake.press(ctrl.p);
    expect(fake.screen).toContain("PAUSED");
    await clock.advance(600_000);
    await fake.press("typed");
    expect(fake.screen).toContain("elapsed 1:00");
    await fake.press(ctrl.p);
    await clock.advance(5_000);
    expect(fake.screen).toContain("elapsed 1:05");
    await written();
    expect(writer.state.pauses).toEqual({ count: 1, ms: 600_000 });
  });

  test("ctrl-t runs the visible tests and shows their count; the question stays", async () => {
    const { fake, writer, answerTests } = await sitRing();
    await fake.press(ctrl.t);
    expect(fake.screen).toContain("Tests run");
    await answerTests(["passed", "failed", "skipped"]);
    expect(fake.screen).toContain("✗ 1 of 2 visible tests pass");
    expect(fake.screen).toContain("▸ Before you design anything");
    expect(writer.state.shown.green).toBe(false);
  });

  test("tab shows what is set so far, and any other key goes back", async () => {
    const { fake } = await sitRing();
    await fake.press("\t");
    expect(fake.screen).toContain("The contract: katas/hash-ring/contract.ts");
    await fake.press("x");
    expect(fake.screen).toContain("▸ Before you design anything");
    await fake.press(ctrl.l);
    expect(fake.screen).toContain("named in the phases of code");
  });

  test("page up scrolls back through what was said, and an answer returns to the latest", async () => {
    const { fake, clock } = await sitRing();
    for (let count = 0; count < 30; count += 1) await fake.press(`Is it ${count}?\r`);
    expect(fake.screen).toContain("Is it 29?");
    await fake.press("\u001b[5~\u001b[5~");
    expect(fake.screen).not.toContain("Is it 29?");
    await fake.press("yes\r");
    await clock.advance(500);
    expect(fake.screen).toContain("Is it 29?");
  });

  test("ctrl-c leaves with 130, raw mode is given back, and the session goes on later", async () => {
    const sitting = await sitRing();
    await sitting.clock.advance(90_000);
    await sitting.fake.press(ctrl.c);
    expect(await sitting.ended).toBe(130);
    expect(sitting.fake.input.isRaw).toBe(false);
    const open = unfinished(await storedSessions(sitting.attempt));
    expect(open?.entries.at(-1)).toMatchObject({ event: "left", how: "by key", ms: 90_000 });

    const later = {
      ...sitting.place,
      date: () => new Date(sitting.place.date().getTime() + 7_000),
    };
    if (open === undefined) throw new Error("Expected an open session.");
    const again = await goOn(later, await comeBack(later, open));
    expect(again.fake.screen).toContain("elapsed 1:30");
    await again.clock.advance(1_000);
    expect(again.fake.screen).toContain("elapsed 1:31");
    expect(again.writer.state.interruptions).toEqual({ count: 1, ms: 7_000 });
  });
});

describe("the attempt", () => {
  test("an earlier one is put away, the starter is in its place, and it can be brought back", async () => {
    const kata = ring();
    const attempt = attemptOf(folder, kata);
    await startAttempt(root, kata, await loadPromises(kata), attempt);
    writeFileSync(attempt.subjectFile, "export const level = 2; // mine");
    const { writer } = await sitRing();
    const starter = readFileSync(path.join(kata.folder, "starter.ts"), "utf8");
    expect(readFileSync(attempt.subjectFile, "utf8")).toBe(starter);
    const [archived] = await listArchive(attempt);
    expect(archived?.name).toBe("1-level-2");
    const file = path.join(archived?.folder ?? "", "hash-ring.ts");
    expect(readFileSync(file, "utf8")).toBe("export const level = 2; // mine");
    expect(writer.entries[1]).toMatchObject({ event: "fresh" });
    expect(readFileSync(journalsOf(attempt).help, "utf8")).toContain('"event":"fresh"');
  });

  test("a save shows its level at once, and later work does not change what the bell has frozen", async () => {
    const sitting = await sitRing();
    const { fake, save, attempt, writer, place } = sitting;
    writeFileSync(attempt.subjectFile, "export const level = 2; // at the bell\n");
    await save();
    expect(fake.screen).toContain("level 2");
    await fake.press(ctrl.c);
    await sitting.ended;
    await closeSession(writer);
    await settle(place, writer, async (frozen) => {
      writeFileSync(attempt.subjectFile, "export const level = 3; // after it\n");
      const file = path.join(frozen, "hash-ring.ts");
      expect(readFileSync(file, "utf8")).toBe("export const level = 2; // at the bell\n");
      return madeUpReport(place.promises);
    });
    const frozen = writer.entries.find((entry) => entry.event === "frozen");
    expect(frozen?.files["hash-ring.ts"]).toBe("export const level = 2; // at the bell\n");
    expect(writer.state.bell?.because).toBe("closed");

    // A later grade of other work stands beside the one at the bell.
    const later = { ...laterGrade, at: new Date(place.date().getTime() + 1000).toISOString() };
    await appendLine(journalsOf(attempt).grades, later);
    const { grades } = await debriefOf(sitting);
    expect(grades.map(({ when }) => when)).toEqual(["At the bell", "After"]);
    expect(grades[0]?.says).toContain("fail");
    expect(grades[1]?.says).toContain("pass · level reached 2 · 58 of 70 points");
  });

  test("a hint that is opened meanwhile is in the log, with what it costs", async () => {
    const { attempt, clock, writer, place } = await sitRing();
    await appendLine(journalsOf(attempt).help, {
      at: place.date().toISOString(),
      kataVersion: 1,
      event: "hint",
      hint: "who-comes-next",
      rung: 2,
      about: "algorithm",
    });
    await clock.advance(10_000);
    await written();
    const helped = writer.entries.filter(({ event }) => event === "helped");
    expect(helped).toMatchObject([
      { what: "Hint opened: who-comes-next, concept (algorithm)", cost: "a point of dimension 12" },
    ]);
    await clock.advance(10_000);
    expect(writer.entries.filter(({ event }) => event === "helped")).toHaveLength(1);
  });
});

// ── Sittings ──────────────────────────────────────────────────────────────────────────────────

const laterGrade = {
  kataVersion: 1,
  subjectHash: "other work",
  seed: 1,
  partial: false,
  verdict: "pass",
  level: 2,
  levelReached: 2,
  total: 58,
  points: { "5": 4 },
  pass: true,
  ownTests: { count: 4, caught: 5, of: 6 },
  session: null,
};

function ring(): Kata {
  const kata = katas.find(({ name }) => name === "hash-ring");
  if (kata === undefined) throw new Error("Expected the kata hash-ring.");
  return kata;
}

function sitRing() {
  return sit(ring(), "infrastructure", formats.infrastructure.minutes);
}

/** Runs as fast as it is asked: whoever sleeps wakes at once, and it is later. */
class FreeClock implements Clock {
  #now = 0;
  onSleep: (now: number) => void = () => undefined;

  now(): number {
    return this.#now;
  }

  async sleep(milliseconds: number): Promise<void> {
    this.#now += milliseconds;
    this.onSleep(this.#now);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function sit(
  kata: Kata,
  format: FormatName,
  minutes: number,
  clock: Clock = new ManualClock(),
) {
  const attempt = attemptOf(folder, kata);
  const promises = await loadPromises(kata);
  const rubric = await loadKataRubric(root, kata);
  const began = Date.parse("2030-01-02T03:04:05Z");
  const place = {
    root,
    kata,
    promises,
    attempt,
    rubric,
    date: () => new Date(began + clock.now()),
  };
  const request = {
    kata,
    promises,
    rubric,
    format: formats[format],
    minutes,
    seed: 1,
    weakest: null,
  };
  const writer = await beginSession(place, drawPlan(request));
  await makeFresh(place, writer);
  return goOn(place, writer, clock);
}

type Place = SessionPlace & { rubric: Awaited<ReturnType<typeof loadKataRubric>> };

async function goOn(place: Place, writer: SessionWriter, clock: Clock = new ManualClock()) {
  const { attempt } = place;
  const fake = new FakeTerminal();
  let saved: () => void = () => undefined;
  let tested: (run: TestRun) => void = () => undefined;
  const world = {
    clock,
    date: place.date,
    tests: {
      run: () => new Promise<TestRun>((resolve) => (tested = resolve)),
      close: () => undefined,
    },
    watch: (_folder: string, onSave: () => void) => {
      saved = onSave;
      return () => undefined;
    },
    helped: helpSince(attempt, writer.entries[0]?.at ?? ""),
  };
  const ended = holdSession(place, writer, world, fake.terminal, plain);
  going.push({ fake, ended });
  // The other clock is never waited for.
  const manual = clock instanceof ManualClock ? clock : new ManualClock();
  if (clock === manual) await written();
  return {
    place,
    attempt,
    writer,
    clock: manual,
    fake,
    ended,
    save: async () => {
      saved();
      await written();
    },
    answerTests: async (states: ("passed" | "failed" | "skipped")[]) => {
      const results = states.map((state, index) => ({
        file: "visible" as const,
        test: `${index}`,
        state,
      }));
      tested({ results, problems: [], output: [], cutOff: undefined, ms: 1 });
      await written();
    },
  };
}

/** The log is on disk. */
async function written(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setTimeout(resolve, 1));
}

async function debriefOf({
  place,
  attempt,
  writer,
}: {
  place: Place;
  attempt: Attempt;
  writer: SessionWriter;
}) {
  return debriefOfSession(place, await storedSessions(attempt), writer.number);
}

function expectFits({ output, screen }: FakeTerminal, name: string): void {
  const lines = screen.split("\n");
  const rows = lines.reduce(
    (sum, line) => sum + Math.max(1, Math.ceil(width(line) / output.columns)),
    0,
  );
  expect(rows, name).toBeLessThanOrEqual(output.rows);
  expect(Math.max(...lines.slice(0, -1).map(width)), name).toBeLessThanOrEqual(output.columns);
  if (output.columns >= 80) expect(screen, name).toContain("left in it");
}
