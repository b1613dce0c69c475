/**
 * Another right implementation: keys and nodes are matched as students and colleges are. Must pass up to
 * level 4.
 *
 * Every key proposes to the nodes of its walk in their order. A node keeps the proposals that it likes best
 * and sends the rest on. It likes a key the better, the lower the hash of both their names, and keeps one
 * while those that it likes better stay below its limit. (Gale and Shapley, 1962.)
 *
 * - Whom a node has sent on would still be sent on at the end, since proposals only get better: no node
 *   before the carrier has room.
 * - Without the key that it likes least, a node stays below its limit: with any loads, not too much.
 * - The outcome does not depend on who proposes first. So nobody needs to know how it came about: the
 *   matching follows from members, keys and loads, and is made afresh after every call.
 *
 * Places of the ring are kept by position, with the names of all nodes that stand there.
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
import { invariant } from "#platform/invariant.ts";

export const level = 4;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new MatchingRing(readOptions(options));
}

interface Settings {
  readonly pointsPerNode: number;
  readonly replicas: number;
  readonly hash: (label: string) => number;
  readonly extraLoadMax: number;
}

interface Traits {
  readonly weight: number;
  readonly zone: string | undefined;
}

type Members = ReadonlyMap<string, Traits>;

/** A key that wants to be carried, and how far along its walk it has been sent. */
interface Proposal {
  readonly key: string;
  readonly load: number;
  readonly walk: readonly string[];
  choice: number;
}

/** A proposal as a node sees it. */
interface Candidate {
  readonly proposal: Proposal;
  readonly dislike: number;
}

class MatchingRing implements HashRing {
  readonly #settings: Settings;
  #circle: Circle;
  #loads: ReadonlyMap<string, number> = new Map();
  #carriers: ReadonlyMap<string, string> = new Map();

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#circle = new Circle(settings, new Map());
  }

  get(key: string): Owners {
    return this.#circle.get(readKey(key));
  }

  view(): RingView {
    const circle = this.#circle;
    return { get: (key) => circle.get(readKey(key)) };
  }

  add(node: string, traits: NodeTraits = {}): boolean {
    return this.#change([[readNode(node), readTraits(traits)]]);
  }

  remove(node: string): boolean {
    return this.#change([[readNode(node), undefined]]);
  }

  apply(changes: readonly Change[]): void {
    const given: unknown = changes;
    if (!Array.isArray(given)) throw new InvalidArgumentError("Expected `changes` to be an array.");
    this.#change(Array.from(given, readChange));
  }

  place(key: string, load = 1): string | undefined {
    readKey(key);
    if (!Number.isSafeInteger(load) || load < 1) {
      throw new InvalidArgumentError("Expected `load` to be a whole number from 1.");
    }
    this.#settle(this.#circle, new Map(this.#loads).set(key, load));
    return this.#carriers.get(key);
  }

  release(key: string): boolean {
    const loads = new Map(this.#loads);
    if (!loads.delete(readKey(key))) return false;
    this.#settle(this.#circle, loads);
    return true;
  }

  carrier(key: string): string | undefined {
    return this.#carriers.get(readKey(key));
  }

  #change(steps: readonly Step[]): boolean {
    const members = new Map(this.#circle.members);
    let isOther = false;
    for (const [node, traits] of steps) {
      const member = members.get(node);
      if (member?.weight === traits?.weight && member?.zone === traits?.zone) continue;
      isOther = true;
      if (traits === undefined) members.delete(node);
      else members.set(node, traits);
    }
    if (isOther) this.#settle(new Circle(this.#settings, members), this.#loads);
    return isOther;
  }

  /** Whatever asks the hash comes first; then everything takes effect at once. */
  #settle(circle: Circle, loads: ReadonlyMap<string, number>): void {
    const carriers = matched(circle, loads, this.#settings.extraLoadMax);
    this.#circle = circle;
    this.#loads = loads;
    this.#carriers = carriers;
  }
}

