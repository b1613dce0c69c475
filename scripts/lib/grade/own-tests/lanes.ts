/**
 * Runs bundles of tests in a few processes at once. A bundle that does not come back is ended with its
 * process, and the next process goes on behind it.
 */
import type { ChildProcess } from "node:child_process";
import path from "node:path";
import { SilenceWatch } from "../../kata/silence-watch.ts";
import { endGroup, SpareProcess } from "../../kata/spare-process.ts";
import { ownTestSilenceMax } from "../limits.ts";
import type { TrialList, TrialMessage } from "./own-tests-process.ts";
import { readNotes, type TrialNote } from "./trial-notes.ts";

export interface TestEnd {
  test: string;
  /** "hung": it had begun and nothing more was heard; the process was ended or died. */
  state: "passed" | "failed" | "skipped" | "hung";
  message: string | null;
}

export interface Trial {
  /** In the order in which they ran. */
  tests: TestEnd[];
  /** Whether the bundle was run to where it should be. */
  isFinished: boolean;
  /** Why the bundle could not be loaded. */
  problem: string | null;
}

const laneCount = 2;

export class TrialLanes {
  readonly #folder: string;
  readonly #newLane: () => SpareProcess;
  readonly #lanes: SpareProcess[] = [];
  readonly #children: (ChildProcess | undefined)[] = [];
  #lists = 0;

  constructor(root: string, folder: string) {
    this.#folder = folder;
    const script = path.join(import.meta.dirname, "own-tests-process.ts");
    this.#newLane = () => new SpareProcess(root, script, [JSON.stringify({ root, folder })]);
  }

  /**
   * What each bundle came to, and what was thrown outside all tests. Bundles are begun in their order until
   * the work of all amounts to `cpuSecondsMax`; the rest is missing in the answer.
   */
  async run(
    bundles: readonly string[],
    cpuSecondsMax = Infinity,
  ): Promise<{ trials: Map<string, Trial>; late: string[] }> {
    const trials = new Map<string, Trial>();
    const late: string[] = [];
    await Promise.all(
      Array.from({ length: laneCount }, async (_lane, lane) => {
        let left = bundles.filter((_bundle, index) => index % laneCount === lane);
        let cpuSecondsLeft = cpuSecondsMax / laneCount;
        while (left.length > 0 && cpuSecondsLeft > 0) {
          const ran = await this.#runList(lane, left, cpuSecondsLeft);
          for (const [bundle, trial] of ran.trials) trials.set(bundle, trial);
          late.push(...ran.late);
          cpuSecondsLeft -= ran.cpuSeconds;
          left = left.slice(ran.through);
        }
      }),
    );
    return { trials, late };
  }

  close(): void {
    for (const child of this.#children) if (child !== undefined) endGroup(child);
    for (const lane of this.#lanes) lane.close();
  }

  async #runList(lane: number, bundles: string[], cpuSecondsMax: number): Promise<ListRun> {
    const child = (this.#children[lane] ??= (this.#lanes[lane] ??= this.#newLane()).take());
    this.#lists += 1;
    const notesFile = path.join(this.#folder, `notes-${this.#lists}`);
    const limit = Number.isFinite(cpuSecondsMax) ? cpuSecondsMax : null;
    const list = { bundles, notesFile, cpuSecondsMax: limit };
    const { isDone, late } = await heardToTheEnd(child, list);
    if (!isDone) {
      endGroup(child);
      this.#children[lane] = undefined;
    }
    const notes = readNotes(notesFile);
    const cpuSeconds = notes.reduce((sum, note) => sum + (note.cpuSeconds ?? 0), 0);
    const trials = new Map<string, Trial>();
    let through = 0;
    for (const bundle of bundles) {
      const said = notes.filter(({ testFile }) => testFile === bundle);
      const trial = said.length === 0 ? neverBegun : trialOf(said);
      // What lies behind the one that did not come back is for the next process.
      if (!isDone && said.length === 0 && through > 0) break;
      through += 1;
      if (said.some(({ isLeftOut = false }) => isLeftOut)) continue;
      trials.set(bundle, trial);
      if (!isDone && !trial.isFinished) break;
    }
    return {
      trials,
      late,
      cpuSeconds: cpuSeconds + (isDone ? 0 : ownTestSilenceMax.cpuSeconds),
      through,
    };
  }
}

interface ListRun {
  trials: Map<string, Trial>;
  late: string[];
  cpuSeconds: number;
  /** How many bundles of the list need no other process. */
  through: number;
}

const neverBegun: Trial = { tests: [], isFinished: false, problem: "It could not be started." };

function heardToTheEnd(
  child: ChildProcess,
  list: TrialList,
): Promise<{ isDone: boolean; late: string[] }> {
  return new Promise((resolve) => {
    const finish = (isDone: boolean, late: string[] = []) => {
      watch.stop();
      child.removeAllListeners("message").removeAllListeners("exit");
      resolve({ isDone, late });
    };
    const watch = new SilenceWatch(list.notesFile, () => finish(false), ownTestSilenceMax);
    child.on("message", (message: TrialMessage) => {
      watch.heard();
      if (message.kind === "done") finish(true, message.late);
    });
    child.once("exit", () => finish(false));
    child.once("error", () => finish(false));
    if (child.connected) child.send(list, () => undefined);
    else finish(false);
  });
}

function trialOf(notes: readonly TrialNote[]): Trial {
  const tests = new Map<string, TestEnd>();
  for (const { test, state = "hung", message = null } of notes) {
    if (test === undefined) continue;
    // Two tests of one name are one, and red if one of them is.
    const isRed = tests.get(test)?.state === "failed";
    if (!isRed) tests.set(test, { test, state, message });
  }
  const problem = notes.find(({ test, message }) => test === undefined && message !== undefined);
  return {
    tests: [...tests.values()],
    isFinished: notes.some(({ cpuSeconds }) => cpuSeconds !== undefined),
    problem: problem?.message ?? null,
  };
}
