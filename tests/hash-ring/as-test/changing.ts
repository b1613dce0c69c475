/** Kept tests of calls that are refused, interrupted or looked at from the side. */
import type { Change } from "#katas/hash-ring/contract.ts";
import { block } from "../../harness/source-text.ts";
import { badCalls, callAsCode } from "../bad-calls.ts";
import { type BadCallCase, optionsOfBadCalls } from "../checks/bad-arguments-are-refused.ts";
import type { ChangeCase, Trouble } from "../checks/changes-are-whole.ts";
import type { ViewCase } from "../checks/views-stay.ts";
import {
  beginning,
  callOf,
  callsOf,
  changesText,
  hashLines,
  keysAndOwners,
  listOf,
  membersAfter,
  newRing,
  stepsWithMembers,
  text,
} from "./text.ts";

const refusal = 'toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }))';

export function badArgumentsAreRefused({ call, nodes, keys }: BadCallCase): string[] {
  const bad = badCalls.find((one) => callAsCode(one) === call);
  const given = /^(?:view\(\)\.)?\w+\((.*)\)$/.exec(call)?.[1] ?? "";
  if (bad === undefined || bad.call === "createHashRing") {
    return [`expect(() => Reflect.apply(createHashRing, undefined, [${given}])).${refusal};`];
  }
  const places = bad.level >= 4;
  return [
    ...beginning(optionsOfBadCalls),
    ...nodes.map((node) => `ring.add(${text(node)});`),
    ...(places ? keys.map((key) => `ring.place(${text(key)});`) : []),
    ...keysAndOwners(keys),
    "const before = ownersNow();",
    ...(places ? ["const carriers = keys.map((key) => ring.carrier(key));"] : []),
    ...(bad.call === "view().get"
      ? [
          "const view = ring.view();",
          `expect(() => Reflect.apply(view.get, view, [${given}])).${refusal};`,
        ]
      : [`expect(() => Reflect.apply(ring.${bad.call}, ring, [${given}])).${refusal};`]),
    "expect(ownersNow()).toEqual(before);",
    ...(places ? ["expect(keys.map((key) => ring.carrier(key))).toEqual(carriers);"] : []),
  ];
}

// ── Views ─────────────────────────────────────────────────────────────────────────────────────

export function viewsStay({ options, steps, later, everySteps, keys }: ViewCase): string[] {
  const take = [
    "// A twin says what the view has to say, of keys that nobody has asked the ring, too.",
    "kept.push({ view: ring.view(), answers: keys.map((key) => twin.get(key)) });",
  ];
  const all = [...stepsWithMembers([...steps, ...later])];
  const own = all.slice(0, [...stepsWithMembers(steps)].length);
  // The twin is asked before it changes again, so its answers are those of that moment.
  return [
    ...beginning(options),
    `const twin = ${newRing(options)};`,
    `const keys = ${listOf(keys)};`,
    "const kept: { view: ReturnType<typeof ring.view>; answers: ReturnType<typeof ring.get>[] }[] = [];",
    ...own.flatMap(({ step }, index) => [
      `${callOf("ring", step)};`,
      `${callOf("twin", step)};`,
      ...(everySteps > 0 && index % (everySteps + 1) === 0 ? take.slice(1) : []),
    ]),
    ...take,
    ...all.slice(own.length).map(({ step }) => `${callOf("ring", step)};`),
    ...block("for (const { view, answers } of kept) {", [
      "const expected = answers.map(({ nodes, isShort }) => ({ nodes: [...nodes], isShort }));",
      ...block(
        "const askAgain = () => {",
        [
          "const asked = keys.map((key) => view.get(key));",
          "expect(asked.map(({ nodes, isShort }) => ({ nodes: [...nodes], isShort }))).toEqual(expected);",
          "return asked;",
        ],
        "};",
      ),
      ...block("for (const { nodes } of askAgain()) {", [
        "try {",
        '  (nodes as string[]).reverse().push("an intruder");',
        "} catch {",
        "  // A frozen list is as good as a copy.",
        "}",
      ]),
      "askAgain();",
    ]),
  ];
}

// ── The middle of a change ────────────────────────────────────────────────────────────────────

export function changesAreWhole(testCase: ChangeCase): string[] {
  const { trouble } = testCase;
  switch (trouble.kind) {
    case "lookups":
      return lookedUpInTheMiddle(testCase);
    case "throws":
      return interrupted(testCase, trouble);
    case "bad change":
      return refusedAsOne(testCase, trouble);
  }
}

function changeText(ring: string, changes: readonly Change[]): string {
  const [only] = changes;
  return changes.length === 1 && only !== undefined
    ? callOf(ring, only)
    : `${ring}.apply(${changesText(changes)})`;
}

