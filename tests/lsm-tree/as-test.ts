/**
 * The history of a case as the lines of a test that a learner can keep.
 */
import type { InvariantId } from "#katas/lsm-tree/invariants.ts";
import type { TestBody } from "../harness/learner-test.ts";

export function asTest(id: InvariantId, _content: unknown): TestBody {
  throw new RangeError(`${id} has no test.`);
}
