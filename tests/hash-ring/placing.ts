/**
 * Rings that carry keys: histories of joins, departures, placed and released keys, and what is known about the
 * ring after each of them.
 */
import type { Random } from "#platform/random.ts";
import { type RingCase, shorter, smallerCases, type Step } from "./case.ts";
import type { Placement } from "./model.ts";
import type { RingInUse, RingSetting, Session } from "./session.ts";
import { inText, listed } from "./words.ts";
import {
  drawKeysToPlace,
  drawNames,
  drawOptions,
  drawTraits,
  drawWeight,
  keysFrom,
  picked,
} from "./workload.ts";

// ── Histories ─────────────────────────────────────────────────────────────────────────────────

export interface PlacingDraw {
  /** Loads other than 1, and loads that change. */
  hasLoads: boolean;
  hasWeights: boolean;
  hasZones: boolean;
  /** How many keys; each may be placed, released and placed again. */
  keys: number;
  length: number;
  /** Whether the ring is empty for a while, at the beginning and now and then. */
  isOftenEmpty?: boolean;
  /** Whether some keys are such as objects, conditions and foldings of texts may trip over. */
  hasOddKeys?: boolean;
}

const extras = [0.01, 0.1, 0.25, 0.5, 1, 2];

export function drawPlacing(random: Random, draw: PlacingDraw): RingCase {
  const { hasLoads, hasWeights, hasZones, length, isOftenEmpty = false, hasOddKeys = false } = draw;
  const names = drawNames(random, isOftenEmpty ? 1 + random.below(3) : 2 + random.below(7));
  const zones = hasZones ? 3 : 0;
  const traits = drawTraits(random, names, { zones, weighted: hasWeights });
  const keys = hasOddKeys ? drawKeysToPlace(random, draw.keys) : keysFrom(0, draw.keys);
  const outside = [...names];
  const inside: string[] = [];
  const placed = new Set<string>();
  const join = (): Step => {
    const [name = ""] = outside.splice(random.below(outside.length), 1);
    inside.push(name);
    return { add: name, ...traits.get(name) };
  };
  const leave = (): Step => {
    const [name = ""] = inside.splice(random.below(inside.length), 1);
    outside.push(name);
    return { remove: name };
  };
  const place = (): Step => {
    const key = picked(random, keys);
    placed.add(key);
    const isPlain = !hasLoads || random.below(8) === 0;
    return isPlain ? { place: key } : { place: key, load: drawLoad(random) };
  };
  const release = (): Step => {
    const key = picked(random, [...placed]);
    placed.delete(key);
    return { release: key };
  };
  const reweigh = (): Step => {
    const name = picked(random, inside);
    const { zone } = traits.get(name) ?? {};
    return { add: name, weight: drawWeight(random), ...(zone === undefined ? {} : { zone }) };
  };
  const several = (): Step => {
    const steps = [join(), ...(inside.length > 1 ? [leave()] : [])];
    return { apply: steps.filter((step) => "add" in step || "remove" in step) };
  };
  const steps = Array.from({ length }, (_, index) => {
    const isEarly = index < length / 3;
    const chance = random.below(20);
    if (inside.length === 0 && outside.length > 0 && chance < (isOftenEmpty ? 4 : 12))
      return join();
    if (isOftenEmpty && inside.length > 0 && chance > 15) return leave();
    if (!isOftenEmpty && isEarly && chance < 4 && outside.length > 0) return join();
    if (chance < 2 && outside.length > 0) return join();
    if (chance < 4 && inside.length > 1) return leave();
    if (chance === 4 && inside.length > 0 && random.below(4) === 0) return leave();
    if (chance === 5 && outside.length > 0) return several();
    if (chance === 6 && hasWeights && inside.length > 0) return reweigh();
    if (chance < 9 && placed.size > 0) return release();
    return place();
  });
  const { hash, pointsPerNode = 16 } = drawOptions(random);
  const isDefault = random.below(3) === 0;
  return {
    options: {
      pointsPerNode: Math.max(4, pointsPerNode),
      ...(hash === undefined ? {} : { hash }),
      ...(isDefault ? {} : { extraLoadMax: picked(random, extras) }),
    },
    steps,
    keys: [],
  };
}

/** Mostly small, now and then one that is heavier than all others together. */
function drawLoad(random: Random): number {
  return random.below(6) === 0 ? 10 + random.below(90) : 1 + random.below(8);
}

