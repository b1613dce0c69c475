/**
 * `npm run solution <kata> [level]`: the reference, and of it only what that level needs. Asked first, noted before
 * it is shown.
 *
 * Exit code 0: shown. 1: the question was answered with no. 2: it could not begin, or there is nobody to ask.
 */
import path from "node:path";
import { UsageError } from "./lib/arguments.ts";
import type { CommandDeclaration } from "./lib/command-declaration.ts";
import { findKata } from "./lib/grade/subject-location.ts";
import { askForYes, canAsk } from "./lib/help/ask.ts";
import { solutionText } from "./lib/help/solution-text.ts";
import { helpGiven, noteHelp } from "./lib/journal/help-given.ts";
import { attemptOf, attemptsFolder } from "./lib/kata/attempt.ts";
import { loadCatalogue } from "./lib/kata/catalogue.ts";
import { fitted } from "./lib/terminal/text.ts";
import { runCommand } from "./lib/run-command.ts";

const declaration = {
  name: "solution",
  summary: `Opens the reference: up to the core the one file of a good interview, beyond it what to
read and in which order; without a level all of it. From then on a score of this version
of the kata is shown "after reading the solution" and does not count as a pass.`,
  words: ["kata"],
  options: {
    level: {
      type: "number",
      valueName: "N",
      plainWord: true,
      help: "Only what level N needs (or plainly: N).",
    },
    yes: { type: "flag", help: "Do not ask." },
  },
} as const satisfies CommandDeclaration;

const root = path.dirname(import.meta.dirname);

await runCommand(declaration, async ({ words: [name], options }) => {
  const katas = await loadCatalogue(root);
  if (name === undefined) {
    throw new UsageError(
      `Expected a kata, one of ${katas.map((kata) => kata.name).join(", ")}: npm run solution ${katas[0]?.name ?? ""}`,
    );
  }
  const kata = findKata(katas, name);
  const level = options.level ?? null;
  if (level !== null && (level < 1 || level > kata.levels.length)) {
    throw new UsageError(`Expected a level from 1 to ${kata.levels.length}, got ${level}.`);
  }
  const text = solutionText(root, kata, level);
  const attempt = attemptOf(attemptsFolder(root), kata);
  const isOpened = helpGiven(attempt, kata.version).solutionOpenedAt !== null;
  const effect = isOpened
    ? `The solution of ${kata.name} was opened before: its scores are shown "after reading the solution" already.`
    : `Whoever opens the solution of ${kata.name} gets scores that are shown "after reading the solution" and do not count as a pass, for as long as the kata stays at version ${kata.version}. A hint costs less: npm run hint ${kata.name}`;
  if (!options.yes) {
    if (!canAsk()) {
      throw new UsageError(
        `${effect}\nNobody is here to be asked. To open it: npm run solution ${kata.name}${level === null ? "" : ` ${level}`} -- --yes`,
      );
    }
    const answer = await askForYes(`${fitted(effect, process.stderr)}\nOpen it? (yes/no) `);
    if (answer === undefined) return 130;
    if (!answer) {
      process.stderr.write("Nothing was opened.\n");
      return 1;
    }
  }
  const at = new Date().toISOString();
  await noteHelp(attempt, { at, kataVersion: kata.version, event: "solution", level });
  if (options.yes) process.stderr.write(`${fitted(effect, process.stderr)}\n`);
  process.stdout.write(text);
  return 0;
});
