/**
 * A history to be: what the clients do, in which order the disk answers, what goes wrong.
 * Everything a run needs besides the subject, so a case is also what a replay token holds.
 */
import type { Faults } from "#platform/testing/disk-port.ts";
import { schedulerOf, following, type Scheduler } from "../scheduler.ts";
import type { Phase } from "../check.ts";
import type { Operation } from "./workload.ts";

export interface Case<Options extends object = object> {
  /** What each client does, one call after the other. */
  clients: Operation[][];
  /** What is done after the first recovery, by one client. */
  second?: Operation[];
  /** When every client is done, every key is read. */
  readsAtEnd?: boolean;
  /** The store is closed when every client is done. */
  closes?: boolean;
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
  options?: Options;
  sectorBytes: number;
}

export function schedulerFor(testCase: Case): Scheduler {
  if (testCase.draw !== undefined) {
    const steps = 6 * testCase.clients.reduce((sum, operations) => sum + operations.length, 0);
    return schedulerOf(testCase.draw.index, testCase.draw.seed, steps);
  }
  return following(testCase.schedule ?? []);
}

/** Cases no larger than this are looked at without thinning. */
const operationsForAll = 4;

/** Cases with one thing less: a client, an operation, the schedule, bulky values. */
export function* smallerCases<Options extends object>(
  testCase: Case<Options>,
): Iterable<Case<Options>> {
  const { clients, second, schedule, draw, thinning, ...rest } = testCase;
  if (thinning !== undefined && clients.flat().length <= operationsForAll)
    yield { ...rest, clients, ...given({ second, schedule, draw }) };
  const { closes: _closes, readsAtEnd: _readsAtEnd, ...plain } = testCase;
  if (testCase.closes === true || testCase.readsAtEnd === true) yield plain;
  if (clients.length > 1) {
    for (let client = 0; client < clients.length; client++) {
      yield* withSchedules({
        ...testCase,
        clients: clients.filter((_, index) => index !== client),
      });
    }
  }
  if (schedule !== undefined) {
    const { schedule: _schedule, ...firstCome } = testCase;
    yield firstCome;
  }
  for (const [client, operations] of clients.entries()) {
    for (let size = operations.length; size >= 1; size = size >> 1) {
      for (let start = 0; start + size <= operations.length; start += size) {
        const fewer = [...operations.slice(0, start), ...operations.slice(start + size)];
        const others = clients
          .map((own, index) => (index === client ? fewer : own))
          .filter((own) => own.length > 0);
        if (others.length > 0) yield* withSchedules({ ...testCase, clients: others });
      }
    }
  }
  if (second !== undefined) {
    const { second: _second, ...oneLife } = testCase;
    yield oneLife;
    for (let index = 0; index < second.length; index++) {
      yield { ...testCase, second: second.filter((_, at) => at !== index) };
    }
  }
  if (schedule !== undefined && draw === undefined) {
    const lastChoice = schedule.findLastIndex((choice) => choice !== 0);
    if (lastChoice + 1 < schedule.length)
      yield { ...testCase, schedule: schedule.slice(0, lastChoice + 1) };
    for (let step = lastChoice; step >= 0; step--) {
      if (schedule[step] !== 0)
        yield { ...testCase, schedule: schedule.map((choice, at) => (at === step ? 0 : choice)) };
    }
  }
  for (const [client, operations] of clients.entries()) {
    for (const [index, operation] of operations.entries()) {
      if (operation.key === undefined || operation.kind !== "put" || operation.size <= 4) continue;
      for (const size of [4, operation.size >> 1]) {
        const smaller = operations.map((own, at) => (at === index ? { ...operation, size } : own));
        yield { ...testCase, clients: clients.map((own, at) => (at === client ? smaller : own)) };
      }
    }
  }
}

/** Only the properties that are there. */
function given<Values extends object>(
  values: Values,
): { [Key in keyof Values]?: Exclude<Values[Key], undefined> } {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as Values;
}

/** With fewer operations the old choices mean something else: try first-come, the old ones, and a few drawn ones. */
function* withSchedules<Options extends object>(testCase: Case<Options>): Iterable<Case<Options>> {
  const { schedule, draw: _draw, ...bare } = testCase;
  yield bare;
  if (schedule === undefined || !schedule.some((choice) => choice !== 0)) return;
  yield { ...bare, schedule };
  for (let index = 1; index <= 6; index++) yield { ...bare, draw: { index, seed: 1 } };
}
