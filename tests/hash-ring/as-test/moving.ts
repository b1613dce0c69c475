/** Kept tests that compare lists of owners around changes. */
import { block } from "../../harness/source-text.ts";
import { type RingCase, replicasOf, type Step, traitsOf } from "../case.ts";
import type { ReweighedCase } from "../checks/a-new-weight-moves-the-minimum.ts";
import type { CrowdedCase } from "../checks/collisions-lose-nobody.ts";
import type { MovingCase } from "../checks/only-what-must-move-moves.ts";
import {
  beginning,
  callOf,
  callsOf,
  completeness,
  completenessHelper,
  hashLines,
  keysAndOwners,
  membersAfter,
  newRing,
  stepsWithMembers,
  text,
} from "./text.ts";

export function theSecondTakesOver({ options, steps, keys }: RingCase): string[] {
  const members = membersAfter(steps).size;
  return keys.length === 1
    ? [...hashLines(options), ...departures(keys[0] ?? "", options, steps, members)]
    : [
        ...hashLines(options),
        ...keys.flatMap((key) => block("{", departures(key, options, steps, members))),
      ];
}

function departures(
  key: string,
  options: RingCase["options"],
  steps: readonly Step[],
  members: number,
): string[] {
  const due = `Math.min(${replicasOf(options)}, left)`;
  return [
    `const ring = ${newRing(options)};`,
    ...callsOf("ring", steps),
    `let owners = ring.get(${text(key)}).nodes;`,
    ...block(`for (let left = ${members - 1}; left > 0; left--) {`, [
      'const [first = "", second = ""] = owners;',
      "if (!ring.remove(first)) break;",
      `owners = ring.get(${text(key)}).nodes;`,
      "// Whether the list is complete is another promise.",
      `if (owners.length < ${due}) break;`,
      "expect(owners[0], `when ${first} has left`).toBe(second);",
    ]),
  ];
}

// ── Joins and departures ──────────────────────────────────────────────────────────────────────

/** The changes of a case, each with who made it; what changes nothing is left out. */
function changesOf({ steps, changes }: Pick<MovingCase, "steps" | "changes">) {
  return [...stepsWithMembers([...steps, ...changes])].slice([...stepsWithMembers(steps)].length);
}

const comparison = {
  join: (node: string): string[] => [
    `const others = after.filter((node) => node !== ${text(node)});`,
    "expect(others, keys[index]).toEqual(before[index]?.slice(0, others.length));",
  ],
  departure: (node: string): string[] => [
    `const others = before[index]?.filter((node) => node !== ${text(node)}) ?? [];`,
    "expect(after.slice(0, others.length), keys[index]).toEqual(others);",
  ],
};

function around(call: string, judge: readonly string[], isFirst: boolean): string[] {
  return [
    `${isFirst ? "let " : ""}before = ownersNow();`,
    `${call};`,
    ...block("ownersNow().forEach((after, index) => {", judge, "});"),
  ];
}

export function onlyWhatMustMoveMoves(testCase: MovingCase): string[] {
  const { options, steps, keys } = testCase;
  return [
    ...beginning(options),
    ...callsOf("ring", steps),
    ...keysAndOwners(keys),
    ...withConst(
      changesOf(testCase).flatMap(({ step }, index) => {
        const judge =
          "add" in step
            ? comparison.join(step.add)
            : comparison.departure("remove" in step ? step.remove : "");
        return around(callOf("ring", step), judge, index === 0);
      }),
    ),
  ];
}

export function collisionsLoseNobody(testCase: CrowdedCase): string[] {
  const { options, steps, changes, keys, isReversed } = testCase;
  const members = [...membersAfter([...steps, ...changes]).keys()];
  // Joined anew, a node stands last among the members, as it does in the check.
  const order = isReversed ? members.toReversed() : members.toSorted();
  const moves = changesOf(testCase);
  const takeOver = (node: string): string[] => [
    "const [first, second] = before[index] ?? [];",
    `if (first === ${text(node)} && second !== undefined) expect(after[0], keys[index]).toBe(second);`,
  ];
  return [
    ...beginning(options),
    ...(moves.length === 0 ? [] : completenessHelper(options)),
    ...callsOf("ring", steps),
    ...keysAndOwners(keys),
    ...withConst(
      moves.flatMap(({ step, members: now }, index) => [
        ...around(
          callOf("ring", step),
          "add" in step
            ? comparison.join(step.add)
            : "remove" in step
              ? [...takeOver(step.remove), ...comparison.departure(step.remove)]
              : [],
          index === 0,
        ),
        ...keys.map((key) => completeness(key, now.keys())),
      ]),
    ),
    "// The same members, joined in another order.",
    `const other = ${newRing(options)};`,
    ...order.map((name) => `other.add(${text(name)});`),
    "expect(keys.map((key) => [...other.get(key).nodes])).toEqual(ownersNow());",
  ];
}

