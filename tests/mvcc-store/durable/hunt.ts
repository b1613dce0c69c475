/**
 * Runs one case, crashes it at every moment, recovers every distinct disk, and compares what it holds with what the
 * clients were told.
 *
 *     first life ──┬─► crash ─► recovery ──┬─► crash in recovery ─► recovery
 *      (gates)     │   every disk, once    ├─► second life: new commits ─► crash ─► recovery
 *                  └─► kill ─► recovery ───┴─► power cut with nothing committed ─► recovery
 *
 * Each phase is a pass of its own over the same first life; the first phase that finds something is the one reported.
 */
import type { Subject } from "#katas/mvcc-store/contract.ts";
import type { InvariantId } from "#katas/mvcc-store/invariants.ts";
import { kata } from "#katas/mvcc-store/kata.ts";
import { errorCode } from "#platform/errors.ts";
import { type Random, seededRandom } from "#platform/random.ts";
import type { NameProfile } from "#platform/testing/crash-images.ts";
import type { DiskCall, Faults } from "#platform/testing/disk-port.ts";
import type { LoadedSubject, Phase } from "../../harness/check.ts";
import type { Experiment, Finding, Listener } from "../../harness/experiment.ts";
import { describeError } from "../../harness/in-words.ts";
import { Afterlives, type Leg, type Outcome } from "../../harness/on-disk/afterlives.ts";
import { type Entries, everything } from "./adapter.ts";
import { type DurableCase, smallerCases, type Work } from "./case.ts";
import type { Found, HuntOutcome, HuntStep, Wrong } from "./found.ts";
import { History } from "./history.ts";
import { Judgement, stateText, type Wrongness } from "./judgement.ts";
import { DurableLife, type LiveViolation } from "./life.ts";
import { performSecond } from "./second-life.ts";
import { stateInWords, tellHunt } from "./telling.ts";

export interface Hunt {
  wants: readonly Wrong[];
  phases: readonly Phase[];
  names: NameProfile;
  /** Recoveries also meet disk errors, each of their calls in turn. */
  errorsInRecovery?: boolean;
  /** What a call that is never answered means: by default the run is `hung`. */
  hang?: "tolerated" | "broken";
  /** Looks at a finished first life before any crash. */
  live?: (life: DurableLife) => LiveViolation | null;
  /** The event without which a run proves nothing; says what is missing. */
  missing?: (life: DurableLife) => string | null;
  /** Moments of the first life at which crashes are tried; all without it. */
  crashesAt?: (life: DurableLife) => boolean;
}

// ── The experiment ────────────────────────────────────────────────────────────────────────────

export interface HuntingPlan {
  promise: InvariantId;
  hunt: Hunt;
  /** How many cases a full grade runs. */
  cases: number;
  draw: (random: Random, index: number) => DurableCase;
  always?: readonly DurableCase[];
}

/** A check that hunts says how, for its histories to be kept as tests. */
export interface HuntingExperiment extends Experiment<Subject, DurableCase> {
  readonly hunt: Hunt;
}

export function hunting({
  promise,
  hunt,
  cases,
  draw,
  always = [],
}: HuntingPlan): HuntingExperiment {
  return {
    promise,
    hunt,
    kataVersion: kata.version,
    *cases({ seed, effort }) {
      yield* always;
      const count = Math.max(2, Math.round(cases * effort));
      for (let index = 0; index < count; index++)
        yield draw(seededRandom(seed * 1_000_003 + index), index);
    },
    run: (subject, testCase, listener) =>
      runHunt(hunt, subject, fitted(subject.exports, testCase), listener),
    smaller: smallerCases,
    withSchedule: ({ draw: _draw, ...testCase }, schedule, phase) => ({
      ...testCase,
      schedule,
      phases: [phase],
    }),
  };
}

/** Whoever takes one commit at a time is given one client. */
function fitted({ singleThreaded }: Subject, testCase: DurableCase): DurableCase {
  if (singleThreaded === undefined || testCase.clients.length === 1) return testCase;
  return { ...testCase, clients: [testCase.clients.flat()] };
}

