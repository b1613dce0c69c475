/**
 * Another right implementation: every change works out the owners of every arc, so that a lookup is one
 * search and no walk. Must pass up to level 3.
 *
 *   position   3      17     17     90
 *   node       b      a      c      a
 *   owners     b a c  a c b  c a b  a b c      of all keys between the position before and this one
 *
 * Read backwards, a ring is a list in which the node of each point moves to the front: what is in front of
 * the list has the nearest point. Two rounds are enough, the first to have met everybody.
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

export function createHashRing(options: HashRingOptions = {}): HashRing {
  const given: unknown = options;
  if (!isObject(given)) throw new InvalidArgumentError("Expected `options` to be an object.");
  const { pointsPerNode = 128, replicas = 3, hash = fnvWithFinish } = options;
  if (!isWholeNumber(pointsPerNode, 65_536)) {
    throw new InvalidArgumentError(
      "Expected `pointsPerNode` to be a whole number from 1 to 65,536.",
    );
  }
  if (!isWholeNumber(replicas, Number.MAX_SAFE_INTEGER)) {
    throw new InvalidArgumentError("Expected `replicas` to be a whole number from 1.");
  }
  if (typeof hash !== "function")
    throw new InvalidArgumentError("Expected `hash` to be a function.");
  return new PrecomputedRing({ pointsPerNode, replicas, hash });
}

type Settings = Required<Omit<HashRingOptions, "extraLoadMax">>;

interface Member {
  readonly node: string;
  readonly weight: number;
  readonly zone: string | undefined;
  /** Sorted. */
  readonly points: readonly Point[];
}

interface Point {
  readonly position: number;
  readonly member: Member;
}

/** Owners by the positions up to which they reach; the last arc ends at the first position. */
interface Table {
  readonly points: readonly Point[];
  readonly ownersAt: readonly Owners[];
  readonly ownersOfNobody: Owners;
}

