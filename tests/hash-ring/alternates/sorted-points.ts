/**
 * Another right implementation: all points in one sorted array, a search and a walk at every lookup, and
 * placed keys that are moved one by one until nothing is amiss. Must pass up to level 4.
 *
 *   points     3 b │ 17 a │ 17 c │ 90 a │ …      by position; at one position, by name
 *                 ↑
 *                 a key at 12 begins here, goes round, and has met a, c, b
 *
 * All that a ring knows is an `Epoch`, which never changes. A call makes the next one aside, and puts it in
 * place with one assignment when nothing can fail any more. So a lookup in the middle of a change, a hash
 * that throws, a change that is refused and a view need no further thought.
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
  return new SortedPointsRing(checkOptions(options));
}

type Settings = Required<HashRingOptions>;

interface Member {
  readonly weight: number;
  readonly zone: string | undefined;
}

interface Point {
  readonly position: number;
  readonly node: string;
}

interface Placed {
  readonly load: number;
  readonly carrier: string | undefined;
}

class SortedPointsRing implements HashRing {
  readonly #settings: Settings;
  #epoch: Epoch;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#epoch = new Epoch(settings, new Map(), []);
  }

  get(key: string): Owners {
    return this.#epoch.get(key);
  }

  view(): RingView {
    const epoch = this.#epoch;
    return { get: (key) => epoch.get(key) };
  }

  add(node: string, traits: NodeTraits = {}): boolean {
    return this.#change([checkChange({ ...checkTraits(traits), add: node })]);
  }

  remove(node: string): boolean {
    return this.#change([checkChange({ remove: node })]);
  }

  apply(changes: readonly Change[]): void {
    if (!Array.isArray(changes)) throw new InvalidArgumentError("Expected `changes` to be a list.");
    this.#change(Array.from<unknown, Change>(changes, checkChange));
  }

  place(key: string, load = 1): string | undefined {
    checkKey(key);
    if (!Number.isSafeInteger(load) || load < 1) {
      throw new InvalidArgumentError(`Expected \`load\` to be a whole number from 1, got ${load}.`);
    }
    const placed = new Map(this.#epoch.placed);
    placed.set(key, { load, carrier: placed.get(key)?.carrier });
    this.#epoch = this.#epoch.withKeys(settle(this.#epoch, placed, this.#settings.extraLoadMax));
    return this.carrier(key);
  }

  release(key: string): boolean {
    checkKey(key);
    const placed = new Map(this.#epoch.placed);
    if (!placed.delete(key)) return false;
    this.#epoch = this.#epoch.withKeys(settle(this.#epoch, placed, this.#settings.extraLoadMax));
    return true;
  }

  carrier(key: string): string | undefined {
    checkKey(key);
    return this.#epoch.placed.get(key)?.carrier;
  }

  #change(changes: readonly Change[]): boolean {
    const before = this.#epoch;
    const members = new Map(before.members);
    let points = before.points;
    let isOther = false;
    for (const change of changes) {
      const node = "add" in change ? change.add : change.remove;
      const member = members.get(node);
      if ("remove" in change) {
        if (!members.delete(node)) continue;
      } else {
        const { weight = 1, zone } = change;
        if (member?.weight === weight && member.zone === zone) continue;
        members.set(node, { weight, zone });
      }
      points = withPointsOf(node, members.get(node), points, this.#settings);
      isOther = true;
    }
    if (!isOther) return false;
    const after = new Epoch(this.#settings, members, points);
    this.#epoch = after.withKeys(settle(after, before.placed, this.#settings.extraLoadMax));
    return true;
  }
}

/** The ring between two calls. Nothing in it changes; walks are kept once they have been made. */
class Epoch implements RingView {
  readonly members: ReadonlyMap<string, Member>;
  readonly points: readonly Point[];
  /** In the order in which the keys came. */
  readonly placed: ReadonlyMap<string, Placed>;
  readonly #settings: Settings;
  readonly #zoneCount: number;
  readonly #walks: Map<string, readonly string[]>;

  constructor(
    settings: Settings,
    members: ReadonlyMap<string, Member>,
    points: readonly Point[],
    placed: ReadonlyMap<string, Placed> = new Map(),
    walks = new Map<string, readonly string[]>(),
  ) {
    this.members = members;
    this.points = points;
    this.placed = placed;
    this.#settings = settings;
    this.#zoneCount = new Set([...members].map(([node, { zone }]) => zoneOf(node, zone))).size;
    this.#walks = walks;
  }

