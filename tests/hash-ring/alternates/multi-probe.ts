/**
 * Another right implementation: few points for the nodes, and several places for every key. Must pass up to
 * level 3.
 *
 *   points   3 b │ 17 a │ 41 c │ 90 a      an eighth of the points of a ring
 *   probes      12 ↑  35 ↑  60 ↑           eight for a key, and from each the way to the next points:
 *                                          a 5 · c 6 · a 30 · …
 *
 * Owners are the nodes in the order of their nearest points, whichever probe is near. Many probes even out
 * what many points would: memory is traded for time at the lookup. The order of two nodes depends on their
 * own points alone, so joins and departures leave it as it is.
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

export const level = 3;

const probesPerKey = 8;
const positionsCount = 2 ** 32;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  const given: unknown = options;
  if (!isObject(given)) throw refusal("options", "an object", given);
  const { pointsPerNode = 128, replicas = 3, hash = ownHash } = options;
  if (!Number.isSafeInteger(pointsPerNode) || pointsPerNode < 1 || pointsPerNode > 65_536) {
    throw refusal("pointsPerNode", "a whole number from 1 to 65,536", pointsPerNode);
  }
  if (!Number.isSafeInteger(replicas) || replicas < 1) {
    throw refusal("replicas", "a whole number from 1", replicas);
  }
  if (typeof hash !== "function") throw refusal("hash", "a function", hash);
  return new MultiProbeRing({ pointsPerNode, replicas, hash });
}

type Settings = Required<Omit<HashRingOptions, "extraLoadMax">>;

interface Member {
  readonly node: string;
  readonly weight: number;
  readonly zone: string | undefined;
}

interface Point {
  readonly position: number;
  readonly member: Member;
}

/** A way from a probe to the points behind it. */
interface Way {
  readonly probe: number;
  readonly start: number;
  steps: number;
}

class MultiProbeRing implements HashRing {
  #now: Probed;

  constructor(settings: Settings) {
    this.#now = new Probed(settings, new Map(), []);
  }

  get(key: string): Owners {
    return this.#now.get(key);
  }

  /** What is now is never changed, only replaced: it is the view. */
  view(): RingView {
    return this.#now;
  }

  add(node: string, traits: NodeTraits = {}): boolean {
    const given: unknown = traits;
    if (!isObject(given)) throw refusal("traits", "an object", given);
    return this.#change([readJoin(node, given)]);
  }

  remove(node: string): boolean {
    return this.#change([{ remove: readNode(node) }]);
  }

  apply(changes: readonly Change[]): void {
    const given: unknown = changes;
    if (!Array.isArray(given)) throw refusal("changes", "an array", given);
    this.#change(Array.from(given, readChange));
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

  #change(steps: readonly Step[]): boolean {
    let next = this.#now;
    for (const step of steps) {
      next = "remove" in step ? next.without(step.remove) : next.with(step);
    }
    if (next === this.#now) return false;
    this.#now = next;
    return true;
  }
}

class Probed implements RingView {
  readonly #settings: Settings;
  readonly #members: ReadonlyMap<string, Member>;
  /** By position; at one position, by name. */
  readonly #points: readonly Point[];
  readonly #zoneCount: number;

  constructor(settings: Settings, members: ReadonlyMap<string, Member>, points: readonly Point[]) {
    this.#settings = settings;
    this.#members = members;
    this.#points = points;
    this.#zoneCount = new Set([...members.values()].map(zoneOf)).size;
  }

