/** The pieces of which kept tests are made: a ring, its hash, the calls of a case. */
import type { Change, NodeTraits } from "#katas/hash-ring/contract.ts";
import { block, literals, objectText } from "../../harness/source-text.ts";
import { type CaseOptions, replicasOf, type Step, traitsOf } from "../case.ts";
import { hashAsCode } from "../hashes.ts";

export function text(value: string): string {
  return JSON.stringify(value);
}

export function listOf(names: readonly string[]): string {
  return `[${names.map(text).join(", ")}]`;
}

/** `const hash = …`, where the case hands one in. */
export function hashLines({ hash }: CaseOptions): string[] {
  return hash === undefined ? [] : hashAsCode(hash);
}

/** `createHashRing({ replicas: 2, hash })`; `more` are properties with their code. */
export function newRing(options: CaseOptions, more: Readonly<Record<string, string>> = {}): string {
  const { hash, ...numbers } = options;
  const properties = {
    ...literals(numbers),
    ...(hash === undefined ? {} : { hash: "hash" }),
    ...more,
  };
  return Object.keys(properties).length === 0
    ? "createHashRing()"
    : `createHashRing(${objectText(properties)})`;
}

/** The hash and the ring that a case begins with. */
export function beginning(options: CaseOptions, ring = "ring"): string[] {
  return [...hashLines(options), `const ${ring} = ${newRing(options)};`];
}

// ── Calls ─────────────────────────────────────────────────────────────────────────────────────

export function callOf(ring: string, step: Step): string {
  if ("get" in step) return `${ring}.get(${text(step.get)})`;
  if ("remove" in step) return `${ring}.remove(${text(step.remove)})`;
  if ("release" in step) return `${ring}.release(${text(step.release)})`;
  if ("apply" in step) return `${ring}.apply(${changesText(step.apply)})`;
  if ("place" in step)
    return `${ring}.place(${text(step.place)}${step.load === undefined ? "" : `, ${step.load}`})`;
  const traits = traitsOf(step);
  return `${ring}.add(${text(step.add)}${traits === undefined ? "" : `, ${traitsText(traits)}`})`;
}

export function changesText(changes: readonly Change[]): string {
  const parts = changes.map((change) => objectText(literals(change)));
  return `[${parts.join(", ")}]`;
}

function traitsText(traits: NodeTraits): string {
  return objectText(literals(traits));
}

/** Who is a member after each step, with the traits; what changes nothing is left out, as the checks do. */
export function* stepsWithMembers(
  steps: readonly Step[],
): Iterable<{ step: Step; members: Map<string, NodeTraits> }> {
  const members = new Map<string, NodeTraits>();
  for (const step of steps) {
    if (changesNothing(members, step)) continue;
    const changes = "apply" in step ? step.apply : [step];
    for (const change of changes) {
      if ("remove" in change) members.delete(change.remove);
      if ("add" in change) members.set(change.add, traitsOf(change) ?? {});
    }
    yield { step, members: new Map(members) };
  }
}

export function changesNothing(members: ReadonlyMap<string, NodeTraits>, step: Step): boolean {
  if ("remove" in step) return !members.has(step.remove);
  if (!("add" in step)) return false;
  const there = members.get(step.add);
  if (there === undefined) return false;
  return (there.weight ?? 1) === (step.weight ?? 1) && there.zone === step.zone;
}

export function callsOf(ring: string, steps: readonly Step[]): string[] {
  return [...stepsWithMembers(steps)].map(({ step }) => `${callOf(ring, step)};`);
}

export function membersAfter(steps: readonly Step[]): Map<string, NodeTraits> {
  let last = new Map<string, NodeTraits>();
  for (const { members } of stepsWithMembers(steps)) last = members;
  return last;
}

// ── What is expected of a list ────────────────────────────────────────────────────────────────

/** A helper that expects a complete list; called with `completeness`. */
export function completenessHelper(options: CaseOptions): string[] {
  const replicas = replicasOf(options);
  return block(
    "const expectOwners = (key: string, members: string[]) => {",
    [
      "const { nodes } = ring.get(key);",
      `expect(nodes, key).toHaveLength(Math.min(${replicas}, members.length));`,
      "expect(new Set(nodes).size, `different owners of ${key}`).toBe(nodes.length);",
      "expect(members, key).toEqual(expect.arrayContaining([...nodes]));",
    ],
    "};",
  );
}

export function completeness(key: string, members: Iterable<string>): string {
  return `expectOwners(${text(key)}, ${listOf([...members])});`;
}

/** `const keys = […]` and a helper that copies their lists of owners from a ring. */
export function keysAndOwners(keys: readonly string[], ring = "ring"): string[] {
  return [
    `const keys = ${listOf(keys)};`,
    `const ownersNow = () => keys.map((key) => [...${ring}.get(key).nodes]);`,
  ];
}
