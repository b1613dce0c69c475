/** Kept tests that look keys up. */
import type { NodeTraits } from "#katas/hash-ring/contract.ts";
import { block, indented } from "../../harness/source-text.ts";
import type { CaseOptions, RingCase } from "../case.ts";
import { replicasOf, traitsOf } from "../case.ts";
import type { KeptAnswers } from "../checks/answers-stay-as-given.ts";
import { isRetrait } from "../checks/joining-twice-is-joining-once.ts";
import { defaults, type TwoWays } from "../checks/members-decide.ts";
import { type DeafCase, renamed } from "../checks/the-hash-is-yours.ts";
import { hashAsCode } from "../hashes.ts";
import { zoneOf } from "../model.ts";
import {
  beginning,
  callOf,
  callsOf,
  changesNothing,
  completeness,
  completenessHelper,
  hashLines,
  keysAndOwners,
  listOf,
  membersAfter,
  newRing,
  stepsWithMembers,
  text,
} from "./text.ts";

export function everyKeyHasOwners({ options, steps, keys }: RingCase): string[] {
  const calls = [...stepsWithMembers(steps)].map(({ step, members }) =>
    "get" in step ? completeness(step.get, members.keys()) : `${callOf("ring", step)};`,
  );
  const members = [...membersAfter(steps).keys()];
  return [
    ...beginning(options),
    ...completenessHelper(options),
    ...calls,
    ...keys.map((key) => completeness(key, members)),
  ];
}

export function shortageIsTold({ options, steps, keys }: RingCase): string[] {
  const looks = (count: number): string[] =>
    keys.map(
      (key) => `expect(ring.get(${text(key)}).isShort).toBe(${count < replicasOf(options)});`,
    );
  return [
    ...beginning(options),
    ...looks(0),
    ...[...stepsWithMembers(steps)].flatMap(({ step, members }) => [
      `${callOf("ring", step)};`,
      ...looks(members.size),
    ]),
  ];
}

export function membersDecide(testCase: TwoWays): string[] {
  const { options, steps, otherSteps, isOtherProcess, meanwhile, meanwhileOptions, keys } =
    testCase;
  const { isBefore, isSpelledOut, placed } = testCase;
  const third = meanwhile.length === 0 ? [] : callsOf("third", meanwhile);
  const { hash } = meanwhileOptions;
  const thirdHash =
    hash === undefined
      ? []
      : hashAsCode(hash).map((line) => line.replace("const hash", "const its"));
  const thirdRing = newRing({ ...meanwhileOptions, ...(hash === undefined ? {} : { hash }) });
  const otherRing = newRing(isSpelledOut ? { ...defaults, ...options } : options);
  return [
    ...beginning(options),
    ...(third.length === 0
      ? []
      : [
          ...(hash === undefined
            ? []
            : ["const thirdHash = (() => {", ...indented([...thirdHash, "return its;"]), "})();"]),
          `const third = ${hash === undefined ? thirdRing : thirdRing.replace("hash }", "hash: thirdHash }")};`,
        ]),
    ...(isBefore
      ? [...third, ...callsOf("ring", steps)]
      : interleaved(callsOf("ring", steps), third)),
    ...placed.map((key) => `ring.place(${text(key)});`),
    ...(isOtherProcess
      ? [
          "// Another process loads the code anew.",
          "vi.resetModules();",
          'const loadedAnew = await import("./hash-ring.ts");',
          `const other = loadedAnew.${otherRing};`,
        ]
      : [`const other = ${otherRing};`]),
    ...callsOf("other", otherSteps),
    ...(isOtherProcess
      ? [
          "// What differs from process to process may be equal for one key by chance.",
          ...block("for (let key = 0; key < 64; key++) {", [
            "expect(other.get(`k${20_000 + key}`).nodes).toEqual(ring.get(`k${20_000 + key}`).nodes);",
          ]),
        ]
      : []),
    ...keys.map(
      (key) => `expect(other.get(${text(key)}).nodes).toEqual(ring.get(${text(key)}).nodes);`,
    ),
  ];
}

function interleaved(one: readonly string[], other: readonly string[]): string[] {
  const length = Math.max(one.length, other.length);
  return Array.from({ length }, (_, index) => [one[index], other[index]])
    .flat()
    .filter((line) => line !== undefined);
}