async function runHunt(
  hunt: Hunt,
  subject: LoadedSubject<Subject>,
  testCase: DurableCase,
  listener?: Listener,
): Promise<Finding> {
  // One copy of the module lives the first life, another all the later ones.
  const first = await subject.fresh();
  const later = await subject.fresh();
  const outcome = await new Hunter(hunt, first, later, testCase).findAll();
  if (listener !== undefined) await tellHunt(subject, testCase, outcome, listener);
  return outcome.finding;
}

// ── Hunting ───────────────────────────────────────────────────────────────────────────────────

/** Recoveries with a failing call are tried for so many disks of a moment, with so many calls failing. */
const failedRecoveriesMax = 3;
const recoveryFaults: readonly Faults[] = [
  ...Array.from({ length: 12 }, (_, failCall) => ({ failCall })),
  { failSync: 0 },
  { failDirectorySync: 0 },
];

class Hunter {
  readonly #hunt: Hunt;
  readonly #first: Subject;
  readonly #case: DurableCase;
  readonly #afterlives: Afterlives<Entries>;

  constructor(hunt: Hunt, first: Subject, later: Subject, testCase: DurableCase) {
    this.#hunt = hunt;
    this.#first = first;
    this.#case = testCase;
    const { recoveryFaults: faults, sectorBytes, options } = testCase;
    const images = { names: hunt.names, sectorBytes };
    this.#afterlives = new Afterlives(async () => later, everything(options), faults, images);
  }

