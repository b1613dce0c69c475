/**
 * The history of a case as the lines of a test that a learner can keep.
 *
 * A history is what the clients did; the test does it again, crashes it at every moment, and asks for what
 * the promise says. So it goes on testing when the code has changed and calls the disk in another way.
 */
import type { Subject } from "#katas/durable-kv/contract.ts";
import type { Options } from "./adapter.ts";
import type { InvariantId } from "#katas/durable-kv/invariants.ts";
import type { JointExperiment, PartCase } from "../harness/experiment.ts";
import type { TestBody } from "../harness/learner-test.ts";
import type { SceneCase } from "../harness/on-disk/scene.ts";
import type { Case } from "../harness/key-value/case.ts";
import type { HuntingExperiment } from "../harness/key-value/hunting.ts";
import type { LivesCase, LivesExperiment } from "../harness/key-value/lives.ts";
import { experiments } from "./checks/index.ts";
import { historyOfClients } from "../harness/key-value/as-test/clients.ts";
import { manyLives } from "../harness/key-value/as-test/lives.ts";
import { historyOfOneClient } from "../harness/key-value/as-test/one-client.ts";
import { historyThatRots, type RottenHistory } from "./as-test/rot.ts";
import { sceneAsTest } from "./as-test/scenes/index.ts";
import { conversionsFor, words } from "./as-test/words.ts";

export function asTest(id: InvariantId, content: unknown): TestBody {
  const body = bodyOf(id, experiments[id], content);
  return { ...body, lines: [...conversionsFor(body.lines), ...body.lines] };
}

function bodyOf(id: InvariantId, experiment: object, content: unknown): TestBody {
  if ("parts" in experiment) {
    const { part, of } = content as PartCase;
    return bodyOf(id, (experiment as JointExperiment<Subject>).parts[part] ?? {}, of);
  }
  if ("hunt" in experiment) {
    const { hunt } = experiment as HuntingExperiment<Subject, Options>;
    const testCase = content as Case;
    return testCase.clients.length === 1
      ? historyOfOneClient(words, hunt, testCase)
      : historyOfClients(words, hunt, testCase);
  }
  if ("plan" in experiment)
    return manyLives(
      words,
      (experiment as LivesExperiment<Subject, Options>).plan,
      content as LivesCase,
    );
  if (id === "durable-kv/rot-is-refused") return historyThatRots(content as RottenHistory);
  return sceneAsTest(id, (content as SceneCase).scene);
}
