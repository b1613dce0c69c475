/**
 * Runs one case, crashes it at every moment, recovers every distinct disk, and compares what recovery
 * shows with what the clients were told.
 *
 *     first life ──┬─► crash ─► recovery ──┬─► crash in recovery ─► recovery
 *      (gates)     │   every disk, once    ├─► second life: new writes ─► kill or second crash ─► recovery
 *                  └─► kill ─► recovery ───┴─► power cut with nothing written ─► recovery
 *
 * Each phase is a pass of its own over the same first life; the first phase that finds something is the
 * one reported.
 */
import { errorCode } from "#platform/errors.ts";
import type { NameProfile } from "#platform/testing/crash-images.ts";
import type { DiskCall, Faults } from "#platform/testing/disk-port.ts";
import type { LoadedSubject, Phase } from "../check.ts";
import type { Finding, Listener } from "../experiment.ts";
import type { DiskState } from "#platform/testing/disk-state.ts";
import { outcomeOf } from "../life.ts";
import { describeError } from "../in-words.ts";
import { Afterlives, type Leg, type Outcome, type Step } from "../on-disk/afterlives.ts";
import type { Claims } from "../on-disk/disk-subject.ts";
import type { KeptPoint, Recovery } from "../on-disk/recovery.ts";
import type { Case } from "./case.ts";
import { FirstLife } from "./first-life.ts";
import { type Call, type History, isWrite, written } from "./history.ts";
import { Judgement } from "./judgement.ts";
import { reading, type Values } from "./reading.ts";
import { performOn, type StoreKata } from "./store-kata.ts";
import { tellHunt } from "./telling.ts";
import { describe, keysOf, type Operation, shortValue } from "./workload.ts";

/** How what a recovery shows can be wrong. */
export type Wrong =
  /** The store does not open, or a read after it rejects. */
  | "refused"
  /** A value that nobody wrote to this key. */
  | "invented"
  /** A value that the answered writes rule out. */
  | "lost"
  /** A value that the writes allow, but not the answers of reads. */
  | "seen"
  /** A write of the second life is not there although nothing was lost after it. */
  | "hidden"
  /** Two recoveries without a write between them show different values. */
  | "unsettled";

export interface LiveViolation {
  therefore: string;
  /** The call whose answer cannot be, and what was expected of it. */
  offender: Call | undefined;
  expected: string;
}

export interface Hunt {
  wants: readonly Wrong[];
  phases: readonly Phase[];
  names: NameProfile;
  /** Crashes are kills only: level 1. Each recovery then runs in a freshly loaded module. */
  killsOnly?: boolean;
  /** Recoveries also meet disk errors, each of their calls in turn. */
  errorsInRecovery?: boolean;
  /** Recoveries are crashed after kills, not after power cuts: they have read what no sync had covered, and have yet to make it safe. */
  killsBeforeRecovery?: boolean;
  /** Judge only keys for which this holds at the moment of the crash. */
  concerns?: (history: History, key: string) => boolean;
  /** What a call that is never answered means: by default the run is `hung`. */
  hang?: "tolerated" | "broken";
  /** Looks at a finished first life before any crash. */
  live?: (history: History) => LiveViolation | null;
  /** The event without which a run proves nothing; says what is missing. */
  missing?: (life: FirstLife) => string | null;
  /** Moments of the first life at which crashes are tried; all without it. */
  crashesAt?: (life: FirstLife) => boolean;
}

/** A leg, and what happens in the life after it until the next leg. */
export interface HuntStep extends Step {
  /** What is done after the recovery, until so many changes of the disk, or to the end. */
  readonly second?: { operations: readonly Operation[]; cutAfter: number | null };
}

