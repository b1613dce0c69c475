/**
 * Random histories: a store of some quality, right or wrong, runs a few transactions at once, and then a few answers may
 * be changed. Times are small whole numbers, so that many are equal.
 */
import type { Random } from "#platform/random.ts";
import type { ListOperation, Transaction } from "./transaction.ts";

export const storeKinds = [
  /** One transaction at a time. */
  "serial",
  /** Reads as of the start; of two overlapping writers of a list the second to commit fails. */
  "snapshot",
  /** The same with snapshots that may be older than the start. */
  "old-snapshot",
  /** The same with lists each as of a moment of its own. */
  "torn-snapshot",
  /** As of the start, and none fails. */
  "snapshot-without-conflicts",
  /** Reads what is committed by now. */
  "read-committed",
  /** Appends are seen before they are committed, and are not undone. */
  "read-uncommitted",
] as const;
export type StoreKind = (typeof storeKinds)[number];

export interface HistoryShape {
  readonly store: StoreKind;
  readonly transactionsMax: number;
  readonly operationsMax: number;
  readonly keys: readonly string[];
  /** Shares in [0, 1]. */
  readonly appendShare: number;
  readonly rangeShare: number;
  readonly maybeShare: number;
  readonly failedShare: number;
  readonly unknownShare: number;
  readonly wrongAnswerShare: number;
  /** How many steps of the store make one unit of time. */
  readonly stepsPerMoment: number;
}

type Lists = Map<string, readonly string[]>;
type Outcome = Transaction["outcome"];

interface Running {
  readonly plan: ("append" | "read" | "range")[];
  readonly operations: ListOperation[];
  readonly calledAt: number;
  readonly startedAt: number;
  readonly own: { key: string; element: string }[];
  readonly snapshot: Lists;
  /** Which of the past states each list is seen in. */
  readonly tornAt: ReadonlyMap<string, number> | undefined;
}

export function randomHistory(random: Random, shape: HistoryShape): Transaction[] {
  const { store, keys } = shape;
  const isSnapshot = store.includes("snapshot");
  let waiting = 1 + random.below(shape.transactionsMax);
  const running: Running[] = [];
  const history: Transaction[] = [];
  const committedLists: Lists = new Map();
  const pastLists: Lists[] = [new Map<string, readonly string[]>()];
  const commitsOf = new Map<string, number>();
  let step = 0;
  let elements = 0;
  const now = (): number => Math.floor(step / shape.stepsPerMoment);

  while (waiting > 0 || running.length > 0) {
    step += 1;
    const mayBegin = waiting > 0 && (store !== "serial" || running.length === 0);
    if (mayBegin && (running.length === 0 || random.below(2) === 0)) {
      waiting -= 1;
      const past = store === "old-snapshot" ? random.below(pastLists.length) : pastLists.length - 1;
      running.push({
        plan: Array.from({ length: 1 + random.below(shape.operationsMax) }, () => planned()),
        operations: [],
        calledAt: Math.max(0, now() - (random.below(3) === 0 ? random.below(4) : 0)),
        startedAt: past,
        own: [],
        snapshot: pastLists[past] as Lists,
        tornAt:
          store === "torn-snapshot"
            ? new Map(keys.map((key) => [key, random.below(pastLists.length)]))
            : undefined,
      });
      continue;
    }
    const one = pick(random, running);
    const call = one.plan.shift();
    if (call === undefined) {
      running.splice(running.indexOf(one), 1);
      finish(one);
    } else one.operations.push(perform(one, call));
  }
  const answers = answersOf(history);
  // The order of the file means nothing, so it is not always that of the answers.
  const inFile = random.below(2) === 0 ? history : history.toReversed();
  return inFile.map((transaction) => ({
    ...transaction,
    operations: transaction.operations.map((operation) =>
      changed(random, operation, shape, answers),
    ),
  }));

  function planned(): "append" | "read" | "range" {
    if (random.next() < shape.appendShare) return "append";
    return random.next() < shape.rangeShare ? "range" : "read";
  }

  function perform(one: Running, call: "append" | "read" | "range"): ListOperation {
    const key = pick(random, keys);
    if (call === "append") {
      elements += 1;
      const element = String(elements);
      one.own.push({ key, element });
      if (store === "read-uncommitted") append(committedLists, key, element);
      return { call, key, element };
    }
    if (call === "read") return { call, key, elements: seen(one, key) };
    const to = pick(random, [...keys, undefined]);
    const inRange = keys.filter((other) => other >= key && (to === undefined || other < to));
    const found = new Map<string, readonly string[]>();
    for (const other of inRange)
      if (seen(one, other).length > 0) found.set(other, seen(one, other));
    return { call, from: key, to, found };
  }

  function seen(one: Running, key: string): readonly string[] {
    const base = (isSnapshot ? snapshotOf(one, key) : committedLists).get(key) ?? [];
    if (store === "read-uncommitted") return base;
    return [...base, ...one.own.filter((own) => own.key === key).map(({ element }) => element)];
  }

  function snapshotOf({ snapshot, tornAt }: Running, key: string): Lists {
    return tornAt === undefined ? snapshot : (pastLists[tornAt.get(key) ?? 0] as Lists);
  }

  function finish({ operations, calledAt, startedAt, own, tornAt }: Running): void {
    const settledAt = now() + (random.below(3) === 0 ? random.below(4) : 0);
    const isConflict =
      isSnapshot &&
      store !== "snapshot-without-conflicts" &&
      own.some(({ key }) => (commitsOf.get(key) ?? 0) > (tornAt?.get(key) ?? startedAt));
    const isRejected = isConflict || random.next() < shape.failedShare;
    const isUnknown = random.next() < shape.maybeShare;
    if (!isRejected) {
      for (const { key, element } of own) {
        if (store !== "read-uncommitted") append(committedLists, key, element);
        commitsOf.set(key, pastLists.length);
      }
      pastLists.push(new Map(committedLists));
    }
    const outcome: Outcome = isUnknown ? "maybe" : isRejected ? "failed" : "ok";
    history.push({
      client: history.length,
      operations,
      calledAt,
      settledAt: isUnknown && random.below(2) === 0 ? Infinity : settledAt,
      outcome,
    });
  }
}

