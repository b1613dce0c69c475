/**
 * `npm run inspect <kata> <directory>`: walks what the reference of a kata has left in a real directory, and
 * names what is not as it should be. It changes nothing.
 *
 * Exit code 0: nothing was found. 1: each finding is a line on standard output.
 */
import { existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Disk } from "../katas/platform/disk.ts";
import { realDisk } from "../katas/platform/real-disk.ts";
import { UsageError } from "./lib/arguments.ts";
import type { CommandDeclaration } from "./lib/command-declaration.ts";
import { loadCatalogue } from "./lib/kata/catalogue.ts";
import { runCommand } from "./lib/run-command.ts";

/** A reference with tables on the disk exports this from `inspect-tables.ts`. */
type Inspect = (disk: Disk, directory: string) => Promise<{ path: string; what: string }[]>;

const declaration = {
  name: "inspect",
  summary: `Walks the tables that a reference has left in a directory, and names what is wrong with them.
Close the tree first. Nothing is changed.`,
  words: ["kata", "directory"],
  options: {},
} as const satisfies CommandDeclaration;

const root = path.resolve(import.meta.dirname, "..");

await runCommand(declaration, async ({ words: [kata = "", directory = ""] }) => {
  const katas = (await loadCatalogue(root)).map(({ name }) => name).filter(hasInspector);
  if (!katas.includes(kata)) {
    throw new UsageError(
      `Expected a kata whose tables can be inspected (${katas.join(", ")}), got ${kata === "" ? "nothing" : `"${kata}"`}.`,
    );
  }
  if (!existsSync(directory) || !statSync(directory).isDirectory()) {
    throw new UsageError(`Expected a directory with the tables of ${kata}, got "${directory}".`);
  }
  if (readdirSync(directory).length === 0) {
    throw new UsageError(
      `Expected a directory with the tables of ${kata}; "${directory}" is empty.`,
    );
  }
  const { inspectTables } = (await import(pathToFileURL(inspectorOf(kata)).href)) as {
    inspectTables: Inspect;
  };
  const found = await inspectTables(realDisk(), path.resolve(directory));
  for (const { path: where, what } of found) process.stdout.write(`${where}: ${what}\n`);
  if (found.length === 0) process.stdout.write("Everything is as it should be.\n");
  return found.length === 0 ? 0 : 1;
});

function hasInspector(kata: string): boolean {
  return existsSync(inspectorOf(kata));
}

function inspectorOf(kata: string): string {
  return path.join(root, "solutions", kata, "inspect-tables.ts");
}
