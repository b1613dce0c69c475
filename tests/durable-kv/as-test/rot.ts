/**
 * A history whose disk rots: every byte that was synced two answered writes ago changes, one after the
 * other, and each time the store must refuse or answer as if nothing had happened.
 */
import type { TestBody } from "../../harness/learner-test.ts";
import { block, listText } from "../../harness/source-text.ts";
import type { Case } from "../../harness/key-value/case.ts";
import { isWrite } from "../../harness/key-value/history.ts";
import { keysOf, type Operation } from "../../harness/key-value/workload.ts";
import { callText, openHelper, writtenExpression } from "../../harness/key-value/as-test/text.ts";
import { words } from "./words.ts";

export interface RottenHistory {
  operations: Operation[];
  options: NonNullable<Case["options"]>;
  sectorBytes: number;
}

/** Answered writes that prove what came before them to have been synced. */
const laterWrites = 2;

export function historyThatRots({ operations, options, sectorBytes }: RottenHistory): TestBody {
  const names = keysOf([operations]);
  const proofs = operations.filter(isWrite).slice(-laterWrites);
  const start = operations.indexOf(proofs[0] ?? { kind: "compact" });
  const before = start === -1 ? operations : operations.slice(0, start);
  const step = (operation: Operation): string => `await ${callText(words, "store", operation)};`;
  const right = names.map((name) => {
    const last = operations.filter(isWrite).findLast(({ key }) => key === name);
    return `${JSON.stringify(name)}: ${last === undefined ? "undefined" : writtenExpression(last)}`;
  });
  const judge = [
    `const rotten = disk.kill(); // a copy each time, for the disk is dead after the first`,
    `rotten.rot(path, position, damage);`,
    "const where = `${JSON.stringify(damage)} at ${position} of ${path}`;",
    `const answer = await answersOf(rotten).catch((error: unknown) => ({ error }));`,
    ...block(
      `if ("error" in answer) {`,
      [
        `expect(answer.error, where).toMatchObject({`,
        `  code: "CORRUPTION",`,
        `  file: expect.stringContaining(path) as string,`,
        `  offset: expect.any(Number) as number,`,
        `});`,
        `const { offset } = answer.error as { offset: number };`,
        `expect(offset, where).toBeLessThanOrEqual(position);`,
      ],
      `} else expect(answer.values, where).toEqual({ ${right.join(", ")} });`,
    ),
  ];
  return {
    lines: [
      ...openHelper(words, { options }),
      "",
      `const disk = createCrashDisk({ sectorBytes: ${sectorBytes} });`,
      `const store = await open(disk);`,
      ...before.map(step),
      `const synced = disk.synced();`,
      ...operations.slice(before.length).map(step),
      `// ${proofs.length} later writes are answered: the log itself proves that what was synced before them was synced.`,
      "",
      ...block(
        `const answersOf = async (rotten: crashDisk.CrashDisk) => {`,
        [
          `const reopened = await open(rotten);`,
          `const values: Record<string, string | undefined> = {};`,
          `for (const name of ${listText(names)}) values[name] = text(await reopened.get(bytes(name)));`,
          `return { values };`,
        ],
        "};",
      ),
      "",
      ...block(`for (const [path, before] of synced) {`, [
        `const now = disk.synced().get(path) ?? bytes(""); // what has not changed since`,
        `let end = 0;`,
        `while (end < before.length && before[end] === now[end]) end++;`,
        `const stride = Math.ceil(end / 500);`,
        ...block(`for (let position = 0; position < end; position += stride) {`, [
          `const sector = Math.min(${sectorBytes}, end - position);`,
          ...block(
            `const damages: crashDisk.Rot[] = [`,
            [
              `{ into: "a flipped bit" },`,
              `{ into: "zeros", bytes: sector },`,
              `{ into: "garbage", bytes: sector },`,
            ],
            "];",
          ),
          ...block(`for (const damage of damages) {`, judge),
        ]),
      ]),
    ],
    timeoutMs: 30_000,
  };
}
