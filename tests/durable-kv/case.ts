/**
 * A history to be: what the clients do, in which order the disk answers, what goes wrong.
 * Everything a run needs besides the subject, so a case is also what a replay token holds.
 */
import type { Faults } from "#platform/testing/disk-port.ts";
import { schedulerOf, following, type Scheduler } from "../harness/scheduler.ts";
import type { Phase } from "../harness/check.ts";
import type { Operation } from "./workload.ts";

export interface Case {
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
  options?: { segmentBytesMax?: number; writersWaitingMax?: number };
  sectorBytes: number;
}

export function schedulerFor(testCase: Case): Scheduler {
  if (testCase.draw !== undefined) {
    const steps = 6 * testCase.clients.reduce((sum, operations) => sum + operations.length, 0);
    return schedulerOf(testCase.draw.index, testCase.draw.seed, steps);
  }
  return following(testCase.schedule ?? []);
}

/** A case as few characters: "pa1.20 da|ga" are two clients, sizes after the dot. */
export function packCase({ clients, second, sectorBytes, ...rest }: Case): unknown {
  const text = (operations: readonly Operation[]): string =>
    operations.map(packOperation).join(" ");
  const packed: unknown[] = [clients.map(text).join("|"), sectorBytes];
  const hasRest = Object.keys(rest).length > 0;
  if (second !== undefined || hasRest) packed.push(second === undefined ? 0 : text(second));
  if (hasRest) packed.push(rest);
  return packed;
}

export function unpackCase(packed: unknown): Case {
  const [clients, sectorBytes, second, rest] = packed as [
    string,
    number,
    (string | 0)?,
    Partial<Case>?,
  ];
  const operations = (text: string): Operation[] =>
    text === "" ? [] : text.split(" ").map(unpackOperation);
  return {
    ...rest,
    clients: clients.split("|").map(operations),
    sectorBytes,
    ...(typeof second === "string" ? { second: operations(second) } : {}),
  };
}

const letters = { put: "p", delete: "d", get: "g", compact: "c", close: "x" } as const;

function packOperation(operation: Operation): string {
  switch (operation.kind) {
    case "put":
      return `p${operation.key}${operation.value}.${operation.size}`;
    case "delete":
    case "get":
      return `${letters[operation.kind]}${operation.key}`;
    case "compact":
    case "close":
      return letters[operation.kind];
    default:
      throw new RangeError(`Expected an operation of a drawn case, got ${operation.kind}.`);
  }
}

function unpackOperation(text: string): Operation {
  const [letter = "", key = "", value = "", size = ""] =
    /^([a-z])([a-z]*)(?:(\d+)\.(\d+))?$/.exec(text)?.slice(1) ?? [];
  if (letter === "p") return { kind: "put", key, value: Number(value), size: Number(size) };
  if (letter === "d") return { kind: "delete", key };
  if (letter === "g") return { kind: "get", key };
  if (letter === "c") return { kind: "compact" };
  if (letter === "x") return { kind: "close" };
  throw new RangeError(`Expected an operation such as pa1.20, got ${text}.`);
}

/** Cases no larger than this are looked at without thinning. */
const operationsForAll = 4;

/** Cases with one thing less: a client, an operation, the schedule, bulky values. */
export function* smallerCases(testCase: Case): Iterable<Case> {
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
      if (operation.kind !== "put" || operation.size <= 4) continue;
      for (const size of [4, operation.size >> 1]) {
        const smaller = operations.map((own, at) =>
          at === index && own.kind === "put" ? { ...own, size } : own,
        );
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
function* withSchedules(testCase: Case): Iterable<Case> {
  const { schedule, draw: _draw, ...bare } = testCase;
  yield bare;
  if (schedule === undefined || !schedule.some((choice) => choice !== 0)) return;
  yield { ...bare, schedule };
  for (let index = 1; index <= 6; index++) yield { ...bare, draw: { index, seed: 1 } };
}
