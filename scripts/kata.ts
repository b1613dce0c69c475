/**
 * `npm run kata` lists the katas. `npm run kata <name>` starts or resumes an attempt and stays with the learner: see
 * `lib/kata/evening.ts`. Files that are there are never overwritten, edited or deleted; putting an attempt away and
 * bringing it back are renames.
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { didYouMean, UsageError } from "./lib/arguments.ts";
import { archiveAttempt, listArchive, restoreAttempt } from "./lib/kata/archive.ts";
import {
  attemptOf,
  attemptsFolder,
  isUntouched,
  kindOf,
  startAttempt,
  type Attempt,
} from "./lib/kata/attempt.ts";
import { beginningOf, changesSince, readBeginning } from "./lib/kata/beginning.ts";
import { isOffered, loadCatalogue, loadPromises, type Kata } from "./lib/kata/catalogue.ts";
import { coloursFor } from "./lib/terminal/colours.ts";
import { Evening, startRunners, type EveningOptions } from "./lib/kata/evening.ts";
import { shownPath } from "./lib/kata/first-screen.ts";
import { lookOnce } from "./lib/kata/once.ts";
import { overviewLines } from "./lib/kata/overview.ts";
import { standingOf } from "./lib/kata/standing.ts";
import { Terminal } from "./lib/terminal/terminal.ts";
import { noteHelp } from "./lib/journal/help-given.ts";
import { historyOfAttempt } from "./lib/mock/history-of-attempt.ts";
import { sessionLines } from "./lib/mock/session-history.ts";
import { runCommand } from "./lib/run-command.ts";

const root = path.dirname(import.meta.dirname);
const attempts = attemptsFolder(root);
const print = (line: string) => process.stdout.write(`${line}\n`);

void runCommand(
  {
    name: "kata",
    summary: "Lists the katas, or starts or resumes your attempt at one and watches it.",
    words: ["kata", "number"],
    options: {
      fresh: {
        type: "flag",
        plainWord: true,
        help: "Put the attempt into the archive and start over.",
      },
      restore: {
        type: "flag",
        plainWord: true,
        help: "List the archive; with a number, bring that attempt back.",
      },
    },
  },
  async ({ words, options }) => {
    const katas = await loadCatalogue(root);
    const [name, ...otherNames] = words.filter((word) => !/^\d+$/.test(word));
    const number = words.find((word) => /^\d+$/.test(word));
    if (otherNames.length > 0)
      throw new UsageError(`Expected one kata, got ${name} and ${otherNames.join(" ")}.`);
    if (options.fresh && options.restore) {
      throw new UsageError("Expected either fresh or restore, got both.");
    }
    if (number !== undefined && !options.restore) {
      throw new UsageError(`Expected a number only after restore, got ${number}.`);
    }
    if (name === undefined) {
      if (options.fresh || options.restore) {
        throw new UsageError(
          `Expected the name of a kata, such as: npm run kata ${katas[0]?.name ?? ""} ${options.fresh ? "fresh" : "restore"}`,
        );
      }
      return listKatas(katas);
    }
    const kata = kataNamed(name, katas);
    const attempt = attemptOf(attempts, kata);
    if (options.restore && number === undefined) return showArchive(kata, attempt);
    const notices: string[] = [];
    if (options.fresh) notices.push(...(await putAway(kata, attempt)));
    if (number !== undefined) notices.push(...(await bringBack(kata, attempt, Number(number))));
    return practise(kata, attempt, notices);
  },
);

async function listKatas(katas: readonly Kata[]): Promise<number> {
  const offered = katas.filter(isOffered);
  const standings = await Promise.all(offered.map((kata) => standingOf(kata, attempts)));
  const columns = process.stdout.isTTY ? process.stdout.columns || 80 : 80;
  const colours = coloursFor(process.stdout);
  overviewLines(standings, columns, colours).forEach(print);
  const histories = await Promise.all(
    offered.map((kata) => historyOfAttempt(kata, attemptOf(attempts, kata))),
  );
  sessionLines(histories, columns, colours).forEach(print);
  return 0;
}

function kataNamed(name: string, katas: readonly Kata[]): Kata {
  const kata = katas.find((candidate) => candidate.name === name);
  if (kata !== undefined) return kata;
  const names = katas.map((candidate) => candidate.name);
  throw new UsageError(
    `There is no kata "${name}".${didYouMean(name, names)} The katas are: ${names.join(", ")}.`,
  );
}

async function showArchive(kata: Kata, attempt: Attempt): Promise<number> {
  const archived = await listArchive(attempt);
  if (archived.length === 0) {
    print(`No attempt at ${kata.name} was put away yet.`);
    return 0;
  }
  print(`Attempts at ${kata.name} that were put away:`);
  for (const { number, name, editedLast } of archived) {
    print(`  ${String(number).padStart(3)}  edited ${editedLast.toLocaleString("sv-SE")}  ${name}`);
  }
  print(`Bring one back:  npm run kata ${kata.name} restore ${archived.at(-1)?.number ?? 1}`);
  return 0;
}

async function putAway(kata: Kata, attempt: Attempt): Promise<string[]> {
  if ((await kindOf(attempt.folder)) === "folder" && (await isUntouched(kata, attempt))) {
    return ["The attempt is still as it began: there was nothing to put away."];
  }
  const archive = await archiveAttempt(kata, attempt);
  if (archive !== undefined) await noteThat("fresh", kata, attempt);
  return archive === undefined ? [] : [`Put away: ${shownPath(archive)}`];
}

async function bringBack(kata: Kata, attempt: Attempt, number: number): Promise<string[]> {
  const { restored, putAway: other } = await restoreAttempt(kata, attempt, number);
  await noteThat("restored", kata, attempt);
  const notices = [`Brought back: ${restored}`];
  if (other !== undefined) notices.push(`Put away: ${shownPath(other)}`);
  return notices;
}

/** With a fresh attempt hints start anew; with an earlier one those that it was given come back. */
function noteThat(event: "fresh" | "restored", kata: Kata, attempt: Attempt): Promise<void> {
  return noteHelp(attempt, { at: new Date().toISOString(), kataVersion: kata.version, event });
}

async function practise(kata: Kata, attempt: Attempt, notices: string[]): Promise<number> {
  const promises = await loadPromises(kata);
  const isNew = await startAttempt(root, kata, promises, attempt);
  notices.push(...(await changeNotices(kata, attempt)));
  const source = await readFile(attempt.subjectFile, "utf8");
  const options: EveningOptions = {
    root,
    kata,
    promises,
    brief: await readFile(path.join(kata.folder, "README.md"), "utf8"),
    attempt,
    isNew: isNew || (await isUntouched(kata, attempt)),
    notices,
    colours: coloursFor(process.stdout),
  };
  if (process.stdin.isTTY && process.stdout.isTTY) {
    return new Evening(
      options,
      new Terminal(process.stdin, process.stdout),
      source,
      startRunners(options),
    ).spend();
  }
  await lookOnce(options, source, print);
  return 0;
}

/** What a newer kata has changed since the attempt began. */
async function changeNotices(kata: Kata, attempt: Attempt): Promise<string[]> {
  const began = await readBeginning(attempt.beginningFile);
  if (began === undefined) return [];
  if (typeof began === "string") return [began];
  if (began.kataVersion === kata.version) return [];
  const now = await beginningOf(kata, await loadPromises(kata));
  return [
    `Your attempt began with version ${began.kataVersion} of this kata; this is version ${kata.version}. Your files are as they were.`,
    ...changesSince(began, now, kata).map((change) => `  ${change}`),
  ];
}
