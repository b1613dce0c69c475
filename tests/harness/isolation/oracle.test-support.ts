/**
 * The definitions, tried out: all choices of which `maybe` committed, all orders, no graph and no cleverness. Slow, and
 * therefore easy to believe.
 */
import type { Transaction } from "./transaction.ts";

type Lists = ReadonlyMap<string, readonly string[]>;

/** Some order of whole transactions explains every read. */
export function isSerializableByDefinition(
  history: readonly Transaction[],
  realTime: boolean,
): boolean {
  return choicesOfCommitted(history).some((committed) =>
    canFollow(new Map(), -Infinity, committed, realTime),
  );
}

function canFollow(
  lists: Lists,
  now: number,
  left: readonly Transaction[],
  realTime: boolean,
): boolean {
  if (left.length === 0) return true;
  return left.some((transaction) => {
    const then = Math.max(now, transaction.calledAt);
    if (realTime && then > transaction.settledAt) return false;
    if (!readsAreExplained(transaction, lists)) return false;
    const others = left.filter((other) => other !== transaction);
    return canFollow(listsAfter(transaction, lists), then, others, realTime);
  });
}

interface Active {
  readonly transaction: Transaction;
  /** Keys to which somebody else committed an append since it started. */
  readonly overwritten: ReadonlySet<string>;
}

/** Some order of starts and commits explains every read, and no two that overlap append to the same list. */
export function isSnapshotIsolatedByDefinition(
  history: readonly Transaction[],
  realTime: boolean,
): boolean {
  return choicesOfCommitted(history).some((committed) =>
    canGoOn({ lists: new Map(), now: -Infinity, left: committed, active: [] }, realTime, new Set()),
  );
}

interface Moment {
  readonly lists: Lists;
  readonly now: number;
  readonly left: readonly Transaction[];
  readonly active: readonly Active[];
}

/** `hopeless`: moments from which all was tried before. */
function canGoOn(moment: Moment, realTime: boolean, hopeless: Set<string>): boolean {
  const { lists, now, left, active } = moment;
  if (left.length === 0 && active.length === 0) return true;
  const description = describe(moment);
  if (hopeless.has(description)) return false;
  const timeOf = ({ calledAt }: Transaction): number => Math.max(now, calledAt);
  const isInTime = (transaction: Transaction): boolean =>
    !realTime || timeOf(transaction) <= transaction.settledAt;

  const canCommit = active.some((committing) => {
    const { transaction, overwritten } = committing;
    const keys = keysAppendedBy(transaction);
    if (!isInTime(transaction) || keys.some((key) => overwritten.has(key))) return false;
    const others = active
      .filter((other) => other !== committing)
      .map((other) => ({ ...other, overwritten: new Set([...other.overwritten, ...keys]) }));
    const after = listsAfter(transaction, lists);
    const next = { lists: after, now: timeOf(transaction), left, active: others };
    return canGoOn(next, realTime, hopeless);
  });
  const canStart = (): boolean =>
    left.some((transaction) => {
      if (!isInTime(transaction) || !readsAreExplained(transaction, lists)) return false;
      const others = left.filter((other) => other !== transaction);
      const started = [...active, { transaction, overwritten: new Set<string>() }];
      const next = { lists, now: timeOf(transaction), left: others, active: started };
      return canGoOn(next, realTime, hopeless);
    });
  if (canCommit || canStart()) return true;
  hopeless.add(description);
  return false;
}

/** Equal for equal moments of one history, whose clients are all different. */
function describe({ lists, now, left, active }: Moment): string {
  return JSON.stringify([
    String(now),
    left.map(({ client }) => client),
    active
      .map(({ transaction, overwritten }) => [transaction.client, [...overwritten].sort()])
      .sort(),
    [...lists].sort(),
  ]);
}

/** All that are ok, with each subset of those that are maybe. */
function choicesOfCommitted(history: readonly Transaction[]): Transaction[][] {
  let choices: Transaction[][] = [[]];
  for (const transaction of history) {
    if (transaction.outcome === "failed") continue;
    const having = choices.map((choice) => [...choice, transaction]);
    choices = transaction.outcome === "ok" ? having : [...choices, ...having];
  }
  return choices;
}

function readsAreExplained({ operations }: Transaction, before: Lists): boolean {
  const lists = new Map(before);
  return operations.every((operation) => {
    switch (operation.call) {
      case "append":
        lists.set(operation.key, [...(lists.get(operation.key) ?? []), operation.element]);
        return true;
      case "read":
        return (
          operation.elements === undefined || isSame(operation.elements, lists.get(operation.key))
        );
      case "range": {
        const { from, to, found } = operation;
        if (found === undefined) return true;
        return [...new Set([...lists.keys(), ...found.keys()])]
          .filter((key) => key >= from && (to === undefined || key < to))
          .every((key) => isSame(found.get(key) ?? [], lists.get(key)));
      }
    }
  });
}

function isSame(seen: readonly string[], list: readonly string[] = []): boolean {
  return seen.length === list.length && seen.every((element, index) => element === list[index]);
}

function listsAfter({ operations }: Transaction, before: Lists): Lists {
  const lists = new Map(before);
  for (const operation of operations)
    if (operation.call === "append")
      lists.set(operation.key, [...(lists.get(operation.key) ?? []), operation.element]);
  return lists;
}

function keysAppendedBy({ operations }: Transaction): string[] {
  return operations.flatMap((operation) => (operation.call === "append" ? [operation.key] : []));
}