/** A violation, and how it came about. */
export interface Found {
  readonly wrong: Wrong;
  readonly phase: Phase;
  readonly therefore: string;
  /** The step of the first life at which the first crash came. */
  readonly step: number;
  readonly trail: readonly HuntStep[];
  /** What each key showed, and where that is wrong what was expected. Empty when nothing was shown. */
  readonly values: readonly { key: string; value: string | undefined; expected: string | null }[];
}

/** Recoveries with a failing call are tried for so many disks of a moment, with so many calls failing. */
const failedRecoveriesMax = 4;
const recoveryFaults: readonly Faults[] = [
  ...Array.from({ length: 16 }, (_, failCall) => ({ failCall })),
  { failSync: 0 },
  { failSync: 1 },
  { failDirectorySync: 0 },
];
/** After a kill there are bytes that no sync has covered: what a failed one leaves of them shows only then. */
const recoveryFaultsAfterKill: readonly Faults[] = [{ failSync: 0 }, { failSync: 1 }];

export async function runHunt(
  kata: StoreKata,
  hunt: Hunt,
  subject: LoadedSubject<Claims>,
  testCase: Case,
  listener?: Listener,
): Promise<Finding> {
  // One copy of the module lives the first life, another all the later ones.
  const first = await subject.fresh();
  const later = await subject.fresh();
  const hunter = new Hunter(kata, hunt, first, later, subject, testCase);
  const outcome = await hunter.findAll();
  if (listener !== undefined) await tellHunt(kata, subject, testCase, outcome, listener);
  return outcome.finding;
}

/** What a hunt has found, with what is needed to tell it. */
export interface HuntOutcome {
  finding: Finding;
  found: Found | null;
  /** The call of a live violation. */
  offender: { calledAt: number; expected: string } | null;
}

class Hunter {
  readonly #kata: StoreKata;
  readonly #hunt: Hunt;
  readonly #first: Claims;
  readonly #case: Case;
  readonly #keys: string[];
  readonly #afterlives: Afterlives<Values>;
  #offender: HuntOutcome["offender"] = null;