  withKeys(placed: ReadonlyMap<string, Placed>): Epoch {
    return new Epoch(this.#settings, this.members, this.points, placed, this.#walks);
  }

  get(key: string): Owners {
    checkKey(key);
    const { replicas } = this.#settings;
    const leaders: string[] = [];
    const others: string[] = [];
    const zones = new Set<string>();
    for (const node of this.#nodesFrom(key)) {
      const zone = zoneOf(node, this.members.get(node)?.zone);
      (zones.has(zone) ? others : leaders).push(node);
      zones.add(zone);
      if (leaders.length === replicas) break;
      if (zones.size === this.#zoneCount && leaders.length + others.length >= replicas) break;
    }
    // The first of every zone, and only then those that share a zone with them.
    const nodes = Object.freeze([...leaders, ...others].slice(0, replicas));
    return Object.freeze({ nodes, isShort: this.members.size < replicas });
  }

  /** All members, as a key meets them. */
  walk(key: string): readonly string[] {
    let walk = this.#walks.get(key);
    if (walk === undefined) {
      walk = [...this.#nodesFrom(key)];
      this.#walks.set(key, walk);
    }
    return walk;
  }

  *#nodesFrom(key: string): Generator<string> {
    const start = this.#firstAtOrAfter(this.#settings.hash(key));
    const met = new Set<string>();
    for (let step = 0; step < this.points.length && met.size < this.members.size; step++) {
      // The point after the last is the first: the ring is closed.
      const { node } = this.points[(start + step) % this.points.length] as Point;
      if (met.has(node)) continue;
      met.add(node);
      yield node;
    }
  }

  #firstAtOrAfter(position: number): number {
    let low = 0;
    let high = this.points.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.points[middle] as Point).position < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** A number before the name, so that no two labels are the same text: `12:a` is not `2:a1`, whatever the names. */
function withPointsOf(
  node: string,
  member: Member | undefined,
  points: readonly Point[],
  { pointsPerNode, hash }: Settings,
): Point[] {
  const others = points.filter((point) => point.node !== node);
  if (member === undefined) return others;
  const count = Math.max(1, Math.round(pointsPerNode * member.weight));
  const own = Array.from({ length: count }, (_, index) => ({
    position: hash(`${index}:${node}`),
    node,
  }));
  return [...others, ...own].sort(
    (a, b) => a.position - b.position || (a.node < b.node ? -1 : Number(a.node > b.node)),
  );
}

/** A node without a zone is one of its own; the prefix keeps it from meeting a zone of the same name. */
function zoneOf(node: string, zone: string | undefined): string {
  return zone === undefined ? `node ${node}` : `zone ${zone}`;
}

/**
 * Moves as few keys as it takes: away from members that have left or carry too much, each to the first node
 * of its walk that has room; then forward, as long as some key finds room before its carrier. Every step
 * forward shortens the way of one key, so there is a last one.
 */
function settle(
  epoch: Epoch,
  before: ReadonlyMap<string, Placed>,
  extraLoadMax: number,
): Map<string, Placed> {
  const { members } = epoch;
  const placed = new Map(before);
  if (members.size === 0) {
    for (const [key, { load }] of before) placed.set(key, { load, carrier: undefined });
    return placed;
  }
  const loadOfAll = sum([...before.values()].map(({ load }) => load));
  const weightOfAll = sum([...members.values()].map(({ weight }) => weight));
  const loads = new Map([...members.keys()].map((node) => [node, 0]));
  const keysOf = new Map<string, string[]>([...members.keys()].map((node) => [node, []]));

  function loadOf(node: string): number {
    return loads.get(node) ?? 0;
  }
  function limitOf(node: string): number {
    return ((1 + extraLoadMax) * loadOfAll * (members.get(node)?.weight ?? 0)) / weightOfAll;
  }
  function move(key: string, { load, carrier }: Placed, to: string | undefined): void {
    if (carrier !== undefined && members.has(carrier)) loads.set(carrier, loadOf(carrier) - load);
    if (to !== undefined) loads.set(to, loadOf(to) + load);
    placed.set(key, { load, carrier: to });
  }
  /** The first node of its walk that has room, if that is before the carrier. */
  function earlier(key: string, carrier: string | undefined): string | undefined {
    for (const node of epoch.walk(key)) {
      if (node === carrier) return undefined;
      if (loadOf(node) < limitOf(node)) return node;
    }
    return undefined;
  }

  for (const [key, { load, carrier }] of before) {
    const keys = carrier === undefined ? undefined : keysOf.get(carrier);
    if (carrier === undefined || keys === undefined) continue;
    keys.push(key);
    loads.set(carrier, loadOf(carrier) + load);
  }
  for (const [node, keys] of keysOf) {
    // Lightest first, so that the one that may exceed the limit stays; among equals the latest.
    const leaving = keys.reverse().sort((a, b) => loadIn(before, a) - loadIn(before, b));
    const heaviest = loadIn(before, leaving.at(-1));
    for (const key of leaving) {
      if (loadOf(node) - heaviest < limitOf(node)) break;
      move(key, { load: loadIn(before, key), carrier: node }, undefined);
    }
  }
  for (const [key, { load, carrier }] of placed) {
    if (carrier !== undefined && members.has(carrier)) continue;
    move(key, { load, carrier: undefined }, earlier(key, undefined));
  }
  for (let isMoving = true; isMoving;) {
    isMoving = false;
    for (const [key, one] of placed) {
      const node = earlier(key, one.carrier);
      if (node === undefined) continue;
      move(key, one, node);
      isMoving = true;
    }
  }
  return placed;
}

function loadIn(placed: ReadonlyMap<string, Placed>, key: string | undefined): number {
  return key === undefined ? 0 : (placed.get(key)?.load ?? 0);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

// ── What may be asked ─────────────────────────────────────────────────────────────────────────

function checkOptions(options: HashRingOptions): Settings {
  const given: unknown = options;
  if (typeof given !== "object" || given === null) {
    throw new InvalidArgumentError("Expected `options` to be an object.");
  }
  const { pointsPerNode = 128, replicas = 3, hash = ownHash, extraLoadMax = 0.25 } = options;
  if (!Number.isSafeInteger(pointsPerNode) || pointsPerNode < 1 || pointsPerNode > 65_536) {
    throw new InvalidArgumentError(
      "Expected `pointsPerNode` to be a whole number from 1 to 65,536.",
    );
  }
  if (!Number.isSafeInteger(replicas) || replicas < 1) {
    throw new InvalidArgumentError("Expected `replicas` to be a whole number from 1.");
  }
  if (typeof hash !== "function")
    throw new InvalidArgumentError("Expected `hash` to be a function.");
  if (!Number.isFinite(extraLoadMax) || extraLoadMax <= 0) {
    throw new InvalidArgumentError("Expected `extraLoadMax` to be a finite number above 0.");
  }
  return { pointsPerNode, replicas, hash, extraLoadMax };
}

function checkKey(key: unknown): void {
  if (typeof key !== "string") throw new InvalidArgumentError("Expected `key` to be a text.");
}

function checkTraits(traits: unknown): NodeTraits {
  if (typeof traits !== "object" || traits === null) {
    throw new InvalidArgumentError("Expected `traits` to be an object.");
  }
  return traits;
}

function checkChange(change: unknown): Change {
  if (typeof change !== "object" || change === null) {
    throw new InvalidArgumentError("Expected a change to be an object.");
  }
  const { add, remove, weight = 1, zone } = change as Record<string, unknown>;
  if ("add" in change === "remove" in change) {
    throw new InvalidArgumentError("Expected a change to have either `add` or `remove`.");
  }
  const node = "add" in change ? add : remove;
  if (typeof node !== "string" || node === "") {
    throw new InvalidArgumentError("Expected the name of a node to be a text that is not empty.");
  }
  if ("remove" in change) return { remove: node };
  if (typeof weight !== "number" || !(weight > 0 && weight <= 100)) {
    throw new InvalidArgumentError("Expected `weight` to be a number above 0, at most 100.");
  }
  if (zone === undefined) return { add: node, weight };
  if (typeof zone !== "string" || zone === "") {
    throw new InvalidArgumentError("Expected `zone` to be a text that is not empty.");
  }
  return { add: node, weight, zone };
}

/** FNV-1a, whose last characters hardly reach the high bits, and the finish of MurmurHash3, which takes them there. */
function ownHash(label: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < label.length; index++) {
    hash = Math.imul(hash ^ label.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
