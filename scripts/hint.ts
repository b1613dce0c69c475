/**
 * `npm run hint <kata>`: the next hint, one rung of its ladder a call. Each opening is noted in the attempt's journal
 * before it is shown, and says what it costs.
 */
import path from "node:path";
import { UsageError } from "./lib/arguments.ts";
import type { CommandDeclaration } from "./lib/command-declaration.ts";
import { findKata } from "./lib/grade/subject-location.ts";
import { loadKataRubric } from "./lib/help/kata-rubric.ts";
import { listOfHints, openedAgain, openHint } from "./lib/help/open-hint.ts";
import { attemptOf, attemptsFolder } from "./lib/kata/attempt.ts";
import { loadCatalogue } from "./lib/kata/catalogue.ts";
import { coloursFor } from "./lib/terminal/colours.ts";
import { runCommand } from "./lib/run-command.ts";

const declaration = {
  name: "hint",
  summary: `Opens the next hint for your attempt: a nudge, then the concept, then the mechanism. Never code.
Each opening is noted and costs 1 point of dimension 12; one about storage or concurrency
also holds dimension 5 at 3. With an id: the next rung of that hint.`,
  words: ["kata", "id"],
  options: {
    list: {
      type: "flag",
      plainWord: true,
      help: "All hints without their content: what is open, what the others cost.",
    },
    again: { type: "flag", plainWord: true, help: "What is open already, at no cost." },
  },
} as const satisfies CommandDeclaration;

const root = path.dirname(import.meta.dirname);
const columns = Math.min(80, process.stdout.columns || 80);

await runCommand(declaration, async ({ words: [name, id], options }) => {
  const katas = await loadCatalogue(root);
  if (name === undefined) {
    throw new UsageError(
      `Expected a kata, one of ${katas.map((kata) => kata.name).join(", ")}: npm run hint ${katas[0]?.name ?? ""}`,
    );
  }
  const kata = findKata(katas, name);
  if (options.list && options.again) {
    throw new UsageError("Expected either --list or --again, got both.");
  }
  if (id !== undefined && (options.list || options.again)) {
    throw new UsageError(
      `Expected no hint with --${options.list ? "list" : "again"}, got "${id}".`,
    );
  }
  const situation = {
    kata,
    attempt: attemptOf(attemptsFolder(root), kata),
    rubric: await loadKataRubric(root, kata),
  };
  const page = { columns, colours: coloursFor(process.stdout) };
  const lines = options.list
    ? await listOfHints(situation, page)
    : options.again
      ? openedAgain(situation, page)
      : await openHint(situation, id, page);
  process.stdout.write(`${lines.join("\n")}\n`);
  return 0;
});
