/**
 * Grades the learner's own tests: on the learner's code, on right implementations and on planted bugs.
 *
 * The tests run in processes of their own and nothing is written into the learner's folder. How much work all of it
 * may take is limited; the planted bugs are tried in an order of which any beginning is a fair sample.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { KataPromise } from "../kata/catalogue.ts";
import { noOwnTests, type OwnTestsGrade, type PromiseGrade } from "./grade-report.ts";
import {
  decisiveTests,
  isCaught,
  trustedTests,
  untestedPromises,
  type RightTrial,
} from "./own-tests/findings.ts";
import { levelReached } from "./level-reached.ts";
import { bugsToCatch, rightImplementations, type BugToCatch } from "./own-tests/implementations.ts";
import { TrialLanes, type Trial } from "./own-tests/lanes.ts";
import {
  bundleTests,
  TestBundleError,
  type TestBundle,
  type TestsToBundle,
} from "./own-tests/test-bundle.ts";
import type { TrialPlan } from "./own-tests/trial-notes.ts";
import { uncoveredBranches } from "./own-tests/uncovered.ts";
import type { SubjectLocation } from "./subject-location.ts";

export interface OwnTestsRequest {
  root: string;
  subject: SubjectLocation;
  promises: readonly KataPromise[];
  /** What the attempt says about itself, and what it was found to keep. */
  level: number;
  singleThreaded: boolean;
  invariants: readonly PromiseGrade[];
  /** Every file that the attempt needs, the subject first. */
  attemptFiles: readonly string[];
  /** The work after which no further planted bug is begun: about ten seconds of two cores. */
  cpuSecondsMax?: number;
  onProgress?: (text: string) => void;
}

const cpuSecondsMaxDefault = 10;
const uncoveredShownMax = 20;

export async function runOwnTests(request: OwnTestsRequest): Promise<OwnTestsGrade> {
  const { root, subject } = request;
  if (!existsSync(subject.testFile)) return noOwnTests;
  const folder = mkdtempSync(path.join(tmpdir(), "systems-katas-own-tests-"));
  const forget = () => rmSync(folder, { recursive: true, force: true });
  process.on("exit", forget);
  const lanes = new TrialLanes(root, folder);
  try {
    return await new OwnTests(request, folder, lanes).grade();
  } catch (error) {
    if (error instanceof TestBundleError) return { ...noOwnTests, problem: error.message };
    throw error;
  } finally {
    lanes.close();
    forget();
    process.off("exit", forget);
  }
}

class OwnTests {
  readonly #request: OwnTestsRequest;
  readonly #tests: TestsToBundle;
  readonly #folder: string;
  readonly #lanes: TrialLanes;