  with(joining: Member): Probed {
    const { node, weight, zone } = joining;
    const member = this.#members.get(node);
    if (member?.weight === weight && member.zone === zone) return this;
    const points = this.#points.filter((point) => point.member !== member);
    const count = Math.max(1, Math.round((this.#settings.pointsPerNode * weight) / probesPerKey));
    for (let index = 0; index < count; index++) {
      const position = this.#settings.hash(`${node}/${index}`);
      points.push({ position, member: joining });
    }
    points.sort(byPlace);
    return new Probed(this.#settings, new Map(this.#members).set(node, joining), points);
  }

  without(node: string): Probed {
    const members = new Map(this.#members);
    if (!members.delete(node)) return this;
    const points = this.#points.filter(({ member }) => member.node !== node);
    return new Probed(this.#settings, members, points);
  }

  get(key: string): Owners {
    const given: unknown = key;
    if (typeof given !== "string") throw refusal("key", "a text", given);
    const { replicas, hash } = this.#settings;
    const zones = new Set<unknown>();
    const firstOfZones: string[] = [];
    const others: string[] = [];
    for (const member of this.#nearest(hash(key))) {
      (zones.has(zoneOf(member)) ? others : firstOfZones).push(member.node);
      zones.add(zoneOf(member));
      const isSpread = firstOfZones.length === Math.min(replicas, this.#zoneCount);
      if (isSpread && firstOfZones.length + others.length >= replicas) break;
    }
    return {
      nodes: [...firstOfZones, ...others].slice(0, replicas),
      isShort: this.#members.size < replicas,
    };
  }

  /** All members by the distance of their nearest points: the ways merged, the shortest next step first. */
  *#nearest(keyHash: number): Generator<Member> {
    const ways = Array.from({ length: probesPerKey }, (_, index): Way => {
      const probe = probeOf(keyHash, index);
      return { probe, start: this.#firstAtOrAfter(probe), steps: 0 };
    });
    const met = new Set<Member>();
    while (met.size < this.#members.size) {
      let nearest: { way: Way; distance: number; member: Member } | undefined;
      for (const way of ways) {
        const { position, member } = this.#pointOn(way);
        const distance = (position - way.probe + positionsCount) % positionsCount;
        if (
          nearest === undefined ||
          distance < nearest.distance ||
          (distance === nearest.distance && member.node < nearest.member.node)
        ) {
          nearest = { way, distance, member };
        }
      }
      if (nearest === undefined) return;
      nearest.way.steps += 1;
      if (met.has(nearest.member)) continue;
      met.add(nearest.member);
      yield nearest.member;
    }
  }

  #pointOn({ start, steps }: Way): Point {
    return this.#points[(start + steps) % this.#points.length] as Point;
  }

  #firstAtOrAfter(position: number): number {
    let low = 0;
    let high = this.#points.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#points[middle] as Point).position < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function byPlace(a: Point, b: Point): number {
  if (a.position !== b.position) return a.position - b.position;
  if (a.member === b.member) return 0;
  return a.member.node < b.member.node ? -1 : 1;
}

/** Probes follow from the one hash of the key: keys that it does not tell apart stay together. */
function probeOf(keyHash: number, index: number): number {
  return index === 0 ? keyHash : finish(keyHash + Math.imul(index, 0x9e3779b9));
}

function zoneOf(member: Member): unknown {
  return member.zone ?? member;
}

function finish(number: number): number {
  let bits = number >>> 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

function ownHash(label: string): number {
  let hash = label.length;
  for (let index = 0; index < label.length; index++) {
    hash = Math.imul(hash ^ label.charCodeAt(index), 0x5bd1e995);
    hash ^= hash >>> 15;
  }
  return finish(hash);
}

// ── What may be asked ─────────────────────────────────────────────────────────────────────────

type Step = Member | { readonly remove: string };

function readChange(change: unknown): Step {
  if (!isObject(change)) throw refusal("a change", "an object", change);
  if ("add" in change === "remove" in change) {
    throw refusal("a change", "either a join or a departure", "both or neither");
  }
  return "add" in change ? readJoin(change["add"], change) : { remove: readNode(change["remove"]) };
}

function readJoin(node: unknown, { weight = 1, zone }: Record<string, unknown>): Member {
  if (typeof weight !== "number" || !(weight > 0 && weight <= 100)) {
    throw refusal("weight", "a number above 0, at most 100", weight);
  }
  if (zone !== undefined && (typeof zone !== "string" || zone === "")) {
    throw refusal("zone", "a text that is not empty", zone);
  }
  return { node: readNode(node), weight, zone };
}

function readNode(node: unknown): string {
  if (typeof node === "string" && node !== "") return node;
  throw refusal("a node", "a text that is not empty", node);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function refusal(what: string, expected: string, got: unknown): InvalidArgumentError {
  const shown = typeof got === "string" || typeof got === "number" ? got : typeof got;
  return new InvalidArgumentError(`Expected ${what} to be ${expected}, got ${shown}.`);
}
