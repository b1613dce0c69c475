/** The history of a case as the lines of a test that a learner can keep. */
import type { InvariantId } from "#katas/ledger/invariants.ts";
import type { TestBody } from "../harness/learner-test.ts";
import { Model } from "./model.ts";
import type { Operation } from "./workload.ts";

/** Scaffold: how the cases of each check read as a test. */
export function asTest(_id: InvariantId, content: unknown): TestBody {
  const model = new Model();
  const steps = (content as Operation[]).map((operation) => {
    const call = `made.${operation.kind}(${JSON.stringify(operation.item)})`;
    const expected = model.perform(operation);
    return expected === undefined ? `${call};` : `expect(${call}).toBe(${expected});`;
  });
  return { lines: ["const made = createLedger();", ...steps] };
}
