/**
 * A ring that keeps its members, and leaves it to a design who owns a key. It is right at level 3 if the
 * design is: each membership is a state of its own, replaced as a whole, and answers are frozen.
 */
import type { HashRingOptions, Owners, RingView } from "#katas/hash-ring/contract.ts";
import { readKey, type Settings } from "./arguments.ts";
import { ChangingRing, type Member, type Members } from "./changing-ring.ts";
import { byName, byPlace, firstOf, pointsOf, walkFrom } from "./points.ts";

/** All members for a key, the first owner first. */
export type Walk = (key: string) => Iterable<string>;

export interface Design {
  /** Members come in the order of their names, whatever the order in which they joined. */
  walk?: (members: readonly Member[], settings: Settings) => Walk;
  /** From a walk to the owners. */
  choose?: (walk: Iterable<string>, members: Members, replicas: number, key: string) => string[];
}

export class RingOfMembers extends ChangingRing {
  readonly #makeWalk: (members: readonly Member[], settings: Settings) => Walk;
  readonly #choose: NonNullable<Design["choose"]>;
  #walk: Walk = () => [];

  constructor(options: HashRingOptions, { walk = onPoints, choose = spreadOverZones }: Design) {
    super(options);
    this.#makeWalk = walk;
    this.#choose = choose;
  }

  get(key: string): Owners {
    return this.#owners(key, this.members, this.#walk);
  }

  view(): RingView {
    const { members } = this;
    const walk = this.#walk;
    return { get: (key) => this.#owners(key, members, walk) };
  }

  protected prepare(members: Members): void {
    const sorted = [...members.values()].sort((a, b) => byName(a.node, b.node));
    this.#walk = this.#makeWalk(sorted, this.settings);
  }

  #owners(key: string, members: Members, walk: Walk): Owners {
    const { replicas } = this.settings;
    const nodes = this.#choose(walk(readKey(key)), members, replicas, key);
    return Object.freeze({ nodes: Object.freeze(nodes), isShort: members.size < replicas });
  }
}

export function onPoints(members: readonly Member[], { pointsPerNode, hash }: Settings): Walk {
  return whenAsked(() => {
    const points = members
      .flatMap(({ node, weight }) => pointsOf(node, Math.ceil(pointsPerNode * weight), hash))
      .sort(byPlace);
    return (key) => walkFrom(points, hash(key), members.length);
  });
}

/**
 * A walk that is prepared when somebody first asks for it: of a ring that is built node by node, nobody
 * ever asks most memberships. If the hash throws meanwhile, the next one who asks prepares it anew.
 */
export function whenAsked(prepare: () => Walk): Walk {
  let walk: Walk | undefined;
  return (key) => (walk ??= prepare())(key);
}

/** The first of every zone, then the others. */
export function spreadOverZones(
  walk: Iterable<string>,
  members: Members,
  replicas: number,
): string[] {
  const zoneCount = new Set([...members.values()].map((member) => member.zone ?? member)).size;
  const zones = new Set<unknown>();
  const first: string[] = [];
  const others: string[] = [];
  for (const node of walk) {
    const zone = members.get(node)?.zone ?? members.get(node);
    (zones.has(zone) ? others : first).push(node);
    zones.add(zone);
    if (first.length === replicas) break;
    if (zones.size === zoneCount && first.length + others.length >= replicas) break;
  }
  return firstOf([...first, ...others], replicas);
}
