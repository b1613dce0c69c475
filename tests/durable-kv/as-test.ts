/**
 * The history of a replay token as a vitest test that a learner can keep.
 *
 * The text can stand at the end of any test file beside a `durable-kv.ts`, whatever is imported there
 * already, and as often as there are tokens: its imports have names that no other history has, and
 * everything else is inside the test. It needs nothing but the contract and katas/platform/testing.
 *
 * A history is what the clients did; the test does it again, crashes it at every moment, and asks for what
 * the promise says. So it goes on testing when the code has changed and calls the disk in another way.
 */
import { createHash } from "node:crypto";
import type { Subject } from "#katas/durable-kv/contract.ts";
import { type InvariantId, invariants } from "#katas/durable-kv/invariants.ts";
import { kata } from "#katas/durable-kv/kata.ts";
import type { JointExperiment, PartCase } from "../harness/experiment.ts";
import { encodeToken } from "../harness/token.ts";
import type { SceneCase } from "./script.ts";
import type { Case } from "./case.ts";
import { experiments } from "./checks/index.ts";
import type { HuntingExperiment } from "./hunting.ts";
import type { LivesCase, LivesExperiment } from "./lives.ts";
import { historyOfClients } from "./as-test/clients.ts";
import { historyOfOneClient } from "./as-test/one-client.ts";
import { manyLives } from "./as-test/lives.ts";
import { historyThatRots, type RottenHistory } from "./as-test/rot.ts";
import { sceneAsTest } from "./as-test/scenes/index.ts";
import { conversionsFor, imported, type Imports, indented, type TestBody } from "./as-test/text.ts";

export function asTest(id: InvariantId, content: unknown): string {
  const { lines: body, timeoutMs } = bodyOf(id, experiments[id], content);
  const lines = [...conversionsFor(body), ...body];
  const token = encodeToken(kata.version, id, experiments[id].pack?.(content) ?? content);
  const tag = createHash("sha256").update(token).digest("hex").slice(0, 6);
  const sentence = invariants.find((one) => one.id === id)?.sentence ?? id;
  const used = importsOf(lines);
  const end =
    timeoutMs === undefined ? "});" : `}, ${timeoutMs.toLocaleString("en").replaceAll(",", "_")});`;
  return [
    `// A history that broke this promise: npm run grade ${kata.name} -- --replay ${token}`,
    ...used.map(({ module, namespace }) => `import * as ${namespace}_${tag} from "${module}";`),
    "",
    `vitest_${tag}.test(${JSON.stringify(`${sentence} (history ${tag})`)}, async () => {`,
    ...indented([
      ...used.flatMap(({ names, namespace }) =>
        names.length === 0 ? [] : [`const { ${names.join(", ")} } = ${namespace}_${tag};`],
      ),
      "",
      ...lines.map((line) => line.replaceAll("crashDisk.", `crashDisk_${tag}.`)),
    ]),
    end,
    "",
  ].join("\n");
}

function bodyOf(id: InvariantId, experiment: object, content: unknown): TestBody {
  if ("parts" in experiment) {
    const { part, of } = content as PartCase;
    return bodyOf(id, (experiment as JointExperiment<Subject>).parts[part] ?? {}, of);
  }
  if ("hunt" in experiment) {
    const { hunt } = experiment as HuntingExperiment;
    const testCase = content as Case;
    return testCase.clients.length === 1
      ? historyOfOneClient(hunt, testCase)
      : historyOfClients(hunt, testCase);
  }
  if ("plan" in experiment)
    return manyLives((experiment as LivesExperiment).plan, content as LivesCase);
  if (id === "durable-kv/rot-is-refused") return historyThatRots(content as RottenHistory);
  return sceneAsTest(id, (content as SceneCase).scene);
}

/** What of each module the lines use. */
function importsOf(lines: readonly string[]): Imports[] {
  const text = lines.join("\n");
  return imported
    .map((module) => ({
      ...module,
      names: module.names.filter((name) => new RegExp(`(?<![.\\w])${name}\\b`).test(text)),
    }))
    .filter(
      ({ names, namespace }) =>
        names.length > 0 || text.includes(`${namespace}.`) || namespace === "vitest",
    );
}
