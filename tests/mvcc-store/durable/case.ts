/**
 * A history on a disk: what the clients commit, in which order the disk answers, what goes wrong. Everything that a
 * run needs besides the subject, so a case is also what a token holds.
 */
import type { Random } from "#platform/random.ts";
import type { Faults } from "#platform/testing/disk-port.ts";
import type { Phase } from "../../harness/check.ts";
import { following, type Scheduler, schedulerOf } from "../../harness/scheduler.ts";
import { keyInWords } from "../script.ts";
import type { DurableOptions } from "./adapter.ts";

/** One transaction: it reads, then it writes, then it commits. */
export interface Work {
  reads?: string[];
  /** null deletes. */
  writes: [key: string, value: number | null][];
}

export interface DurableCase {
  clients: Work[][];
  /** What is committed after a recovery. */
  second?: Work[];
  closes?: true;
  /** The choices of the scheduler; first-come beyond their end. */
  schedule?: number[];
  /** Instead of choices: which of the search's schedules to draw. */
  draw?: { index: number; seed: number };
  faults?: Faults;
  /** Faults that the open after the crash meets. */
  recoveryFaults?: Faults;
  /** Look only for violations of these phases; for those of the check without it. */
  phases?: Phase[];
  /** Of the disks that a crash leaves, one in so many gets a longer afterlife than a plain recovery. */
  thinning?: number;
  options?: DurableOptions;
  sectorBytes: number;
}

export function schedulerFor({ draw, schedule, clients }: DurableCase): Scheduler {
  if (draw === undefined) return following(schedule ?? []);
  return schedulerOf(draw.index, draw.seed, 8 * clients.flat().length);
}

/** "A2" is the second transaction of the first client. */
export function nameOfWork(client: number, index: number): string {
  return `${String.fromCharCode(65 + client)}${index + 1}`;
}

/** Names in the life after a recovery. */
export function nameOfSecond(index: number): string {
  return `Z${index + 1}`;
}

const sizes = [6, 14, 44, 90];

/** The text that stands for a number: unique, and of different lengths. */
export function textOf(value: number): string {
  const size = value % 97 === 0 ? 3000 : (sizes[value % sizes.length] ?? 6);
  return `v${value}.`.repeat(Math.ceil(size / 3)).slice(0, Math.max(size, `v${value}.`.length));
}

/** A text that was read, by its number where it is one. */
export function shortText(value: unknown): string {
  if (typeof value !== "string") return value === undefined ? "undefined" : "something else";
  const number = Number(/^v(\d+)\./.exec(value)?.[1]);
  return value === textOf(number) ? `${number}` : `(${value.length} other characters)`;
}

export function writesInWords({ writes }: Work): string {
  return writes
    .map(([key, value]) =>
      value === null ? `delete ${keyInWords(key)}` : `${keyInWords(key)}=${value}`,
    )
    .join(" ");
}

// ── Drawing ───────────────────────────────────────────────────────────────────────────────────

export interface WorkMix {
  transactions: number;
  keys: readonly string[];
  writes: number;
  /** Out of ten. */
  deletes: number;
  reads: number;
}

export function drawWork(random: Random, mix: WorkMix, firstValue: number): Work[] {
  let value = firstValue;
  const key = (): string => mix.keys[random.below(mix.keys.length)] ?? "a";
  return Array.from({ length: mix.transactions }, () => {
    const keys = new Set(Array.from({ length: 1 + random.below(mix.writes) }, key));
    const reads = [...new Set(Array.from({ length: random.below(3) }, key))];
    const isReader = random.below(10) < mix.reads;
    const writes = [...keys].map((one): [string, number | null] => [
      one,
      random.below(10) < mix.deletes ? null : value++,
    ]);
    return { reads: isReader ? [...keys] : reads, writes: isReader ? [] : writes };
  });
}

const sectorSizes = [16, 32, 64];

export function sectorOf(index: number): number {
  return sectorSizes[index % sectorSizes.length] ?? 32;
}

/** What is committed after a recovery: overwrite, delete, add. */
export const secondLife: readonly Work[] = [
  {
    writes: [
      ["a", 901],
      ["b", null],
    ],
  },
  {
    writes: [
      ["b", 902],
      ["z", 903],
    ],
  },
];

// ── Smaller cases ─────────────────────────────────────────────────────────────────────────────

const worksForAll = 4;

/** Cases with one thing less: a client, a transaction, a write, the schedule. */
export function* smallerCases(testCase: DurableCase): Iterable<DurableCase> {
  const { clients, second, schedule, thinning, closes, ...rest } = testCase;
  if (thinning !== undefined && clients.flat().length <= worksForAll)
    yield without(testCase, "thinning");
  if (closes === true) yield without(testCase, "closes");
  if (clients.length > 1)
    for (const client of clients.keys())
      yield* withSchedules({ ...testCase, clients: clients.filter((_, at) => at !== client) });
  if (schedule !== undefined) yield without(testCase, "schedule");
  for (const [client, works] of clients.entries()) {
    for (let size = works.length; size >= 1; size >>= 1) {
      for (let start = 0; start + size <= works.length; start += size) {
        const fewer = [...works.slice(0, start), ...works.slice(start + size)];
        const others = clients
          .map((own, at) => (at === client ? fewer : own))
          .filter((own) => own.length > 0);
        if (others.length > 0) yield* withSchedules({ ...testCase, clients: others });
      }
    }
  }
  if (second !== undefined) {
    yield without(testCase, "second");
    for (const index of second.keys())
      if (second.length > 1) yield { ...testCase, second: second.filter((_, at) => at !== index) };
  }
  if (schedule !== undefined && rest.draw === undefined) {
    const last = schedule.findLastIndex((choice) => choice !== 0);
    if (last + 1 < schedule.length) yield { ...testCase, schedule: schedule.slice(0, last + 1) };
    for (let step = last; step >= 0; step--)
      if (schedule[step] !== 0)
        yield { ...testCase, schedule: schedule.map((choice, at) => (at === step ? 0 : choice)) };
  }
  for (const [client, works] of clients.entries()) {
    for (const [index, work] of works.entries()) {
      const put = (one: Work): DurableCase => ({
        ...testCase,
        clients: clients.map((own, at) => (at === client ? own.with(index, one) : own)),
      });
      if (work.reads !== undefined && work.reads.length > 0) yield put({ writes: work.writes });
      if (work.writes.length > 1)
        for (const write of work.writes.keys())
          yield put({ ...work, writes: work.writes.filter((_, at) => at !== write) });
    }
  }
}

function without(testCase: DurableCase, name: keyof DurableCase): DurableCase {
  return Object.fromEntries(
    Object.entries(testCase).filter(([property]) => property !== name),
  ) as unknown as DurableCase;
}

/** With less in it the old choices mean something else: try first-come, the old ones, and a few drawn ones. */
function* withSchedules(testCase: DurableCase): Iterable<DurableCase> {
  const { schedule, draw: _draw, ...bare } = testCase;
  yield bare;
  if (schedule === undefined || !schedule.some((choice) => choice !== 0)) return;
  yield { ...bare, schedule };
  for (let index = 1; index <= 6; index++) yield { ...bare, draw: { index, seed: 1 } };
}