export function joiningTwiceIsJoiningOnce({ options, steps, keys }: RingCase): string[] {
  const members = new Map<string, NodeTraits>();
  const calls: string[] = [];
  const idleFree: string[] = [];
  for (const step of steps) {
    const call = callOf("ring", step);
    if (!("add" in step || "remove" in step)) {
      calls.push(`${call};`);
      continue;
    }
    const isIdle = changesNothing(members, step);
    const denial = isRetrait(members, step);
    if ("add" in step) members.set(step.add, traitsOf(step) ?? {});
    else members.delete(step.remove);
    calls.push(
      ...(denial
        ? block("{", [
            "const before = ownersNow();",
            "// Whoever answers that nothing has changed has changed nothing.",
            `if (!${call}) expect(ownersNow()).toEqual(before);`,
          ])
        : [`expect(${call}).toBe(${!isIdle});`]),
    );
    if (!isIdle) idleFree.push(`${callOf("twin", step)};`);
  }
  return [
    ...beginning(options),
    ...(calls.some((line) => line.includes("ownersNow")) ? keysAndOwners(keys) : []),
    ...calls,
    "// The same without the calls that change nothing.",
    `const twin = ${newRing(options)};`,
    ...idleFree,
    ...keys.map(
      (key) => `expect(ring.get(${text(key)}).nodes).toEqual(twin.get(${text(key)}).nodes);`,
    ),
  ];
}

export function theHashIsYours({ options, steps, keys, deafTo }: DeafCase): string[] {
  const [first = "key-10", ...others] = keys;
  if (deafTo === "everything") {
    return [
      ...beginning(options),
      ...callsOf("ring", steps),
      ...others.map(
        (key) => `expect(ring.get(${text(key)}).nodes).toEqual(ring.get(${text(first)}).nodes);`,
      ),
    ];
  }
  if (deafTo === "nodes") return deafToNodes({ options, steps, keys });
  return [
    ...hashLines(options),
    "// A hash that reads all keys alike.",
    "let asked: string[] = [];",
    ...block(
      "const deaf = (text: string): number => {",
      ['asked.push(text.replace(/key-\\d\\d/g, "key"));', 'return hash(asked.at(-1) ?? "");'],
      "};",
    ),
    `const ring = ${newRing(withoutHash(options), { hash: "deaf" })};`,
    ...callsOf("ring", steps),
    'ring.get("other");',
    ...block(
      "const lookUp = (key: string) => {",
      [
        "asked = [];",
        "const nodes = [...ring.get(key).nodes];",
        "return { nodes, asked: asked.sort().join() };",
      ],
      "};",
    ),
    `const first = lookUp(${text(first)});`,
    ...block(`for (const key of ${listOf(others)}) {`, [
      "const next = lookUp(key);",
      "// Unless the ring puts keys into words of its own.",
      "if (next.asked === first.asked) expect(next.nodes, key).toEqual(first.nodes);",
    ]),
  ];
}

/** Names by their order, and nothing else, may tell nodes apart. */
function deafToNodes({ options, steps, keys }: RingCase): string[] {
  const names = [...membersAfter(steps).keys()];
  const others = names.map(renamed);
  const ring = newRing(withoutHash(options), { hash: "deaf" });
  return [
    ...hashLines(options),
    "// One number for all texts but keys.",
    'const deaf = (text: string) => hash(/^key-\\d\\d$/.test(text) ? text : "");',
    `const keys = ${listOf(keys)};`,
    `const names = ${listOf(names)};`,
    `const otherNames = ${listOf(others)};`,
    `const ring = ${ring};`,
    "for (const name of names) ring.add(name);",
    `const other = ${ring};`,
    "for (const name of otherNames) other.add(name);",
    "const owners = keys.map((key) => [...ring.get(key).nodes]);",
    "const otherOwners = keys.map((key) => [...other.get(key).nodes]);",
    "// A ring that takes every node for the same may choose among them by whatever it likes.",
    "const dependsOnTheKey = new Set(owners.map((list) => list.join())).size > 1;",
    "const translated = owners.map((list) => list.map((name) => otherNames[names.indexOf(name)]));",
    "if (dependsOnTheKey) expect(otherOwners).toEqual(translated);",
  ];
}

