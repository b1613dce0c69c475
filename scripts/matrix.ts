/**
 * `npm run matrix [kata]`: every planted bug against every promise up to its level, and whether what comes
 * of it proves the checks. Writes `tests/<kata>/kill-matrix.md`, the page, and `kill-matrix.json`, the record.
 *
 * A row stands while the code that it follows from is the code of the record; new rows and rows whose code has
 * changed are judged. With `--seconds` new rows are judged, then the changed ones and then those that stand,
 * drawn by the word `--draw`, until the time is up; the others stay as recorded, and are counted. With `--check`
 * nothing is written: what was found has to obey the rules, and rows that are new or stand have to be as committed.
 *
 * Exit code 0: the rules hold (and nothing differs). 1: the violated rules or the differences are named.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { format, resolveConfig } from "prettier";
import { didYouMean, UsageError } from "./lib/arguments.ts";
import type { CommandDeclaration } from "./lib/command-declaration.ts";
import { Progress } from "./lib/grade/progress.ts";
import {
  isOffered,
  loadCatalogue,
  loadPromises,
  type Kata,
  type KataPromise,
} from "./lib/kata/catalogue.ts";
import { recordDifferences, tableDifferences } from "./lib/matrix/differences.ts";
import { fillMatrix } from "./lib/matrix/fill-matrix.ts";
import { fingerprintsOf } from "./lib/matrix/fingerprint.ts";
import { notHeld, type MatrixRow } from "./lib/matrix/matrix-row.ts";
import { matrixText, promiseNumbers } from "./lib/matrix/matrix-text.ts";
import { loadPlantedBugs, type LoadedPlantedBug } from "./lib/matrix/planted-bug.ts";
import {
  readRecord,
  recordedRow,
  recordFile,
  rowFromRecord,
  type RecordedRow,
} from "./lib/matrix/recorded-row.ts";
import { violatedRules } from "./lib/matrix/rules.ts";
import { runCommand } from "./lib/run-command.ts";

const budget = { seed: 1, effort: 0.4, effortElsewhere: 0.1 };
const root = path.dirname(import.meta.dirname);

const declaration = {
  name: "matrix",
  summary: `Runs the planted bugs against every promise up to their level and writes the kill matrix.
Rows whose code has not changed since they were recorded stand.

Exit code: 0 the checks prove themselves, 1 a rule is violated or --check found a difference.`,
  words: ["kata"],
  options: {
    all: { type: "flag", help: "Judge every row, whatever stands." },
    check: { type: "flag", help: "Compare with the committed matrix and write nothing." },
    seconds: {
      type: "number",
      valueName: "N",
      help: "For each kata: what is new, then what the time allows, changed rows first.",
    },
    draw: { type: "text", valueName: "WORD", help: "Which of them come first." },
  },
} as const satisfies CommandDeclaration;

interface Wish {
  all: boolean;
  check: boolean;
  /** Undefined: new and changed rows, and none that stands. */
  seconds: number | undefined;
  draw: string;
}