class PrecomputedRing implements HashRing {
  readonly #settings: Settings;
  #members: ReadonlyMap<string, Member> = new Map();
  #table: Table;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#table = tableOf([], this.#members, settings.replicas);
  }

  get(key: string): Owners {
    checkKey(key);
    return ownersIn(this.#table, this.#settings.hash(key));
  }

  view(): RingView {
    const table = this.#table;
    const { hash } = this.#settings;
    return {
      get(key) {
        checkKey(key);
        return ownersIn(table, hash(key));
      },
    };
  }

  add(node: string, traits: NodeTraits = {}): boolean {
    checkNode(node);
    checkTraits(traits);
    return this.#apply([{ weight: traits.weight, zone: traits.zone, add: node } as Change]);
  }

  remove(node: string): boolean {
    checkNode(node);
    return this.#apply([{ remove: node }]);
  }

  apply(changes: readonly Change[]): void {
    const given: unknown = changes;
    if (!Array.isArray(given)) throw new InvalidArgumentError("Expected `changes` to be an array.");
    // Copies, and of a hole in the array too: from here on nobody else has a hand in them.
    this.#apply(Array.from<unknown, Change>(given, checkChange));
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

  #apply(changes: readonly Change[]): boolean {
    const members = new Map(this.#members);
    for (const change of changes) {
      if ("remove" in change) {
        members.delete(change.remove);
        continue;
      }
      const { add: node, weight = 1, zone } = change;
      const member = members.get(node);
      if (member?.weight === weight && member.zone === zone) continue;
      members.set(node, this.#memberOf(node, weight, zone));
    }
    const isSame =
      members.size === this.#members.size &&
      [...members].every(([node, member]) => this.#members.get(node) === member);
    if (isSame) return false;
    const stayed = this.#table.points.filter(({ member }) => members.get(member.node) === member);
    const joined = [...members.values()].filter(
      (member) => this.#members.get(member.node) !== member,
    );
    const points = [...stayed, ...joined.flatMap((member) => member.points)].sort(byPlace);
    const table = tableOf(points, members, this.#settings.replicas);
    // Nothing can throw from here on.
    this.#members = members;
    this.#table = table;
    return true;
  }

  /** The only place where a change asks the hash: before anything has been touched. */
  #memberOf(node: string, weight: number, zone: string | undefined): Member {
    const points: Point[] = [];
    const member: Member = { node, weight, zone, points };
    const count = Math.ceil(this.#settings.pointsPerNode * weight);
    for (let index = 0; index < count; index++) {
      points.push({ position: this.#settings.hash(`${node}#${index}`), member });
    }
    points.sort(byPlace);
    return member;
  }
}

function ownersIn({ points, ownersAt, ownersOfNobody }: Table, position: number): Owners {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((points[middle]?.position ?? 0) < position) low = middle + 1;
    else high = middle;
  }
  return ownersAt[low] ?? ownersAt[0] ?? ownersOfNobody;
}

function tableOf(
  points: readonly Point[],
  members: ReadonlyMap<string, Member>,
  replicas: number,
): Table {
  const isShort = members.size < replicas;
  const zoneCount = new Set([...members.values()].map(fateOf)).size;
  const ownersAt: Owners[] = [];
  const nearest: Member[] = [];

  for (const isRecording of [false, true]) {
    for (let index = points.length - 1; index >= 0; index--) {
      const { member } = points[index] as Point;
      const wasAt = nearest.indexOf(member);
      if (wasAt >= 0) nearest.splice(wasAt, 1);
      nearest.unshift(member);
      if (!isRecording) continue;
      const behind = ownersAt[index + 1];
      ownersAt[index] =
        wasAt === 0 && behind !== undefined
          ? behind
          : Object.freeze({ nodes: choose(nearest, zoneCount, replicas), isShort });
    }
    // Filled from its end: give the array its length before the first entry is written.
    if (!isRecording) ownersAt.length = points.length;
  }
  return { points, ownersAt, ownersOfNobody: Object.freeze({ nodes: Object.freeze([]), isShort }) };
}

/** The nearest of every zone, then the nearest of the rest. */
function choose(
  nearest: readonly Member[],
  zoneCount: number,
  replicas: number,
): readonly string[] {
  const zones = new Set<unknown>();
  const first: string[] = [];
  const rest: string[] = [];
  for (const member of nearest) {
    if (zones.has(fateOf(member))) rest.push(member.node);
    else first.push(member.node);
    zones.add(fateOf(member));
    if (first.length === replicas) break;
    if (first.length === zoneCount && first.length + rest.length >= replicas) break;
  }
  return Object.freeze([...first, ...rest].slice(0, replicas));
}

/** What a member shares with others of its zone, and without a zone with nobody. */
function fateOf(member: Member): unknown {
  return member.zone ?? member;
}

function byPlace(a: Point, b: Point): number {
  if (a.position !== b.position) return a.position - b.position;
  if (a.member.node === b.member.node) return 0;
  return a.member.node < b.member.node ? -1 : 1;
}

// ── What may be asked ─────────────────────────────────────────────────────────────────────────

function checkChange(change: unknown): Change {
  if (!isObject(change)) throw new InvalidArgumentError("Expected a change to be an object.");
  const isJoin = "add" in change;
  if (isJoin === "remove" in change) {
    throw new InvalidArgumentError("Expected a change to say `add` or `remove`, and not both.");
  }
  checkNode(isJoin ? change["add"] : change["remove"]);
  if (isJoin) checkTraits(change);
  return { ...change } as Change;
}

function checkTraits(traits: unknown): void {
  if (!isObject(traits)) throw new InvalidArgumentError("Expected `traits` to be an object.");
  const { weight = 1, zone = "none" } = traits;
  if (typeof weight !== "number" || !(weight > 0 && weight <= 100)) {
    throw new InvalidArgumentError("Expected `weight` to be a number above 0 and at most 100.");
  }
  if (typeof zone !== "string" || zone === "") {
    throw new InvalidArgumentError("Expected `zone` to be a text, and not the empty one.");
  }
}

function checkNode(node: unknown): void {
  if (typeof node !== "string" || node === "") {
    throw new InvalidArgumentError("Expected `node` to be a text, and not the empty one.");
  }
}

function checkKey(key: unknown): void {
  if (typeof key !== "string") throw new InvalidArgumentError("Expected `key` to be a text.");
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isWholeNumber(value: unknown, max: number): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= max;
}

/** FNV-1a, finished as MurmurHash3 does: the last characters of a label must reach the high bits. */
function fnvWithFinish(label: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < label.length; index++) {
    hash = Math.imul(hash ^ label.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
