/**
 * Another right implementation: no ring at all. Every node draws a lot for every key, the owners are the
 * nodes with the highest lots, and placed keys are dealt out anew after every call. Must pass up to level 4.
 *
 *   lot of a node for a key = weight ÷ −ln(u)        u: from 0 to 1, follows from both their hashes
 *
 * A lot depends on one node and one key. So no join or departure changes the order of the others, a weight
 * moves its own node only, and there is nothing to keep, to sort or to get out of step. The price is paid
 * at the lookup, which asks every member. `pointsPerNode` means nothing here.
 *
 * The keys are dealt out in the order in which they came, each to the first node of its walk with room.
 * A key that leaves or joins changes what a few of the later ones find, and for all others nothing.
 */
import type {
  Change,
  HashRing,
  HashRingOptions,
  NodeTraits,
  Owners,
  RingView,
} from "#katas/hash-ring/contract.ts";
import { InvalidArgumentError } from "#platform/errors.ts";

export const level = 4;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  const given: unknown = options;
  requireThat(isObject(given), "`options` to be an object");
  const { pointsPerNode = 1, replicas = 3, hash = cyrb32, extraLoadMax = 0.25 } = options;
  const isPoints = Number.isSafeInteger(pointsPerNode) && pointsPerNode >= 1;
  requireThat(isPoints && pointsPerNode <= 65_536, "`pointsPerNode` to be whole, 1 to 65,536");
  requireThat(Number.isSafeInteger(replicas) && replicas >= 1, "`replicas` to be whole, from 1");
  requireThat(typeof hash === "function", "`hash` to be a function");
  const isExtraLoad = Number.isFinite(extraLoadMax) && extraLoadMax > 0;
  requireThat(isExtraLoad, "`extraLoadMax` to be finite and above 0");
  return new RendezvousRing(replicas, hash, extraLoadMax);
}

interface Member {
  readonly node: string;
  readonly hash: number;
  readonly weight: number;
  readonly zone: string | undefined;
}

type Members = ReadonlyMap<string, Member>;
type Loads = ReadonlyMap<string, number>;
type Carriers = ReadonlyMap<string, string>;

class RendezvousRing implements HashRing {
  readonly #replicas: number;
  readonly #hash: (label: string) => number;
  readonly #extraLoadMax: number;
  /** These three are replaced together, and never changed. */
  #members: Members = new Map();
  #loads: Loads = new Map();
  #carriers: Carriers = new Map();
  /** What every placed key has met since the members changed last. */
  #walks = new Map<string, readonly string[]>();

  constructor(replicas: number, hash: (label: string) => number, extraLoadMax: number) {
    this.#replicas = replicas;
    this.#hash = hash;
    this.#extraLoadMax = extraLoadMax;
  }

  get(key: string): Owners {
    return this.#owners(key, this.#members);
  }

