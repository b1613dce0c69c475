/**
 * What a crash leaves, and what the next life makes of it; each distinct disk is recovered once.
 *
 *     moment ──► legs (one for each distinct disk) ──► recovery ──► moments inside it ──► legs …
 *
 * What a recovery shows depends on the disk alone, so everything here is remembered by the disk's key.
 */
import type { Loss, NameProfile } from "#platform/testing/crash-images.ts";
import type { Faults } from "#platform/testing/disk-port.ts";
import { type DiskImage, DiskState } from "#platform/testing/disk-state.ts";
import { type CrashPoint, forEachPowerCut, killKey, killStates } from "../crash-explorer.ts";
import { directory, nameOf } from "./disk-subject.ts";
import { type KeptPoint, type Observation, recover, type Recovery } from "./recovery.ts";

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

/** A leg, and how the recovery after it goes. What is done once it is open is for the kata to add. */
export interface Step {
  readonly leg: Leg;
  /** The life ends inside its recovery, at this of its moments. */
  readonly cutInside?: number;
  /** What goes wrong in its recovery. */
  readonly faults?: Faults;
}

/** What is remembered of a recovery; its store is gone. */
export type Outcome<Seen> =
  { kind: "shown"; seen: Seen } | { kind: "refused" | "hung"; what: string };

/** An outcome, and the way to it from the first leg. */
export interface OutcomeInside<Seen> {
  readonly outcome: Outcome<Seen>;
  readonly trail: readonly Step[];
}

/** `Seen` is what a recovery shows: plain data, equal when its JSON is. */
export class Afterlives<Seen> {
  /** Recoveries so far. */
  states = 0;
  /** The module that the next life runs in. */
  readonly #module: () => Promise<unknown>;
  readonly #subject: Observation<Seen>;
  readonly #faults: Faults;
  readonly #images: { names: NameProfile; sectorBytes: number };
  readonly #outcomes = new Map<string, Outcome<Seen>>();
  /** Hundreds of disks lead to a handful of outcomes: equal ones are one object. By what they show. */
  readonly #distinct = new Map<string, Outcome<Seen>>();
  readonly #inside = new Map<string, readonly OutcomeInside<Seen>[]>();

  constructor(
    module: () => Promise<unknown>,
    subject: Observation<Seen>,
    faults: Faults | undefined,
    images: { names: NameProfile; sectorBytes: number },
  ) {
    this.#module = module;
    this.#subject = subject;
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
  async recovered(leg: Leg): Promise<Outcome<Seen>> {
    const known = this.#outcomes.get(leg.key);
    if (known !== undefined) return known;
    return this.#remember(leg, await this.recoverAnew(leg.disk(), this.#faults));
  }

  /** A recovery of its own, ended as soon as it has shown what it holds. */
  async recoverAnew(
    disk: DiskState,
    faults: Faults = {},
    moments = false,
  ): Promise<Recovery<Seen>> {
    const recovery = await this.liveOn(disk, faults, moments);
    fence(recovery);
    return recovery;
  }

  /** A recovery whose store goes on living; `moments` keeps those at which a crash would find something new. */
  async liveOn(disk: DiskState, faults: Faults = {}, moments = false): Promise<Recovery<Seen>> {
    this.states++;
    return recover(this.#subject, await this.#module(), disk, faults, (_port, pace) => {
      pace.isRecording = moments;
    });
  }

  /**
   * What recoveries show after crashes inside the recovery from this leg: each distinct outcome with the
   * way to it.
   */
  async outcomesInside(leg: Leg): Promise<readonly OutcomeInside<Seen>[]> {
    const known = this.#inside.get(leg.key);
    if (known !== undefined) return known;
    const outcomes = new Map<Outcome<Seen>, OutcomeInside<Seen>>();
    for (const [cutInside, point] of (await this.#momentsOf(leg)).entries()) {
      if (point.isForeseen) continue;
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
  async #momentsOf(leg: Leg): Promise<readonly KeptPoint[]> {
    const recovery = await this.recoverAnew(leg.disk(), this.#faults, true);
    // Lived a second time only because its outcome was wanted before its moments.
    if (this.#outcomes.has(leg.key)) this.states--;
    else this.#remember(leg, recovery);
    return recovery.pace.points;
  }

  #remember(leg: Leg, recovery: Recovery<Seen>): Outcome<Seen> {
    const content =
      recovery.kind === "shown"
        ? JSON.stringify(recovery.seen)
        : `${recovery.kind}: ${recovery.what}`;
    let outcome = this.#distinct.get(content);
    if (outcome === undefined) {
      outcome = asOutcome(recovery);
      this.#distinct.set(content, outcome);
    }
    this.#outcomes.set(leg.key, outcome);
    return outcome;
  }
}

function asOutcome<Seen>(recovery: Recovery<Seen>): Outcome<Seen> {
  return recovery.kind === "shown"
    ? { kind: "shown", seen: recovery.seen }
    : { kind: recovery.kind, what: recovery.what };
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

function fence(recovery: Recovery<unknown>): void {
  if (recovery.kind === "shown") recovery.port.fence();
}
