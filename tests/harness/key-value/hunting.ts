/**
 * Checks that hunt: cases drawn from a seed, each run, crashed and judged.
 */
import { type Random, seededRandom } from "#platform/random.ts";
import type { Experiment } from "../experiment.ts";
import type { Claims } from "../on-disk/disk-subject.ts";
import { type Case, smallerCases } from "./case.ts";
import { type Hunt, runHunt } from "./hunt.ts";
import { packCase, unpackCase } from "./packed-case.ts";
import type { StoreKata } from "./store-kata.ts";
import { drawOperations, type Mix, type Operation } from "./workload.ts";

export interface HuntingPlan<Options extends object = object, Id extends string = string> {
  promise: Id;
  hunt: Hunt;
  /** How many cases a full grade runs; half as many again never hurt. */
  cases: number;
  draw: (random: Random, index: number) => Case<Options>;
  /** Cases that are tried before any is drawn. */
  always?: readonly Case<Options>[];
}

/** A check that hunts says how, for its histories to be kept as tests. */
export interface HuntingExperiment<Exports, Options extends object> extends Experiment<
  Exports,
  Case<Options>
> {
  readonly hunt: Hunt;
}

export function hunting<Exports extends Claims, Store, Options extends object>(
  store: StoreKata<Exports, Store, Options>,
  { promise, hunt, cases, draw, always = [] }: HuntingPlan<Options>,
): HuntingExperiment<Exports, Options> {
  return {
    promise,
    hunt,
    kataVersion: store.kata.version,
    *cases({ seed, effort }) {
      yield* always;
      const count = Math.max(2, Math.round(cases * effort));
      for (let index = 0; index < count; index++)
        yield draw(seededRandom(seed * 1_000_003 + index), index);
    },
    run: (subject, testCase, listener) =>
      runHunt(store, hunt, subject, fitted(store, subject.exports, testCase), listener),
    smaller: smallerCases,
    pack: (testCase) => packCase(store, testCase),
    unpack: (packed) => unpackCase(store, packed),
    withSchedule: ({ draw: _draw, ...testCase }, schedule, phase) => ({
      ...testCase,
      schedule,
      phases: [phase],
    }),
  };
}

/** What a subject does not claim is not asked of it: operations of higher levels, calls that overlap. */
function fitted<Options extends object>(
  store: StoreKata,
  exports: Claims,
  testCase: Case<Options>,
): Case<Options> {
  const level = exports.level ?? store.kata.levels.length;
  const isClaimed = (operation: Operation): boolean =>
    operation.key !== undefined || level >= (store.own[operation.kind]?.level ?? 0);
  return oneClientFor(exports, withOnly(isClaimed, testCase));
}

/** Options go with the operations that they were meant for. */
function withOnly<Options extends object>(
  isClaimed: (operation: Operation) => boolean,
  testCase: Case<Options>,
): Case<Options> {
  if (testCase.clients.every((operations) => operations.every(isClaimed))) return testCase;
  const { options: _options, ...rest } = testCase;
  return { ...rest, clients: testCase.clients.map((operations) => operations.filter(isClaimed)) };
}

function oneClientFor<Options extends object>(
  exports: Claims,
  testCase: Case<Options>,
): Case<Options> {
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
