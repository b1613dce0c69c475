/**
 * A ring of points that remembers keys, and leaves it to a design where they go. It is right at level 4 if
 * the design is. Designs are told what was, and answer what shall be; nobody sees anything in between.
 */
import type {
  Change,
  HashRing,
  HashRingOptions,
  NodeTraits,
  Owners,
  RingView,
} from "#katas/hash-ring/contract.ts";
import { readKey, readLoad, readOptions } from "./arguments.ts";
import { byName } from "./points.ts";
import type { Member } from "./changing-ring.ts";
import { onPoints, RingOfMembers, type Walk } from "./ring-of-members.ts";

export interface Placed {
  readonly load: number;
  readonly carrier: string | undefined;
}

export interface Scene {
  /** In the order of their names. */
  readonly members: readonly Member[];
  /** In the order in which they came, with the carriers of before the call. */
  readonly keys: ReadonlyMap<string, Placed>;
  readonly extraLoadMax: number;
  /** All members as a key meets them. */
  walk(key: string): readonly string[];
}

/** From what was to the carriers that shall be. Called while there are members. */
export type Settle = (scene: Scene) => Map<string, string>;

export class RingWithCarriers implements HashRing {
  readonly #owners: RingOfMembers;
  readonly #settle: Settle;
  readonly #extraLoadMax: number;
  #members: readonly Member[] = [];
  #walks = new Map<string, readonly string[]>();
  #walk: Walk = () => [];
  #keys: ReadonlyMap<string, Placed> = new Map();

  constructor(options: HashRingOptions, settle: Settle) {
    const settings = readOptions(options);
    this.#owners = new NoticingRing(options, (members, walk) => this.#becomeMembers(members, walk));
    this.#settle = settle;
    this.#extraLoadMax = settings.extraLoadMax;
  }

  add(node: string, traits?: NodeTraits): boolean {
    return this.#owners.add(node, traits);
  }

  remove(node: string): boolean {
    return this.#owners.remove(node);
  }

  apply(changes: readonly Change[]): void {
    this.#owners.apply(changes);
  }

  get(key: string): Owners {
    return this.#owners.get(key);
  }

  view(): RingView {
    return this.#owners.view();
  }

  place(key: string, load = 1): string | undefined {
    readLoad(load);
    const carrier = this.#keys.get(readKey(key))?.carrier;
    this.#keys = this.#settled(new Map(this.#keys).set(key, { load, carrier }));
    return this.carrier(key);
  }

  release(key: string): boolean {
    const keys = new Map(this.#keys);
    if (!keys.delete(readKey(key))) return false;
    this.#keys = this.#settled(keys);
    return true;
  }

  carrier(key: string): string | undefined {
    return this.#keys.get(readKey(key))?.carrier;
  }

  /** Called at the end of a change, before the ring of owners takes it over: a hash that throws ends both. */
  #becomeMembers(members: readonly Member[], walk: Walk): void {
    const before = [this.#members, this.#walk, this.#walks] as const;
    try {
      this.#members = members;
      this.#walk = walk;
      this.#walks = new Map();
      this.#keys = this.#settled(this.#keys);
    } catch (error) {
      [this.#members, this.#walk, this.#walks] = before;
      throw error;
    }
  }

  #settled(keys: ReadonlyMap<string, Placed>): Map<string, Placed> {
    const carriers =
      this.#members.length === 0
        ? new Map<string, string>()
        : this.#settle({
            members: this.#members,
            keys,
            extraLoadMax: this.#extraLoadMax,
            walk: (key) => this.#walkOf(key),
          });
    return new Map([...keys].map(([key, { load }]) => [key, { load, carrier: carriers.get(key) }]));
  }

  #walkOf(key: string): readonly string[] {
    let walk = this.#walks.get(key);
    if (walk === undefined) {
      walk = [...this.#walk(key)];
      this.#walks.set(key, walk);
    }
    return walk;
  }
}

/** Tells of new members, in the order of their names, as the last thing that can fail. */
class NoticingRing extends RingOfMembers {
  constructor(options: HashRingOptions, notice: (members: readonly Member[], walk: Walk) => void) {
    super(options, {
      walk: (members, settings) => {
        const walk = onPoints(members, settings);
        notice(
          members.toSorted((a, b) => byName(a.node, b.node)),
          walk,
        );
        return walk;
      },
    });
  }
}

export interface Limits {
  /** Loads of the keys that each node carries so far. */
  readonly carried: Map<string, number>;
  readonly limitOf: (node: string) => number;
  readonly hasRoom: (node: string) => boolean;
}

export function limitsIn({ members, keys, extraLoadMax }: Scene): Limits {
  const loadOfAll = sum([...keys.values()].map(({ load }) => load));
  const weightOfAll = sum(members.map(({ weight }) => weight));
  const limits = new Map(
    members.map(({ node, weight }) => [
      node,
      ((1 + extraLoadMax) * loadOfAll * weight) / weightOfAll,
    ]),
  );
  const carried = new Map(members.map(({ node }) => [node, 0]));
  const limitOf = (node: string): number => limits.get(node) ?? 0;
  return { carried, limitOf, hasRoom: (node) => (carried.get(node) ?? 0) < limitOf(node) };
}

/** Every key in turn goes to the first node of its walk that has room. */
export function dealtOut(
  scene: Scene,
  keys: Iterable<readonly [key: string, load: number]>,
  { carried, hasRoom }: Pick<Limits, "carried" | "hasRoom">,
): Map<string, string> {
  const carriers = new Map<string, string>();
  for (const [key, load] of keys) {
    const walk = scene.walk(key);
    // Where everybody is full, which right limits do not allow, the first one has to.
    const node = walk.find(hasRoom) ?? walk[0];
    if (node === undefined) continue;
    carriers.set(key, node);
    carried.set(node, (carried.get(node) ?? 0) + load);
  }
  return carriers;
}

export function loadsOf(scene: Scene): (readonly [key: string, load: number])[] {
  return [...scene.keys].map(([key, { load }]) => [key, load] as const);
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
