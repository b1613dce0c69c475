/**
 * What the kill matrix has to show before the checks may be believed. Each rule that is violated becomes
 * one sentence with what to do about it; none means that the suite proves itself.
 */
import type { KataPromise } from "../kata/catalogue.ts";
import { counted } from "../terminal/text.ts";
import { notHeld, type MatrixRow } from "./matrix-row.ts";

const bugsOfLevelMin = 3;
/** One in so many is an implementation of its own. */
const independentShare = 3;

export function violatedRules(
  promises: readonly KataPromise[],
  rows: readonly MatrixRow[],
): string[] {
  return [
    ...rows.flatMap(rowViolations),
    ...rows.flatMap((row) => brokenBelow(promises, row)),
    ...withoutBugOfItsOwn(promises, rows),
    ...levelsWithFewBugs(promises, rows),
    ...tooFewIndependent(rows),
    ...nothingForStress(rows),
    ...nothingForRecovery(promises, rows),
  ];
}

/** The planted bugs that break this promise and no other one at its level and below. */
export function onlyBreakersOf(
  { id, level }: KataPromise,
  promises: readonly KataPromise[],
  rows: readonly MatrixRow[],
): string[] {
  const isInView = atOrBelow(promises, level);
  return rows
    .filter(({ bug }) => bug.promise === id)
    .filter((row) => {
      const inView = notHeld(row).filter(isInView);
      return inView.length === 1 && inView[0] === id && row.cells.get(id)?.status === "broken";
    })
    .map(({ bug }) => bug.name);
}

function rowViolations(row: MatrixRow): string[] {
  const { bug, cells } = row;
  const cell = cells.get(bug.promise);
  if (bug.stressOnly) {
    const seen = notHeld(row);
    if (seen.length === 0) return [];
    return [`${bug.name} is meant for stress alone, but the checks see it: ${seen.join(", ")}.`];
  }
  if (cell?.status === "broken") return [];
  const reason = cell?.reason ? ` (${cell.reason})` : "";
  return [`${bug.name} names ${bug.promise}, which is ${cell?.status ?? "not tried"}${reason}.`];
}

function brokenBelow(promises: readonly KataPromise[], row: MatrixRow): string[] {
  const { bug } = row;
  if (bug.stressOnly) return [];
  const below = notHeld(row).filter(atOrBelow(promises, bug.promiseLevel - 1));
  if (below.length === 0) return [];
  return [
    `${bug.name} names ${bug.promise} of level ${bug.promiseLevel} and is already caught below: ${below.join(", ")}.`,
  ];
}

function withoutBugOfItsOwn(
  promises: readonly KataPromise[],
  rows: readonly MatrixRow[],
): string[] {
  return promises
    .filter((promise) => onlyBreakersOf(promise, promises, rows).length === 0)
    .map(
      ({ id }) =>
        `${id} has no planted bug for which it is the only broken promise at its level and below.`,
    );
}

function levelsWithFewBugs(promises: readonly KataPromise[], rows: readonly MatrixRow[]): string[] {
  const levels = [...new Set(promises.map(({ level }) => level))];
  return levels.flatMap((wanted) => {
    const bugs = rows.map(({ bug }) => bug).filter(({ promiseLevel }) => promiseLevel === wanted);
    // Two that follow from the same belief are one mechanism.
    const mechanisms = new Set(bugs.map(({ misconception }) => misconception)).size;
    if (mechanisms >= bugsOfLevelMin) return [];
    return [
      `Level ${wanted} has ${counted(mechanisms, "planted bug")} that differ in mechanism; expected ${bugsOfLevelMin}.`,
    ];
  });
}

function tooFewIndependent(rows: readonly MatrixRow[]): string[] {
  const independent = rows.filter(({ bug }) => bug.independent).length;
  if (independent * independentShare >= rows.length) return [];
  return [
    `${independent} of ${counted(rows.length, "planted bug")} are implementations of their own; expected a third.`,
  ];
}

function nothingForStress(rows: readonly MatrixRow[]): string[] {
  if (rows.some(({ bug }) => bug.stressOnly)) return [];
  return ["No planted bug is left to stress alone (`stressOnly: true`); expected one."];
}

/** Applies to katas that have a recovery, which is where some counterexample needs a crash. */
function nothingForRecovery(
  promises: readonly KataPromise[],
  rows: readonly MatrixRow[],
): string[] {
  const phases = rows.flatMap(({ cells }) => [...cells.values()].map(({ phase }) => phase));
  if (phases.every((phase) => phase === null || phase === "live")) return [];
  const isForRecovery = (row: MatrixRow) => {
    const broken = notHeld(row).filter(atOrBelow(promises, row.bug.promiseLevel));
    return (
      broken.length > 0 && broken.every((id) => row.cells.get(id)?.phase === "crash in recovery")
    );
  };
  if (rows.some(isForRecovery)) return [];
  return ["No planted bug is caught by a crash in recovery alone; expected one."];
}

function atOrBelow(promises: readonly KataPromise[], level: number): (id: string) => boolean {
  const levelOf = new Map(promises.map((promise) => [promise.id, promise.level]));
  return (id) => (levelOf.get(id) ?? Infinity) <= level;
}
