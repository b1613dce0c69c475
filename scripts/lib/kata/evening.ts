/**
 * The evening loop: one kata, one terminal, one learner.
 *
 * On every save the visible and own tests run at once, then the promises of the declared level. The learner's code
 * runs in other processes only, so whatever it does, the keys answer. The learner's files are read, never written.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { UsageError } from "../arguments.ts";
import { loadKataRubric } from "../help/kata-rubric.ts";
import { openHint } from "../help/open-hint.ts";
import type { Attempt } from "./attempt.ts";
import type { Kata, KataPromise } from "./catalogue.ts";
import type { Colours } from "../terminal/colours.ts";
import { declaredLevel } from "./declared-level.ts";
import { firstScreen, levelName, promiseLines, shownPath } from "./first-screen.ts";
import { pagesOf } from "./pages.ts";
import { PromiseRunner } from "./promise-run.ts";
import { resultScreen, summaryLines, type Progress } from "./result-screen.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { startTestRunner, type TestRunner } from "./test-run.ts";
import { spread, truncate, wrap } from "../terminal/text.ts";
import { watchAttempt } from "./watch-attempt.ts";

export const keyLine = "Keys   g grade · h hint · b brief · n next level · q quit";

export interface EveningOptions {
  root: string;
  kata: Kata;
  promises: readonly KataPromise[];
  brief: string;
  attempt: Attempt;
  isNew: boolean;
  /** Shown above the first screen: what has changed in the kata, what was archived. */
  notices: readonly string[];
  colours: Colours;
}

/** What looks at the learner's code, in other processes. */
export interface Runners {
  tests: Pick<TestRunner, "run" | "cancel" | "close">;
  promises: Pick<PromiseRunner, "run" | "cancel" | "close">;
}

export function startRunners({ root, kata, promises, attempt }: EveningOptions): Runners {
  const { subjectFile } = attempt;
  return {
    tests: startTestRunner(root, kata, attempt),
    promises: new PromiseRunner({ root, kata, subjectFile, promises }),
  };
}

/** A look that is done sooner replaces the last one without a flicker. */
const quietMs = 250;

type View = "welcome" | "result" | "next" | { hint: string[] } | { page: number } | "elsewhere";

export class Evening {
  readonly #options: EveningOptions;
  readonly #terminal: Terminal;
  readonly #runners: Runners;
  readonly #progress: Progress;
  #view: View = "welcome";
  #run = 0;
  #isOver = false;
  #isOpeningHint = false;
  /** The command that has the terminal, and the end of its visit. */
  #visited: ChildProcess | undefined;
  #visit: Promise<void> | undefined;
  #end: (exitCode: number) => void = () => undefined;

