/**
 * What a crash leaves, and what the next life makes of it; each distinct disk is recovered once.
 *
 *     moment ──► legs (one for each distinct disk) ──► recovery ──► moments inside it ──► legs …
 *
 * What a recovery shows depends on the disk alone, so everything here is remembered by the disk's key.
 */
import type { Subject } from "#katas/durable-kv/contract.ts";
import type { Loss, NameProfile } from "#platform/testing/crash-images.ts";
import type { Faults } from "#platform/testing/disk-port.ts";
import { type DiskImage, DiskState } from "#platform/testing/disk-state.ts";
import {
  type CrashPoint,
  forEachPowerCut,
  killKey,
  killStates,
} from "../harness/crash-explorer.ts";
import { nameOf } from "./narrator.ts";
import { directory, type Options, recover, type Recovery } from "./recovery.ts";
import type { Operation } from "./workload.ts";

/** A crash, and the disk that it leaves to the next life. */
export interface Leg {
  readonly kind: "kill" | "power-cut";
  /** Equal keys: equal disks. */
  readonly key: string;
  /** What the crash has done, in words. */
  readonly what: () => string;
  /** The disk, a new copy each time. */
  readonly disk: () => DiskState;
}

/** A leg, and what happens in the life after it until the next leg. */
export interface Step {
  readonly leg: Leg;
  /** The life ends inside its recovery, at this of its moments. */
  readonly cutInside?: number;
  /** What goes wrong in its recovery. */
  readonly faults?: Faults;
  /** What is done after the recovery, until so many changes of the disk, or to the end. */
  readonly second?: { operations: readonly Operation[]; cutAfter: number | null };
}

/** What is remembered of a recovery; its store is gone. */
export type Outcome =
  | { kind: "shown"; values: readonly (string | undefined)[] }
  | { kind: "refused" | "hung"; what: string };

/** An outcome, and the way to it from the first leg. */
export interface OutcomeInside {
  readonly outcome: Outcome;
  readonly trail: readonly Step[];
}

export class Afterlives {
  /** Recoveries so far. */
  states = 0;
  /** The module that the next life runs in. */
  readonly #module: () => Promise<Subject>;
  readonly #keys: readonly string[];
  readonly #options: Options;
  readonly #faults: Faults;
  readonly #images: { names: NameProfile; sectorBytes: number };
  readonly #outcomes = new Map<string, Outcome>();
  /** Hundreds of disks lead to a handful of outcomes: equal ones are one object. */
  readonly #distinct = new Map<string, Outcome>();
  readonly #inside = new Map<string, readonly OutcomeInside[]>();

  constructor(
    module: () => Promise<Subject>,
    keys: readonly string[],
    options: Options,
    faults: Faults | undefined,
    images: { names: NameProfile; sectorBytes: number },
  ) {
    this.#module = module;
    this.#keys = keys;
    this.#options = options;
    this.#faults = faults ?? {};
    this.#images = images;
  }

  /** Each distinct disk that a power cut at this moment may leave. */
  powerCuts(point: CrashPoint): Leg[] {
    const legs = new Map<string, Leg>();
    forEachPowerCut(point, this.#images, ({ key, image, losses }) => {
      if (!legs.has(key)) legs.set(key, powerCutLeg(key, image, losses));
    });
    return [...legs.values()];
  }

  kills(point: CrashPoint): Leg[] {
    return killStates(point).map(({ state, what }) => ({
      kind: "kill",
      key: killKey(state),
      what() {
        return what;
      },
      disk() {
        return state.copy();
      },
    }));
  }

  /** What the next life shows after this leg. */
  async recovered(leg: Leg): Promise<Outcome> {
    return (
      this.#outcomes.get(leg.key) ??
      this.#remember(leg, await this.recoverAnew(leg.disk(), this.#faults))
    );
  }

  /** A recovery of its own, ended as soon as it has shown its values. */
  async recoverAnew(disk: DiskState, faults: Faults = {}, moments = false): Promise<Recovery> {
    const recovery = await this.liveOn(disk, faults, moments);
    fence(recovery);
    return recovery;
  }

  /** A recovery whose store goes on living; `moments` keeps those at which a crash would find something new. */
  async liveOn(disk: DiskState, faults: Faults = {}, moments = false): Promise<Recovery> {
    this.states++;
    return recover(await this.#module(), disk, this.#keys, this.#options, faults, (_port, pace) => {
      pace.isRecording = moments;
    });
  }

  /**
   * What recoveries show after crashes inside the recovery from this leg: each distinct outcome with the
   * way to it.
   */
  async outcomesInside(leg: Leg): Promise<readonly OutcomeInside[]> {
    const known = this.#inside.get(leg.key);
    if (known !== undefined) return known;
    const outcomes = new Map<Outcome, OutcomeInside>();
    for (const [cutInside, point] of (await this.#momentsOf(leg)).entries()) {
      for (const next of [...this.powerCuts(point), ...this.kills(point)]) {
        const outcome = this.#outcomes.get(next.key) ?? (await this.recovered(next));
        if (!outcomes.has(outcome))
          outcomes.set(outcome, { outcome, trail: [{ leg, cutInside }, { leg: next }] });
      }
    }
    const found = [...outcomes.values()];
    this.#inside.set(leg.key, found);
    return found;
  }

  /** The moments of the recovery from this leg at which a crash would find something new. */
  async #momentsOf(leg: Leg): Promise<readonly CrashPoint[]> {
    const recovery = await this.recoverAnew(leg.disk(), this.#faults, true);
    // Lived a second time only because its outcome was wanted before its moments.
    if (this.#outcomes.has(leg.key)) this.states--;
    else this.#remember(leg, recovery);
    return recovery.pace.points;
  }

  #remember(leg: Leg, recovery: Recovery): Outcome {
    const outcome: Outcome =
      recovery.kind === "shown"
        ? { kind: "shown", values: recovery.values }
        : { kind: recovery.kind, what: recovery.what };
    const content = JSON.stringify(outcome);
    const known = this.#distinct.get(content) ?? outcome;
    this.#distinct.set(content, known);
    this.#outcomes.set(leg.key, known);
    return known;
  }
}

function powerCutLeg(key: string, image: DiskImage, losses: () => Loss[]): Leg {
  return {
    kind: "power-cut",
    key,
    what() {
      const parts = losses().map(
        ({ where, what }) => `${where === directory ? "the directory" : nameOf(where)} ${what}`,
      );
      return parts.length === 0 ? "nothing is lost" : parts.join("; ");
    },
    disk() {
      return DiskState.fromImage(image);
    },
  };
}

function fence(recovery: Recovery): void {
  if (recovery.kind === "shown") recovery.port.fence();
}
