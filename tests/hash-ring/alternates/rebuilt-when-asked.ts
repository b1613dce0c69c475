/**
 * Another right implementation: a change only notes who is a member, and the ring is built by the first
 * lookup that needs it. A hundred joins in a row cost one build. Must pass up to level 3.
 *
 * A point is a single number, so that sorting is the sort of a Float64Array and ties need no second rule:
 *
 *   point = position × members + rank of the name among the members
 *
 * Every membership has a `Circle` of its own, which is built once and then stays. So a view is the circle
 * of its moment, built or not. A build that the hash breaks off leaves nothing: the next lookup begins anew.
 */
import type {
  Change,
  HashRing,
  HashRingOptions,
  NodeTraits,
  Owners,
  RingView,
} from "#katas/hash-ring/contract.ts";
import { InvalidArgumentError, NotImplementedError } from "#platform/errors.ts";
import { invariant } from "#platform/invariant.ts";

export const level = 3;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  const given: unknown = options;
  if (!isObject(given)) throw new InvalidArgumentError("Expected `options` to be an object.");
  const { pointsPerNode = 128, replicas = 3, hash = jenkins } = options;
  if (!isWhole(pointsPerNode) || pointsPerNode > 65_536) {
    throw new InvalidArgumentError(
      "Expected `pointsPerNode` to be a whole number from 1 to 65,536.",
    );
  }
  if (!isWhole(replicas)) {
    throw new InvalidArgumentError("Expected `replicas` to be a whole number from 1.");
  }
  if (typeof hash !== "function")
    throw new InvalidArgumentError("Expected `hash` to be a function.");
  return new LazyRing({ pointsPerNode, replicas, hash });
}

type Settings = Required<Omit<HashRingOptions, "extraLoadMax">>;

interface Traits {
  readonly weight: number;
  readonly zone: string | undefined;
}

type Members = ReadonlyMap<string, Traits>;

class LazyRing implements HashRing {
  readonly #settings: Settings;
  #circle: Circle;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#circle = new Circle(settings, new Map());
  }

  get(key: string): Owners {
    return this.#circle.get(key);
  }

  view(): RingView {
    const circle = this.#circle;
    return { get: (key) => circle.get(key) };
  }

  add(node: string, traits: NodeTraits = {}): boolean {
    const given: unknown = traits;
    if (!isObject(given)) throw new InvalidArgumentError("Expected `traits` to be an object.");
    return this.#replace((members) => join(members, node, given));
  }

  remove(node: string): boolean {
    return this.#replace((members) => leave(members, node));
  }

  apply(changes: readonly Change[]): void {
    const given: unknown = changes;
    if (!Array.isArray(given)) throw new InvalidArgumentError("Expected `changes` to be an array.");
    this.#replace((members) => {
      let isOther = false;
      for (const change of given as readonly unknown[]) {
        const isStep = isObject(change) && "add" in change !== "remove" in change;
        if (!isStep) throw new InvalidArgumentError("Expected `add` or `remove` in every change.");
        const isChanged =
          "add" in change ? join(members, change["add"], change) : leave(members, change["remove"]);
        isOther ||= isChanged;
      }
      return isOther;
    });
  }

  place(): never {
    throw new NotImplementedError("place: level 4 is not part of this design.");
  }

  release(): never {
    throw new NotImplementedError("release: level 4 is not part of this design.");
  }

  carrier(): never {
    throw new NotImplementedError("carrier: level 4 is not part of this design.");
  }

  /** Edits a copy of the members. If the edit throws, there was none. */
  #replace(edit: (members: Map<string, Traits>) => boolean): boolean {
    const members = new Map(this.#circle.members);
    const isOther = edit(members);
    if (isOther) this.#circle = new Circle(this.#settings, members);
    return isOther;
  }
}