  view(): RingView {
    const members = this.#members;
    return { get: (key) => this.#owners(key, members) };
  }

  add(node: string, traits: NodeTraits = {}): boolean {
    const given: unknown = traits;
    requireThat(isObject(given), "`traits` to be an object");
    return this.#apply([{ weight: given["weight"], zone: given["zone"], add: node }]);
  }

  remove(node: string): boolean {
    return this.#apply([{ remove: node }]);
  }

  apply(changes: readonly Change[]): void {
    requireThat(Array.isArray(changes), "`changes` to be an array");
    this.#apply(changes);
  }

  place(key: string, load = 1): string | undefined {
    checkKey(key);
    requireThat(Number.isSafeInteger(load) && load >= 1, "`load` to be a whole number from 1");
    this.#deal(this.#members, new Map(this.#loads).set(key, load), this.#walks);
    return this.#carriers.get(key);
  }

  release(key: string): boolean {
    checkKey(key);
    const loads = new Map(this.#loads);
    if (!loads.delete(key)) return false;
    this.#deal(this.#members, loads, this.#walks);
    return true;
  }

  carrier(key: string): string | undefined {
    checkKey(key);
    return this.#carriers.get(key);
  }

  #owners(key: string, members: Members): Owners {
    checkKey(key);
    const nodes = spreadOverZones(ranked(members, this.#hash(key)));
    return Object.freeze({
      nodes: Object.freeze(nodes.slice(0, this.#replicas)),
      isShort: members.size < this.#replicas,
    });
  }

  #apply(changes: readonly unknown[]): boolean {
    const members = new Map(this.#members);
    let isChanged = false;
    // Array.from, so that a hole in the list is looked at like everything else.
    for (const change of Array.from(changes, checkChange)) {
      if ("remove" in change) {
        isChanged = members.delete(change.remove) || isChanged;
        continue;
      }
      const { add: node, weight = 1, zone } = change;
      const member = members.get(node);
      if (member?.weight === weight && member.zone === zone) continue;
      members.set(node, { node, hash: this.#hash(node), weight, zone });
      isChanged = true;
    }
    if (isChanged) this.#deal(members, this.#loads, new Map());
    return isChanged;
  }

  #deal(members: Members, loads: Loads, walks: Map<string, readonly string[]>): void {
    const carriers = new Map<string, string>();
    const limits = limitsOf(members, loads, this.#extraLoadMax);
    const carried = new Map<string, number>();
    for (const [key, load] of loads) {
      let walk = walks.get(key);
      if (walk === undefined) {
        walk = ranked(members, this.#hash(key)).map(({ node }) => node);
        walks.set(key, walk);
      }
      // Somebody has room: if all had reached their limits, they would carry more than there is.
      const node = walk.find((one) => (carried.get(one) ?? 0) < (limits.get(one) ?? 0));
      if (node === undefined) continue;
      carriers.set(key, node);
      carried.set(node, (carried.get(node) ?? 0) + load);
    }
    // No hash is asked from here on: what has come so far happens as a whole.
    this.#members = members;
    this.#loads = loads;
    this.#walks = walks;
    this.#carriers = carriers;
  }
}

/** All members, the highest lot first. */
function ranked(members: Members, keyHash: number): readonly Member[] {
  return [...members.values()]
    .map((member) => ({ member, lot: member.weight / -Math.log(uniform(member.hash, keyHash)) }))
    .sort((a, b) => b.lot - a.lot || (a.member.node < b.member.node ? -1 : 1))
    .map(({ member }) => member);
}

/** In rounds: the best of every zone, then the second best of every zone, and so on. */
function spreadOverZones(members: readonly Member[]): string[] {
  const rounds: string[][] = [];
  const roundOf = new Map<string, number>();
  for (const { node, zone } of members) {
    const round = zone === undefined ? 0 : (roundOf.get(zone) ?? 0);
    if (zone !== undefined) roundOf.set(zone, round + 1);
    (rounds[round] ??= []).push(node);
  }
  return rounds.flat();
}

function limitsOf(members: Members, loads: Loads, extraLoadMax: number): Map<string, number> {
  const load = [...loads.values()].reduce((sum, one) => sum + one, 0);
  const weight = [...members.values()].reduce((sum, one) => sum + one.weight, 0);
  return new Map(
    [...members.values()].map((one) => [
      one.node,
      ((1 + extraLoadMax) * load * one.weight) / weight,
    ]),
  );
}

/** A number between 0 and 1, neither of them: its logarithm is finite and below 0. */
function uniform(nodeHash: number, keyHash: number): number {
  return (finish(finish(nodeHash) + keyHash) + 0.5) / 2 ** 32;
}

/** Of MurmurHash3: every bit of the result depends on every bit of the number. */
function finish(number: number): number {
  let bits = number >>> 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

function cyrb32(label: string): number {
  let first = 0xdeadbeef;
  let second = 0x41c6ce57;
  for (let index = 0; index < label.length; index++) {
    first = Math.imul(first ^ label.charCodeAt(index), 2654435761);
    second = Math.imul(second ^ label.charCodeAt(index), 1597334677);
  }
  return finish(finish(first) + second);
}

// ── What may be asked ─────────────────────────────────────────────────────────────────────────

function checkChange(change: unknown): Change {
  requireThat(isObject(change), "a change to be an object");
  requireThat("add" in change !== "remove" in change, "a change to have `add` or `remove`");
  const { add, remove, weight, zone } = change;
  const node = "add" in change ? add : remove;
  requireThat(typeof node === "string" && node !== "", "a node to be a text, and not empty");
  if ("remove" in change) return { remove: node };
  const isWeight = weight === undefined || (typeof weight === "number" && weight > 0);
  requireThat(isWeight && !(Number(weight) > 100), "`weight` to be above 0, at most 100");
  requireThat(zone === undefined || typeof zone === "string", "`zone` to be a text");
  requireThat(zone !== "", "`zone` not to be empty");
  return { add: node, weight: weight ?? 1, ...(zone !== undefined && { zone }) };
}

function checkKey(key: unknown): void {
  requireThat(typeof key === "string", "`key` to be a text");
}

function requireThat(fact: boolean, what: string): asserts fact {
  if (!fact) throw new InvalidArgumentError(`Expected ${what}.`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