  constructor(request: OwnTestsRequest, folder: string, lanes: TrialLanes) {
    const { root, subject } = request;
    // The platform and the contract are nobody's own.
    const shared = path.join(root, "katas") + path.sep;
    const attemptFiles = request.attemptFiles.filter((file) => !file.startsWith(shared));
    this.#request = request;
    this.#folder = folder;
    this.#lanes = lanes;
    this.#tests = {
      root,
      testFile: subject.testFile,
      attemptFile: subject.file,
      attemptFiles,
    };
  }

  async grade(): Promise<OwnTestsGrade> {
    const { promises } = this.#request;
    const { trial, bundle, problem, uncovered } = await this.#onAttempt();
    // Tests that are all red have nothing to say about anybody else's code.
    const hasGreen = trial.tests.some(({ state }) => state === "passed");
    const rights = hasGreen ? await this.#onRightImplementations() : [];
    const asFar = rights.filter(({ level }) => level >= this.#request.level);
    const { trusted, alarms, setAside } = trustedTests(trial, asFar, bundle.beyondContract);
    const { tried, planted } = await this.#onPlantedBugs(trusted, rights);
    return {
      count: trial.tests.length,
      caught: tried.filter(({ caught }) => caught).length,
      of: tried.length,
      planted,
      falseAlarms: alarms.length,
      alarms,
      setAside,
      untested: untestedPromises(promises, tried),
      uncoveredBranches: uncovered.length,
      uncovered: uncovered.slice(0, uncoveredShownMax),
      problem,
    };
  }

  async #onAttempt() {
    const { subject } = this.#request;
    const { attemptFiles } = this.#tests;
    const coverageFile = path.join(this.#folder, "coverage.json");
    const bundle = await this.#bundle("attempt", subject.file, { decisive: null, coverageFile });
    const { trials, late } = await this.#lanes.run([bundle.file]);
    const trial = trials.get(bundle.file) ?? { tests: [], isFinished: false, problem: null };
    const uncovered = existsSync(coverageFile)
      ? uncoveredBranches(bundle.file, coverageFile, {
          files: attemptFiles,
          folder: path.dirname(subject.file),
        })
      : [];
    return { trial, bundle, uncovered, problem: problemOf(trial, late) };
  }

  async #onRightImplementations(): Promise<RightTrial[]> {
    const { root, subject } = this.#request;
    const { kata } = subject;
    const all = await rightImplementations(root, kata.name, kata.levels.length);
    const others = all.filter(({ file }) => file !== subject.file);
    const bundles = await Promise.all(
      others.map(({ file }, index) => this.#bundle(`right-${index}`, file, { decisive: null })),
    );
    this.#request.onProgress?.(`own tests on ${others.length} right implementations …`);
    const { trials } = await this.#lanes.run(bundles.map(({ file }) => file));
    return others.flatMap((right, index) => {
      const trial = trials.get(bundles[index]?.file ?? "");
      return trial === undefined ? [] : [{ ...right, trial }];
    });
  }

  async #onPlantedBugs(trusted: readonly string[], rights: readonly RightTrial[]) {
    const { root, subject, promises, level, singleThreaded, invariants } = this.#request;
    // Whoever has not reached the first level yet is told how the tests of it do.
    const levelMax = Math.max(1, levelReached(invariants));
    const all = await bugsToCatch(root, subject.kata.name, promises, { levelMax, singleThreaded });
    const meant = all.flatMap((bug) => {
      const decisive = decisiveTests(trusted, bug.level, level, rights);
      return decisive === null ? [] : [{ bug, decisive }];
    });
    const asked = meant.filter(({ decisive }) => decisive.length > 0);
    const bundles = await Promise.all(
      asked.map(({ bug, decisive }) => this.#bundle(`bug-${bug.name}`, bug.file, { decisive })),
    );
    this.#request.onProgress?.(`own tests on ${asked.length} planted bugs …`);
    const { trials } = await this.#lanes.run(
      bundles.map(({ file }) => file),
      this.#request.cpuSecondsMax ?? cpuSecondsMaxDefault,
    );
    const tried: { bug: BugToCatch; caught: boolean }[] = meant
      .filter(({ decisive }) => decisive.length === 0)
      .map(({ bug }) => ({ bug, caught: false }));
    for (const [index, { bug, decisive }] of asked.entries()) {
      const trial = trials.get(bundles[index]?.file ?? "");
      if (trial !== undefined) tried.push({ bug, caught: isCaught(trial, decisive) });
    }
    return { tried, planted: meant.length };
  }

  async #bundle(
    name: string,
    subjectFile: string,
    plan: { decisive: string[] | null; coverageFile?: string },
  ): Promise<TestBundle> {
    const bundle = await bundleTests(
      this.#tests,
      subjectFile,
      path.join(this.#folder, `${name}.test.mjs`),
    );
    const { fastCheck } = bundle;
    const whole: TrialPlan = { coverageFile: null, ...plan, fastCheck };
    writeFileSync(`${bundle.file}.json`, JSON.stringify(whole));
    return bundle;
  }
}

function problemOf({ tests, isFinished, problem }: Trial, late: readonly string[]): string | null {
  if (problem !== null) return problem;
  if (!isFinished && tests.length === 0)
    return "Your tests did not come back while they were loaded: an endless loop?";
  const [first] = late;
  return first === undefined ? null : `Outside of every test: ${first}`;
}
