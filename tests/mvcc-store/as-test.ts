/** The history of a case as the lines of a test that a learner can keep. */
import type { InvariantId } from "#katas/mvcc-store/invariants.ts";
import type { TestBody } from "../harness/learner-test.ts";

/** Scaffold: how the cases of each check read as a test. */
export function asTest(_id: InvariantId, _content: unknown): TestBody {
  return { lines: [] };
}