  async findAll(): Promise<HuntOutcome> {
    const planned = this.#case.phases ?? this.#hunt.phases;
    const phases: readonly Phase[] = planned.length === 0 ? ["live"] : planned;
    for (const phase of phases) {
      const life = new DurableLife(this.#case);
      const pass = new Pass(this.#hunt, this.#case, this.#afterlives, life);
      await life.live(this.#first, async () => {
        if (phase !== "live" && this.#hunt.crashesAt?.(life) !== false) await pass.look(phase);
        return pass.found === null;
      });
      const { found } = pass;
      if (found !== null) return { finding: this.#brokenBy(found, life), found, violation: null };
      const outcome = this.#judgeLife(life);
      if (outcome !== null) return { ...outcome, found: null };
    }
    const finding: Finding = { kind: "held", states: this.#afterlives.states };
    return { finding, found: null, violation: null };
  }

  #brokenBy({ wrong, phase, therefore, trail }: Found, life: DurableLife): Finding {
    const crashes = trail.map(({ leg }) => leg.kind);
    return {
      kind: "broken",
      states: this.#afterlives.states,
      signature: `${wrong}/${phase}`,
      phase,
      therefore,
      features: [wrong, phase, crashes.join(", ")],
      schedule: life.end?.schedule ?? [],
    };
  }

  /** The first life as such; null when nothing is wrong with it. */
  #judgeLife(life: DurableLife): Pick<HuntOutcome, "finding" | "violation"> | null {
    const { states } = this.#afterlives;
    const broken = (violation: LiveViolation): Pick<HuntOutcome, "finding" | "violation"> => {
      const { signature, therefore } = violation;
      const schedule = life.end?.schedule ?? [];
      const features = [signature];
      const common = { phase: "live" as const, features, schedule };
      return { finding: { kind: "broken", states, signature, therefore, ...common }, violation };
    };
    const wrong = life.violation() ?? this.#hunt.live?.(life) ?? null;
    if (wrong !== null) return broken(wrong);
    const forgotten = life.forgotten();
    if (forgotten !== null) {
      const { what, name } = forgotten;
      if (this.#hunt.hang === "tolerated")
        return { finding: { kind: "missed", why: what, states }, violation: null };
      const therefore = `${what} although the disk had answered everything.`;
      const expected = "although the disk has answered everything";
      const violation = { signature: "hung", therefore: capital(therefore), name, expected };
      if (this.#hunt.hang === "broken") return broken(violation);
      return { finding: { kind: "hung", what: therefore.slice(0, -1), states }, violation };
    }
    const missing = this.#hunt.missing?.(life) ?? null;
    return missing === null
      ? null
      : { finding: { kind: "missed", why: missing, states }, violation: null };
  }
}

/** One pass over the moments of a first life, looking for violations of one phase. */
class Pass {
  found: Found | null = null;
  readonly #hunt: Hunt;
  readonly #case: DurableCase;
  readonly #afterlives: Afterlives<Entries>;
  readonly #life: DurableLife;
  readonly #judgement: Judgement;
  /** Disks and moments that have been judged. */
  readonly #judged = new Set<string>();
  /** The legs of a moment stay the same until the disk changes or a call is made. */
  #legs: { version: number; underWay: readonly DiskCall[]; legs: Leg[] } = {
    version: -1,
    underWay: [],
    legs: [],
  };
  #failedRecoveries = 0;

  constructor(
    hunt: Hunt,
    testCase: DurableCase,
    afterlives: Afterlives<Entries>,
    life: DurableLife,
  ) {
    this.#hunt = hunt;
    this.#case = testCase;
    this.#afterlives = afterlives;
    this.#life = life;
    this.#judgement = new Judgement(life.history);
  }

  /** Looks at the present moment; what it finds is in `found`. */
  async look(phase: Phase): Promise<void> {
    for (const leg of this.#legsOfMoment(phase)) {
      this.found = await this.#after(leg, phase);
      if (this.found !== null) return;
    }
  }

  #legsOfMoment(phase: Phase): readonly Leg[] {
    if (!this.#life.isStillAt(this.#legs)) {
      const { moment } = this.#life;
      // A power cut leaves all that a kill leaves; a kill alone matters to what may come after it.
      const kills = phase === "kill, then power cut" ? this.#afterlives.kills(moment) : [];
      this.#legs = {
        version: moment.state.version,
        underWay: moment.underWay,
        legs: [...kills, ...this.#afterlives.powerCuts(moment)],
      };
      this.#failedRecoveries = 0;
    }
    return this.#legs.legs;
  }

  async #after(leg: Leg, phase: Phase): Promise<Found | null> {
    switch (phase) {
      case "live":
        return null;
      case "crash":
        return this.#isNew(leg)
          ? this.#judge(await this.#afterlives.recovered(leg), "crash", [{ leg }])
          : null;
      case "crash in recovery":
        if (!this.#isChosen(leg) || !this.#isNew(leg)) return null;
        return (await this.#afterFailedRecovery(leg)) ?? (await this.#insideRecovery(leg));
      case "second life":
      case "second crash":
        return this.#isChosen(leg) && this.#isFirst(leg.key) ? this.#secondLife(leg, phase) : null;
      case "kill, then power cut":
        return this.#isChosen(leg) && this.#isFirst(leg.key) ? this.#settledAfter(leg) : null;
    }
  }

  /** One in `thinning` disks, by the first number of their keys, so that the choice is the same in every run. */
  #isChosen(leg: Leg): boolean {
    const { thinning = 1 } = this.#case;
    return thinning === 1 || parseInt(leg.key, 10) % thinning === 0;
  }

  /** What is right depends on the disk and on what has been answered. */
  #isNew(leg: Leg): boolean {
    return this.#isFirst(`${leg.key}@${this.#life.history.now}`);
  }

  #isFirst(id: string): boolean {
    if (this.#judged.has(id)) return false;
    this.#judged.add(id);
    return true;
  }

  // ── The phases ──────────────────────────────────────────────────────────────────────────────

  async #insideRecovery(leg: Leg): Promise<Found | null> {
    for (const { outcome, trail } of await this.#afterlives.outcomesInside(leg)) {
      const found = this.#judge(outcome, "crash in recovery", trail);
      if (found !== null) return found;
    }
    return null;
  }