/** The hash of the case, which does something else when it is told to, but not while that goes on. */
function wilfulRing({ options, steps, keys }: ChangeCase): string[] {
  const { hash: _, ...others } = options;
  return [
    ...hashLines(options),
    "let act: (() => void) | null = null;",
    ...block(
      "const wilful = (label: string): number => {",
      [
        "const now = act;",
        "act = null;",
        "try {",
        "  now?.();",
        "} finally {",
        "  act = now;",
        "}",
      ].concat(["return hash(label);"]),
      "};",
    ),
    `const ring = ${newRing(others, { hash: "wilful" })};`,
    ...callsOf("ring", steps),
    ...keysAndOwners(keys),
  ];
}

function lookedUpInTheMiddle(testCase: ChangeCase): string[] {
  const { options, steps, changes, keys } = testCase;
  const members = membersAfter(steps);
  const twin = [...members].map(([name, traits]) => `${callOf("twin", { add: name, ...traits })};`);
  return [
    ...wilfulRing(testCase),
    "const before = ownersNow();",
    "const seen: string[][][] = [];",
    "const looking = () => void seen.push(ownersNow());",
    "act = looking;",
    `${changeText("ring", changes)};`,
    "// A ring may put the work off until it is asked.",
    `ring.get(${text(keys[0] ?? "")});`,
    "act = null;",
    "const after = ownersNow();",
    ...block("for (const lists of seen) {", [
      ...block("for (const [index, list] of lists.entries()) {", [
        "expect([before[index], after[index]], keys[index]).toContainEqual(list);",
      ]),
    ]),
    ...(changes.length === 1
      ? []
      : [
          "// The same changes, one by one.",
          `const twin = ${newRing(options)};`,
          ...twin,
          ...changes.map((change) => `${callOf("twin", change)};`),
          "expect(after).toEqual(keys.map((key) => [...twin.get(key).nodes]));",
        ]),
  ];
}

function interrupted(
  testCase: ChangeCase,
  { at, isLasting }: Extract<Trouble, { kind: "throws" }>,
): string[] {
  const { options, steps, changes, keys, placed } = testCase;
  const members = membersAfter(steps);
  const carriers = `${listOf(placed)}.map((key) => ring.carrier(key))`;
  const isIll = isLasting ? `calls < ${at}` : `calls !== ${at}`;
  return [
    ...wilfulRing(testCase),
    ...placed.map((key) => `ring.place(${text(key)});`),
    ...(placed.length === 0 ? [] : [`const carriers = ${carriers};`]),
    "const before = ownersNow();",
    `const twin = ${newRing(options)};`,
    ...[...members].map(([name, traits]) => `${callOf("twin", { add: name, ...traits })};`),
    `${changeText("twin", changes)};`,
    "const after = keys.map((key) => [...twin.get(key).nodes]);",
    "",
    'const illness = new Error("the hash is ill");',
    "let calls = 0;",
    "let hasThrown = false;",
    ...block(
      "act = () => {",
      [`calls++;`, `if (${isIll}) return;`, "hasThrown = true;", "throw illness;"],
      "};",
    ),
    ...block(
      "const goesThrough = (call: () => void): boolean => {",
      [
        "hasThrown = false;",
        "let thrown: unknown;",
        ...block("try {", ["call();"], "} catch (error) {"),
        "  thrown = error;",
        "}",
        "expect(thrown).toBe(hasThrown ? illness : undefined);",
        "return !hasThrown;",
      ],
      "};",
    ),
    `const isDone = goesThrough(() => void ${changeText("ring", changes)});`,
    "const due = isDone ? after : before;",
    "let seen: string[] = [];",
    ...block(
      `const isAnswered = goesThrough(() => {`,
      [`seen = [...ring.get(${text(keys[0] ?? "")}).nodes];`],
      "});",
    ),
    "if (isAnswered) expect(seen).toEqual(due[0]);",
    "act = null;",
    "expect(ownersNow()).toEqual(due);",
    ...(placed.length === 0 ? [] : [`if (!isDone) expect(${carriers}).toEqual(carriers);`]),
    `if (!isDone) ${changeText("ring", changes)};`,
    "expect(ownersNow()).toEqual(after);",
  ];
}

function refusedAsOne(
  { options, steps, changes, keys }: ChangeCase,
  { at, bad }: Extract<Trouble, { kind: "bad change" }>,
): string[] {
  const all = changes.map((change) => changesText([change]).slice(1, -1)).toSpliced(at, 0, bad);
  return [
    ...beginning(options),
    ...callsOf("ring", steps),
    ...keysAndOwners(keys),
    "const before = ownersNow();",
    `expect(() => Reflect.apply(ring.apply, ring, [[${all.join(", ")}]])).${refusal};`,
    "expect(ownersNow()).toEqual(before);",
  ];
}