  constructor(
    kata: StoreKata,
    hunt: Hunt,
    first: Claims,
    later: Claims,
    subject: LoadedSubject<Claims>,
    testCase: Case,
  ) {
    this.#kata = kata;
    this.#hunt = hunt;
    this.#first = first;
    this.#case = testCase;
    this.#keys = keysOf([...testCase.clients, testCase.second ?? []]);
    const { names } = hunt;
    const { sectorBytes, recoveryFaults } = testCase;
    const nextLife =
      hunt.killsOnly === true
        ? (): Promise<Claims> => subject.fresh()
        : async (): Promise<Claims> => later;
    const observed = reading(kata, this.#keys, testCase.options);
    this.#afterlives = new Afterlives(nextLife, observed, recoveryFaults, { names, sectorBytes });
  }

  async findAll(): Promise<HuntOutcome> {
    const planned = this.#case.phases ?? this.#hunt.phases;
    const phases: readonly Phase[] = planned.length === 0 ? ["live"] : planned;
    for (const phase of phases) {
      const life = new FirstLife(this.#kata, this.#case);
      const pass = new Pass(this.#kata, this.#hunt, this.#case, this.#keys, this.#afterlives, life);
      await life.live(this.#first, async () => {
        if (phase !== "live" && this.#hunt.crashesAt?.(life) !== false) await pass.look(phase);
        return pass.found === null;
      });
      const { found } = pass;
      const finding = found === null ? this.#judgeLife(life) : this.#brokenBy(found, life);
      if (finding !== null) return { finding, found, offender: this.#offender };
    }
    return {
      finding: { kind: "held", states: this.#afterlives.states },
      found: null,
      offender: null,
    };
  }

  #brokenBy(found: Found, life: FirstLife): Finding {
    const { wrong, phase, therefore } = found;
    const { states } = this.#afterlives;
    const features = [wrong, phase, ...featuresOf(found)];
    const schedule = life.end?.schedule ?? [];
    return {
      kind: "broken",
      states,
      signature: `${wrong}/${phase}`,
      phase,
      therefore,
      features,
      schedule,
    };
  }

  /** The first life as such; null when nothing is wrong with it. */
  #judgeLife(life: FirstLife): Finding | null {
    const { states } = this.#afterlives;
    const broken = (
      signature: string,
      therefore: string,
      call: Call | undefined,
      expected: string,
    ): Finding => {
      if (call !== undefined) this.#offender = { calledAt: call.calledAt, expected };
      const schedule = life.end?.schedule ?? [];
      return {
        kind: "broken",
        states,
        signature,
        phase: "live",
        therefore,
        features: [signature],
        schedule,
      };
    };
    const rejection = life.unexpectedRejection();
    if (rejection !== null) {
      return broken("rejected", rejection.therefore, rejection.call, rejection.expected);
    }
    const forgotten = life.forgottenCall();
    if (forgotten !== null) {
      const { what, call } = forgotten;
      if (this.#hunt.hang === "tolerated") return { kind: "missed", why: what, states };
      if (this.#hunt.hang === "broken") {
        return broken(
          "hung",
          `${what} although the disk had answered everything.`,
          call,
          "although the disk has answered everything",
        );
      }
      return { kind: "hung", what: `${what} although the disk had answered everything`, states };
    }
    if (life.keepsTheDirectory) {
      return broken(
        "locked",
        "close was answered, and the directory is still locked.",
        undefined,
        "",
      );
    }
    const wrong = this.#hunt.live?.(life.history) ?? null;
    if (wrong !== null) return broken("live", wrong.therefore, wrong.offender, wrong.expected);
    const missing = this.#hunt.missing?.(life) ?? null;
    return missing === null ? null : { kind: "missed", why: missing, states };
  }
}

/** One pass over the moments of a first life, looking for violations of one phase. */
class Pass {
  found: Found | null = null;
  readonly #kata: StoreKata;
  readonly #hunt: Hunt;
  readonly #case: Case;
  readonly #keys: readonly string[];
  readonly #afterlives: Afterlives<Values>;
  readonly #life: FirstLife;
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
  /** Outcomes that are right after a crash at this moment of the history. */
  #right: { now: number; outcomes: Set<Outcome<Values>> } = { now: -1, outcomes: new Set() };

  constructor(
    kata: StoreKata,
    hunt: Hunt,
    testCase: Case,
    keys: readonly string[],
    afterlives: Afterlives<Values>,
    life: FirstLife,
  ) {
    this.#kata = kata;
    this.#hunt = hunt;
    this.#case = testCase;
    this.#keys = keys;
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
      const kills = this.#beginsWithKills(phase) ? this.#afterlives.kills(moment) : [];
      const { killsOnly, killsBeforeRecovery } = this.#hunt;
      const isKillsAlone =
        killsOnly === true || (killsBeforeRecovery === true && phase === "crash in recovery");
      const powerCuts = isKillsAlone ? [] : this.#afterlives.powerCuts(moment);
      this.#legs = {
        version: moment.state.version,
        underWay: moment.underWay,
        legs: [...kills, ...powerCuts],
      };
      this.#failedRecoveries = 0;
    }
    return this.#legs.legs;
  }

  #beginsWithKills(phase: Phase): boolean {
    const { killsOnly = false, errorsInRecovery = false, killsBeforeRecovery = false } = this.#hunt;
    return (
      killsOnly ||
      phase === "kill, then power cut" ||
      (phase === "crash in recovery" && (errorsInRecovery || killsBeforeRecovery))
    );
  }

  async #after(leg: Leg, phase: Phase): Promise<Found | null> {
    switch (phase) {
      case "live":
        return null;
      case "crash":
        return this.#isNew(leg) ? this.#afterCrash(leg) : null;
      case "crash in recovery":
        if (!this.#isChosen(leg)) return null;
        if (leg.kind === "kill")
          return (
            (await this.#afterFailedRecovery(leg, recoveryFaultsAfterKill)) ??
            (this.#hunt.killsBeforeRecovery === true ? await this.#insideRecovery(leg) : null)
          );
        return (
          (await this.#afterFailedRecovery(leg, recoveryFaults)) ??
          (await this.#insideRecovery(leg))
        );
      case "second life":
      case "second crash":
        return this.#isChosen(leg) && this.#isNewDisk(leg) ? this.#secondLife(leg, phase) : null;
      case "kill, then power cut":
        return this.#isChosen(leg) && this.#isNewDisk(leg) ? this.#settledAfter(leg) : null;
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

  /** What is right depends on the disk alone. */
  #isNewDisk(leg: Leg): boolean {
    return this.#isFirst(leg.key);
  }

  #isFirst(id: string): boolean {
    if (this.#judged.has(id)) return false;
    this.#judged.add(id);
    return true;
  }

  // ── The phases ──────────────────────────────────────────────────────────────────────────────

  async #afterCrash(leg: Leg): Promise<Found | null> {
    return this.#judge(await this.#afterlives.recovered(leg), "crash", [{ leg }]);
  }

  /** Crashes inside the recovery after this leg, and inside the recoveries from those. */
  async #insideRecovery(leg: Leg): Promise<Found | null> {
    if (!this.#isNew(leg)) return null;
    for (const { outcome, trail } of await this.#afterlives.outcomesInside(leg)) {
      const found = this.#judge(outcome, "crash in recovery", trail);
      if (found !== null) return found;
    }
    return null;
  }

  /** An open that meets a disk error may reject; the next one must find everything. */
  async #afterFailedRecovery(leg: Leg, faultsInTurn: readonly Faults[]): Promise<Found | null> {
    if (this.#hunt.errorsInRecovery !== true) return null;
    if (leg.kind === "power-cut" && this.#failedRecoveries >= failedRecoveriesMax) return null;
    if (!this.#isFirst(`failed ${leg.key}`)) return null;
    if (leg.kind === "power-cut") this.#failedRecoveries++;
    for (const faults of faultsInTurn) {
      const disk = leg.disk();
      const failed = await this.#afterlives.recoverAnew(disk, faults);
      const trail = [{ leg, faults }];
      const locked = await this.#stillLocked(disk, failed);
      if (locked !== null) return this.#found("refused", "crash in recovery", trail, [], locked);
      const said = (await this.#resolvedDespite(failed, trail)) ?? null;
      if (said !== null) return said;
      const what = (): string =>
        `${failureOf(faults)} fails in the recovery, and the process is started anew`;
      const next: Leg = { kind: "kill", key: "", what, disk: () => disk.afterKill() };
      const again = await this.#afterlives.recoverAnew(next.disk());
      const found = this.#judge(again, "crash in recovery", [...trail, { leg: next }]);
      if (found !== null) return found;
    }
    return null;
  }

  /** An open that resolves although something failed has shown the right values, and safe ones. */
  async #resolvedDespite(
    failed: Recovery<Values>,
    trail: readonly HuntStep[],
  ): Promise<Found | null> {
    if (failed.kind !== "shown") return null;
    const wrong = this.#judge(failed, "crash in recovery", trail);
    if (wrong !== null) return wrong;
    const shown = (key: string): string | undefined => failed.seen[this.#keys.indexOf(key)];
    for (const next of this.#afterlives.powerCuts({ state: failed.port.state, underWay: [] })) {
      const after = await this.#afterlives.recovered(next);
      const difference = this.#difference(after, (key, value) => value === shown(key));
      if (difference === null) continue;
      const values = this.#valuesOf(after, shown);
      return this.#found(
        "lost",
        "crash in recovery",
        [...trail, { leg: next }],
        values,
        difference,
      );
    }
    return null;
  }

  /** A rejected open leaves the directory free, in the same process too. */
  async #stillLocked(disk: DiskState, failed: Recovery<Values>): Promise<string | null> {
    if (failed.kind !== "refused" || failed.by !== "open") return null;
    const here = await this.#afterlives.recoverAnew(disk);
    if (here.kind !== "refused" || errorCode(here.error) !== "LOCKED") return null;
    return "an open rejects, and the directory stays locked";
  }

  /** Recovers, writes, and crashes again. What the recovery has shown is where the second history begins. */
  async #secondLife(leg: Leg, phase: Phase): Promise<Found | null> {
    const shown = await this.#afterlives.liveOn(leg.disk(), {}, true);
    if (shown.kind !== "shown") return null;
    const operations = this.#case.second ?? [];
    const before = shown.pace.points.length;
    const expected = new Map(this.#keys.map((key, index) => [key, shown.seen[index]]));
    /** For each moment of the second life: what a recovery there may show. */
    const allowed: Map<string, Set<string | undefined>>[] = [];
    for (const operation of operations) {
      const start = shown.pace.points.length;
      const outcome = await outcomeOf(performOn(this.#kata, shown.store, operation));
      const during = allowedDuring(expected, operation);
      for (let index = start; index < shown.pace.points.length; index++)
        allowed[index - before] = during;
      if (outcome.how !== "resolved") {
        shown.port.fence();
        const how =
          outcome.how === "hung"
            ? "is never answered"
            : `rejected: ${describeError(outcome.error)}`;
        const trail = [{ leg, second: { operations, cutAfter: null } }];
        return this.#found(
          "hidden",
          "second life",
          trail,
          [],
          `${describe(operation)} after the recovery ${how}`,
        );
      }
      if (isWrite(operation)) expected.set(operation.key, written(operation));
    }
    shown.pace.isRecording = false;
    const points: KeptPoint[] = shown.pace.points.slice(before);
    const kept = shown.port.state.afterKill();
    shown.port.fence();

    // With nothing lost at all: what is wrong then is not the doing of a second power cut.
    const plain = await this.#afterlives.recoverAnew(kept.copy());
    const plainLeg: Leg = {
      kind: "kill",
      key: "",
      what: () => "nothing is lost",
      disk: () => kept.copy(),
    };
    const plainlyWrong = this.#difference(plain, (key, value) => value === expected.get(key));
    if (phase === "second life") {
      if (plainlyWrong === null) return null;
      const values = this.#valuesOf(plain, (key) => expected.get(key));
      return this.#found(
        "hidden",
        phase,
        [{ leg, second: { operations, cutAfter: null } }, { leg: plainLeg }],
        values,
        plainlyWrong,
      );
    }
    if (plainlyWrong !== null) return null;
    points.push({ state: kept, underWay: [], isForeseen: false });
    allowed[points.length - 1] = new Map(
      [...expected].map(([key, value]) => [key, new Set([value])]),
    );
    return this.#secondCrash({ leg, operations, points, allowed });
  }

  async #secondCrash(life: {
    leg: Leg;
    operations: readonly Operation[];
    points: readonly KeptPoint[];
    allowed: readonly Map<string, Set<string | undefined>>[];
  }): Promise<Found | null> {
    for (const [cutAfter, point] of life.points.entries()) {
      const may = life.allowed[cutAfter];
      const isJudged = point.isForeseen && may === life.allowed[cutAfter - 1];
      if (may === undefined || isJudged) continue;
      for (const next of this.#afterlives.powerCuts(point)) {
        const recovery = await this.#afterlives.recovered(next);
        const wrong = this.#difference(
          recovery,
          (key, value) => may.get(key)?.has(value) ?? value === undefined,
        );
        if (wrong === null) continue;
        const values = this.#valuesOf(recovery, (key) => [...(may.get(key) ?? [undefined])][0]);
        const kind = recovery.kind === "shown" ? this.#kindOfSecond(recovery.seen, may) : "refused";
        const trail = [
          { leg: life.leg, second: { operations: life.operations, cutAfter } },
          { leg: next },
        ];
        const found = this.#found(kind, "second crash", trail, values, wrong);
        if (found !== null) return found;
      }
    }
    return null;
  }

  /** Whether a value is wrong that neither life wrote. */
  #kindOfSecond(
    values: readonly (string | undefined)[],
    may: ReadonlyMap<string, ReadonlySet<string | undefined>>,
  ): Wrong {
    const inSecond = new Set(
      (this.#case.second ?? []).filter(isWrite).map((operation) => written(operation)),
    );
    const isInvented = this.#keys.some(
      (key, index) =>
        may.get(key)?.has(values[index]) === false &&
        !this.#judgement.everWritten(key, values[index]) &&
        !inSecond.has(values[index]),
    );
    return isInvented ? "invented" : "lost";
  }

  /** Recovers, then cuts the power with nothing written: the next recovery must show the same. */
  async #settledAfter(leg: Leg): Promise<Found | null> {
    const first = await this.#afterlives.liveOn(leg.disk());
    if (first.kind !== "shown") return null;
    first.pace.isRecording = false;
    first.port.fence();
    const shown = (key: string): string | undefined => first.seen[this.#keys.indexOf(key)];
    for (const next of this.#afterlives.powerCuts({ state: first.port.state, underWay: [] })) {
      const second = await this.#afterlives.recovered(next);
      if (second.kind !== "shown") continue;
      const wrong = this.#difference(second, (key, value) => value === shown(key));
      if (wrong === null) continue;
      const found = this.#found(
        "unsettled",
        "kill, then power cut",
        [{ leg }, { leg: next }],
        this.#valuesOf(second, shown),
        wrong,
      );
      if (found !== null) return found;
    }
    return null;
  }

  // ── Judging ─────────────────────────────────────────────────────────────────────────────────

  /** Hundreds of recoveries of a moment show the same: the answer to each such thing is given once. */
  #judge(recovery: Outcome<Values>, phase: Phase, trail: readonly HuntStep[]): Found | null {
    const { now } = this.#life.history;
    if (this.#right.now !== now) this.#right = { now, outcomes: new Set() };
    if (this.#right.outcomes.has(recovery)) return null;
    const found = this.#judgeAnew(recovery, phase, trail);
    if (found === null) this.#right.outcomes.add(recovery);
    return found;
  }

  #judgeAnew(recovery: Outcome<Values>, phase: Phase, trail: readonly HuntStep[]): Found | null {
    const { wants, concerns } = this.#hunt;
    const { step, history } = this.#life;
    if (recovery.kind !== "shown") {
      if (!wants.includes("refused") || (recovery.kind === "refused" && this.#refusalIsFair()))
        return null;
      const therefore = `After the crash the store does not open: ${recovery.what}.`;
      return { wrong: "refused", phase, therefore, step, trail, values: [] };
    }
    for (const [index, key] of this.#keys.entries()) {
      const value = recovery.seen[index];
      const wrong = this.#wrongOf(key, value);
      if (wrong === null || !wants.includes(wrong) || concerns?.(history, key) === false) continue;
      const expected = this.#expectation(key);
      const values = this.#keys.map((one, at) => ({
        key: one,
        value: recovery.seen[at],
        expected: one === key ? expected : null,
      }));
      return {
        wrong,
        phase,
        therefore: therefore(wrong, key, value, expected),
        step,
        trail,
        values,
      };
    }
    return null;
  }