  /** An open that meets a disk error may reject; the next one must find everything. */
  async #afterFailedRecovery(leg: Leg): Promise<Found | null> {
    if (this.#hunt.errorsInRecovery !== true || this.#failedRecoveries >= failedRecoveriesMax)
      return null;
    this.#failedRecoveries++;
    for (const faults of recoveryFaults) {
      const disk = leg.disk();
      const failed = await this.#afterlives.recoverAnew(disk, faults);
      const trail = [{ leg, faults }];
      if (failed.kind === "shown") {
        const wrong = this.#judge(failed, "crash in recovery", trail);
        if (wrong !== null) return wrong;
        const state = stateText(failed.seen);
        // What it has shown although something failed, a power cut may not take back.
        for (const next of this.#afterlives.powerCuts({ state: disk, underWay: [] })) {
          const after = await this.#afterlives.recovered(next);
          if (after.kind === "shown" && stateText(after.seen) === state) continue;
          return this.#unlike(after, state, "crash in recovery", [...trail, { leg: next }]);
        }
      } else {
        const here = await this.#afterlives.recoverAnew(disk);
        if (here.kind === "refused" && errorCode(here.error) === "LOCKED") {
          const therefore =
            "The open rejected, and the directory is locked although nobody holds it.";
          return this.#found("refused", "crash in recovery", trail, { therefore });
        }
      }
      const next: Leg = {
        kind: "kill",
        key: "",
        what: () => "a call fails in the recovery, and the process is started anew",
        disk: () => disk.afterKill(),
      };
      const again = await this.#afterlives.recoverAnew(next.disk());
      const found = this.#judge(again, "crash in recovery", [...trail, { leg: next }]);
      if (found !== null) return found;
    }
    return null;
  }

