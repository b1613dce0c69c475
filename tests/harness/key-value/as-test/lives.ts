/**
 * A history of many lives on one disk: each recovers, is read, writes a little, and ends at a moment that
 * is drawn. The moments differ from code to code, so many draws are tried.
 */
import type { TestBody } from "../../learner-test.ts";
import { block, listText } from "../../source-text.ts";
import type { LivesCase, LivesPlan } from "../lives.ts";
import { keysOf, type Operation } from "../workload.ts";
import {
  diskText,
  openAnewHelper,
  openHelper,
  type StoreWords,
  writtenExpression,
} from "./text.ts";

const draws = 60;

export function manyLives(words: StoreWords, plan: LivesPlan, testCase: LivesCase): TestBody {
  const { lives, options } = testCase;
  const isAnew = plan.crash === "kill";
  const kinds = lives.flat().flatMap(({ key, kind }) => (key === undefined ? [kind] : []));
  const names = [...new Set(kinds)].map((kind) => JSON.stringify(kind));
  const own = names.length === 0 ? "" : `; own?: ${names.join(" | ")}`;
  return {
    lines: [
      ...(isAnew ? openAnewHelper(words, { options }) : openHelper(words, { options })),
      `const names: string[] = ${listText(keysOf(lives))};`,
      "",
      `// What is done in each life. A file stands for a value that is a copy of one of the store's own files.`,
      ...block(
        `const lives: { key?: string; value?: string | undefined; file?: number${own} }[][] = [`,
        lives.flatMap((life) =>
          life.length === 0 ? ["[],"] : block("[", life.map(stepText), "],"),
        ),
        "];",
      ),
      "",
      ...block(
        `for (let draw = 1; draw <= ${draws}; draw++) {`,
        oneDraw(words, plan, testCase, { open: isAnew ? "openAnew" : "open", hasOwn: own !== "" }),
      ),
    ],
    timeoutMs: 60_000,
  };
}

function stepText(operation: Operation): string {
  if (operation.key === undefined) return `{ own: ${JSON.stringify(operation.kind)} },`;
  const name = `key: ${JSON.stringify(operation.key)}`;
  if (operation.kind === "copy") return `{ ${name}, file: ${operation.file} },`;
  return `{ ${name}, value: ${writtenExpression(operation)} },`;
}

function oneDraw(
  words: StoreWords,
  plan: LivesPlan,
  testCase: LivesCase,
  { open, hasOwn }: { open: string; hasOwn: boolean },
): string[] {
  const perform = [
    `const copied = [...disk.synced().values()].at(file ?? 0) ?? new Uint8Array(0);`,
    `const stored = file === undefined ? value : new TextDecoder().decode(copied.slice(0, 4096));`,
    ...block(
      `await living(async () => {`,
      [
        ...(hasOwn ? [`if (own !== undefined) await store[own]();`] : []),
        `if (key === undefined) return;`,
        `if (stored === undefined) await store.delete(${words.data("key")});`,
        `else await store.put(${words.data("key")}, ${words.data("stored")});`,
      ],
      `}, key, stored);`,
    ),
  ];
  return [
    `const random = seededRandom(draw);`,
    `let disk = createCrashDisk(${diskText(plan, testCase)});`,
    `let possible = (_name: string): (string | undefined)[] => [undefined];`,
    `let story = \`draw \${draw}\`;`,
    ...block(`for (const [life, steps] of lives.entries()) {`, [
      `const endings: { left: crashDisk.CrashDisk; losses: string; possible: typeof possible }[] = [];`,
      `const kept = new Map<string, string | undefined>();`,
      `let store!: Awaited<ReturnType<typeof ${open}>>;`,
      ...block(
        `const living = async (action: () => Promise<unknown>, key?: string, value?: string) => {`,
        [
          ...block(
            `for (const { disk: left, losses, answered } of await disk.${crashesOf(plan)}(action)) {`,
            [
              `const before = new Map(kept);`,
              `const possibleThen = (name: string) =>`,
              `  name !== key ? [before.get(name)] : answered ? [value] : [before.get(name), value];`,
              `endings.push({ left, losses, possible: possibleThen });`,
            ],
          ),
          `if (key !== undefined) kept.set(key, value);`,
        ],
        "};",
      ),
      "",
      `store = await ${open}(disk);`,
      ...block(`for (const name of names) {`, [
        `const shown = ${words.shown("store", "name")};`,
        "expect(possible(name), `${name} in life ${life + 1}: ${story}`).toContain(shown);",
        `kept.set(name, shown);`,
      ]),
      `await living(async () => undefined);`,
      ...block(`for (const { key, value, file${hasOwn ? ", own" : ""} } of steps) {`, perform),
      ...(plan.crash === "alternating"
        ? [
            `const last = { left: disk.kill(), losses: "a kill", possible: (name: string) => [kept.get(name)] };`,
            `const isCut = life % 2 === 0 && random.below(2) === 0;`,
            `const ending = isCut ? (endings[random.below(endings.length)] ?? last) : last;`,
          ]
        : [
            `const isLast = random.below(2) === 0;`,
            `const ending = endings.at(isLast ? -1 : random.below(endings.length));`,
            `if (ending === undefined) break;`,
          ]),
      "disk = ending.left;",
      "possible = ending.possible;",
      "story += `, then ${ending.losses}`;",
    ]),
  ];
}

function crashesOf(plan: LivesPlan): string {
  return plan.crash === "kill" ? "killsDuring" : "powerCutsDuring";
}
