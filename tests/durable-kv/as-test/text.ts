/**
 * Pieces of the text of a test of a store: what it says first, values, calls.
 */
import { block, literals, objectText } from "../../harness/source-text.ts";
import type { Case } from "../../harness/key-value/case.ts";
import { type Operation, valueText } from "../../harness/key-value/workload.ts";

// ── What every test says first ────────────────────────────────────────────────────────────────

/** `bytes` and `text`, where the lines use them. */
export function conversionsFor(lines: readonly string[]): string[] {
  const uses = (name: string): boolean => lines.some((line) => line.includes(`${name}(`));
  return [
    ...(uses("bytes") ? [`const bytes = (text: string) => new TextEncoder().encode(text);`] : []),
    ...(uses("text")
      ? [
          `const text = (value: Uint8Array | undefined) =>`,
          `  value === undefined ? undefined : new TextDecoder().decode(value);`,
        ]
      : []),
  ];
}

/** `open`, which opens the store of a disk; every life gets the same options. */
export function openHelper({
  options = {},
  recoveryFaults,
}: Pick<Case, "options" | "recoveryFaults">): string[] {
  const call = `openDurableKv(${objectText({ disk: "disk", directory: `"store"`, ...literals(options) })})`;
  if (recoveryFaults === undefined) return [`const open = (disk: crashDisk.CrashDisk) => ${call};`];
  return block(
    `const open = (disk: crashDisk.CrashDisk) => {`,
    [`disk.faults = ${objectText(literals(recoveryFaults))};`, `return ${call};`],
    "};",
  );
}

/** Later lives are lived by a freshly loaded module, as after the end of a process. */
export function openAnewHelper({ options = {} }: Pick<Case, "options">): string[] {
  const given = objectText({ disk: "disk", directory: `"store"`, ...literals(options) });
  return [
    `/** As a new process does: what was kept in module variables is gone. */`,
    ...block(
      `const openAnew = async (disk: crashDisk.CrashDisk) => {`,
      [
        `vi.resetModules();`,
        `const loaded = await import("./durable-kv.ts");`,
        `return loaded.openDurableKv(${given});`,
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
export function callText(store: string, operation: Operation): string {
  if (operation.key === undefined) return `${store}.${operation.kind}()`;
  const key = `bytes(${JSON.stringify(operation.key)})`;
  if (operation.kind === "get" || operation.kind === "delete")
    return `${store}.${operation.kind}(${key})`;
  return `${store}.put(${key}, bytes(${writtenExpression(operation)}))`;
}
