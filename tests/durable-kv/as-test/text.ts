/**
 * Pieces of the text of a test: lines without their outer indentation, names, values, calls.
 */
import type { Case } from "../case.ts";
import { type Operation, valueText } from "../workload.ts";

export interface TestBody {
  lines: string[];
  /** For tests that try much; without it, what vitest allows. */
  timeoutMs?: number;
}

/** A module that a test may import, and what it uses of it. */
export interface Imports {
  module: string;
  namespace: string;
  names: readonly string[];
}

export const imported: readonly Imports[] = [
  { module: "vitest", namespace: "vitest", names: ["expect", "vi"] },
  { module: "#platform/testing/crash-disk.ts", namespace: "crashDisk", names: ["createCrashDisk"] },
  {
    module: "#platform/testing/interleave.ts",
    namespace: "interleave",
    names: ["tryInterleavings"],
  },
  { module: "#platform/testing/gates.ts", namespace: "gates", names: ["stillness"] },
  { module: "#platform/random.ts", namespace: "random", names: ["seededRandom"] },
  { module: "./durable-kv.ts", namespace: "subject", names: ["openDurableKv"] },
];

export function indented(lines: readonly string[], levels = 1): string[] {
  return lines.map((line) => (line === "" ? "" : "  ".repeat(levels) + line));
}

/** Lines around others, which go one level in. */
export function block(opening: string, inside: readonly string[], closing = "}"): string[] {
  return [opening, ...indented(inside), closing];
}

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
  if (operation.kind === "put") return valueExpression(operation.value, operation.size);
  return operation.kind === "put-text" ? JSON.stringify(operation.text) : "undefined";
}

/** The call of an operation on a store. */
export function callText(store: string, operation: Operation): string {
  if (!("key" in operation)) return `${store}.${operation.kind}()`;
  const key = `bytes(${JSON.stringify(operation.key)})`;
  if (operation.kind === "get" || operation.kind === "delete")
    return `${store}.${operation.kind}(${key})`;
  return `${store}.put(${key}, bytes(${writtenExpression(operation)}))`;
}

/** Properties whose values are expressions; `{ disk: "disk" }` becomes `{ disk }`. */
export function objectText(properties: Readonly<Record<string, string>>): string {
  const parts = Object.entries(properties).map(([name, value]) =>
    name === value ? name : `${name}: ${value}`,
  );
  return parts.length === 0 ? "{}" : `{ ${parts.join(", ")} }`;
}

export function literals(values: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]: [string, unknown]) => [
      name,
      typeof value === "object" && value !== null
        ? objectText(literals(value))
        : JSON.stringify(value),
    ]),
  );
}

export function listText(items: readonly string[]): string {
  return `[${items.map((item) => JSON.stringify(item)).join(", ")}]`;
}