  constructor(options: EveningOptions, terminal: Terminal, source: string, runners: Runners) {
    this.#options = options;
    this.#terminal = terminal;
    this.#progress = {
      declared: declaredLevel(source, options.kata),
      tests: "not yet",
      promises: "not yet",
    };
    this.#runners = runners;
  }

  /** Resolves to the exit code: 0 after `q`, 130 after ctrl-C. Nothing that was started is left then. */
  async spend(): Promise<number> {
    const ended = new Promise<number>((resolve) => (this.#end = resolve));
    // In another command's visit ctrl-C is for that command: it gets the signal as well, and its end leads back here.
    const interrupted = () => {
      if (this.#visited === undefined) this.#end(130);
    };
    const hungUp = () => this.#end(129);
    const terminated = () => this.#end(143);
    process.on("SIGINT", interrupted).on("SIGTERM", terminated).on("SIGHUP", hungUp);
    this.#terminal.listen(
      (key) => this.#press(key),
      () => this.#draw(),
    );
    const stopWatching = watchAttempt(this.#options.attempt.folder, () => this.#saved());
    this.#draw();
    void this.#look();
    const exitCode = await ended;
    this.#isOver = true;
    stopWatching();
    this.#runners.tests.close();
    this.#runners.promises.close();
    this.#visited?.kill("SIGINT");
    await this.#visit;
    this.#terminal.close();
    process.off("SIGINT", interrupted).off("SIGTERM", terminated).off("SIGHUP", hungUp);
    return exitCode;
  }

  #saved(): void {
    // Whoever saves wants to see what comes of it; a page of the brief and a hint stay open.
    if (typeof this.#view === "string" && this.#view !== "elsewhere") this.#view = "result";
    void this.#look();
  }

  /** Tests, then promises. A later look ends an earlier one. */
  async #look(): Promise<void> {
    const run = (this.#run += 1);
    const isCurrent = () => run === this.#run;
    this.#runners.promises.cancel();
    const { attempt, kata } = this.#options;
    const source = await readFile(attempt.subjectFile, "utf8").catch(() => undefined);
    if (!isCurrent()) return;
    if (source === undefined) {
      this.#missing();
      return;
    }
    this.#progress.declared = declaredLevel(source, kata);
    const running = setTimeout(() => this.#showRunning(), quietMs);
    const tests = await this.#runners.tests.run();
    clearTimeout(running);
    if (tests === undefined || !isCurrent()) return;
    this.#progress.tests = tests;
    this.#progress.promises = "running";
    this.#draw();
    const promises = await this.#runners.promises.run(this.#progress.declared.level);
    if (promises === undefined || !isCurrent()) return;
    this.#progress.promises = promises;
    this.#draw();
  }

  #missing(): void {
    const { subjectFile } = this.#options.attempt;
    this.#runners.tests.cancel();
    const cutOff = `Expected your code in ${shownPath(subjectFile)}, but it cannot be read. Save it again; starting anew would make the starter.`;
    this.#progress.tests = { results: [], problems: [], output: [], cutOff, ms: 0 };
    this.#progress.promises = "not yet";
    this.#draw();
  }

  #showRunning(): void {
    this.#progress.tests = "running";
    this.#progress.promises = "not yet";
    this.#draw();
  }

  #press(key: string): void {
    const isVisiting = this.#view === "elsewhere";
    if (key === "ctrl-c") this.#end(130);
    // While another command has the terminal, what is typed is for it.
    else if (isVisiting) return;
    else if (key === "q" || key === "ctrl-d") this.#end(0);
    else if (key === "g") this.#lendTo("grade");
    else if (key === "h" && !isHint(this.#view)) this.#show({ hint: this.#hintOffer() });
    else if (key === "h") void this.#openHint();
    else this.#show(this.#viewAfter(key));
  }

  #show(view: View): void {
    this.#view = view;
    this.#draw();
  }

  #viewAfter(key: string): View {
    if (key === "n") return "next";
    if (isPage(this.#view) && ["space", "b", "return", "down", "pagedown"].includes(key)) {
      const page = this.#view.page + 1;
      return page < this.#pages().length ? { page } : "result";
    }
    if (isPage(this.#view) && ["up", "pageup"].includes(key)) {
      return { page: Math.max(0, this.#view.page - 1) };
    }
    if (key === "b") return { page: 0 };
    return this.#view === "welcome" ? "welcome" : "result";
  }

  /** Lends the terminal to another command of this repository until it ends and a key is pressed. */
  #lendTo(command: string): void {
    const { root, kata, colours } = this.#options;
    this.#view = "elsewhere";
    this.#terminal.pause();
    const launcher = path.join(root, "scripts", "launch.mjs");
    const child = spawn(process.execPath, [launcher, command, kata.name], {
      cwd: root,
      stdio: "inherit",
    });
    this.#visited = child;
    this.#visit = new Promise<void>((resolve) => {
      child.once("close", () => resolve()).once("error", () => resolve());
    }).then(() => {
      this.#visited = undefined;
      if (this.#isOver) return;
      this.#terminal.resume();
      this.#terminal.say(colours.dim("Any key goes back."));
      this.#view = "result";
    });
  }

  /** Whoever takes `h` for help has lost nothing. */
  #hintOffer(): string[] {
    const { kata, colours } = this.#options;
    const { columns } = this.#size();
    return [
      colours.bold("Hints: a nudge, then the concept, then the mechanism"),
      ...wrap(
        "Each of the three is opened apart, noted, and costs 1 point of dimension 12; one about storage or concurrency also holds dimension 5 at 3.",
        columns,
      ),
      "",
      `What is open already, at no cost:  npm run hint ${kata.name} again`,
    ];
  }

  /** Opens the next hint and shows it. While one is being opened, the key does nothing: each costs. */
  async #openHint(): Promise<void> {
    if (this.#isOpeningHint) return;
    this.#isOpeningHint = true;
    const hint = await this.#nextHint();
    this.#isOpeningHint = false;
    if (!this.#isOver && this.#view !== "elsewhere") this.#show({ hint });
  }

  async #nextHint(): Promise<string[]> {
    const { root, kata, attempt, colours } = this.#options;
    const { columns } = this.#size();
    try {
      const rubric = await loadKataRubric(root, kata);
      return await openHint({ kata, attempt, rubric }, undefined, { columns, colours });
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      return wrap(error.message, columns);
    }
  }

  #pages(): string[][] {
    return pagesOf(this.#options.brief, this.#size());
  }

  #size(): { columns: number; rows: number } {
    return { columns: this.#terminal.columns, rows: this.#terminal.rows };
  }

  #draw(): void {
    if (this.#view !== "elsewhere") this.#terminal.draw(this.#screen(this.#view));
  }

  #screen(view: Exclude<View, "elsewhere">): string[] {
    const { kata, colours } = this.#options;
    const size = this.#size();
    if (view === "welcome") return this.#welcome();
    if (view === "result") return resultScreen(kata, this.#progress, keyLine, size, colours);
    if (view === "next") return this.#nextLevel();
    if (!isPage(view)) {
      return [...view.hint, "", colours.dim("h opens the next one; any other key goes back.")];
    }
    const pages = this.#pages();
    const last = view.page >= pages.length - 1;
    const foot = `brief, page ${view.page + 1} of ${pages.length} · space ${last ? "goes back" : "next page"} · any other key goes back`;
    return [...(pages[view.page] ?? pages.at(-1) ?? []), colours.dim(foot)];
  }

  #welcome(): string[] {
    const { notices, colours } = this.#options;
    const { columns, rows } = this.#size();
    const screen = firstScreen({
      ...this.#options,
      level: this.#progress.declared.level,
      columns,
      keys: keyLine,
    });
    const status = summaryLines(this.#progress, columns, colours);
    const { promises } = this.#progress;
    if (typeof promises !== "string" && screen.length + status.length < rows)
      status.push(colours.dim("Any key shows more."));
    const room = Math.max(0, rows - screen.length - status.length);
    const above = notices.flatMap((notice) => wrap(notice, columns, "  "));
    return [...above.slice(0, room), ...screen, ...status];
  }

  #nextLevel(): string[] {
    const { kata, promises, attempt, colours } = this.#options;
    const { columns, rows } = this.#size();
    const { level, line } = this.#progress.declared;
    const next = kata.levels[level];
    if (next === undefined) {
      return [
        `Level ${level} is the last one. Press g for the full grade.`,
        "",
        colours.dim("Any key goes back."),
      ];
    }
    const ofNext = promises.filter((promise) => promise.level === level + 1);
    const place = line === undefined ? "write this into" : `change line ${line} of`;
    const foot = [
      "",
      truncate(`When you are ready, ${place} ${path.basename(attempt.subjectFile)}:`, columns),
      colours.bold(`  export const level = ${level + 1};`),
      "",
      colours.dim("Any key goes back; b opens the brief."),
    ];
    return [
      spread(
        colours.bold(levelName(level + 1, next.title)),
        colours.dim(`usually ${next.minutes} minutes`),
        columns,
      ),
      ...promiseLines(ofNext, columns, Math.max(2, rows - foot.length - 1)),
      ...foot,
    ];
  }
}

function isHint(view: View): view is { hint: string[] } {
  return typeof view === "object" && "hint" in view;
}

function isPage(view: View): view is { page: number } {
  return typeof view === "object" && "page" in view;
}
