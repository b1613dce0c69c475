/**
 * A session that is going on: one terminal, one clock, one log.
 *
 * Keys, saves, test runs and the passing of time go into the state machine; what comes out goes into the log
 * first and onto the screen then. The learner's code runs in other processes only, and only its visible and own
 * tests: nothing here knows the hidden suite. The learner's files are read, never written.
 */
import { readFile } from "node:fs/promises";
import type { Clock } from "#platform/clock.ts";
import type { Attempt } from "../kata/attempt.ts";
import type { Kata } from "../kata/catalogue.ts";
import type { Colours } from "../terminal/colours.ts";
import { declaredLevel } from "../kata/declared-level.ts";
import { shownPath } from "../kata/first-screen.ts";
import { pagesOf } from "../kata/pages.ts";
import { isGreen } from "../kata/result-screen.ts";
import type { Terminal } from "../terminal/terminal.ts";
import type { TestRun, TestRunner } from "../kata/test-run.ts";
import { width } from "../terminal/text.ts";
import type { SessionEntry, TestCounts } from "./session-log.ts";
import { boardText, sessionScreen, type SessionView } from "./session-screen.ts";
import {
  fold,
  leftMs,
  respond,
  stateOf,
  type SessionInput,
  type SessionState,
  type TimedEvent,
} from "./session.ts";
import { clockTime } from "./transcript.ts";

export interface LiveSessionOptions {
  kata: Kata;
  attempt: Attempt;
  /** The log so far; it has begun and its attempt is fresh. */
  entries: readonly SessionEntry[];
  colours: Colours;
  /** Writes one line to the log. */
  append: (entry: SessionEntry) => Promise<void>;
  world: SessionWorld;
}

/** Everything outside that a session asks: time, the learner's saves and tests, hints that were opened. */
export interface SessionWorld {
  clock: Clock;
  date: () => Date;
  tests: Pick<TestRunner, "run" | "close">;
  watch: (folder: string, onSave: () => void) => () => void;
  /** Hints and looks at the solution since the session began, oldest first. */
  helped: () => { helpedAt: string; what: string; cost: string }[];
}

export interface SessionEnd {
  /** Null when the bell has rung; otherwise the session can be gone on with. */
  exitCode: number | null;
}

/** How often the time on the screen and what is due are looked at. */
const lookEveryMs = 500;
const helpEveryLooks = 10;
const pageKeys = ["pageup", "pagedown"];

export class LiveSession {
  readonly #options: LiveSessionOptions;
  readonly #terminal: Terminal;
  readonly #entries: SessionEntry[];
  readonly #view: SessionView;
  #state: SessionState;
  /** Session time and the clock's at the same moment; session time stands still between pause and resume. */
  #anchor: { ms: number; clockMs: number };
  #pausedAtMs: number | null = null;
  #writing: Promise<void> = Promise.resolve();
  #board: number | null = null;
  #confirming: string | null = null;
  #isTesting = false;
  #isPasting = false;
  #drawn: string[] = [];
  #secondShown = -1;
  #end: (end: SessionEnd) => void = () => undefined;
  #fail: (error: unknown) => void = () => undefined;
  #isOver = false;

  constructor(options: LiveSessionOptions, terminal: Terminal) {
    const state = stateOf(options.entries);
    if (state === undefined) throw new Error("Expected a log that has begun.");
    this.#options = options;
    this.#terminal = terminal;
    this.#entries = [...options.entries];
    this.#state = state;
    this.#anchor = { ms: state.ms, clockMs: options.world.clock.now() };
    this.#view = { typed: "", back: 0, notice: "", file: shownPath(options.attempt.subjectFile) };
  }

  get entries(): readonly SessionEntry[] {
    return this.#entries;
  }

  /** Resolves when the bell has rung or the session was left. Nothing that was started is left then. */
  async spend(): Promise<SessionEnd> {
    const { world, attempt } = this.#options;
    const ended = new Promise<SessionEnd>((resolve, reject) => {
      this.#end = resolve;
      this.#fail = reject;
    });
    const leave = (exitCode: number) => () => this.#leave("by signal", exitCode);
    const [interrupted, hungUp, terminated] = [leave(130), leave(129), leave(143)];
    process.on("SIGINT", interrupted).on("SIGTERM", terminated).on("SIGHUP", hungUp);
    this.#terminal.listen(
      (key, text) => this.#press(key, text),
      () => this.#draw("anew"),
    );
    const stopWatching = world.watch(attempt.folder, () => void this.#saved());
    void this.#saved();
    void this.#keepTime();
    this.#draw("anew");
    try {
      const end = await ended;
      await this.#writing;
      return end;
    } finally {
      this.#isOver = true;
      stopWatching();
      world.tests.close();
      this.#terminal.close();
      process.off("SIGINT", interrupted).off("SIGTERM", terminated).off("SIGHUP", hungUp);
    }
  }

