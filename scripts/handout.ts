/**
 * `npm run handout <kata>`: a candidate edition of one kata in a folder of its own, ready to be the template of a
 * classroom: brief, contract, starter, platform, visible tests, and nothing that is hidden.
 *
 * It writes into a new or empty folder only.
 */
import { readdir } from "node:fs/promises";
import path from "node:path";
import { UsageError } from "./lib/arguments.ts";
import type { CommandDeclaration } from "./lib/command-declaration.ts";
import { findKata } from "./lib/grade/subject-location.ts";
import { handoutFiles } from "./lib/handout/handout-files.ts";
import { kindOf, unwritable } from "./lib/kata/attempt.ts";
import { loadCatalogue } from "./lib/kata/catalogue.ts";
import { createFile, makeFolders } from "./lib/kata/create-file.ts";
import { runCommand } from "./lib/run-command.ts";

const declaration = {
  name: "handout",
  summary: `Makes a candidate edition of a kata, for a class or an interview: no solution, no hidden
check, no hint.

What comes back: npm run grade <kata> -- --submissions DIR`,
  words: ["kata"],
  options: {
    out: {
      type: "text",
      valueName: "DIR",
      help: "Where it goes: a new or an empty folder (default: <kata>-handout).",
    },
  },
} as const satisfies CommandDeclaration;

const root = path.dirname(import.meta.dirname);

await runCommand(declaration, async ({ words: [name], options }) => {
  const katas = await loadCatalogue(root);
  if (name === undefined) {
    throw new UsageError(
      `Expected a kata, one of ${katas.map((kata) => kata.name).join(", ")}: npm run handout ${katas[0]?.name ?? ""}`,
    );
  }
  const kata = findKata(katas, name);
  const typed = options.out ?? `${kata.name}-handout`;
  // npm changes to the repository's folder; INIT_CWD is where the person is.
  const out = path.resolve(process.env["INIT_CWD"] ?? process.cwd(), typed);
  await refuseUnlessEmpty(out, typed);
  const files = await handoutFiles(root, kata);
  for (const [place, text] of files) {
    const file = path.join(out, place);
    try {
      await makeFolders(path.dirname(file));
      if (await createFile(file, text)) continue;
    } catch (error) {
      throw unwritable(error, file);
    }
    throw new UsageError(`Expected nothing at ${file}, got a file: it was left as it is.`);
  }
  process.stdout.write(
    `${out}\n${files.size} files. Try it there: npm test, red at first. Grade what comes back, as DIR/<name>/:\n  npm run grade ${kata.name} -- --submissions DIR\n`,
  );
  return 0;
});

async function refuseUnlessEmpty(out: string, typed: string): Promise<void> {
  const kind = await kindOf(out);
  if (kind === "absent") return;
  if (kind !== "folder") throw new UsageError(`Expected a folder at ${typed}, got ${kind}.`);
  const [entry] = await readdir(out);
  if (entry === undefined) return;
  throw new UsageError(
    `Expected ${typed} to be new or empty, got "${entry}" in it. Nothing was written; name another folder with --out.`,
  );
}
