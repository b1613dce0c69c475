/**
 * What rings are tried with: names of nodes, keys, options, and ways of joining and leaving.
 * Everything follows from the random numbers that are handed in.
 */
import { type Random, seededRandom } from "#platform/random.ts";
import type { NodeTraits } from "#katas/hash-ring/contract.ts";
import type { CaseOptions, Step } from "./case.ts";

/** Random numbers of one case of a check. */
export function randomOf(seed: number, round: number): Random {
  return seededRandom(seed * 1_000_003 + round * 7919);
}

// ── Names ─────────────────────────────────────────────────────────────────────────────────────

type NameFamily = (index: number, start: number) => string;

export const letter = (index: number): string => String.fromCharCode(97 + (index % 26));

export const nameFamilies: readonly NameFamily[] = [
  (index, start) => `n${start + index}`,
  (index, start) => `node-${start + index}`,
  (index, start) => `10.${start % 200}.0.${index + 1}`,
  (index, start) =>
    index < 26 ? letter(index + start) : `${letter(index)}${letter(index / 26 + start)}`,
  (index, start) => `cache-${letter(index)}.eu-${start}.example.org:6379`,
  (index, start) => `${start + index}`,
];

/** Names that objects, sorts and labels may trip over. */
const oddNames: readonly string[] = [
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "length",
  "valueOf",
  "undefined",
  "null",
  "NaN",
  "0",
  "1",
  "10",
  "01",
  "-1",
  " ",
  "a b",
  "a",
  "a1",
  "a11",
  "a#1",
  "a:1",
  "a-1",
  "a,b",
  "ä",
  "a\u0308",
  "😀",
  "😀1",
  "\n",
  "\0",
  "A",
];

/** Names of one family; one time in four odd ones, which only some rings mistake. */
export function drawNames(random: Random, count: number): string[] {
  const isOdd = count <= oddNames.length && random.below(4) === 0;
  return isOdd ? shuffled(random, oddNames).slice(0, count) : drawPlainNames(random, count);
}

export function drawPlainNames(random: Random, count: number): string[] {
  const family = picked(random, nameFamilies);
  const start = 1 + random.below(50);
  const names = Array.from({ length: count }, (_, index) => family(index, start));
  return shuffled(random, names);
}

export function drawKeys(random: Random, count: number): string[] {
  const start = random.below(10_000);
  const odd = random.below(3) === 0 ? shuffled(random, ["", ...oddNames]).slice(0, count / 4) : [];
  return [...odd, ...keysFrom(start, count - odd.length)];
}

/** Keys that objects, conditions and foldings of texts may trip over; neighbours differ in what those drop. */
const oddKeys: readonly string[] = [
  "",
  "__proto__",
  "constructor",
  "a",
  "A",
  " a",
  "ä",
  "a\u0308",
  "1",
  "01",
];

/** Keys to be placed: every other time some of them odd. */
export function drawKeysToPlace(random: Random, count: number): string[] {
  const odd = random.below(2) === 0 ? shuffled(random, oddKeys).slice(0, Math.ceil(count / 2)) : [];
  return [...odd, ...keysFrom(0, count - odd.length)];
}

export function keysFrom(start: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `k${start + index}`);
}

// ── Options ───────────────────────────────────────────────────────────────────────────────────

const pointCounts = [1, 2, 3, 8, 8, 16, 16, 32, 64];

/** With a good hash, or the ring's own. */
export function drawOptions(random: Random, replicasMax = 5): CaseOptions {
  return {
    ...(random.below(6) === 0 ? {} : { replicas: 1 + random.below(replicasMax) }),
    ...(random.below(6) === 0 ? {} : { pointsPerNode: picked(random, pointCounts) }),
    ...(random.below(2) === 0 ? {} : { hash: `good ${random.below(1000)}` }),
  };
}

// ── Joining and leaving ───────────────────────────────────────────────────────────────────────

export function joins(names: readonly string[]): Step[] {
  return names.map((name) => ({ add: name }));
}

/** Joins and departures in which every name takes part, with a lookup now and then. */
export function drawSteps(
  random: Random,
  names: readonly string[],
  keys: readonly string[],
  extra = names.length,
): Step[] {
  const steps: Step[] = [];
  const outside = [...names];
  const inside: string[] = [];
  const move = (from: string[], to: string[]): string => {
    const [name = ""] = from.splice(random.below(from.length), 1);
    to.push(name);
    return name;
  };
  for (let left = names.length + extra; left > 0; left--) {
    const isJoin = inside.length === 0 || (outside.length > 0 && random.below(5) > 1);
    if (isJoin && outside.length > 0) steps.push({ add: move(outside, inside) });
    else if (inside.length > 0) steps.push({ remove: move(inside, outside) });
    if (random.below(3) === 0 && keys.length > 0) steps.push({ get: picked(random, keys) });
  }
  return steps;
}

// ── Traits ────────────────────────────────────────────────────────────────────────────────────

const weights = [0.25, 0.5, 1, 1, 1.5, 2, 2.5, 3, 4, 10];

export function drawWeight(random: Random): number {
  return picked(random, weights);
}

export interface TraitsDraw {
  zones: number;
  weighted: boolean;
  /** Whether zones are called like nodes, which are in none. */
  isLikeNodes?: boolean;
}