function append(lists: Lists, key: string, element: string): void {
  lists.set(key, [...(lists.get(key) ?? []), element]);
}

/** What anybody was answered about each list. */
function answersOf(history: readonly Transaction[]): Map<string, (readonly string[])[]> {
  const answers = new Map<string, (readonly string[])[]>();
  for (const operation of history.flatMap(({ operations }) => operations)) {
    if (operation.call !== "read" || operation.elements === undefined) continue;
    const ofKey = answers.get(operation.key) ?? [];
    ofKey.push(operation.elements);
    answers.set(operation.key, ofKey);
  }
  return answers;
}

function changed(
  random: Random,
  operation: ListOperation,
  shape: HistoryShape,
  answers: ReadonlyMap<string, (readonly string[])[]>,
): ListOperation {
  if (operation.call === "append") return operation;
  if (random.next() < shape.unknownShare)
    return operation.call === "read"
      ? { ...operation, elements: undefined }
      : { ...operation, found: undefined };
  if (random.next() >= shape.wrongAnswerShare) return operation;
  if (operation.call === "read")
    return {
      ...operation,
      elements: changedList(random, operation.elements ?? [], answers.get(operation.key) ?? []),
    };
  const found = new Map(operation.found);
  const key = pick(random, [...shape.keys]);
  if (random.below(2) === 0) found.delete(key);
  else if (key >= operation.from && (operation.to === undefined || key < operation.to))
    found.set(key, changedList(random, found.get(key) ?? [], answers.get(key) ?? []));
  return { ...operation, found };
}

/** `answers`: what others saw of the same list. */
function changedList(
  random: Random,
  elements: readonly string[],
  answers: readonly (readonly string[])[],
): readonly string[] {
  switch (random.below(8)) {
    case 0:
      return elements.slice(0, -1);
    case 1:
      return [...elements, String(1 + random.below(8))];
    case 2:
      return elements.toReversed();
    case 3:
      return elements.slice(1);
    case 4:
      return elements.slice(0, random.below(elements.length + 1));
    default:
      return answers.length === 0 ? elements : pick(random, answers);
  }
}

function pick<Item>(random: Random, items: readonly Item[]): Item {
  return items[random.below(items.length)] as Item;
}
