/** The history of a case as the lines of a test that a learner can keep. */
import type { InvariantId } from "#katas/ledger/invariants.ts";
import type { TestBody } from "../harness/learner-test.ts";

export function asTest(_id: InvariantId, _content: unknown): TestBody {
  return { lines: [] };
}