  /** An open that met an injected error may reject. */
  #refusalIsFair(): boolean {
    const { failCall, failSync, failDirectorySync, fullDisk } = this.#case.recoveryFaults ?? {};
    return [failCall, failSync, failDirectorySync, fullDisk].some((fault) => fault !== undefined);
  }

  #wrongOf(key: string, value: string | undefined): Wrong | null {
    if (this.#judgement.writesAllow(key, value))
      return this.#judgement.readsAllow(key, value) ? null : "seen";
    return this.#judgement.everWritten(key, value) ? "lost" : "invented";
  }

  /** The values that would have been right, as a learner reads them. */
  #expectation(key: string): string {
    const candidates = new Set<string | undefined>([undefined]);
    for (const { operation } of this.#life.history.calls) {
      if (isWrite(operation) && operation.key === key) candidates.add(written(operation));
    }
    const right = [...candidates].filter((value) => this.#wrongOf(key, value) === null);
    return right.map(shortValue).join(" or ");
  }

  #difference(
    recovery: Outcome<Values>,
    isRight: (key: string, value: string | undefined) => boolean,
  ): string | null {
    if (recovery.kind !== "shown") return `the store does not open: ${recovery.what}`;
    const index = this.#keys.findIndex((key, at) => !isRight(key, recovery.seen[at]));
    return index === -1
      ? null
      : `${this.#keys[index] ?? ""} shows ${shortValue(recovery.seen[index])}`;
  }

  #valuesOf(
    recovery: Outcome<Values>,
    expectedOf: (key: string) => string | undefined,
  ): Found["values"] {
    if (recovery.kind !== "shown") return [];
    return this.#keys.map((key, index) => {
      const value = recovery.seen[index];
      const expected = expectedOf(key);
      return { key, value, expected: value === expected ? null : shortValue(expected) };
    });
  }

  #found(
    wrong: Wrong,
    phase: Phase,
    trail: readonly HuntStep[],
    values: Found["values"],
    what: string,
  ): Found | null {
    if (!this.#hunt.wants.includes(wrong)) return null;
    return {
      wrong,
      phase,
      therefore: secondTherefore(wrong, what),
      step: this.#life.step,
      trail,
      values,
    };
  }
}

