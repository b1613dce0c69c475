/** A log that rots, as a kept test: every bit of what must have been synced, one after the other. */
import { block } from "../../harness/source-text.ts";
import type { RotCase } from "../checks/rot-is-refused.ts";
import { textOf } from "../durable/case.ts";
import { text } from "./text.ts";

export function rotAsTest({ works, sectorBytes }: RotCase): string[] {
  const commits = works.map(({ writes }) => {
    const parts = writes.map(
      ([key, value]) => `[${text(key)}, ${value === null ? "undefined" : text(textOf(value))}]`,
    );
    return `  [${parts.join(", ")}],`;
  });
  return [
    'const open = (disk: crashDisk.CrashDisk) => openMvccStore({ disk, directory: "store" });',
    "const commits: [key: string, value: string | undefined][][] = [",
    ...commits,
    "];",
    `const disk = createCrashDisk({ sectorBytes: ${sectorBytes} });`,
    "const store = await open(disk);",
    "const synced: ReadonlyMap<string, Uint8Array>[] = [];",
    ...block("for (const writes of commits) {", [
      "const writer = store.begin();",
      "for (const [key, value] of writes)",
      "  if (value === undefined) writer.delete(key);",
      "  else writer.put(key, value);",
      "await writer.commit();",
      "synced.push(disk.synced());",
    ]),
    "const expected = JSON.stringify(store.begin().range());",
    "// What was synced before the last two commits were called, and is the same still.",
    "const atEnd = disk.synced();",
    ...block("for (const [path, bytes] of synced.at(-3) ?? []) {", [
      ...block("for (let position = 0; position < bytes.length; position++) {", [
        "if (atEnd.get(path)?.[position] !== bytes[position]) break;",
        `for (const rot of [{}, { bytes: ${sectorBytes}, into: "zeros" }, { bytes: ${sectorBytes}, into: "garbage" }] as crashDisk.Rot[]) {`,
        `  if (rot.bytes !== undefined && (position % ${sectorBytes} !== 0 || position + rot.bytes > bytes.length)) continue;`,
        "  const rotten = disk.kill(); // a copy each time",
        "  rotten.rot(path, position, rot);",
        "  const where = `${path}, byte ${position}`;",
        "  const shown = await open(rotten).then(",
        "    (opened) => JSON.stringify(opened.begin().range()),",
        "    (error: unknown) => error,",
        "  );",
        "  if (shown === expected) continue;",
        '  expect(shown, where).toMatchObject({ code: "CORRUPTION", file: path });',
        "  expect((shown as { offset: number }).offset, where).toBeLessThanOrEqual(position + (rot.bytes ?? 1) - 1);",
        "}",
      ]),
    ]),
  ];
}
