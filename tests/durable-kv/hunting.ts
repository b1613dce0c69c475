/**
 * Checks that hunt: cases drawn from a seed, each run, crashed and judged.
 */
import { kata } from "#katas/durable-kv/kata.ts";
import type { Subject } from "#katas/durable-kv/contract.ts";
import type { InvariantId } from "#katas/durable-kv/invariants.ts";
import { type Random, seededRandom } from "#platform/random.ts";
import type { Experiment } from "../harness/experiment.ts";
import { type Case, packCase, smallerCases, unpackCase } from "./case.ts";
import { type Hunt, runHunt } from "./hunt.ts";
import { drawOperations, type Mix } from "./workload.ts";

export interface HuntingPlan {
  promise: InvariantId;
  hunt: Hunt;
  /** How many cases a full grade runs; half as many again never hurt. */
  cases: number;
  draw: (random: Random, index: number) => Case;
  /** Cases that are tried before any is drawn. */
  always?: readonly Case[];
}

/** A check that hunts says how, for its histories to be kept as tests. */
export interface HuntingExperiment extends Experiment<Subject, Case> {
  readonly hunt: Hunt;
}

export function hunting({
  promise,
  hunt,
  cases,
  draw,
  always = [],
}: HuntingPlan): HuntingExperiment {
  return {
    promise,
    hunt,
    kataVersion: kata.version,
    *cases({ seed, effort }) {
      yield* always;
      const count = Math.max(2, Math.round(cases * effort));
      for (let index = 0; index < count; index++)
        yield draw(seededRandom(seed * 1_000_003 + index), index);
    },
    run: (subject, testCase, listener) =>
      runHunt(hunt, subject, fitted(subject.exports, testCase), listener),
    smaller: smallerCases,
    pack: packCase,
    unpack: unpackCase,
    withSchedule: ({ draw: _draw, ...testCase }, schedule, phase) => ({
      ...testCase,
      schedule,
      phases: [phase],
    }),
  };
}

/** What a subject does not claim is not asked of it: compactions below level 5, calls that overlap. */
function fitted(exports: Subject, testCase: Case): Case {
  return oneClientFor(
    exports,
    (exports.level ?? compactionLevel) >= compactionLevel ? testCase : withoutCompaction(testCase),
  );
}

const compactionLevel = 5;

function withoutCompaction(testCase: Case): Case {
  const { options: _options, ...rest } = testCase;
  const clients = testCase.clients.map((operations) =>
    operations.filter(({ kind }) => kind !== "compact"),
  );
  return testCase.clients.some((operations) => operations.some(({ kind }) => kind === "compact"))
    ? { ...rest, clients }
    : testCase;
}

function oneClientFor(exports: Subject, testCase: Case): Case {
  if (exports.singleThreaded === undefined || testCase.clients.length === 1) return testCase;
  return { ...testCase, clients: [testCase.clients.flat()] };
}

const sectorSizes = [16, 32, 64];

export function sectorOf(index: number): number {
  return sectorSizes[index % sectorSizes.length] ?? 32;
}

/** One client for levels 1 and 2. */
export function oneClient(random: Random, mix: Mix): Case["clients"] {
  return [drawOperations(random, mix, 1)];
}

export function manyClients(random: Random, count: number, mix: Mix): Case["clients"] {
  return Array.from({ length: count }, (_, client) =>
    drawOperations(random, mix, client * 100 + 1),
  );
}

/** Two to four clients with a few calls each, and now and then eight with one or two. */
export function crowd(
  random: Random,
  index: number,
  mix: Omit<Mix, "operations">,
): Case["clients"] {
  if (index % 8 === 7)
    return manyClients(random, 8, { ...mix, operations: 1 + ((index >> 3) % 2) });
  return manyClients(random, 2 + (index % 3), { ...mix, operations: 2 + (index % 3) });
}

/** What a client does after the first recovery: overwrite, delete, add. */
export function secondLife(keys: readonly string[]): NonNullable<Case["second"]> {
  const [first = "a", second = "b"] = keys;
  return [
    { kind: "put", key: first, value: 901, size: 20 },
    { kind: "delete", key: second },
    { kind: "put", key: second, value: 902, size: 5 },
  ];
}
