/**
 * `npm run matrix [kata]`: every planted bug against every promise up to its level, and whether what comes
 * of it proves the checks. Writes `tests/<kata>/kill-matrix.md` and, for "looks like" in a grade,
 * `tests/<kata>/impostors/signatures.json`; with `--check` it writes nothing and compares.
 *
 * Exit code 0: the rules hold (and nothing differs). 1: the violated rules or the differences are named.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { format, resolveConfig } from "prettier";
import { didYouMean, UsageError, type CommandDeclaration } from "./lib/arguments.ts";
import {
  readSignatures,
  signaturesFile,
  type PlantedBugSignature,
} from "./lib/grade/looks-like.ts";
import { Progress } from "./lib/grade/progress.ts";
import { loadCatalogue, loadPromises, type Kata, type KataPromise } from "./lib/kata/catalogue.ts";
import { counted } from "./lib/kata/text.ts";
import { signatureDifferences, tableDifferences } from "./lib/matrix/differences.ts";
import { fillMatrix } from "./lib/matrix/fill-matrix.ts";
import { notHeld, type MatrixRow } from "./lib/matrix/matrix-row.ts";
import { matrixText, promiseNumbers } from "./lib/matrix/matrix-text.ts";
import { loadPlantedBugs } from "./lib/matrix/planted-bug.ts";
import { violatedRules } from "./lib/matrix/rules.ts";
import { signaturesOf } from "./lib/matrix/signatures.ts";
import { runCommand } from "./lib/run-command.ts";

const budget = { seed: 1, effort: 0.4, effortAbove: 0.15 };
const root = path.dirname(import.meta.dirname);

const declaration = {
  name: "matrix",
  summary: `Runs every planted bug against every promise up to its level and writes the kill matrix.
Exit code: 0 the checks prove themselves, 1 a rule is violated or --check found a difference.`,
  words: ["kata"],
  options: {
    check: { type: "flag", help: "Compare with the committed matrix and write nothing." },
  },
} as const satisfies CommandDeclaration;

await runCommand(declaration, async ({ words: [wanted], options: { check } }) => {
  const katas = (await loadCatalogue(root)).filter(hasPlantedBugs);
  const chosen = katas.filter(({ name }) => wanted === undefined || name === wanted);
  if (chosen.length === 0) throw new UsageError(unknownKata(wanted, katas));
  const complaints: string[] = [];
  for (const kata of chosen) complaints.push(...(await proveKata(kata, check)));
  for (const complaint of complaints) process.stdout.write(`✗ ${complaint}\n`);
  return complaints.length === 0 ? 0 : 1;
});

function hasPlantedBugs({ name }: Kata): boolean {
  return existsSync(path.join(root, "tests", name, "impostors"));
}

function unknownKata(wanted: string | undefined, katas: readonly Kata[]): string {
  const names = katas.map(({ name }) => name);
  if (wanted === undefined) return "Expected a kata with planted bugs, found none.";
  return `Expected a kata with planted bugs (${names.join(", ")}), got "${wanted}".${didYouMean(wanted, names)}`;
}

/** Returns what is wrong, a sentence each. */
async function proveKata(kata: Kata, check: boolean): Promise<string[]> {
  const promises = await loadPromises(kata);
  const rows = await rowsOf(kata, promises);
  const violations = violatedRules(promises, rows);
  const matrixFile = path.join(root, "tests", kata.name, "kill-matrix.md");
  const matrix = await formatted(matrixFile, matrixText(kata, promises, rows, budget));
  const signatures = signaturesOf(rows);
  if (check) return [...violations, ...differences(kata, matrixFile, matrix, signatures)];
  const file = signaturesFile(root, kata.name);
  writeFileSync(matrixFile, matrix);
  writeFileSync(file, await formatted(file, JSON.stringify(signatures)));
  for (const written of [matrixFile, file]) {
    process.stdout.write(`Wrote ${path.relative(root, written)}\n`);
  }
  return violations;
}

async function rowsOf(kata: Kata, promises: readonly KataPromise[]): Promise<MatrixRow[]> {
  const progress = new Progress();
  const plantedBugs = await loadPlantedBugs(root, kata.name, promises);
  const numbers = promiseNumbers(promises);
  const startedMs = performance.now();
  let done = 0;
  const rows = await fillMatrix({
    ...{ root, kata: kata.name, promises, plantedBugs, budget },
    onStart: ({ name }) =>
      progress.now(`${kata.name} · ${done} of ${plantedBugs.length} · ${name} …`),
    onRow: (row, seconds) => {
      done += 1;
      const broken = notHeld(row).map((id) => numbers.get(id) ?? id);
      const by = broken.length === 0 ? "nothing broken" : `breaks ${broken.join(" ")}`;
      const { name } = row.bug;
      progress.done(`${done} of ${plantedBugs.length}  ${name}: ${by}  ${seconds.toFixed(1)} s`);
    },
  });
  const seconds = Math.round((performance.now() - startedMs) / 1000);
  progress.done(
    `${kata.name}: ${counted(rows.length, "planted bug")} against ${counted(promises.length, "promise")} in ${seconds} s`,
  );
  return rows;
}

function differences(
  { name }: Kata,
  matrixFile: string,
  matrix: string,
  signatures: readonly PlantedBugSignature[],
): string[] {
  const committed = existsSync(matrixFile) ? readFileSync(matrixFile, "utf8") : "";
  const cells = tableDifferences(committed, matrix);
  const page = path.relative(root, matrixFile);
  // Whatever differs outside the tables, the page has to be written anew.
  if (cells.length === 0 && committed !== matrix) cells.push("the text around the tables");
  const found = [
    ...cells.map((difference) => `${page} differs: ${difference}.`),
    ...signatureDifferences(readSignatures(root, name), signatures).map(
      (difference) => `${path.relative(root, signaturesFile(root, name))} differs: ${difference}.`,
    ),
  ];
  return found.length === 0 ? [] : [...found, "`npm run matrix` writes both anew."];
}

async function formatted(file: string, text: string): Promise<string> {
  return format(text, { ...(await resolveConfig(file)), filepath: file });
}
