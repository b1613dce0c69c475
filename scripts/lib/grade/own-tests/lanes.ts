/**
 * Runs bundles of tests in a few processes at once. A bundle that does not come back is ended with its
 * process, and the next process goes on behind it.
 */
import type { ChildProcess } from "node:child_process";
import path from "node:path";
import { SilenceWatch, type Silence } from "../../kata/silence-watch.ts";
import { endGroup, SpareProcess } from "../../kata/spare-process.ts";
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

/** No test of anybody takes so much work, unless it is lost. */
const silenceMax: Silence = { cpuSeconds: 4, ms: 180_000 };
const lanesMax = 2;

export class TrialLanes {
  readonly #folder: string;
  readonly #lanes: SpareProcess[];
  readonly #children: (ChildProcess | undefined)[] = [];
  #lists = 0;
  /** The work of all bundles so far. */
  cpuSeconds = 0;

  constructor(root: string, folder: string) {
    this.#folder = folder;
    const script = path.join(import.meta.dirname, "own-tests-process.ts");
    const told = JSON.stringify({ root, folder });
    this.#lanes = Array.from({ length: lanesMax }, () => new SpareProcess(root, script, [told]));
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
    // Each lane takes a few at a time, so that both end together and a limit is met.
    const queue = chunks(bundles, Math.max(1, Math.min(8, Math.ceil(bundles.length / lanesMax))));
    await Promise.all(
      this.#lanes.map(async (_lane, index) => {
        for (let chunk = queue.shift(); chunk !== undefined; chunk = queue.shift()) {
          if (this.cpuSeconds >= cpuSecondsMax) return;
          let left = chunk;
          while (left.length > 0) {
            const ran = await this.#runList(index, left);
            for (const [bundle, trial] of ran.trials) trials.set(bundle, trial);
            late.push(...ran.late);
            left = left.filter((bundle) => !trials.has(bundle));
          }
        }
      }),
    );
    return { trials, late };
  }

  close(): void {
    for (const child of this.#children) if (child !== undefined) endGroup(child);
    for (const lane of this.#lanes) lane.close();
  }

  async #runList(index: number, bundles: string[]): Promise<ListRun> {
    const child = (this.#children[index] ??= this.#lanes[index]?.take());
    if (child === undefined) throw new Error(`There is no lane ${index}.`);
    this.#lists += 1;
    const notesFile = path.join(this.#folder, `notes-${this.#lists}`);
    const { isDone, late } = await heardToTheEnd(child, { bundles, notesFile });
    if (!isDone) {
      endGroup(child);
      this.#children[index] = undefined;
    }
    const notes = readNotes(notesFile);
    this.cpuSeconds += notes.reduce((sum, { cpuSeconds = 0 }) => sum + cpuSeconds, 0);
    const trials = new Map<string, Trial>();
    for (const bundle of bundles) {
      const said = notes.filter(({ testFile }) => testFile === bundle);
      if (said.length > 0) trials.set(bundle, trialOf(said));
      else if (isDone || trials.size === 0) trials.set(bundle, neverBegun);
      // What lies behind the one that did not come back is for the next process.
      if (!isDone && trials.get(bundle)?.isFinished !== true) break;
    }
    return { trials, late };
  }
}

interface ListRun {
  trials: Map<string, Trial>;
  late: string[];
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
    const watch = new SilenceWatch(list.notesFile, () => finish(false), silenceMax);
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

function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
