/**
 * A history whose disk is damaged: bytes that were synced two flushes and two writes ago change, one spot after the
 * other, and each time the tree must refuse or answer as if nothing had happened.
 */
import { callText, openHelper } from "../../harness/key-value/as-test/text.ts";
import { isWrite, written } from "../../harness/key-value/history.ts";
import { keysOf } from "../../harness/key-value/workload.ts";
import type { TestBody } from "../../harness/learner-test.ts";
import { block, listText } from "../../harness/source-text.ts";
import { type DamageCase, laterFlushes, runBytes } from "../checks/damage-is-refused.ts";
import { Model } from "../model.ts";
import { words } from "./words.ts";

export function historyWithDamage({ operations, options }: DamageCase): TestBody {
  const flushes = operations.flatMap(({ kind }, index) => (kind === "flush" ? [index] : []));
  const proving = flushes.at(-1 - laterFlushes) ?? -1;
  const lines = operations.map((one) => `await ${callText(words, "tree", one)};`);
  const expected = new Model();
  for (const one of operations) if (isWrite(one)) expected.set(one.key, written(one));
  const names = [...keysOf([operations]), "absent"];
  return {
    lines: [
      ...openHelper(words, { options }),
      "",
      `const disk = createCrashDisk();`,
      `const tree = await open(disk);`,
      ...lines.slice(0, proving + 1),
      `const synced = disk.synced();`,
      ...lines.slice(proving + 1),
      `// ${laterFlushes} later flushes and two later writes are answered: what was synced before them was synced.`,
      `await tree.close();`,
      `const expected = new Map<string, string>(${JSON.stringify(expected.range())});`,
      "",
      `/** Opens the tree and reads all of it; whatever rejects has the code and names the file. */`,
      ...block(
        `const judge = async (damaged: crashDisk.CrashDisk, path: string, where: string) => {`,
        [
          `const refused = { code: "CORRUPTION", file: expect.stringContaining(path) as string };`,
          `const reopened = await open(damaged).catch((error: unknown) => {`,
          `  expect(error, where).toMatchObject(refused);`,
          `});`,
          `if (reopened === undefined) return;`,
          ...block(`for (const key of ${listText(names)}) {`, [
            `const answer = await reopened.get(key).then((value) => ({ value }), (error: unknown) => ({ error }));`,
            `if ("error" in answer) expect(answer.error, where).toMatchObject(refused);`,
            "else expect(answer.value, `get ${key}, ${where}`).toBe(expected.get(key));",
          ]),
          `const entries: (readonly [string, string])[] = [];`,
          `let refusal: unknown;`,
          `try {`,
          `  for await (const entry of reopened.range()) entries.push(entry);`,
          `} catch (error) {`,
          `  refusal = error;`,
          `}`,
          `if (refusal !== undefined) expect(refusal, where).toMatchObject(refused);`,
          "else expect(entries.length, `range, ${where}`).toBe(expected.size);",
          "expect(entries, `range, ${where}`).toEqual([...expected].slice(0, entries.length));",
        ],
        "};",
      ),
      "",
      ...block(`for (const [path, before] of synced) {`, [
        `const now = disk.synced().get(path) ?? new Uint8Array(0); // what has not changed since`,
        `let end = 0;`,
        `while (end < before.length && before[end] === now[end]) end++;`,
        `const stride = Math.ceil(end / 300);`,
        ...block(`for (let position = 0; position < end; position += stride) {`, [
          `const bytes = Math.min(${runBytes}, end - position);`,
          ...block(
            `const damages: crashDisk.Rot[] = [`,
            [
              `{ into: "a flipped bit" },`,
              `{ into: "zeros", bytes },`,
              `{ into: "garbage", bytes },`,
            ],
            "];",
          ),
          ...block(`for (const damage of damages) {`, [
            `const damaged = disk.kill(); // a copy each time, for the disk is dead after the first`,
            `damaged.rot(path, position, damage);`,
            "await judge(damaged, path, `${JSON.stringify(damage)} at ${position} of ${path}`);",
          ]),
        ]),
      ]),
    ],
    timeoutMs: 30_000,
  };
}