function withoutHash({ hash: _, ...others }: CaseOptions): CaseOptions {
  return others;
}

export function answersStayAsGiven(testCase: KeptAnswers): string[] {
  const { options, steps, keys, later, isVandal } = testCase;
  const before = [...beginning(options), ...callsOf("ring", steps), ...keysAndOwners(keys)];
  if (isVandal) {
    return [
      ...before,
      "const given = keys.map((key) => ring.get(key));",
      "const copies = given.map(({ nodes }) => [...nodes]);",
      ...block(
        "try {",
        ['(given[0]?.nodes as string[]).reverse().push("an intruder");'],
        "} catch {",
      ),
      "  // A frozen list is as good as a copy.",
      "}",
      "try {",
      '  (given[0]?.nodes as string[])[0] = "an intruder";',
      "} catch {",
      "  // A frozen list is as good as a copy.",
      "}",
      "expect(given.slice(1).map(({ nodes }) => [...nodes])).toEqual(copies.slice(1));",
      "expect(ownersNow()).toEqual(copies);",
    ];
  }
  const laterCalls = [...stepsWithMembers([...steps, ...later])].slice(
    [...stepsWithMembers(steps)].length,
  );
  return [
    ...before.slice(0, -1),
    "const given = keys.map((key) => ring.get(key));",
    "const copies = given.map(({ nodes, isShort }) => ({ nodes: [...nodes], isShort }));",
    ...laterCalls.map(({ step }) => `${callOf("ring", step)};`),
    "expect(given.map(({ nodes, isShort }) => ({ nodes: [...nodes], isShort }))).toEqual(copies);",
  ];
}

export function ownersShareNoFate({ options, steps, keys }: RingCase): string[] {
  const replicas = replicasOf(options);
  const look = (key: string, members: ReturnType<typeof membersAfter>): string => {
    const zones = new Set([...members.keys()].map((node) => zoneOf(members, node))).size;
    const owners = Math.min(replicas, members.size);
    return `expectApart(${text(key)}, { owners: ${owners}, zones: ${Math.min(zones, owners)} });`;
  };
  const zoneOfNode = [...zonesEver(steps)];
  const seen = new Map(zoneOfNode);
  const calls = [...stepsWithMembers(steps)].map(({ step, members }) => {
    if ("get" in step) return look(step.get, members);
    if ("add" in step && step.zone !== seen.get(step.add)) {
      seen.set(step.add, step.zone);
      return `${callOf("ring", step)};\nzoneOf.set(${text(step.add)}, ${step.zone === undefined ? "undefined" : text(step.zone)});`;
    }
    return `${callOf("ring", step)};`;
  });
  const pairs = zoneOfNode
    .filter(([, zone]) => zone !== undefined)
    .map(([node, zone]) => `[${text(node)}, ${text(zone ?? "")}]`);
  const members = membersAfter(steps);
  return [
    ...beginning(options),
    `const zoneOf = new Map<string, string | undefined>([${pairs.join(", ")}]);`,
    ...block(
      "const expectApart = (key: string, due: { owners: number; zones: number }) => {",
      [
        "const { nodes } = ring.get(key);",
        "expect(new Set(nodes).size, `owners of ${key}`).toBe(due.owners);",
        "expect(nodes, key).toHaveLength(due.owners);",
        "// A node without a zone is a zone of its own.",
        "const zones = new Set(nodes.map((node) => zoneOf.get(node) ?? { of: node }));",
        "expect(zones.size, `zones of ${nodes.join()}, the owners of ${key}`).toBe(due.zones);",
      ],
      "};",
    ),
    ...calls.flatMap((call) => call.split("\n")),
    ...keys.map((key) => look(key, members)),
  ];
}

/** The zone with which each node joins first. */
function zonesEver(steps: RingCase["steps"]): Map<string, string | undefined> {
  const zones = new Map<string, string | undefined>();
  for (const step of steps)
    if ("add" in step && !zones.has(step.add)) zones.set(step.add, step.zone);
  return zones;
}
