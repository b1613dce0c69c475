/**
 * `npm run speed`: figures that a maintainer watches when the harness or a reference changes. It takes a
 * minute for each kata and proves nothing: it measures.
 */
import { existsSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { LoadedSubject } from "../tests/harness/check.ts";
import { loadSubject } from "../tests/harness/subject-loader.ts";
import type { CommandDeclaration } from "./lib/command-declaration.ts";
import { loadCatalogue } from "./lib/kata/catalogue.ts";
import { runCommand } from "./lib/run-command.ts";

/** Each kata that has something to measure exports this from `tests/<kata>/speed.ts`. */
type Speed = (reference: LoadedSubject<unknown>) => AsyncIterable<{ what: string; value: string }>;

const declaration = {
  name: "speed",
  summary: `Measures the harness and the reference of every kata: for maintainers, on an idle machine.
Always exits 0; what the figures should be stands in CONTRIBUTING.md.`,
  words: [],
  options: {},
} as const satisfies CommandDeclaration;

const root = path.resolve(import.meta.dirname, "..");

await runCommand(declaration, async () => {
  for (const { name } of await loadCatalogue(root)) {
    const file = path.join(root, "tests", name, "speed.ts");
    if (!existsSync(file)) continue;
    const { speed } = (await import(pathToFileURL(file).href)) as { speed: Speed };
    const reference = await loadSubject(path.join(root, "solutions", name, `${name}.ts`));
    process.stdout.write(`${name}\n`);
    for await (const { what, value } of speed(reference)) {
      process.stdout.write(`  ${value.padStart(18)}  ${what}\n`);
    }
  }
  return 0;
});