function matched(
  circle: Circle,
  loads: ReadonlyMap<string, number>,
  extraLoadMax: number,
): Map<string, string> {
  const carriers = new Map<string, string>();
  if (circle.members.size === 0) return carriers;
  const kept = new Map<string, Candidate[]>([...circle.members.keys()].map((node) => [node, []]));
  const limitOf = limits(circle.members, loads, extraLoadMax);
  const proposing = [...loads].map(([key, load]): Proposal => ({
    key,
    load,
    walk: circle.walk(key),
    choice: 0,
  }));
  for (let proposal = proposing.pop(); proposal !== undefined; proposal = proposing.pop()) {
    const node = proposal.walk[proposal.choice];
    // All limits together are more than all loads, so the last node of a walk never sends a key on.
    invariant(node !== undefined, "Every key finds a node that keeps it.");
    const candidates = kept.get(node) ?? [];
    insertByDislike(candidates, { proposal, dislike: circle.dislike(node, proposal.key) });
    for (const { proposal: sentOn } of removeExcess(candidates, limitOf(node))) {
      sentOn.choice += 1;
      proposing.push(sentOn);
    }
  }
  for (const [node, candidates] of kept) {
    for (const { proposal } of candidates) carriers.set(proposal.key, node);
  }
  return carriers;
}

function limits(
  members: Members,
  loads: ReadonlyMap<string, number>,
  extraLoadMax: number,
): (node: string) => number {
  let loadOfAll = 0;
  for (const load of loads.values()) loadOfAll += load;
  let weightOfAll = 0;
  for (const { weight } of members.values()) weightOfAll += weight;
  return (node) =>
    ((1 + extraLoadMax) * loadOfAll * (members.get(node)?.weight ?? 0)) / weightOfAll;
}

function insertByDislike(candidates: Candidate[], candidate: Candidate): void {
  const { key } = candidate.proposal;
  const index = candidates.findIndex(
    ({ dislike, proposal }) =>
      dislike > candidate.dislike || (dislike === candidate.dislike && proposal.key > key),
  );
  candidates.splice(index === -1 ? candidates.length : index, 0, candidate);
}

/** Takes out whoever comes after the limit has been reached. */
function removeExcess(candidates: Candidate[], limit: number): Candidate[] {
  let carried = 0;
  const countKept = candidates.findIndex(({ proposal }) => {
    if (carried >= limit) return true;
    carried += proposal.load;
    return false;
  });
  return countKept === -1 ? [] : candidates.splice(countKept);
}

/** The ring of one membership. Nothing that can be seen of it changes. */
class Circle {
  readonly members: Members;
  readonly #settings: Settings;
  /** Sorted, each once. */
  readonly #positions: readonly number[];
  /** By position, in the order of the names. */
  readonly #namesAt: ReadonlyMap<number, readonly string[]>;
  readonly #zoneCount: number;
  readonly #walks = new Map<string, readonly string[]>();
  readonly #dislikes = new Map<string, Map<string, number>>();

  constructor(settings: Settings, members: Members) {
    this.#settings = settings;
    this.members = members;
    const namesAt = new Map<number, string[]>();
    for (const node of [...members.keys()].sort()) {
      const { weight } = members.get(node) ?? { weight: 1 };
      const count = Math.max(1, Math.round(settings.pointsPerNode * weight));
      for (let index = 0; index < count; index++) {
        const position = settings.hash(`point ${index} of ${node}`);
        const names = namesAt.get(position);
        if (names === undefined) namesAt.set(position, [node]);
        else if (names.at(-1) !== node) names.push(node);
      }
    }
    this.#namesAt = namesAt;
    this.#positions = [...namesAt.keys()].sort((a, b) => a - b);
    this.#zoneCount = new Set([...members.values()].map(fateOf)).size;
  }

  get(key: string): Owners {
    const { replicas } = this.#settings;
    const first: string[] = [];
    const rest: string[] = [];
    const zones = new Set<unknown>();
    for (const node of this.#nodesFrom(key)) {
      const fate = fateOf(this.members.get(node));
      (zones.has(fate) ? rest : first).push(node);
      zones.add(fate);
      const isSpread = first.length >= replicas || zones.size === this.#zoneCount;
      if (isSpread && first.length + rest.length >= replicas) break;
    }
    const nodes = [...first, ...rest].slice(0, replicas);
    return { nodes, isShort: this.members.size < replicas };
  }