  /** After a recovery somebody commits, and then the process is killed, or the power goes at any moment. */
  async #secondLife(leg: Leg, phase: "second life" | "second crash"): Promise<Found | null> {
    const { second } = this.#case;
    if (second === undefined) return null;
    const recovery = await this.#afterlives.liveOn(leg.disk(), this.#case.recoveryFaults, true);
    // Found by the phases of a first recovery; here it is about the next one.
    if (recovery.kind !== "shown") return null;
    const base = recovery.seen;
    const history = new History();
    const judgement = new Judgement(history, base);
    recovery.pace.points.length = 0;
    for (const [index, work] of second.entries()) {
      const trail = [{ leg, second: { works: second.slice(0, index + 1), cutAfter: null } }];
      const deed = await performSecond(recovery, history, work, index);
      if (deed.outcome !== "ok") {
        recovery.port.fence();
        const how =
          deed.outcome === "pending"
            ? "is never answered"
            : `rejects: ${describeError(deed.error)}`;
        const therefore = `After a recovery ${deed.name} is alone, and its commit ${how}.`;
        return this.#found("stuck", phase, trail, { therefore });
      }
    }
    const { points } = recovery.pace;
    recovery.pace.isRecording = false;
    const trailTo = (cutAfter: number | null): HuntStep[] => [
      { leg, second: { works: second, cutAfter } },
    ];
    const atEnd = { state: recovery.port.state.copy(), underWay: [] };
    recovery.port.fence();
    if (phase === "second life") {
      for (const next of [...this.#afterlives.kills(atEnd), ...this.#afterlives.powerCuts(atEnd)]) {
        const found = this.#judge(
          await this.#afterlives.recovered(next),
          phase,
          [...trailTo(null), { leg: next }],
          judgement,
        );
        if (found !== null) return found;
      }
      return null;
    }
    // At moments between, of what is under way all or nothing.
    const may = new Set([stateText(base)]);
    for (let count = 1; count <= second.length; count++)
      may.add(stateText(afterWorks(base, second.slice(0, count))));
    for (const [cutAfter, point] of points.entries()) {
      if (point.isForeseen) continue;
      for (const next of this.#afterlives.powerCuts(point)) {
        const outcome = await this.#afterlives.recovered(next);
        if (outcome.kind === "shown" && may.has(stateText(outcome.seen))) continue;
        return this.#unlike(outcome, stateText(base), phase, [...trailTo(cutAfter), { leg: next }]);
      }
    }
    return null;
  }

  /** What a recovery has shown, the next one shows as well, whatever the power cut after it has taken. */
  async #settledAfter(leg: Leg): Promise<Found | null> {
    const recovery = await this.#afterlives.recoverAnew(leg.disk(), this.#case.recoveryFaults);
    if (recovery.kind !== "shown") return null;
    const state = stateText(recovery.seen);
    const after = { state: recovery.port.state, underWay: [] };
    for (const next of this.#afterlives.powerCuts(after)) {
      const outcome = await this.#afterlives.recovered(next);
      if (outcome.kind === "shown" && stateText(outcome.seen) === state) continue;
      return this.#unlike(outcome, state, "kill, then power cut", [{ leg }, { leg: next }]);
    }
    return null;
  }

  // ── Judging ─────────────────────────────────────────────────────────────────────────────────

  #judge(
    outcome: Outcome<Entries>,
    phase: Phase,
    trail: readonly HuntStep[],
    judgement = this.#judgement,
  ): Found | null {
    if (outcome.kind !== "shown") {
      const therefore =
        outcome.kind === "hung"
          ? `After this crash ${outcome.what}.`
          : `After this crash the store does not open: ${outcome.what}.`;
      return this.#found("refused", phase, trail, { therefore });
    }
    const wrong = judgement.wrongness(outcome.seen);
    if (wrong === null) return null;
    const shown = stateInWords(outcome.seen);
    const expected = stateInWords(JSON.parse(judgement.example()) as Entries);
    const therefore = sentenceOf(wrong, shown, judgement);
    return this.#found(wrong, phase, trail, { therefore, shown, expected });
  }

  #unlike(
    outcome: Outcome<Entries>,
    state: string,
    phase: Phase,
    trail: readonly HuntStep[],
  ): Found | null {
    if (outcome.kind !== "shown") return this.#judge(outcome, phase, trail);
    const shown = stateInWords(outcome.seen);
    const expected = stateInWords(JSON.parse(state) as Entries);
    const therefore = `A recovery had shown ${expected}, and after the next crash the store holds ${shown}.`;
    return this.#found("unsettled", phase, trail, { therefore, shown, expected });
  }

  #found(
    wrong: Wrong,
    phase: Phase,
    trail: readonly HuntStep[],
    words: { therefore: string; shown?: string; expected?: string },
  ): Found | null {
    if (!this.#hunt.wants.includes(wrong)) return null;
    const { therefore, shown = null, expected = null } = words;
    return { wrong, phase, therefore, step: this.#life.step, trail, shown, expected };
  }
}

function sentenceOf(wrong: Wrongness, shown: string, judgement: Judgement): string {
  switch (wrong) {
    case "not whole":
      return `After this crash the store holds ${shown}: no commits that were answered or under way, each of them whole, explain that.`;
    case "seen, then gone": {
      const names = judgement.seenEarly().map(({ name }) => name);
      return `After this crash the store holds ${shown}, and a transaction had read what ${names.join(", ")} wrote.`;
    }
    case "another winner":
      return `After this crash the store holds ${shown}: one that was refused is there, or two of which only one may commit.`;
  }
}

/** What the entries are after these transactions. */
function afterWorks(base: Entries, works: readonly Work[]): Entries {
  const history = new History();
  for (const [index, work] of works.entries())
    history.deeds.push({
      name: "",
      client: 0,
      work,
      begunAt: index * 3,
      seen: new Map(),
      commitCalledAt: index * 3 + 1,
      answeredAt: index * 3 + 2,
      outcome: "ok",
      error: undefined,
    });
  return JSON.parse(new Judgement(history, base).example()) as Entries;
}

function capital(sentence: string): string {
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}`;
}