function failureOf({ failCall, failSync, failDirectorySync }: Faults): string {
  if (failSync !== undefined) return `sync ${failSync + 1}`;
  if (failDirectorySync !== undefined) return `sync ${failDirectorySync + 1} of a directory`;
  return `call ${(failCall ?? 0) + 1}`;
}

function allowedDuring(
  expected: ReadonlyMap<string, string | undefined>,
  operation: Operation,
): Map<string, Set<string | undefined>> {
  const allowed = new Map([...expected].map(([key, value]) => [key, new Set([value])]));
  if (isWrite(operation)) allowed.get(operation.key)?.add(written(operation));
  return allowed;
}

function therefore(wrong: Wrong, key: string, value: string | undefined, expected: string): string {
  const shows = `${key} shows ${shortValue(value)}`;
  if (wrong === "invented") return `${shows}: nobody ever wrote that.`;
  if (wrong === "seen")
    return `A client was shown a value of ${key} that the crash then took back: now ${shows}.`;
  return `${shows}, but what was answered leaves only ${expected}.`;
}

function secondTherefore(wrong: Wrong, what: string): string {
  if (wrong === "unsettled")
    return `Nothing was written since the first recovery, yet now ${what}.`;
  if (wrong === "hidden")
    return `What was written after the recovery must be there, as nothing was lost since, yet ${what}.`;
  return `After the second crash ${what}.`;
}

const lossWords = [
  "the name",
  "zeros",
  "garbage",
  "keeps only",
  "the removal",
  "the renaming",
  "the cut",
  "keeps what came",
];

/** Coarse properties, compared with those of planted bugs. */
function featuresOf(found: Found): string[] {
  const features = new Set<string>();
  for (const { leg } of found.trail) {
    features.add(leg.kind);
    const what = leg.what();
    for (const word of lossWords) if (what.includes(word)) features.add(word);
  }
  for (const { expected, value } of found.values) {
    if (expected !== null) features.add(value === undefined ? "missing" : "other value");
  }
  return [...features];
}
