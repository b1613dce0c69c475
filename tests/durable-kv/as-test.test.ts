import { expect, test } from "vitest";
import type { Subject } from "#katas/durable-kv/contract.ts";
import { type InvariantId, invariants } from "#katas/durable-kv/invariants.ts";
import { kata } from "#katas/durable-kv/kata.ts";
import {
  type AnyExperiment,
  checkOf,
  type Experiment,
  type JointExperiment,
} from "../harness/experiment.ts";
import { type KeptToken, proveKeptTests } from "../harness/prove/kept-tests.ts";
import { subjectAt } from "../harness/prove/promises.ts";
import { decodeToken, encodeToken } from "../harness/token.ts";
import { scenes } from "./as-test/scenes/index.ts";
import { experiments } from "./checks/index.ts";
import { suite } from "./suite.ts";

const proven = { kata, invariants, suite };

/** An impostor for each phase in which a promise may break, and for each way of playing a scene. */
const impostors = [
  "append-not-awaited",
  "sync-beside-the-append",
  "torn-line-is-an-error",
  "tail-left-in-place",
  "recovery-needs-no-sync",
  "merged-with-one-directory-sync",
  "unreadable-is-empty",
  "failed-sync-is-tried-again",
  "short-reads-leave-zeros",
  "salvages-what-is-left",
  "snapshot-replaces-too-early",
  "read-cache-forgets-puts",
  "close-turns-writers-away",
  "reads-see-waiting-writes",
  "sync-covers-lone-latecomers",
  "keeps-the-callers-buffer",
  "long-keys-are-hashed",
  "second-close-is-refused",
  "takes-over-a-held-lock",
  "dictionary-in-the-module",
  "sixteen-writers-at-a-time",
  "reads-wait-for-their-writers",
  "the-batch-does-not-count",
  "old-segments-are-hidden",
  "close-hurries-the-writers",
  "reads-wait-for-compaction",
  "unfinished-snapshots-stay",
  "throws-when-closed",
  "one-chain-for-all-stores",
  "asks-eight-times",
  "counts-anew-after-each-answer",
  "compacts-as-well-as-it-can",
  "second-compaction-is-no-work",
  "one-buffer-for-all-appends",
  "one-failure-for-all-stores",
  "one-compaction-at-a-time",
  "writes-are-repeated-after-a-compaction",
  "tidies-up-before-it-locks",
  "second-failed-sync-is-tried-again",
  "unreadable-values-are-absent",
];

proveKeptTests(proven, {
  impostors,
  tokens: async () => [
    await keptFromManyLives("tail-left-in-place", "durable-kv/writes-go-on-after-a-crash"),
  ],
  factories: ["openDurableKv"],
});

test("a kept test exists for every scene", () => {
  const missing: string[] = [];
  for (const { id } of invariants) {
    for (const scene of scenesOf(experiments[id])) {
      if (scenes[id]?.[scene] === undefined) missing.push(`${id}: ${scene}`);
    }
  }
  expect(missing).toEqual([]);
});

/** The scenes of a check, or of those of its parts that have some. */
function scenesOf(experiment: AnyExperiment<Subject>): string[] {
  if ("parts" in experiment)
    return (experiment as JointExperiment<Subject>).parts.flatMap(scenesOf);
  const found: string[] = [];
  for (const testCase of experiment.cases({ seed: 1, effort: 0.01 }) as Iterable<object>) {
    if (!("scene" in testCase)) break;
    found.push(String(testCase.scene));
  }
  return found;
}

/** The history that the second part of a promise's check finds: many lives on one disk. */
async function keptFromManyLives(impostor: string, id: InvariantId): Promise<KeptToken> {
  const { parts } = experiments[id] as JointExperiment<Subject>;
  const part = parts.findIndex((one) => "plan" in one);
  const lives = parts[part] as Experiment<Subject, unknown>;
  const subject = await subjectAt(proven, `tests/durable-kv/impostors/${impostor}.ts`);
  const verdict = await checkOf(lives)(subject, { seed: 1, effort: 0.3 });
  const found = decodeToken(verdict.status === "broken" ? (verdict.replay ?? "") : "");
  if ("problem" in found) throw new Error(`${impostor} keeps ${id}. ${found.problem}`);
  return { impostor, token: encodeToken(kata.version, id, [part, found.content]) };
}