  walk(key: string): readonly string[] {
    let walk = this.#walks.get(key);
    if (walk === undefined) {
      walk = [...this.#nodesFrom(key)];
      this.#walks.set(key, walk);
    }
    return walk;
  }

  dislike(node: string, key: string): number {
    let byKey = this.#dislikes.get(node);
    if (byKey === undefined) {
      byKey = new Map();
      this.#dislikes.set(node, byKey);
    }
    let dislike = byKey.get(key);
    if (dislike === undefined) {
      dislike = this.#settings.hash(`${node.length} ${node} keeps ${key}`);
      byKey.set(key, dislike);
    }
    return dislike;
  }

  *#nodesFrom(key: string): Generator<string> {
    const position = this.#settings.hash(key);
    let low = 0;
    let high = this.#positions.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#positions[middle] ?? 0) < position) low = middle + 1;
      else high = middle;
    }
    const met = new Set<string>();
    for (let step = 0; met.size < this.members.size; step++) {
      const at = this.#positions[(low + step) % this.#positions.length] ?? 0;
      for (const node of this.#namesAt.get(at) ?? []) {
        if (met.has(node)) continue;
        met.add(node);
        yield node;
      }
    }
  }
}

/** What a member shares with others of its zone, and without a zone with nobody. */
function fateOf(traits: Traits | undefined): unknown {
  return traits?.zone ?? traits;
}

/** Two streams of 32 bits, stirred into one. */
function cyrb(label: string): number {
  let first = 0xdeadbeef;
  let second = 0x41c6ce57;
  for (let index = 0; index < label.length; index++) {
    first = Math.imul(first ^ label.charCodeAt(index), 2654435761);
    second = Math.imul(second ^ label.charCodeAt(index), 1597334677);
  }
  first = Math.imul(first ^ (first >>> 16), 2246822507);
  first ^= Math.imul(second ^ (second >>> 13), 3266489909);
  second = Math.imul(second ^ (second >>> 16), 2246822507);
  second ^= Math.imul(first ^ (first >>> 13), 3266489909);
  return (first ^ second) >>> 0;
}

// ── What may be asked ─────────────────────────────────────────────────────────────────────────

/** A node, and what it shall be from now on; undefined when it shall be no member. */
type Step = readonly [node: string, traits: Traits | undefined];

function readOptions(options: unknown): Settings {
  if (!isObject(options)) throw new InvalidArgumentError("Expected `options` to be an object.");
  const { pointsPerNode = 128, replicas = 3, hash = cyrb, extraLoadMax = 0.25 } = options;
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
  if (typeof extraLoadMax !== "number" || !(extraLoadMax > 0 && extraLoadMax < Infinity)) {
    throw new InvalidArgumentError("Expected `extraLoadMax` to be a finite number above 0.");
  }
  return { pointsPerNode, replicas, hash: hash as Settings["hash"], extraLoadMax };
}

function readChange(change: unknown): Step {
  if (!isObject(change) || "add" in change === "remove" in change) {
    throw new InvalidArgumentError("Expected a change to have either `add` or `remove`.");
  }
  if ("remove" in change) return [readNode(change["remove"]), undefined];
  return [readNode(change["add"]), readTraits(change)];
}

function readTraits(traits: unknown): Traits {
  if (!isObject(traits)) throw new InvalidArgumentError("Expected `traits` to be an object.");
  const { weight = 1, zone } = traits;
  if (typeof weight !== "number" || !(weight > 0 && weight <= 100)) {
    throw new InvalidArgumentError("Expected `weight` to be a number above 0, at most 100.");
  }
  if (zone !== undefined && (typeof zone !== "string" || zone === "")) {
    throw new InvalidArgumentError("Expected `zone` to be a text that is not empty.");
  }
  return { weight, zone };
}

function readNode(node: unknown): string {
  if (typeof node === "string" && node !== "") return node;
  throw new InvalidArgumentError("Expected `node` to be a text that is not empty.");
}

function readKey(key: unknown): string {
  if (typeof key === "string") return key;
  throw new InvalidArgumentError("Expected `key` to be a text.");
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}