  #now(): number {
    if (this.#state.paused) return this.#state.ms;
    return this.#anchor.ms + Math.floor(this.#options.world.clock.now() - this.#anchor.clockMs);
  }

  async #keepTime(): Promise<void> {
    const { clock } = this.#options.world;
    for (let look = 0; !this.#isOver; look += 1) {
      if (look % helpEveryLooks === 0) this.#noteHelp();
      this.#passTime();
      await clock.sleep(lookEveryMs);
    }
  }

  /** The screen changes with the second that it shows, or when something happens. */
  #passTime(): void {
    const second = Math.floor(this.#now() / 1000);
    const events = respond(this.#state, { input: "time" }, this.#now());
    if (events.length > 0) this.#take({ input: "time" });
    else if (second !== this.#secondShown) this.#draw("over");
    this.#secondShown = second;
  }

  #take(input: SessionInput): void {
    if (this.#isOver) return;
    this.#record(respond(this.#state, input, this.#now()));
    if (this.#state.bell !== null) this.#finish({ exitCode: null });
    else this.#draw("over");
  }

  #record(events: readonly TimedEvent[]): void {
    const { world, append } = this.#options;
    for (const event of events) {
      const entry: SessionEntry = { at: world.date().toISOString(), ...event };
      this.#entries.push(entry);
      this.#writing = this.#writing.then(() => append(entry));
    }
    if (events.length === 0) return;
    this.#writing.catch((error: unknown) => this.#fail(error));
    this.#state = events.reduce(fold, this.#state);
  }

  #finish(end: SessionEnd): void {
    this.#isOver = true;
    this.#end(end);
  }

  #leave(how: "by key" | "by signal", exitCode: number): void {
    this.#take({ input: "leave", how });
    this.#finish({ exitCode });
  }

  /** Hints opened in another terminal belong to the session. */
  #noteHelp(): void {
    const ms = this.#now();
    const news = this.#options.world.helped().slice(this.#state.helpLines);
    for (const help of news) this.#record(respond(this.#state, { input: "helped", ...help }, ms));
  }

  // ── Keys ────────────────────────────────────────────────────────────────────────────────────

  #press(key: string, text: string): void {
    if (this.#isOver) return;
    if (key === "ctrl-c") {
      this.#leave("by key", 130);
      return;
    }
    if (key === "paste-start" || key === "paste-end") {
      this.#isPasting = key === "paste-start";
      return;
    }
    if (this.#board !== null && !this.#state.paused) {
      this.#turnBoard(key);
      return;
    }
    const confirmed = this.#confirming === key;
    this.#confirming = null;
    this.#view.notice = "";
    if (pageKeys.includes(key)) this.#scroll(key === "pageup" ? 1 : -1);
    else if (key === "ctrl-p") this.#pauseOrGoOn();
    else if (this.#state.paused) this.#view.notice = "The session is paused: ^P goes on.";
    else if (key === "ctrl-n") this.#nextPhase(confirmed);
    else if (key === "ctrl-l") this.#nextLevel();
    else if (key === "ctrl-t") void this.#test();
    else if (key === "tab" && !this.#isPasting) this.#board = 0;
    else this.#type(key, text);
    this.#draw("over");
  }

  #type(key: string, text: string): void {
    const { typed } = this.#view;
    if ((key === "return" || key === "enter") && !this.#isPasting) {
      this.#view.typed = "";
      this.#view.back = 0;
      this.#take({ input: "line", text: typed });
    } else if (key === "backspace") {
      this.#view.typed = Array.from(typed).slice(0, -1).join("");
    } else if (key === "ctrl-w") {
      this.#view.typed = typed.replace(/\S*\s*$/, "");
    } else if (key === "ctrl-u") {
      this.#view.typed = "";
    } else {
      this.#view.typed += printable(text);
    }
  }

  #nextPhase(confirmed: boolean): void {
    if (confirmed) {
      this.#take({ input: "next phase" });
      return;
    }
    this.#confirming = "ctrl-n";
    const { plan, phase } = this.#state;
    const left = clockTime(leftMs(this.#state, this.#now()).phase);
    const last = phase === plan.phases.length - 1;
    this.#view.notice = `${left} left. ^N again ${last ? "rings the bell" : "ends this phase"}; any other key stays.`;
  }

  #nextLevel(): void {
    const { plan, phase, revealed } = this.#state;
    if (plan.phases[phase]?.codes !== true) {
      this.#view.notice = "Levels are named in the phases of code.";
    } else if (revealed >= plan.levels.length) {
      this.#view.notice = "That was the last level.";
    } else {
      this.#take({ input: "next level" });
    }
  }

  #pauseOrGoOn(): void {
    const { clock } = this.#options.world;
    if (!this.#state.paused) {
      this.#take({ input: "pause" });
      this.#pausedAtMs = clock.now();
      return;
    }
    const pausedMs = Math.round(clock.now() - (this.#pausedAtMs ?? clock.now()));
    this.#anchor = { ms: this.#state.ms, clockMs: clock.now() };
    this.#take({ input: "resume", pausedMs });
  }

  #scroll(direction: 1 | -1): void {
    const step = Math.max(1, this.#terminal.rows - 12);
    this.#view.back = Math.max(0, this.#view.back + direction * step);
  }

  #turnBoard(key: string): void {
    const pages = this.#boardPages();
    const page = this.#board ?? 0;
    const isForward = ["space", "down", "pagedown"].includes(key);
    this.#board = isForward && page + 1 < pages.length ? page + 1 : null;
    this.#draw("over");
  }

  // ── The learner's work ──────────────────────────────────────────────────────────────────────

  async #saved(): Promise<void> {
    const { attempt, kata } = this.#options;
    const source = await readFile(attempt.subjectFile, "utf8").catch(() => undefined);
    if (source === undefined || this.#state.paused) return;
    const { level } = declaredLevel(source, kata);
    this.#take({ input: "saved", level, lines: source.split("\n").length - 1 });
  }

  async #test(): Promise<void> {
    if (this.#isTesting) return;
    this.#isTesting = true;
    this.#view.notice = "Tests run …";
    const run = await this.#options.world.tests.run();
    this.#isTesting = false;
    this.#view.notice = "";
    if (run !== undefined) this.#take({ input: "tested", counts: countsOf(run) });
  }

  // ── The screen ──────────────────────────────────────────────────────────────────────────────

  #draw(how: "anew" | "over"): void {
    if (this.#isOver) return;
    const { columns, rows } = this.#terminal;
    const lines = this.#screen({ columns, rows });
    const isSame =
      lines.length === this.#drawn.length && lines.every((line, row) => line === this.#drawn[row]);
    if (how === "over" && isSame) return;
    this.#drawn = lines;
    // A longer prompt pushes nothing: only its own rows change.
    if (how === "anew") this.#terminal.draw(lines);
    else this.#terminal.redraw(lines);
  }

  #screen(size: { columns: number; rows: number }): string[] {
    if (this.#board !== null) {
      const pages = this.#boardPages();
      const page = Math.min(this.#board, pages.length - 1);
      const left = clockTime(leftMs(this.#state, this.#now()).phase);
      const foot = `page ${page + 1} of ${pages.length} · ${left} left in this phase · space next page, any other key back`;
      return [...(pages[page] ?? []), this.#options.colours.dim(foot.slice(0, size.columns))];
    }
    const { colours } = this.#options;
    return sessionScreen(this.#state, this.#entries, this.#now(), this.#view, size, colours);
  }

  #boardPages(): string[][] {
    const { columns, rows } = this.#terminal;
    return pagesOf(boardText(this.#state), { columns, rows });
  }
}

function countsOf(run: TestRun): TestCounts {
  const ran = run.results.filter(({ file, state }) => file === "visible" && state !== "skipped");
  const failing = ran.filter(({ state }) => state !== "passed").map(({ test }) => test);
  const problem = run.cutOff ?? run.problems[0]?.failure.message.split("\n")[0] ?? null;
  return {
    passed: ran.length - failing.length,
    of: ran.length,
    green: isGreen(run),
    failing,
    problem,
  };
}

/** What may stand in a line: a pasted line end becomes a space, a control character nothing. */
function printable(text: string): string {
  const plain = text.replaceAll(/[\r\n\t]+/g, " ");
  return Array.from(plain)
    .filter((letter) => letter >= " " && letter !== "\u007f" && width(letter) > 0)
    .join("");
}
