/**
 * What the brief promises, as functions of answers: pure, and independent of how a ring places its nodes.
 * Each says what is wrong, or nothing.
 */
import type { NodeTraits } from "#katas/hash-ring/contract.ts";
import type { Problem } from "./session.ts";
import { counted, inText, listed } from "./words.ts";

type List = readonly string[];

// ── One list ──────────────────────────────────────────────────────────────────────────────────

/** As many different members as are due. */
export function completeness(
  key: string,
  nodes: List,
  members: ReadonlyMap<string, unknown>,
  due: number,
): Problem | undefined {
  const expected = due === 1 ? "1 member" : `${due} different members`;
  const stranger = nodes.find((node) => !members.has(node));
  if (stranger !== undefined) {
    const who = `${inText(stranger)} is an owner of ${inText(key)}, and no member`;
    return { signature: "an owner that is no member", expected, therefore: `${who}.` };
  }
  const twice = nodes.find((node, index) => nodes.indexOf(node) !== index);
  if (twice !== undefined) {
    const who = `${inText(twice)} is an owner of ${inText(key)} twice`;
    return { signature: "an owner twice", expected, therefore: `${who}.` };
  }
  if (nodes.length === due) return undefined;
  const signature = nodes.length < due ? "too few owners" : "too many owners";
  return {
    signature,
    expected,
    therefore: `${inText(key)} must have ${counted(due, "owner")}, as many as ${due === members.size ? "there are members" : "the replicas ask for"}, and it has ${nodes.length}.`,
  };
}

// ── Two lists of a key ────────────────────────────────────────────────────────────────────────

/** Equal lists, in the same order. */
export function sameList(
  key: string,
  nodes: List,
  expected: List,
  why: string,
): Problem | undefined {
  if (areEqual(nodes, expected)) return undefined;
  return {
    signature: "another list",
    expected: listed(expected),
    therefore: `${why}, and the owners of ${inText(key)} are others.`,
  };
}

export function areEqual(one: List, other: List): boolean {
  return one.length === other.length && one.every((node, index) => node === other[index]);
}

/**
 * The list with the node and the list without it: the node struck out, they are the same as far as both go.
 * That they are long enough is another promise.
 */
export function shiftsOnly(withNode: List, withoutNode: List, node: string): boolean {
  const others = withNode.filter((other) => other !== node);
  return agree(others, withoutNode);
}

/** Equal as far as both go. */
function agree(one: List, other: List): boolean {
  const length = Math.min(one.length, other.length);
  return areEqual(one.slice(0, length), other.slice(0, length));
}

/** How the list of a key may change when a node joins or leaves. */
export function movement(
  key: string,
  before: List,
  after: List,
  change: { joined: string } | { left: string },
): Problem | undefined {
  const isJoin = "joined" in change;
  const node = isJoin ? change.joined : change.left;
  const isRight = isJoin ? shiftsOnly(after, before, node) : shiftsOnly(before, after, node);
  if (isRight) return undefined;
  const one = `${listed(before)} before`;
  const isNodeThere = before.includes(node) || after.includes(node);
  if (!isNodeThere) {
    return {
      signature: isJoin ? "a join moves others" : "a departure moves others",
      expected: listed(before),
      therefore: `${inText(node)} ${isJoin ? "joined" : "left"} and is in neither list of ${inText(key)}, and yet its owners are others than ${one}.`,
    };
  }
  const rest = isJoin ? after : before;
  const others = rest.filter((other) => other !== node);
  return {
    signature: isJoin ? "a join reorders others" : "a departure reorders others",
    expected: isJoin ? `${listed(before)} around ${inText(node)}` : `${listed(others)} first`,
    therefore: isJoin
      ? `Without the newcomer ${inText(node)} the list of ${inText(key)} must be the one before it, ${listed(before)}, as far as there is room, and it is ${listed(others)}.`
      : `When ${inText(node)} leaves, the other owners of ${inText(key)} must stay in their order, ${listed(others)}, and others may only follow them.`,
  };
}

