/**
 * The history of a case as the lines of a test that a learner can keep: ordinary calls of the contract, beside a few
 * lines that know what each must answer. Where the contract leaves a choice the test leaves it too, so that it stays
 * right when the code becomes another one.
 */
import type { Subject } from "#katas/mvcc-store/contract.ts";
import type { InvariantId } from "#katas/mvcc-store/invariants.ts";
import type { JointExperiment, PartCase } from "../harness/experiment.ts";
import type { TestBody } from "../harness/learner-test.ts";
import type { SceneCase } from "../harness/on-disk/scene.ts";
import * as calls from "./as-test/calls.ts";
import { crowdAsTest, diskCrowdAsTest } from "./as-test/crowds.ts";
import { huntAsTest } from "./as-test/durable.ts";
import { memoryAsTest } from "./as-test/memory.ts";
import { rotAsTest } from "./as-test/rot.ts";
import { sceneAsTest } from "./as-test/scenes.ts";
import { agesAsTest, apartAsTest, losersAsTest, scriptAsTest } from "./as-test/scripts.ts";
import { experiments } from "./checks/index.ts";
import type { DurableCase } from "./durable/case.ts";
import type { DiskCrowdCase } from "./durable/crowd-on-disk.ts";
import type { HuntingExperiment } from "./durable/hunt.ts";
import type { MemoryCase } from "./memory.ts";
import type { Script } from "./script.ts";

/** For tests that try much; the others are done in no time. */
const timeoutMs = 20_000;

export function asTest(id: InvariantId, content: unknown): TestBody {
  return bodyOf(id, experiments[id], content);
}

function bodyOf(id: InvariantId, experiment: object, content: unknown): TestBody {
  if ("parts" in experiment) {
    const { part, of } = content as PartCase;
    return bodyOf(id, (experiment as JointExperiment<Subject>).parts[part] ?? {}, of);
  }
  if ("hunt" in experiment)
    return huntAsTest((experiment as HuntingExperiment).hunt, content as DurableCase);
  const testCase = content as object;
  if ("scene" in testCase)
    return { lines: sceneAsTest(id, (testCase as SceneCase).scene), timeoutMs };
  if ("works" in testCase)
    return { lines: rotAsTest(testCase as Parameters<typeof rotAsTest>[0]), timeoutMs };
  if ("history" in testCase) return { lines: memoryAsTest(testCase as MemoryCase), timeoutMs };
  if ("clients" in testCase) {
    const isSerializable = (testCase as DiskCrowdCase).clients
      .flat()
      .some((step) => step.do === "begin" && step.isolation === "serializable");
    return { lines: diskCrowdAsTest(testCase as DiskCrowdCase, isSerializable), timeoutMs };
  }
  return { lines: linesOf(id, testCase) };
}

function linesOf(id: InvariantId, testCase: object): string[] {
  switch (id) {
    case "mvcc-store/values-come-back-equal":
      return calls.valuesAsTest(testCase as Parameters<typeof calls.valuesAsTest>[0]);
    case "mvcc-store/values-stay-yours":
      return calls.changedAsTest(testCase as Parameters<typeof calls.changedAsTest>[0]);
    case "mvcc-store/bad-arguments-are-refused":
      return calls.badCallAsTest(testCase as Parameters<typeof calls.badCallAsTest>[0]);
    case "mvcc-store/over-means-over":
      return calls.overAsTest(testCase as Parameters<typeof calls.overAsTest>[0]);
    case "mvcc-store/stores-are-apart":
      return apartAsTest(testCase as Parameters<typeof apartAsTest>[0]);
    case "mvcc-store/losers-leave-no-trace":
      return losersAsTest(testCase as Script);
    case "mvcc-store/the-abandoned-expire":
      return "commits" in testCase
        ? calls.agingCommitAsTest(testCase as Parameters<typeof calls.agingCommitAsTest>[0])
        : agesAsTest(testCase as Script);
    case "mvcc-store/crowds-see-snapshots":
      return crowdAsTest(testCase as Script, false);
    case "mvcc-store/crowds-take-turns":
      return crowdAsTest(testCase as Script, true);
    default:
      return scriptAsTest(id, testCase as Script);
  }
}
