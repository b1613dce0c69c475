/**
 * Judges every planted bug in contained children, one child a processor. A bug that hangs or dies costs
 * the promise that it was at and nothing else.
 */
import { availableParallelism } from "node:os";
import { judgePromises } from "../grade/judge-promises.ts";
import type { KataPromise } from "../kata/catalogue.ts";
import { inLanes } from "../test/tool.ts";
import { cellOf, type MatrixCell, type MatrixRow } from "./matrix-row.ts";
import type { LoadedPlantedBug, PlantedBug } from "./planted-bug.ts";

export interface MatrixBudget {
  seed: number;
  /** For the promises of the level at which the bug must be caught, its own among them. */
  effort: number;
  /** For those below, which it must hold, and above, where it shows what else breaks. */
  effortElsewhere: number;
}

export interface MatrixPlan {
  root: string;
  kata: string;
  promises: readonly KataPromise[];
  plantedBugs: readonly LoadedPlantedBug[];
  budget: MatrixBudget;
  /** No row is begun after this moment of `performance.now()`; those that are not are left out. */
  untilMs?: number;
  onStart: (bug: PlantedBug) => void;
  onRow: (row: MatrixRow, seconds: number) => void;
}

/** The rows in the order of `plantedBugs`. */
export async function fillMatrix(plan: MatrixPlan): Promise<MatrixRow[]> {
  const { plantedBugs, untilMs = Infinity, onStart, onRow } = plan;
  const rows = new Map<string, MatrixRow>();
  // Those with the most promises first, so that the lanes end together; as given, if not all may be reached.
  const inOrder =
    untilMs === Infinity
      ? [...plantedBugs].sort((left, right) => right.bug.level - left.bug.level)
      : plantedBugs;
  await inLanes(
    availableParallelism(),
    inOrder.map((planted) => async () => {
      const startedMs = performance.now();
      if (startedMs >= untilMs) return;
      onStart(planted.bug);
      const row = await rowOf(planted, plan);
      rows.set(row.bug.name, row);
      onRow(row, (performance.now() - startedMs) / 1000);
    }),
  );
  return plantedBugs.flatMap(({ bug }) => rows.get(bug.name) ?? []);
}

async function rowOf({ bug, bundle }: LoadedPlantedBug, plan: MatrixPlan): Promise<MatrixRow> {
  const { root, kata, budget } = plan;
  const tried = plan.promises.filter(({ level }) => level <= bug.level);
  const elsewhere = new Set(
    tried.filter(({ level }) => level !== bug.promiseLevel).map((promise) => promise.id),
  );
  const judging = await judgePromises({
    ...{ root, kata, bundle },
    seed: budget.seed,
    effort: (id) => (elsewhere.has(id) ? budget.effortElsewhere : budget.effort),
    measure: false,
    sideBySide: 1,
    choose: () => tried.map(({ id }) => id),
  });
  const cells = tried.map(({ id }): [string, MatrixCell] => {
    const judgement = judging.judgements.get(id);
    return [id, judgement === undefined ? notLoaded(judging.problem) : cellOf(judgement)];
  });
  return { bug, cells: new Map(cells) };
}

function notLoaded(problem: string | null): MatrixCell {
  return { status: "crashed", phase: null, features: [], reason: problem };
}