/** How the list of a key may change when one node gets another weight. */
export function reweighting(
  key: string,
  before: List,
  after: List,
  { node, isHeavier }: { node: string; isHeavier: boolean },
): Problem | undefined {
  const others = (list: List): string[] => list.filter((other) => other !== node);
  if (!agree(others(before), others(after))) {
    return {
      signature: "a new weight reorders others",
      expected: `${listed(others(before))} around ${inText(node)}`,
      therefore: `Only the position of ${inText(node)} may change in the list of ${inText(key)}, which was ${listed(before)}.`,
    };
  }
  const place = (list: List): number => (list.includes(node) ? list.indexOf(node) : Infinity);
  const isRight = isHeavier ? place(after) <= place(before) : place(after) >= place(before);
  if (isRight) return undefined;
  const [weight, way] = isHeavier ? ["higher", "back"] : ["lower", "forward"];
  return {
    signature: `a ${weight} weight moves ${way}`,
    therefore: `${inText(node)} has a ${weight} weight and has moved ${way} in the list of ${inText(key)}, which was ${listed(before)}.`,
  };
}

// ── Zones ─────────────────────────────────────────────────────────────────────────────────────

/** The zone of a node; one without a zone is a zone of its own. */
export function zoneOf(members: ReadonlyMap<string, NodeTraits>, node: string): string {
  const zone = members.get(node)?.zone;
  return zone === undefined ? `node ${node}` : `zone ${zone}`;
}

/**
 * As judged: the owners are in as many zones as there are, or as there are owners. A list in which a zone is
 * missing while another one has two owners has fewer.
 */
export function zoneRule(
  key: string,
  nodes: List,
  members: ReadonlyMap<string, NodeTraits>,
): Problem | undefined {
  const zonesOf = (list: Iterable<string>): Set<string> =>
    new Set([...list].map((node) => zoneOf(members, node)));
  const all = zonesOf(members.keys());
  const due = Math.min(all.size, nodes.length);
  const represented = zonesOf(nodes);
  if (represented.size >= due) return undefined;
  const shared = nodes.find(
    (node, index) =>
      nodes.findIndex((other) => zoneOf(members, other) === zoneOf(members, node)) < index,
  );
  const zone = members.get(shared ?? "")?.zone ?? "";
  return {
    signature: "a zone twice",
    expected: `owners in ${counted(due, "zone")}`,
    therefore: `There are ${counted(all.size, "zone")}, a node without one counted as its own, and the ${counted(nodes.length, "owner")} of ${inText(key)} are in ${represented.size}: ${inText(zone)} has two before every zone has one.`,
  };
}

/** How the list of a key may change when a node joins or leaves, where there are zones. */
export function zoneMovement(
  key: string,
  before: List,
  after: List,
  change: { joined: string } | { left: string },
): Problem | undefined {
  const isJoin = "joined" in change;
  const node = isJoin ? change.joined : change.left;
  const [withNode, withoutNode] = isJoin ? [after, before] : [before, after];
  const was = `which was ${listed(before)}`;
  if (!withNode.includes(node)) {
    if (areEqual(before, after)) return undefined;
    return {
      signature: "a list without the node changes",
      expected: listed(before),
      therefore: `${inText(node)} ${isJoin ? "joined" : "left"} and is in neither list of ${inText(key)}, and yet the list has changed.`,
    };
  }
  const only = (one: List, other: List): string[] => one.filter((each) => !other.includes(each));
  const gained = only(withNode, withoutNode).filter((each) => each !== node);
  const lost = only(withoutNode, withNode);
  if (gained.length === 0 && lost.length <= 1) return undefined;
  const others = new Set([...gained, ...lost]);
  return {
    signature: "more than one other owner changes",
    therefore: `${inText(node)} ${isJoin ? "joined" : "left"}, and in the list of ${inText(key)}, ${was}, ${listed([...others])} changed with it: at most one other may.`,
  };
}