// ── Traits ────────────────────────────────────────────────────────────────────────────────────

export function aNewWeightMovesTheMinimum(testCase: ReweighedCase): string[] {
  const { options, steps, changes, keys, by } = testCase;
  let members = membersAfter(steps);
  let isFirst = true;
  const lines = changesOf(testCase).flatMap(({ step, members: after }) => {
    const now = "add" in step ? members.get(step.add) : undefined;
    const zones = [...members.values(), step as { zone?: string }].some((each) => each.zone);
    members = after;
    const call = newTraits(step, by);
    if (!("add" in step) || now === undefined || zones) return [`${call};`];
    const node = text(step.add);
    const isHeavier = (step.weight ?? 1) > (now.weight ?? 1);
    const judged = [
      `const others = (list: string[] = []) => list.filter((node) => node !== ${node});`,
      "const was = before[index] ?? [];",
      "const length = Math.min(others(was).length, others(after).length);",
      "expect(others(after).slice(0, length), keys[index]).toEqual(others(was).slice(0, length));",
      `const place = (list: string[]) => (list.includes(${node}) ? list.indexOf(${node}) : Infinity);`,
      `expect(place(after), keys[index]).${isHeavier ? "toBeLessThanOrEqual" : "toBeGreaterThanOrEqual"}(place(was));`,
    ];
    const around_ = around(call, judged, isFirst);
    isFirst = false;
    return around_;
  });
  const last = [...membersAfter([...steps, ...changes])];
  return [
    ...beginning(options),
    ...callsOf("ring", steps),
    ...keysAndOwners(keys),
    ...withConst(lines),
    "// All joined with the traits that they have now.",
    `const twin = ${newRing(options)};`,
    ...last.map(([name, traits]) => `${callOf("twin", { add: name, ...traits })};`),
    "expect(ownersNow()).toEqual(keys.map((key) => [...twin.get(key).nodes]));",
  ];
}

function newTraits(step: Step, by: ReweighedCase["by"]): string {
  if (by === "add" || !("add" in step)) return callOf("ring", step);
  if (by === "apply") return callOf("ring", { apply: [step] });
  return traitsOf(step) === undefined ? `ring.add(${text(step.add)}, {})` : callOf("ring", step);
}

export function zonesMoveTheMinimum(testCase: MovingCase): string[] {
  const { options, steps, keys } = testCase;
  const judged = (node: string, isJoin: boolean): string[] => [
    "const was = before[index] ?? [];",
    `const [withNode, without] = ${isJoin ? "[after, was]" : "[was, after]"};`,
    `if (!withNode.includes(${text(node)})) expect(after, keys[index]).toEqual(was);`,
    `const gained = withNode.filter((node) => node !== ${text(node)} && !without.includes(node));`,
    "const lost = without.filter((node) => !withNode.includes(node));",
    "expect(gained, keys[index]).toEqual([]);",
    "expect(lost.length, `others that change for ${keys[index] ?? 0}`).toBeLessThanOrEqual(1);",
  ];
  return [
    ...beginning(options),
    ...callsOf("ring", steps),
    ...keysAndOwners(keys),
    ...withConst(
      changesOf(testCase).flatMap(({ step }, index) => {
        const isJoin = "add" in step;
        const node = isJoin ? step.add : "remove" in step ? step.remove : "";
        return around(callOf("ring", step), judged(node, isJoin), index === 0);
      }),
    ),
  ];
}

/** What is written once only is a constant. */
function withConst(lines: readonly string[]): string[] {
  const again = lines.filter((line) => line.startsWith("before = ")).length;
  return lines.map((line) =>
    again === 0 && line.startsWith("let before = ") ? line.replace("let", "const") : line,
  );
}
