/** A bad call as a test: refused, and without effect. */
import type { BadCallCase } from "../checks/bad-arguments-are-refused.ts";
import { badCalls } from "../bad-calls.ts";
import { lines, worldLines } from "./text.ts";

export function badCallAsTest({ call }: BadCallCase): string[] {
  const { code = "", throws = true } = badCalls.get(call) ?? {};
  const expected = 'toMatchObject({ code: "INVALID_ARGUMENT" })';
  return lines(
    ...worldLines(),
    "const store = createFlakyStore();",
    'const options = { store, prefix: "ledger/", clock, random: seededRandom(7) };',
    "const validator = validatorOn(store);",
    'await validator.commit({ transactions: [{ kind: "open", id: "o-ann", account: "ann" }] });',
    ...(code.includes("base") ? ["const base = await validator.readMetadata();"] : []),
    ...(code.includes("workers") ? ["const workers = createFlakyWorkers({ handlers: {} });"] : []),
    ...(code.startsWith("pool")
      ? [
          "const pool = createTaskPool({ inFlightMax: 1, queueLengthMax: 1, handlers: { double: (input) => input * 2 } });",
        ]
      : []),
    ...(code.includes("reader") ? ["const reader = { async *read() {} };"] : []),
    `// ${call}`,
    ...(throws
      ? [
          "let thrown;",
          "try {",
          `  ${code};`,
          "} catch (error) {",
          "  thrown = error;",
          "}",
          `expect(thrown).${expected};`,
        ]
      : [`await expect(${code}).rejects.${expected};`]),
    'const next = await validator.commit({ transactions: [{ kind: "open", id: "o-bob", account: "bob" }] });',
    "expect(next.version).toBe(2);",
  );
}
