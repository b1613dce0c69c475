/**
 * What a test does with each disk that a crash has left, by the phase in which the promise broke.
 *
 * The lines stand where these are known: `after`, the disk; `losses`, what it lacks in words; `names`, the
 * keys; `open`; and `check(disk, what)`, which reopens a disk and expects what the first
 * life allows.
 */
import type { Phase } from "../../check.ts";
import { block } from "../../source-text.ts";
import type { Case } from "../case.ts";
import { isWrite } from "../history.ts";
import type { Hunt } from "../hunt.ts";
import type { Operation } from "../workload.ts";
import { callText, type StoreWords, writtenExpression } from "./text.ts";

/** Recoveries with a failing call are tried with so many calls failing. */
const failCallsMax = 24;

/** The phases that this case is about. */
export function phasesOf(hunt: Hunt, testCase: Case): readonly Phase[] {
  return testCase.phases ?? hunt.phases;
}

/** Whether the first crash is a kill: everything that settled is there. */
export function beginsWithKill(hunt: Hunt, phases: readonly Phase[]): boolean {
  return (
    hunt.killsOnly === true ||
    hunt.killsBeforeRecovery === true ||
    (phases.length === 1 && phases[0] === "kill, then power cut")
  );
}

/** Whether any of the phases asks for what the first life allows. */
export function needsCheck(phases: readonly Phase[]): boolean {
  return phases.includes("crash") || phases.includes("crash in recovery");
}

export function afterlife(
  words: StoreWords,
  hunt: Hunt,
  testCase: Case,
  phases: readonly Phase[],
): string[] {
  const crashes = phases.filter((phase) => phase !== "live");
  const [only] = crashes;
  if (crashes.length === 1 && only !== undefined) return linesOf(words, only, hunt, testCase);
  return crashes.flatMap((phase) => block(`{ // ${phase}`, linesOf(words, phase, hunt, testCase)));
}

/** A disk that no life has opened yet can be killed as often as copies of it are wanted. */
function linesOf(words: StoreWords, phase: Phase, hunt: Hunt, testCase: Case): string[] {
  const operations = testCase.second ?? [];
  switch (phase) {
    case "live":
      return [];
    case "crash":
      return [`await check(after.kill(), losses);`];
    case "crash in recovery":
      return [
        ...crashesInRecovery(),
        ...(hunt.errorsInRecovery === true ? errorsInRecovery() : []),
      ];
    case "second life":
      return secondLife(words, operations);
    case "second crash":
      return secondCrash(words, operations);
    case "kill, then power cut":
      return cutWithNothingWritten(words);
  }
}

function crashesInRecovery(): string[] {
  const inside = (crashes: string, disk: string): string[] => [
    `const ${disk} = after.kill();`,
    ...block(
      `for (const { disk: left, losses: more } of await ${disk}.${crashes}(() => open(${disk}))) {`,
      ["await check(left, `${losses}, then in the recovery: ${more}`);"],
    ),
  ];
  return [...inside("powerCutsDuring", "cutOff"), ...inside("killsDuring", "killed")];
}

function errorsInRecovery(): string[] {
  return block(`for (let failCall = 0; failCall < ${failCallsMax}; failCall++) {`, [
    `const failing = after.kill();`,
    `failing.faults = { failCall };`,
    `await open(failing).catch(() => undefined); // it may reject, and must lose nothing`,
    `if (!failing.faulted) break;`,
    "await check(failing.kill(), `${losses}, then call ${failCall} of the recovery fails`);",
  ]);
}

/** What the recovery shows is where the second history begins. */
function recovered(words: StoreWords): string[] {
  return [
    `const again = after.kill();`,
    `const second = await open(again);`,
    `const shown = new Map<string, string | undefined>();`,
    `for (const name of names) shown.set(name, ${words.shown("second", "name")});`,
  ];
}

function showsTheSame(words: StoreWords, disk: string, what: string): string[] {
  return [
    `const third = await open(${disk});`,
    ...block(`for (const name of names) {`, [
      `expect(${words.shown("third", "name")}, \`\${name}, after \${losses}${what}\`).toBe(shown.get(name));`,
    ]),
  ];
}

function secondLife(words: StoreWords, operations: readonly Operation[]): string[] {
  return [
    ...recovered(words),
    ...operations.flatMap((operation) => [
      `await ${callText(words, "second", operation)};`,
      ...(isWrite(operation)
        ? [`shown.set(${JSON.stringify(operation.key)}, ${writtenExpression(operation)});`]
        : []),
    ]),
    ...showsTheSame(words, "again.kill()", ""),
  ];
}

function secondCrash(words: StoreWords, operations: readonly Operation[]): string[] {
  const rewriting = [
    ...block(
      `for (const { disk: left, losses: more, answered } of await again.powerCutsDuring(call)) {`,
      [
        `const third = await open(left);`,
        ...block(`for (const name of names) {`, [
          `const before = shown.get(name);`,
          `const possible = name !== key ? [before] : answered ? [value] : [before, value];`,
          "expect(possible, `${name}, after ${losses}, then ${more}`).toContain(",
          `  ${words.shown("third", "name")},`,
          `);`,
        ]),
      ],
    ),
    `if (key !== undefined) shown.set(key, value);`,
  ];
  return [
    ...recovered(words),
    ...block(
      `const crashingAgain = async (call: () => Promise<unknown>, key?: string, value?: string) => {`,
      rewriting,
      "};",
    ),
    ...operations.map((operation) => {
      const target = isWrite(operation)
        ? `, ${JSON.stringify(operation.key)}, ${writtenExpression(operation)}`
        : "";
      return `await crashingAgain(() => ${callText(words, "second", operation)}${target});`;
    }),
    ...(operations.length === 0 ? [`await crashingAgain(async () => undefined);`] : []),
  ];
}

function cutWithNothingWritten(words: StoreWords): string[] {
  return [
    ...recovered(words),
    ...block(
      `for (const { disk: left, losses: more } of again.powerCuts()) {`,
      showsTheSame(words, "left", ", then ${more}"),
    ),
  ];
}
