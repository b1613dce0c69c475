/**
 * Pieces of the text of a test of a store: what it says first, values, calls.
 */
import { block, literals, objectText } from "../../source-text.ts";
import type { Case } from "../case.ts";
import { type Operation, type Unkeyed, valueText } from "../workload.ts";

/** How the stores of a kata are written in a test. */
export interface StoreWords {
  /** The function that opens one: "openStore". */
  readonly factory: string;
  /** The learner's file, beside the test: "./a-kata.ts". */
  readonly file: string;
  /** A key or a value as the store takes it, from an expression of a string. */
  data(expression: string): string;
  /** A value as a string, or undefined, from an expression of what a get has answered. */
  text(expression: string): string;
  /** What a key shows after a crash, as an expression: a string or undefined. */
  shown(store: string, key: string): string;
  /** A call that only the stores of this kata have. */
  ownCall(store: string, operation: Unkeyed): string;
  /** The same where what it shows is recorded as reads, among clients that overlap. */
  ownReads?(operation: Unkeyed): RecordedReads | undefined;
}

/** A call that reads, and the helper that makes it and records what it saw. */
export interface RecordedReads {
  readonly call: string;
  readonly helper: readonly string[];
}

// ── What every test says first ────────────────────────────────────────────────────────────────

/** `open`, which opens the store of a disk; every life gets the same options. */
export function openHelper(
  { factory }: StoreWords,
  { options = {}, recoveryFaults }: Pick<Case, "options" | "recoveryFaults">,
): string[] {
  const call = `${factory}(${objectText({ disk: "disk", directory: `"store"`, ...literals(options) })})`;
  if (recoveryFaults === undefined) return [`const open = (disk: crashDisk.CrashDisk) => ${call};`];
  return block(
    `const open = (disk: crashDisk.CrashDisk) => {`,
    [`disk.faults = ${objectText(literals(recoveryFaults))};`, `return ${call};`],
    "};",
  );
}

/** Later lives are lived by a freshly loaded module, as after the end of a process. */
export function openAnewHelper(
  { factory, file }: StoreWords,
  { options = {} }: Pick<Case, "options">,
): string[] {
  const given = objectText({ disk: "disk", directory: `"store"`, ...literals(options) });
  return [
    `/** As a new process does: what was kept in module variables is gone. */`,
    ...block(
      `const openAnew = async (disk: crashDisk.CrashDisk) => {`,
      [
        `vi.resetModules();`,
        `const loaded = await import("${file}");`,
        `return loaded.${factory}(${given});`,
      ],
      "};",
    ),
  ];
}

export function diskText(
  hunt: { names: "core" | "strict" },
  testCase: Pick<Case, "sectorBytes" | "faults">,
): string {
  const { sectorBytes, faults = {} } = testCase;
  const isFaulty = Object.keys(faults).length > 0;
  return objectText({
    sectorBytes: String(sectorBytes),
    ...(hunt.names === "strict" ? { names: `"strict"` } : {}),
    ...(isFaulty ? { faults: objectText(literals(faults)) } : {}),
  });
}

// ── Values and calls ──────────────────────────────────────────────────────────────────────────

const valueLengthShown = 40;

/** The value of a put as an expression: long ones say what they begin with and how long they are. */
export function valueExpression(value: number, size: number): string {
  const text = valueText(value, size);
  if (text.length <= valueLengthShown) return JSON.stringify(text);
  const start = text.slice(0, 12);
  return `${JSON.stringify(start)}.padEnd(${text.length}, ${JSON.stringify(start.slice(start.indexOf(":") + 1))})`;
}

/** What a write leaves under its key, as an expression. */
export function writtenExpression(operation: Operation): string {
  if (operation.key === undefined) return "undefined";
  if (operation.kind === "put") return valueExpression(operation.value, operation.size);
  return operation.kind === "put-text" ? JSON.stringify(operation.text) : "undefined";
}

/** The call of an operation on a store. */
export function callText(words: StoreWords, store: string, operation: Operation): string {
  if (operation.key === undefined)
    return operation.kind === "close" ? `${store}.close()` : words.ownCall(store, operation);
  const key = words.data(JSON.stringify(operation.key));
  if (operation.kind === "get" || operation.kind === "delete")
    return `${store}.${operation.kind}(${key})`;
  return `${store}.put(${key}, ${words.data(writtenExpression(operation))})`;
}
