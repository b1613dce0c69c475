/**
 * Running a program in the simulated world, and waiting for one call in a world that never makes it wait.
 */
import { isWorthWaiting, microtasksDone, quiescence } from "#platform/testing/gates.ts";

export { type LifeEnd, type LifeOptions, runLife } from "#platform/testing/life.ts";

/** Waits for a promise in a world where everything settles at once; "hung" when nothing more happens. */
export async function outcomeOf<Answer>(
  promise: Promise<Answer>,
): Promise<
  { how: "resolved"; value: Answer } | { how: "rejected"; error: unknown } | { how: "hung" }
> {
  let outcome: { how: "resolved"; value: Answer } | { how: "rejected"; error: unknown } | undefined;
  promise.then(
    (value) => {
      outcome = { how: "resolved", value };
    },
    (error: unknown) => {
      outcome = { how: "rejected", error };
    },
  );
  // Nearly always that is enough, and what the program did right after its answer is done as well.
  await microtasksDone();
  for (let turn = 0; outcome === undefined && isWorthWaiting(turn); turn++) await quiescence();
  if (outcome !== undefined) return outcome;
  return { how: "hung" };
}
