/**
 * The history of one client: its calls one after the other, each crashed at every moment.
 *
 *     await crashing(() => store.put("a", "1:x"), "a", "1:x");
 */
import type { TestBody } from "../../learner-test.ts";
import { block, listText } from "../../source-text.ts";
import type { Case } from "../case.ts";
import { isWrite } from "../history.ts";
import type { Hunt } from "../hunt.ts";
import { keysOf, type Operation } from "../workload.ts";
import { afterlife, beginsWithKill, needsCheck, phasesOf } from "./afterlife.ts";
import {
  callText,
  diskText,
  openAnewHelper,
  openHelper,
  type StoreWords,
  writtenExpression,
} from "./text.ts";

export function historyOfOneClient(words: StoreWords, hunt: Hunt, testCase: Case): TestBody {
  const { clients, second = [], closes } = testCase;
  const operations = [
    ...(clients[0] ?? []),
    ...(closes === true ? [{ kind: "close" } as const] : []),
  ];
  const phases = phasesOf(hunt, testCase);
  const isLiveOnly = phases.every((phase) => phase === "live");
  const isFaulty = Object.keys(testCase.faults ?? {}).length > 0;
  const shownBefore = [
    ...openHelper(words, testCase),
    ...(hunt.killsOnly === true && !isLiveOnly ? openAnewHelper(words, testCase) : []),
    "",
    `const disk = createCrashDisk(${diskText(hunt, testCase)});`,
    `const kept = new Map<string, string | undefined>(); // by key, what was answered`,
    ...(isFaulty
      ? [`const openWrites: { key: string; value: string | undefined }[] = []; // rejected`]
      : []),
  ];
  if (isLiveOnly && !isFaulty) {
    return {
      lines: [
        ...shownBefore,
        "",
        `const store = await open(disk);`,
        ...operations.flatMap((operation) => liveStep(words, operation)),
      ],
    };
  }
  const names = keysOf([operations, second]);
  return {
    lines: [
      ...shownBefore,
      `const names: string[] = ${listText(names)};`,
      ...crashingHelper(words, hunt, testCase, isFaulty),
      "",
      `let store!: Awaited<ReturnType<typeof open>>;`,
      ...block(`await crashing(async () => {`, [`store = await open(disk);`], `});`),
      // A store that could not be opened is as good as one that was never used.
      ...(isFaulty ? [`if (rejected) return; // an open may reject when the disk fails`] : []),
      ...operations.flatMap((operation) => crashingStep(words, operation, isFaulty)),
    ],
    timeoutMs: 30_000,
  };
}

function liveStep(words: StoreWords, operation: Operation): string[] {
  if (operation.key !== undefined && operation.kind === "get")
    return [readStep(words, operation.key)];
  const after = isWrite(operation)
    ? [`kept.set(${JSON.stringify(operation.key)}, ${writtenExpression(operation)});`]
    : [];
  return [`await ${callText(words, "store", operation)};`, ...after];
}

function crashingStep(words: StoreWords, operation: Operation, isFaulty: boolean): string[] {
  if (operation.key !== undefined && operation.kind === "get")
    return isFaulty
      ? [`await reading(${JSON.stringify(operation.key)});`]
      : [readStep(words, operation.key)];
  const target = isWrite(operation)
    ? `, ${JSON.stringify(operation.key)}, ${writtenExpression(operation)}`
    : "";
  return [`await crashing(() => ${callText(words, "store", operation)}${target});`];
}

function readStep(words: StoreWords, key: string): string {
  const name = JSON.stringify(key);
  const answer = words.text(`await store.get(${words.data(name)})`);
  return `expect(${answer}).toBe(kept.get(${name}));`;
}

/** `crashing`: does something, and looks at every disk that a crash in the middle of it may leave. */
function crashingHelper(
  words: StoreWords,
  hunt: Hunt,
  testCase: Case,
  isFaulty: boolean,
): string[] {
  const phases = phasesOf(hunt, testCase);
  const isKill = beginsWithKill(hunt, phases);
  const crashes = isKill ? "killsDuring" : "powerCutsDuring";
  const reads = testCase.clients.flat().some(({ kind }) => kind === "get");
  const reopen = hunt.killsOnly === true ? "openAnew" : "open";
  const possible = [
    `/** What a key may show now: what was answered, or a write that was cut off${isFaulty ? " or rejected" : ""}. */`,
    ...block(
      `const possible = (name: string) => {`,
      [
        ...(isFaulty
          ? [
              `const rejectedWrites = openWrites.filter((write) => write.key === name).map((write) => write.value);`,
            ]
          : []),
        `if (name !== key) return [kept.get(name)${isFaulty ? ", ...rejectedWrites" : ""}];`,
        isFaulty
          ? `return answered && !rejected ? [value, ...rejectedWrites] : [kept.get(name), value, ...rejectedWrites];`
          : `return answered ? [value] : [kept.get(name), value];`,
      ],
      "};",
    ),
    ...block(
      `const check = async (left: crashDisk.CrashDisk, what: string) => {`,
      [
        `const reopened = await ${reopen}(left);`,
        ...block(`for (const name of names) {`, [
          `const shown = ${words.shown("reopened", "name")};`,
          "expect(possible(name), `${name}, after ${what}`).toContain(shown);",
        ]),
      ],
      "};",
    ),
  ];
  const after = afterlife(words, hunt, testCase, phases);
  const looks = needsCheck(phases);
  const taken = looks ? "disk: after, losses, answered" : "disk: after, losses";
  const loop =
    after.length === 0
      ? []
      : block(`for (const { ${taken} } of crashes) {`, [...(looks ? possible : []), ...after]);
  const attempt = `await action().catch(() => (rejected = true)); // the disk fails: a call may reject`;
  const act = !isFaulty
    ? [`const crashes = await disk.${crashes}(action);`]
    : loop.length === 0
      ? [attempt]
      : block(`const crashes = await disk.${crashes}(async () => {`, [attempt], `});`);
  const remember = isFaulty
    ? [
        `if (key === undefined) return;`,
        `if (rejected) openWrites.push({ key, value });`,
        `else kept.set(key, value);`,
      ]
    : [`if (key !== undefined) kept.set(key, value);`];
  return [
    ...(isFaulty ? [`let rejected = false;`] : []),
    "",
    `/** Does something, and looks at every disk that a ${isKill ? "kill" : "power cut"} in the middle of it may leave. */`,
    ...block(
      `const crashing = async (action: () => Promise<unknown>, key?: string, value?: string) => {`,
      [...(isFaulty ? [`rejected = false;`] : []), ...act, ...loop, ...remember],
      "};",
    ),
    ...(isFaulty && reads ? readingHelper(words) : []),
  ];
}

/** A read may reject once the disk has failed; what it shows is safe from then on. */
function readingHelper(words: StoreWords): string[] {
  return [
    "",
    `/** A get may reject once the disk has failed; what it shows is safe from then on. */`,
    ...block(
      `const reading = async (key: string) => {`,
      [
        `const answer = await store.get(${words.data("key")}).then((value) => ({ shown: ${words.text("value")} }), () => undefined);`,
        `if (answer === undefined) return;`,
        `const rejectedWrites = openWrites.filter((write) => write.key === key).map((write) => write.value);`,
        `expect([kept.get(key), ...rejectedWrites], key).toContain(answer.shown);`,
        `kept.set(key, answer.shown);`,
      ],
      "};",
    ),
  ];
}