await runCommand(declaration, async ({ words: [wanted], options }) => {
  const { all, check, seconds, draw = "" } = options;
  const katas = (await loadCatalogue(root)).filter(hasPlantedBugs);
  const chosen = katas.filter((kata) =>
    wanted === undefined ? isOffered(kata) : kata.name === wanted,
  );
  if (chosen.length === 0) throw new UsageError(unknownKata(wanted, katas));
  const complaints: string[] = [];
  for (const kata of chosen)
    complaints.push(...(await proveKata(kata, { all, check, seconds, draw })));
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
async function proveKata(kata: Kata, wish: Wish): Promise<string[]> {
  const promises = await loadPromises(kata);
  const plantedBugs = await loadPlantedBugs(root, kata.name, promises);
  const fingerprints = await fingerprintsOf(root, kata.name, plantedBugs, budget);
  const recorded = new Map(readRecord(root, kata.name).map((row) => [row.impostor, row]));
  const isNew = ({ bug }: LoadedPlantedBug): boolean => wish.all || !recorded.has(bug.name);
  const stands = ({ bug: { name } }: LoadedPlantedBug): boolean =>
    recorded.get(name)?.fingerprint === fingerprints.get(name);
  const old = drawn(plantedBugs, wish.draw).filter((planted) => !isNew(planted));
  const changed = old.filter((planted) => !stands(planted));
  const standing = old.filter(stands);

  const judged = new Map<string, MatrixRow>();
  const judge = async (bugs: readonly LoadedPlantedBug[], untilMs?: number): Promise<number> => {
    const found = await rowsOf(kata, promises, bugs, untilMs);
    for (const row of found) judged.set(row.bug.name, row);
    return found.length;
  };
  const untilMs = wish.seconds === undefined ? undefined : performance.now() + wish.seconds * 1000;
  const newCount = await judge(plantedBugs.filter(isNew));
  const changedCount = await judge(changed, untilMs);
  const againCount = untilMs === undefined ? 0 : await judge(standing, untilMs);
  const counts = [
    `${newCount} new`,
    `${changedCount} changed`,
    `${againCount} judged again`,
    `${changed.length - changedCount} changed and not judged`,
    `${standing.length - againCount} as recorded`,
  ];
  process.stdout.write(`${kata.name}: ${counts.join(", ")}\n`);

  const rowOf = ({ bug }: LoadedPlantedBug, found: MatrixRow | undefined): MatrixRow[] => {
    const record = recorded.get(bug.name);
    const row = found ?? (record && rowFromRecord(bug, record, promises));
    return row === undefined ? [] : [row];
  };
  const rows = plantedBugs.flatMap((planted) => rowOf(planted, judged.get(planted.bug.name)));
  // Whose code has changed may look different: of such a row --check asks the rules and no more.
  const isKept = (planted: LoadedPlantedBug): boolean => wish.check && changed.includes(planted);
  const shown = plantedBugs.flatMap((planted) =>
    rowOf(planted, isKept(planted) ? undefined : judged.get(planted.bug.name)),
  );
  const record = plantedBugs.flatMap((planted) => {
    const { name } = planted.bug;
    const before = recorded.get(name);
    const row = judged.get(name);
    if (row === undefined || isKept(planted)) return before ?? [];
    return [recordedRow(row, fingerprints.get(name) ?? "")];
  });
  return [...violatedRules(promises, rows), ...(await kept(kata, promises, shown, record, wish))];
}

/** In an order that nobody chose and everybody who says the same word gets. */
function drawn(bugs: readonly LoadedPlantedBug[], word: string): LoadedPlantedBug[] {
  const numberOf = ({ bug }: LoadedPlantedBug): string =>
    createHash("sha256").update(`${word}/${bug.name}`).digest("hex");
  return [...bugs].sort((left, right) => (numberOf(left) < numberOf(right) ? -1 : 1));
}

/** Writes the matrix, or says how it differs from the committed one. */
async function kept(
  kata: Kata,
  promises: readonly KataPromise[],
  rows: readonly MatrixRow[],
  record: readonly RecordedRow[],
  { check }: Wish,
): Promise<string[]> {
  const pageFile = path.join(root, "tests", kata.name, "kill-matrix.md");
  const page = await formatted(pageFile, matrixText(kata, promises, rows, budget));
  if (check) return differences(kata, pageFile, page, record);
  const file = recordFile(root, kata.name);
  writeFileSync(pageFile, page);
  writeFileSync(file, await formatted(file, JSON.stringify(record)));
  for (const written of [pageFile, file]) {
    process.stdout.write(`Wrote ${path.relative(root, written)}\n`);
  }
  return [];
}

async function rowsOf(
  kata: Kata,
  promises: readonly KataPromise[],
  plantedBugs: readonly LoadedPlantedBug[],
  untilMs: number | undefined,
): Promise<MatrixRow[]> {
  const progress = new Progress();
  const numbers = promiseNumbers(promises);
  let done = 0;
  return fillMatrix({
    ...{ root, kata: kata.name, promises, plantedBugs, budget },
    ...(untilMs === undefined ? {} : { untilMs }),
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
}

function differences(
  { name }: Kata,
  pageFile: string,
  page: string,
  record: readonly RecordedRow[],
): string[] {
  const committed = existsSync(pageFile) ? readFileSync(pageFile, "utf8") : "";
  const cells = tableDifferences(committed, page);
  // Whatever differs outside the tables, the page has to be written anew.
  if (cells.length === 0 && committed !== page) cells.push("the text around the tables");
  const named = (file: string, found: readonly string[]) =>
    found.map((difference) => `${path.relative(root, file)} differs: ${difference}.`);
  const found = [
    ...named(pageFile, cells),
    ...named(recordFile(root, name), recordDifferences(readRecord(root, name), record)),
  ];
  return found.length === 0 ? [] : [...found, "`npm run matrix` writes both anew."];
}

async function formatted(file: string, text: string): Promise<string> {
  return format(text, { ...(await resolveConfig(file)), filepath: file });
}
