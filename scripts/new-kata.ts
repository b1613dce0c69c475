/**
 * `npm run new-kata <name>`: every folder and file of a kata, ready to be filled in. What it writes has the right
 * types, format and lint, and fails `npm test` until every sentence that begins with "Scaffold:" is gone.
 *
 * It never overwrites: a name whose folders are there is refused before anything is written.
 */
import path from "node:path";
import { UsageError } from "./lib/arguments.ts";
import type { CommandDeclaration } from "./lib/command-declaration.ts";
import { createFile, makeFolders } from "./lib/kata/create-file.ts";
import { newKataName } from "./lib/new-kata/kata-name.ts";
import { scaffoldOf } from "./lib/new-kata/scaffold.ts";
import { runCommand } from "./lib/run-command.ts";

const declaration = {
  name: "new-kata",
  summary: `Writes the files of a new kata, for maintainers: CONTRIBUTING.md says in which order to fill them.
npm test fails until all are filled in.`,
  words: ["name"],
  options: {},
} as const satisfies CommandDeclaration;

const root = path.dirname(import.meta.dirname);

await runCommand(declaration, async ({ words: [typed] }) => {
  const name = newKataName(root, typed);
  for (const { place, text } of await scaffoldOf(root, name)) {
    const file = path.join(root, place);
    await makeFolders(path.dirname(file));
    if (!(await createFile(file, text))) {
      throw new UsageError(`Expected nothing at ${place}, got a file: it was left as it is.`);
    }
    process.stdout.write(`${place}\n`);
  }
  process.stdout.write(`${nextSteps(name).join("\n")}\n`);
  return 0;
});

function nextSteps(name: string): string[] {
  return [
    "",
    `Name ${name} in the lists of README.md and solutions/README.md.`,
    'Then fill the files, from top to bottom: each "Scaffold:" says what belongs there.',
    `What is left:   npm test -- tests/${name} solutions/${name}`,
    `The matrix:     npm run matrix ${name}`,
  ];
}
