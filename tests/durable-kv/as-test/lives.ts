/**
 * A history of many lives on one disk: each recovers, is read, writes a little, and ends at a moment that
 * is drawn. The moments differ from code to code, so many draws are tried.
 */
import type { TestBody } from "../../harness/learner-test.ts";
import { block, listText } from "../../harness/source-text.ts";
import type { LivesCase, LivesPlan } from "../../harness/key-value/lives.ts";
import { keysOf, type Operation } from "../../harness/key-value/workload.ts";
import { diskText, openAnewHelper, openHelper, writtenExpression } from "./text.ts";

const draws = 60;

export function manyLives(plan: LivesPlan, testCase: LivesCase): TestBody {
  const { lives, options } = testCase;
  const isAnew = plan.crash === "kill";
  return {
    lines: [
      ...(isAnew ? openAnewHelper({ options }) : openHelper({ options })),
      `const names: string[] = ${listText(keysOf(lives))};`,
      "",
      `// What is done in each life. A file stands for a value that is a copy of one of the store's own files.`,
      ...block(
        `const lives: { key?: string; value?: string | undefined; file?: number }[][] = [`,
        lives.flatMap((life) =>
          life.length === 0 ? ["[],"] : block("[", life.map(stepText), "],"),
        ),
        "];",
      ),
      "",
      ...block(
        `for (let draw = 1; draw <= ${draws}; draw++) {`,
        oneDraw(plan, testCase, isAnew ? "openAnew" : "open"),
      ),
    ],
    timeoutMs: 60_000,
  };
}

function stepText(operation: Operation): string {
  if (operation.key === undefined) return `{}, // ${operation.kind}`;
  const name = `key: ${JSON.stringify(operation.key)}`;
  if (operation.kind === "copy") return `{ ${name}, file: ${operation.file} },`;
  return `{ ${name}, value: ${writtenExpression(operation)} },`;
}

function oneDraw(plan: LivesPlan, testCase: LivesCase, open: string): string[] {
  const perform = [
    `const copied = [...disk.synced().values()].at(file ?? 0) ?? bytes("");`,
    `const stored = file === undefined ? value : text(copied.slice(0, 4096));`,
    ...block(
      `await living(async () => {`,
      [
        `if (key === undefined) await store.compact();`,
        `else if (stored === undefined) await store.delete(bytes(key));`,
        `else await store.put(bytes(key), bytes(stored));`,
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
        `const shown = text(await store.get(bytes(name)));`,
        "expect(possible(name), `${name} in life ${life + 1}: ${story}`).toContain(shown);",
        `kept.set(name, shown);`,
      ]),
      `await living(async () => undefined);`,
      ...block(`for (const { key, value, file } of steps) {`, perform),
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