// ── Loads ─────────────────────────────────────────────────────────────────────────────────────

export interface Placement {
  /** Members with their weights. */
  weights: ReadonlyMap<string, number>;
  /** Placed keys with their loads. */
  loads: ReadonlyMap<string, number>;
  /** Who carries them. */
  carriers: ReadonlyMap<string, string | undefined>;
  extraLoadMax: number;
}

export interface NodeLoad {
  sum: number;
  largest: number;
  limit: number;
  keys: number;
}

/** Sums this near to a limit may count either way. */
const tolerance = 1e-9;

export function loadsOf({ weights, loads, carriers, extraLoadMax }: Placement) {
  const total = sumOf(loads.values());
  const weightOfAll = sumOf(weights.values());
  const nodes = new Map<string, NodeLoad>();
  for (const [node, weight] of weights) {
    const limit = ((1 + extraLoadMax) * total * weight) / weightOfAll;
    nodes.set(node, { sum: 0, largest: 0, limit, keys: 0 });
  }
  for (const [key, load] of loads) {
    const node = nodes.get(carriers.get(key) ?? "");
    if (node === undefined) continue;
    node.sum += load;
    node.keys++;
    node.largest = Math.max(node.largest, load);
  }
  return nodes;
}

/** "Not too much": without the largest of its keys no node carries its limit. */
export function tooMuch(placement: Placement): Problem | undefined {
  for (const [node, { sum, largest, limit, keys }] of loadsOf(placement)) {
    if (sum - largest < limit + tolerance) continue;
    const [allowed, carried] = [inNumbers(limit), inNumbers(sum)];
    const isPlain = largest === 1 && sum === keys;
    return {
      signature: "too much",
      expected: `at most ${isPlain ? Math.ceil(limit - tolerance) : `${allowed} without its largest key`}`,
      therefore: isPlain
        ? `The limit of ${inText(node)} is ${allowed}, rounded up ${Math.ceil(limit - tolerance)}, and it carries ${counted(keys, "key")}.`
        : `The limit of ${inText(node)} is ${allowed}, and it carries ${carried}, without its largest key ${inNumbers(sum - largest)}.`,
    };
  }
  return undefined;
}

/** "Not too far": no node that comes before the carrier in a key's walk has room. */
export function tooFar(
  placement: Placement,
  walkOf: (key: string) => readonly string[],
): (Problem & { key: string; carrier: string }) | undefined {
  const nodes = loadsOf(placement);
  const hasRoom = (node: string): boolean => {
    const load = nodes.get(node);
    return load !== undefined && load.sum < load.limit - tolerance;
  };
  for (const key of placement.loads.keys()) {
    const carrier = placement.carriers.get(key);
    // That the carrier is a member is another promise.
    if (carrier === undefined || !nodes.has(carrier)) continue;
    const walk = walkOf(key);
    const earlier = walk.slice(0, Math.max(0, walk.indexOf(carrier))).find(hasRoom);
    if (earlier === undefined) continue;
    const { sum = 0, limit = 0 } = nodes.get(earlier) ?? {};
    return {
      key,
      carrier,
      signature: "too far",
      expected: `${inText(earlier)}, which has room`,
      therefore: `The walk of ${inText(key)} is ${listed(walk)}; ${inText(earlier)} comes before its carrier ${inText(carrier)} and has room: it carries ${inNumbers(sum)}, its limit is ${inNumbers(limit)}.`,
    };
  }
  return undefined;
}

function sumOf(numbers: Iterable<number>): number {
  let sum = 0;
  for (const number of numbers) sum += number;
  return sum;
}

export function inNumbers(value: number): string {
  return Number.isInteger(value) ? `${value}` : value.toFixed(2);
}