/** Nothing matters after the step that has shown it. */
export function upTo<Case extends RingCase>(testCase: Case, [stepsTaken]: number[]): Case {
  return { ...testCase, steps: testCase.steps.slice(0, stepsTaken) };
}

/** With loads of 1 where that shows the same, and a default extraLoadMax. */
export function* smallerPlacing<Case extends RingCase>(testCase: Case): Iterable<Case> {
  const { steps, options } = testCase;
  yield* smallerCases(testCase);
  for (const [index, step] of steps.entries()) {
    if ("place" in step && (step.load ?? 1) > 1) {
      const { place } = step;
      yield { ...testCase, steps: steps.with(index, { place }) };
      const half = Math.floor((step.load ?? 1) / 2);
      if (half > 1) yield { ...testCase, steps: steps.with(index, { place, load: half }) };
    }
    if ("apply" in step) {
      yield {
        ...testCase,
        steps: [...steps.slice(0, index), ...step.apply, ...steps.slice(index + 1)],
      };
      for (const apply of shorter(step.apply, 1))
        if (apply.length < step.apply.length)
          yield { ...testCase, steps: steps.with(index, { apply }) };
    }
  }
  const { extraLoadMax, ...others } = options;
  if (extraLoadMax !== undefined) yield { ...testCase, options: others };
}

// ── What is known after each step ─────────────────────────────────────────────────────────────

/** A ring that carries keys, with who carries what and the walks of its keys. */
export class PlacingRing {
  readonly ring: RingInUse;
  /** Placed keys with their loads. */
  readonly loads = new Map<string, number>();
  readonly #session: Session;
  /** Answers with the walks of keys; made anew when the members have changed. */
  #walker: { members: string; ring: RingInUse; walks: Map<string, readonly string[]> } | undefined;

  constructor(session: Session, options: RingCase["options"], setting: RingSetting = {}) {
    this.#session = session;
    this.ring = session.ring(options, setting);
  }

  take(step: Step): void {
    this.ring.take(step);
    this.note(step);
    this.#session.stepsTaken = (this.#session.stepsTaken ?? 0) + 1;
  }

  /** Takes down what is placed after this step. */
  note(step: Step): void {
    if ("place" in step) this.loads.set(step.place, step.load ?? 1);
    else if ("release" in step) this.loads.delete(step.release);
  }

  /** Who carries what now, as the ring says it. */
  placement(): Placement {
    const { itself, members, options } = this.ring;
    const carriers = new Map<string, string | undefined>();
    for (const key of this.loads.keys()) {
      const what = `carrier ${inText(key)}`;
      carriers.set(
        key,
        this.#session.call(what, () => itself.carrier(key)),
      );
    }
    const weights = new Map(
      [...members].map(([name, traits]) => [name, traits.weight ?? 1] as const),
    );
    return { weights, loads: this.loads, carriers, extraLoadMax: options.extraLoadMax ?? 0.25 };
  }

  /** That every placed key is carried by a member is a promise of its own; without it the others say nothing. */
  allAreCarried({ carriers }: Placement): boolean {
    const { members } = this.ring;
    return members.size === 0 || [...carriers.values()].every((node) => members.has(node ?? ""));
  }

  /** What `get` answers in a ring with these members and weights, without zones, and as many replicas. */
  readonly walkOf = (key: string): readonly string[] => {
    const { members, options } = this.ring;
    const signature = JSON.stringify([...members].map(([name, { weight }]) => [name, weight]));
    if (this.#walker?.members !== signature) {
      const setting = { isTold: false, speaker: "the walk" };
      const all = { ...options, replicas: Math.max(1, members.size) };
      const ring = this.#session.ring(all, setting);
      for (const [name, { weight }] of members)
        ring.add(name, weight === undefined ? undefined : { weight });
      this.#walker = { members: signature, ring, walks: new Map() };
    }
    const { ring, walks } = this.#walker;
    const walk = walks.get(key) ?? [...ring.get(key)];
    walks.set(key, walk);
    return walk;
  };
}

/** "a carries k1, k2; b carries k3 (load 4)" */
export function carriedInWords({ carriers, loads, weights }: Placement): string {
  const parts = [...weights.keys()].map((node) => {
    const keys = [...carriers].filter(([, carrier]) => carrier === node).map(([key]) => key);
    const words = keys.map((key) =>
      loads.get(key) === 1 ? inText(key) : `${inText(key)} (${loads.get(key) ?? 0})`,
    );
    return `${inText(node)} carries ${words.length === 0 ? "nothing" : words.join(", ")}`;
  });
  return parts.length === 0 ? listed([]) : parts.join("; ");
}
