/**
 * A case: the options of a ring, what is done to it, the keys that are looked up. Plain data, because a case is
 * also a token; and the ways to make it smaller until the shortest history remains.
 */
import type { Change, NodeTraits } from "#katas/hash-ring/contract.ts";
import type { HashName } from "./hashes.ts";

export interface CaseOptions {
  replicas?: number;
  pointsPerNode?: number;
  extraLoadMax?: number;
  /** Without it the ring brings its own. */
  hash?: HashName;
}

/** One call. */
export type Step =
  | ({ add: string } & NodeTraits)
  | { remove: string }
  | { get: string }
  | { apply: Change[] }
  | ({ place: string; load?: number } & Illness)
  | ({ release: string } & Illness);

/** During this step the hash throws at this call of it. */
export interface Illness {
  illAt?: number;
}

export interface RingCase {
  options: CaseOptions;
  steps: Step[];
  keys: string[];
}

export const replicasByDefault = 3;

export function replicasOf({ replicas = replicasByDefault }: CaseOptions): number {
  return replicas;
}

export function traitsOf({ weight, zone }: NodeTraits): NodeTraits | undefined {
  if (weight === undefined && zone === undefined) return undefined;
  return { ...(weight === undefined ? {} : { weight }), ...(zone === undefined ? {} : { zone }) };
}

/** The same steps without traits, for code that has not come to level 3. */
export function bare(steps: readonly Step[]): Step[] {
  return steps.map((step) => ("add" in step ? { add: step.add } : step));
}

// ── Smaller cases ─────────────────────────────────────────────────────────────────────────────

/** Cases with less in them, the boldest cut first. */
export function* smallerCases<Case extends RingCase>(testCase: Case): Iterable<Case> {
  const { steps, keys, options } = testCase;
  const names = [...namesIn(steps)];
  for (const left of shorter(names)) {
    const gone = new Set(names.filter((name) => !left.includes(name)));
    yield { ...testCase, steps: without(steps, gone) };
    if (gone.size === 1 && keys.length > fewKeys) break;
  }
  for (const fewer of shorter(keys, 1)) yield { ...testCase, keys: fewer };
  for (const fewer of shorter(steps)) yield { ...testCase, steps: fewer };
  for (const simpler of simplerOptions(options)) yield { ...testCase, options: simpler };
  for (const plainer of plainerTraits(steps)) yield { ...testCase, steps: plainer };
  yield* plainNames(testCase);
}

/** With more keys than this it is they that make runs slow. */
const fewKeys = 8;

/** Nodes and keys that steps speak of. */
function namesIn(steps: readonly Step[]): Set<string> {
  return new Set(steps.flatMap(namesOf));
}

function namesOf(step: Step): string[] {
  if ("apply" in step) return step.apply.flatMap(namesOf);
  if ("add" in step) return [step.add];
  if ("remove" in step) return [step.remove];
  if ("get" in step) return [step.get];
  return ["place" in step ? step.place : step.release];
}

function without(steps: readonly Step[], gone: ReadonlySet<string>): Step[] {
  const isGone = (step: Step): boolean => namesOf(step).some((name) => gone.has(name));
  return steps.flatMap((step): Step[] => {
    if (!("apply" in step)) return isGone(step) ? [] : [step];
    const apply = step.apply.filter((change) => !isGone(change));
    return apply.length === 0 ? [] : [{ apply }];
  });
}

/** A list with pieces left out, large ones first. */
export function* shorter<Item>(list: readonly Item[], lengthMin = 0): Iterable<Item[]> {
  for (let size = Math.ceil(list.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let start = 0; start < list.length; start += size) {
      const rest = [...list.slice(0, start), ...list.slice(start + size)];
      if (rest.length >= lengthMin) yield rest;
    }
  }
}

export function* simplerOptions<Options extends CaseOptions>(options: Options): Iterable<Options> {
  const { replicas, pointsPerNode } = options;
  for (let fewer = 1; fewer < (replicas ?? replicasByDefault); fewer++)
    yield { ...options, replicas: fewer };
  for (const fewer of [1, 2, 4, 16])
    if (fewer < (pointsPerNode ?? 128)) yield { ...options, pointsPerNode: fewer };
}

/** Steps with one trait fewer, or a weight of 2 in place of an odder one. */
function* plainerTraits(steps: readonly Step[]): Iterable<Step[]> {
  for (const [index, step] of steps.entries()) {
    if (!("add" in step)) continue;
    const { weight, zone, ...bare } = step;
    const others = [
      ...(zone !== undefined && weight !== undefined
        ? [
            { ...bare, zone },
            { ...bare, weight },
          ]
        : []),
      ...(weight !== undefined && weight !== 2 && weight > 1 ? [{ ...step, weight: 2 }] : []),
    ];
    for (const plainer of others) yield steps.with(index, plainer);
  }
}

const plainNodes = ["a", "b", "c", "d", "e", "f"];
const plainKeys = ["k1", "k2", "k3"];
const isPlainNode = (name: string): boolean => /^([a-z]{1,2}|[a-z]+-?\d{1,3})$/.test(name);
const isPlainKey = (name: string): boolean => /^k(ey-)?\d{1,3}$/.test(name);

/** Cases in which an odd name is a plain one that nothing else has. */
function* plainNames<Case extends RingCase>(testCase: Case): Iterable<Case> {
  const text = JSON.stringify(testCase);
  const renamed = (of: "node" | "key", odd: string, plain: string): Case =>
    JSON.parse(text, (field, value: unknown) => {
      const isNode = field === "add" || field === "remove";
      return value === odd && isNode === (of === "node") ? plain : value;
    }) as Case;
  const { nodes, keys } = namesByKind(testCase);
  for (const odd of nodes) {
    const plain = plainNodes.find((name) => !nodes.has(name));
    if (!isPlainNode(odd) && plain !== undefined) yield renamed("node", odd, plain);
  }
  for (const odd of keys) {
    const plain = plainKeys.find((name) => !keys.has(name));
    if (!isPlainKey(odd) && plain !== undefined) yield renamed("key", odd, plain);
  }
}

function namesByKind(testCase: RingCase): { nodes: Set<string>; keys: Set<string> } {
  const nodes = new Set<string>();
  const keys = new Set(testCase.keys);
  JSON.stringify(testCase, (field, value: unknown) => {
    if (typeof value !== "string") return value;
    if (field === "add" || field === "remove") nodes.add(value);
    if (field === "get" || field === "place" || field === "release") keys.add(value);
    return value;
  });
  return { nodes, keys };
}
