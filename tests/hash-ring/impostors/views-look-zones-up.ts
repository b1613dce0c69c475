/**
 * A ring whose views are copies of its points; what else is to be known of a node is looked up by its name.
 *
 * Wrong: it is looked up in the ring, as it is by then. A node that has moved to another zone, or has left,
 * changes what views answer that were taken before.
 */
import type {
  Change,
  HashRing,
  HashRingOptions,
  NodeTraits,
  Owners,
  RingView,
} from "#katas/hash-ring/contract.ts";
import {
  readChanges,
  readKey,
  readNode,
  readOptions,
  readTraits,
  type Settings,
  type Step,
  type Traits,
} from "./parts/arguments.ts";
import { byPlace, type Point, pointsOf, walkFrom } from "./parts/points.ts";
import { spreadOverZones } from "./parts/ring-of-members.ts";
import { UpToLevel3 } from "./parts/unwritten.ts";

export const level = 3;
export const impostor = {
  promise: "hash-ring/views-stay",
  level: 3,
  misconception: "whoever has the points of an earlier ring has the ring",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new ViewedRing(readOptions(options));
}

interface Member extends Traits {
  readonly node: string;
}

/** Names and points, but not what the names stand for. */
interface Snapshot {
  readonly names: readonly string[];
  readonly points: readonly Point[];
}

class ViewedRing extends UpToLevel3 {
  readonly #settings: Settings;
  #members: ReadonlyMap<string, Member> = new Map();
  #now: Snapshot = { names: [], points: [] };

  constructor(settings: Settings) {
    super();
    this.#settings = settings;
  }

  add(node: string, traits?: NodeTraits): boolean {
    return this.#change([{ node: readNode(node), traits: readTraits(traits) }]);
  }

  remove(node: string): boolean {
    return this.#change([{ node: readNode(node), traits: undefined }]);
  }

  apply(changes: readonly Change[]): void {
    this.#change(readChanges(changes));
  }

  get(key: string): Owners {
    return this.#owners(key, this.#now);
  }

  view(): RingView {
    const snapshot = this.#now;
    return { get: (key) => this.#owners(key, snapshot) };
  }

  #change(steps: readonly Step[]): boolean {
    const members = new Map(this.#members);
    let isOther = false;
    for (const { node, traits } of steps) {
      const member = members.get(node);
      if (member?.weight === traits?.weight && member?.zone === traits?.zone) continue;
      isOther = true;
      if (traits === undefined) members.delete(node);
      else members.set(node, { node, ...traits });
    }
    if (!isOther) return false;
    const { pointsPerNode, hash } = this.#settings;
    const points = [...members.values()]
      .flatMap(({ node, weight }) => pointsOf(node, Math.ceil(pointsPerNode * weight), hash))
      .sort(byPlace);
    this.#members = members;
    this.#now = { names: [...members.keys()], points };
    return true;
  }

  #owners(key: string, { names, points }: Snapshot): Owners {
    const { replicas, hash } = this.#settings;
    const members = new Map(
      names.map((node) => {
        const { weight, zone } = this.#members.get(node) ?? { weight: 1, zone: undefined };
        return [node, { node, weight, zone }];
      }),
    );
    const nodes = spreadOverZones(
      walkFrom(points, hash(readKey(key)), names.length),
      members,
      replicas,
    );
    return { nodes, isShort: names.length < replicas };
  }
}