function join(
  members: Map<string, Traits>,
  node: unknown,
  traits: Record<string, unknown>,
): boolean {
  checkNode(node);
  const { weight = 1, zone } = traits;
  if (typeof weight !== "number" || !(weight > 0 && weight <= 100)) {
    throw new InvalidArgumentError("Expected `weight` to be a number above 0 and at most 100.");
  }
  if (zone !== undefined && (typeof zone !== "string" || zone === "")) {
    throw new InvalidArgumentError("Expected `zone` to be a text, and not the empty one.");
  }
  const member = members.get(node);
  if (member?.weight === weight && member.zone === zone) return false;
  members.set(node, { weight, zone });
  return true;
}

function leave(members: Map<string, Traits>, node: unknown): boolean {
  checkNode(node);
  return members.delete(node);
}

/** One membership, and the ring that belongs to it once somebody has asked. */
class Circle implements RingView {
  readonly members: Members;
  readonly #settings: Settings;
  /** Sorted. Two members cannot have the same number, and a member twice is the same as once. */
  #points: Float64Array | undefined;
  /** Sorted: the place in this list is the rank. */
  readonly #names: readonly string[];
  readonly #zoneCount: number;

  constructor(settings: Settings, members: Members) {
    this.#settings = settings;
    this.members = members;
    this.#names = [...members.keys()].sort();
    this.#zoneCount = new Set(this.#names.map((name) => this.#fateOf(name))).size;
  }

  get(key: string): Owners {
    if (typeof (key as unknown) !== "string") {
      throw new InvalidArgumentError("Expected `key` to be a text.");
    }
    const { replicas, hash } = this.#settings;
    const points = (this.#points ??= this.#build());
    const position = hash(key);
    const spread: string[] = [];
    const doubled: string[] = [];
    const zones = new Set<unknown>();
    const wanted = Math.min(replicas, this.members.size);
    for (const name of this.#namesFrom(points, position)) {
      const zone = this.#fateOf(name);
      (zones.has(zone) ? doubled : spread).push(name);
      zones.add(zone);
      if (spread.length === wanted) break;
      if (zones.size === this.#zoneCount && spread.length + doubled.length >= wanted) break;
    }
    const nodes = [...spread, ...doubled].slice(0, replicas);
    return Object.freeze({ nodes: Object.freeze(nodes), isShort: nodes.length < replicas });
  }

  #build(): Float64Array {
    const { pointsPerNode, hash } = this.#settings;
    const count = this.#names.length;
    invariant(count < 2 ** 21, "A position times the number of members is a safe integer.");
    const points: number[] = [];
    for (const [rank, name] of this.#names.entries()) {
      const weight = this.members.get(name)?.weight ?? 1;
      const pointCount = Math.ceil(pointsPerNode * weight);
      for (let index = 0; index < pointCount; index++) {
        points.push(hash(JSON.stringify([name, index])) * count + rank);
      }
    }
    return Float64Array.from(points).sort();
  }

  *#namesFrom(points: Float64Array, position: number): Generator<string> {
    const count = this.#names.length;
    let low = 0;
    let high = points.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((points[middle] as number) < position * count) low = middle + 1;
      else high = middle;
    }
    const met = new Set<number>();
    for (let step = 0; met.size < count; step++) {
      const rank = (points[(low + step) % points.length] as number) % count;
      if (met.has(rank)) continue;
      met.add(rank);
      yield this.#names[rank] as string;
    }
  }

  /** What a member shares with others of its zone, and without a zone with nobody. */
  #fateOf(name: string): unknown {
    const traits = this.members.get(name);
    return traits?.zone ?? traits;
  }
}

/** One-at-a-time, by Bob Jenkins: each character is stirred in before the next one comes. */
function jenkins(label: string): number {
  let hash = 0;
  for (let index = 0; index < label.length; index++) {
    hash = (hash + label.charCodeAt(index)) | 0;
    hash = (hash + (hash << 10)) | 0;
    hash ^= hash >>> 6;
  }
  hash = (hash + (hash << 3)) | 0;
  hash ^= hash >>> 11;
  return (hash + (hash << 15)) >>> 0;
}

function checkNode(node: unknown): asserts node is string {
  if (typeof node !== "string" || node === "") {
    throw new InvalidArgumentError("Expected `node` to be a text, and not the empty one.");
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isWhole(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}