/**
 * Traits for each name; `zones` of them at most, and some nodes without one. A zone may be called like a node:
 * they have nothing to do with each other.
 */
export function drawTraits(
  random: Random,
  names: readonly string[],
  { zones, weighted, isLikeNodes = random.below(4) === 0 }: TraitsDraw,
): Map<string, NodeTraits> {
  const zoneNames = Array.from({ length: zones }, (_, index) =>
    isLikeNodes ? (names[index] ?? `z${index}`) : `z${index + 1}`,
  );
  return new Map(
    names.map((name) => {
      const isBare = random.below(6) === 0 || (isLikeNodes && zoneNames.includes(name));
      const zone = isBare ? undefined : zoneNames[random.below(zones)];
      return [
        name,
        {
          ...(weighted ? { weight: drawWeight(random) } : {}),
          ...(zone === undefined || zones === 0 ? {} : { zone }),
        },
      ];
    }),
  );
}

/** The same steps; whoever joins does so with its traits. */
export function withTraits(
  steps: readonly Step[],
  traits: ReadonlyMap<string, NodeTraits>,
): Step[] {
  return steps.map((step) => ("add" in step ? { ...step, ...traits.get(step.add) } : step));
}

// ── Random ────────────────────────────────────────────────────────────────────────────────────

export function picked<Item>(random: Random, items: readonly Item[]): Item {
  const item = items[random.below(items.length)];
  if (item === undefined) throw new RangeError("Expected something to pick from, got nothing.");
  return item;
}

export function shuffled<Item>(random: Random, items: readonly Item[]): Item[] {
  const result = [...items];
  for (let index = result.length - 1; index > 0; index--) {
    const other = random.below(index + 1);
    const [one, two] = [result[index], result[other]];
    if (one === undefined || two === undefined) continue;
    result[index] = two;
    result[other] = one;
  }
  return result;
}

// ── Sets of names for what is measured ────────────────────────────────────────────────────────

const families: readonly NameFamily[] = [
  (index, start) => `node-${start + index}`,
  (index, start) => `10.0.${start - 1}.${index + 1}`,
  (index) => letter(index),
  (index, start) => `n${start + index}`,
  (index, start) => `cache-${letter(index)}.eu-${start}.example.org`,
  (index, start) => `server-${String(start + index).padStart(3, "0")}`,
  (index, start) => `192.168.${start}.${20 + index}:6379`,
  (index, start) => `${start + index}`,
  (index, start) => `shard_${start}/replica_${index}`,
];

/** One of nine sets of names, such as node-1 … node-10; another seed, other numbers in them. */
export function namesOfSet(set: number, count: number, seed: number): string[] {
  const family = families[set % families.length] ?? letter;
  const start = 1 + ((seed - 1) % 100);
  return Array.from({ length: count }, (_, index) => family(index, start));
}

const similar = ["a", "node-1", "10.0.0.1", "db", "cache", "eu-west", "n7", "shard_3", "x.example"];

/** As unlike each other as names can be. */
const unlike = (
  "oak elm fir ash larch willow hazel maple birch cedar poplar rowan yew juniper chestnut " +
  "sycamore blackthorn whitebeam alder linden"
).split(" ");

/** On which side of a name the digit is that another one lacks. */
export type DigitSide = "behind" | "in front";

/** Nodes of which the first two are called alike, but for a digit on one side; the others are not. */
export function likeNames(side: DigitSide, set: number, count: number, seed: number): string[] {
  const name = `${similar[set % similar.length] ?? ""}${seed === 1 ? "" : letter(seed)}`;
  const others = Array.from(
    { length: count - 2 },
    (_, index) => unlike[(index + seed + set) % unlike.length] ?? "",
  );
  return [name, side === "behind" ? `${name}1` : `1${name}`, ...others];
}

const prefix = "cache-frankfurt-production-cluster-blue-rack-seventeen-machine-000";
const suffix = "-000.machine.rack-seventeen.cluster-blue.production.frankfurt.example";

/**
 * Names that are one and the same to whoever drops something from a name: capitals, space, accents, what lies
 * behind the first or before the last so many characters, punctuation, how a number is written, the upper bits of
 * a character, the order of characters.
 */
export const lookalikes: readonly (readonly [string, string])[] = [
  ["Db-West", "db-west"],
  ["ÄHRE", "ähre"],
  [" inner", "inner"],
  ["outer ", "outer"],
  ["inner city", "innercity"],
  ["tab\t", "tab"],
  ["caf\u00e9", "cafe\u0301"],
  ["\ufb01n", "fin"],
  ["s\u00fcd", "sud"],
  [`${prefix}1`, `${prefix}2`],
  [`1${suffix}`, `2${suffix}`],
  ["eu-north-1", "eu-north1"],
  ["eu_south_1", "eu_south1"],
  ["10.0.1.1", "10.0.11"],
  ["host:70", "host70"],
  ["host/80", "host80"],
  ["seven#1", "seven1"],
  ["7", "07"],
  ["12", "12.0"],
  ["1000", "1e3"],
  ["rack-2", "rack-02"],
  ["\u0161ip", "aip"],
  ["\u65e5", "\u6708"],
  ["\u{1f600}", "\u{1f601}"],
  ["tar", "rat"],
];

export function keysOfSet(set: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `key-${set}-${index}`);
}
