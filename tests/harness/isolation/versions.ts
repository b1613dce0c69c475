/**
 * Which versions every list went through, who wrote each and who read it, and whatever no order of transactions could
 * explain: the rules that need no cycle.
 *
 *     read a → [1 2 3 4]        the longest read of a
 *     └ T1 ┘└ T2 ┘ └T5┘         versions 1, 2 and 3; the empty list is version 0
 *     and then T7, T8           committed appends that nobody saw: after version 3, in an unknown order
 *
 * Guarantees
 * - A `maybe` counts as committed if and only if a committed transaction saw one of its appends. (Leaving out one that
 *   nobody saw takes nothing from a legal history, so that is the kindest assumption and never a wrong one.)
 * - Of every committed transaction and list one read is kept: what it saw without its own appends. All its other reads
 *   of the list agree with it, else `internal`.
 * - Linear in the length of all reads together.
 */
import type { Anomaly, AnomalyKind } from "./anomaly.ts";
import type { Transaction } from "./transaction.ts";
import { nameOf } from "./transaction.ts";
import { describeList, describeText } from "./words.ts";

interface Append {
  readonly element: string;
  readonly transaction: number;
  /** How many elements the transaction had appended to this list before. */
  readonly ordinal: number;
  /** The transaction's last append to this list. */
  isFinal: boolean;
  /** In the longest read; -1 until somebody saw it. */
  position: number;
}

export interface ListRead {
  readonly transaction: number;
  /** How many elements were seen, the transaction's own left out. */
  readonly length: number;
  /** Nothing but range reads saw the list, and they saw it absent. */
  readonly isAbsence: boolean;
}

export interface ListVersions {
  readonly key: string;
  readonly appends: Map<string, Append>;
  /** The longest read. */
  readonly order: Append[];
  /** Who saw it. */
  orderReader: number;
  readonly reads: ListRead[];
  /** `writers[v]` wrote version v + 1. */
  readonly writers: number[];
  /** The version that a read of n elements saw. */
  readonly versionOfLength: number[];
  /**
   * Committed transactions whose appends nobody else saw. If one of them read the last version it comes first of them
   * and is in `writers`; of those left here none did.
   */
  readonly unordered: number[];
}

export interface Versions {
  readonly transactions: readonly Transaction[];
  readonly lists: readonly ListVersions[];
  /** By transaction. */
  readonly committed: readonly boolean[];
  readonly anomalies: readonly Anomaly[];
}

/** One transaction's view of one list. */
interface View {
  readonly list: ListVersions;
  readonly own: string[];
  base: readonly string[] | undefined;
  isRangeOnly: boolean;
}

export class DuplicateAppendError extends Error {
  override readonly name = "DuplicateAppendError";
  readonly code = "DUPLICATE_APPEND";
  /** Indices into the history; the same one twice where a transaction repeats itself. */
  readonly transactions: readonly [first: number, second: number];

  constructor(key: string, element: string, transactions: readonly [number, number]) {
    super(
      `Expected every element to be appended to a list once, got ${describeText(element)} twice for ${describeText(key)}.`,
    );
    this.transactions = transactions;
  }
}

export function readVersions(transactions: readonly Transaction[]): Versions {
  return new VersionReader(transactions).read();
}

class VersionReader {
  readonly #transactions: readonly Transaction[];
  readonly #lists = new Map<string, ListVersions>();
  /** All keys that occur, sorted: what a range may have missed. */
  readonly #keys: readonly string[];
  readonly #committed: boolean[];
  /** Committed transactions whose reads have still to be looked at. */
  readonly #pending: number[] = [];
  readonly #anomalies: Anomaly[] = [];

  constructor(transactions: readonly Transaction[]) {
    this.#transactions = transactions;
    this.#committed = transactions.map(({ outcome }) => outcome === "ok");
    for (let index = 0; index < transactions.length; index++) this.#recordAppends(index);
    this.#keys = [...this.#lists.keys()].sort();
  }

  read(): Versions {
    for (const [index, committed] of this.#committed.entries())
      if (committed) this.#pending.push(index);
    // The list grows while it is walked: whoever was seen counts as committed, and then its own reads count too.
    for (let next = 0; next < this.#pending.length; next++)
      this.#readTransaction(this.#pending[next] as number);
    for (const list of this.#lists.values()) this.#findWriters(list);
    this.#findUnordered();
    return {
      transactions: this.#transactions,
      lists: [...this.#lists.values()],
      committed: this.#committed,
      anomalies: this.#anomalies,
    };
  }

  #list(key: string): ListVersions {
    let list = this.#lists.get(key);
    if (list === undefined) {
      list = {
        key,
        appends: new Map(),
        order: [],
        orderReader: -1,
        reads: [],
        writers: [],
        versionOfLength: [0],
        unordered: [],
      };
      this.#lists.set(key, list);
    }
    return list;
  }

  #recordAppends(transaction: number): void {
    const last = new Map<string, Append>();
    for (const operation of (this.#transactions[transaction] as Transaction).operations) {
      if (operation.call === "read") this.#list(operation.key);
      if (operation.call === "range")
        for (const key of operation.found?.keys() ?? []) this.#list(key);
      if (operation.call !== "append") continue;
      const { key, element } = operation;
      const { appends } = this.#list(key);
      const earlier = appends.get(element);
      if (earlier !== undefined)
        throw new DuplicateAppendError(key, element, [earlier.transaction, transaction]);
      const before = last.get(key);
      if (before !== undefined) before.isFinal = false;
      const ordinal = before === undefined ? 0 : before.ordinal + 1;
      const append = { element, transaction, ordinal, isFinal: true, position: -1 };
      appends.set(element, append);
      last.set(key, append);
    }
  }

  #readTransaction(transaction: number): void {
    const views = new Map<string, View>();
    const viewOf = (key: string): View => {
      let view = views.get(key);
      if (view === undefined) {
        view = { list: this.#list(key), own: [], base: undefined, isRangeOnly: true };
        views.set(key, view);
      }
      return view;
    };
    for (const operation of (this.#transactions[transaction] as Transaction).operations) {
      if (operation.call === "append") viewOf(operation.key).own.push(operation.element);
      else if (operation.call === "read") {
        if (operation.elements === undefined) continue;
        const view = viewOf(operation.key);
        view.isRangeOnly = false;
        this.#look(transaction, view, operation.elements);
      } else if (operation.found !== undefined) {
        for (const [key, elements] of operation.found)
          this.#look(transaction, viewOf(key), elements);
        for (const key of keysBetween(this.#keys, operation.from, operation.to))
          if (!operation.found.has(key)) this.#look(transaction, viewOf(key), []);
      }
    }
    for (const view of views.values()) this.#recordRead(transaction, view);
  }

  /** A transaction sees the same list whenever it looks, followed by its own appends so far. */
  #look(transaction: number, view: View, elements: readonly string[]): void {
    const { own, list } = view;
    const name = nameOf(this.#transactions, transaction);
    const key = describeText(list.key);
    const baseLength = elements.length - own.length;
    const endsWithOwn =
      baseLength >= 0 && own.every((element, index) => elements[baseLength + index] === element);
    if (!endsWithOwn) {
      this.#report(
        "internal",
        [transaction],
        `${name} had appended ${own.map(describeText).join(" and ")} to ${key}, and then read it as ${describeList(elements)}.`,
      );
      return;
    }
    if (view.base === undefined) {
      view.base = own.length === 0 ? elements : elements.slice(0, baseLength);
      return;
    }
    const { base } = view;
    if (base.length === baseLength && base.every((element, index) => elements[index] === element))
      return;
    this.#report(
      "internal",
      [transaction],
      `${name} saw ${key} as ${describeList(base)} and then as ${describeList(elements.slice(0, baseLength))}${own.length === 0 ? "" : ", its own appends left out"}.`,
    );
  }

  /** Every committed read is a beginning of the longest one, or becomes the longest. */
  #recordRead(transaction: number, view: View): void {
    const { list, base, isRangeOnly } = view;
    if (base === undefined) return;
    const { order } = list;
    const common = Math.min(order.length, base.length);
    let agreed = 0;
    while (agreed < common && (order[agreed] as Append).element === base[agreed]) agreed += 1;
    if (this.#refuseElements(transaction, view, agreed)) return;
    if (agreed < base.length) {
      if (agreed < common) {
        this.#report(
          "incompatible-order",
          [list.orderReader, transaction],
          `${nameOf(this.#transactions, list.orderReader)} read ${describeText(list.key)} as ${describeList(elementsOf(order))} and ${nameOf(this.#transactions, transaction)} read it as ${describeList(base)}: neither is a beginning of the other.`,
        );
        return;
      }
      for (let position = agreed; position < base.length; position++) {
        const append = list.appends.get(base[position] as string) as Append;
        append.position = position;
        order.push(append);
        this.#countAsCommitted(append.transaction);
      }
      list.orderReader = transaction;
    }
    const isAbsence = isRangeOnly && base.length === 0;
    list.reads.push({ transaction, length: base.length, isAbsence });
  }

  #countAsCommitted(transaction: number): void {
    if (this.#committed[transaction] === true) return;
    this.#committed[transaction] = true;
    this.#pending.push(transaction);
  }

  /**
   * Whether the read shows an element that no committed transaction but another one's can have put there once. Of the
   * first `agreed` elements somebody else's read has shown that already, but for this transaction's own.
   */
  #refuseElements(transaction: number, { list, own, base = [] }: View, agreed: number): boolean {
    const before = this.#anomalies.length;
    const refuse = (kind: AnomalyKind, others: readonly number[], why: string): void => {
      const name = nameOf(this.#transactions, transaction);
      const saw = `${name} read ${describeText(list.key)} as ${describeList(base)}`;
      this.#report(kind, [transaction, ...others], `${saw}${why}.`);
    };
    for (const element of own) {
      const { position } = list.appends.get(element) as Append;
      if (position !== -1 && position < agreed)
        refuse("internal", [], `: its own ${describeText(element)} where it cannot be yet`);
    }
    const seen = new Set<string>();
    for (let position = agreed; position < base.length; position++) {
      const element = base[position] as string;
      const append = list.appends.get(element);
      if (append === undefined)
        refuse("garbage", [], `, but nobody ever appended ${describeText(element)} to it`);
      else if (seen.has(element) || (append.position !== -1 && append.position < agreed))
        refuse("duplicate", [], `: ${describeText(element)} was appended once and is there twice`);
      else if (append.transaction === transaction)
        refuse("internal", [], `: its own ${describeText(element)} where it cannot be yet`);
      else if (this.#transactions[append.transaction]?.outcome === "failed")
        refuse(
          "G1a",
          [append.transaction],
          `, but ${nameOf(this.#transactions, append.transaction)}, which appended ${describeText(element)}, did not commit`,
        );
      seen.add(element);
    }
    return this.#anomalies.length > before;
  }

  /** The versions of the longest read: what each transaction appended must stand together, whole and in order. */
  #findWriters(list: ListVersions): void {
    const { order, writers, versionOfLength } = list;
    const runs = runsOf(order);
    const runCounts = new Map<number, number>();
    for (const { transaction } of runs)
      runCounts.set(transaction, (runCounts.get(transaction) ?? 0) + 1);
    const broken = new Set<number>();
    for (const [index, run] of runs.entries()) {
      const { transaction, appends } = run;
      writers.push(transaction);
      for (let length = 0; length < appends.length; length++) versionOfLength.push(writers.length);
      if (broken.has(transaction)) continue;
      if (runCounts.get(transaction) !== 1) {
        broken.add(transaction);
        this.#reportInterleaved(list, transaction, (runs[index + 1] as Run).transaction);
      } else if (!isWhole(appends)) {
        broken.add(transaction);
        this.#reportPart(list, transaction, appends);
      }
    }
    for (const { transaction, length } of list.reads) {
      const last = order[length - 1];
      if (last === undefined || last.isFinal || broken.has(last.transaction)) continue;
      broken.add(last.transaction);
      this.#report(
        "G1b",
        [transaction, last.transaction],
        `${nameOf(this.#transactions, transaction)} read ${describeText(list.key)} as ${describeList(elementsOf(order.slice(0, length)))}, up to ${describeText(last.element)}, after which ${nameOf(this.#transactions, last.transaction)} appended more.`,
      );
    }
  }

  #reportPart(list: ListVersions, transaction: number, appends: readonly Append[]): void {
    const saw = `${nameOf(this.#transactions, list.orderReader)} read ${describeText(list.key)} as ${describeList(elementsOf(list.order))}`;
    const name = nameOf(this.#transactions, transaction);
    const isInOrder = appends.every(
      ({ ordinal }, index) => index === 0 || ordinal > (appends[index - 1] as Append).ordinal,
    );
    if (isInOrder)
      this.#report(
        "G1b",
        [list.orderReader, transaction],
        `${saw}: only a part of what ${name} appended to it.`,
      );
    else
      this.#report(
        "incompatible-order",
        [list.orderReader, transaction],
        `${saw}: what ${name} appended to it in another order.`,
      );
  }

  #reportInterleaved(list: ListVersions, transaction: number, between: number): void {
    const name = nameOf(this.#transactions, transaction);
    const other = nameOf(this.#transactions, between);
    const { key } = list;
    const shownKey = describeText(key);
    this.#anomalies.push({
      kind: "G0",
      needsRealTime: false,
      transactions: [transaction, between],
      cycle: [
        {
          type: "ww",
          from: transaction,
          to: between,
          key,
          because: `${other} appended to ${shownKey} after the first that ${name} appended`,
        },
        {
          type: "ww",
          from: between,
          to: transaction,
          key,
          because: `${name} appended to ${shownKey} again after that`,
        },
      ],
      sentence: `${nameOf(this.#transactions, list.orderReader)} read ${shownKey} as ${describeList(elementsOf(list.order))}: ${other} appended between two appends of ${name}.`,
    });
  }

  /** Committed appends that nobody else saw come after the longest read. */
  #findUnordered(): void {
    for (const list of this.#lists.values()) {
      const seen = new Set(list.writers);
      for (const { transaction, isFinal } of list.appends.values()) {
        if (isFinal && this.#committed[transaction] === true && !seen.has(transaction))
          list.unordered.push(transaction);
      }
      this.#orderReader(list);
    }
  }

  /** Who read the last version and appended to it comes next; two such have each missed the other's append. */
  #orderReader(list: ListVersions): void {
    if (list.unordered.length === 0) return;
    const readers = new Set<number>();
    for (const { transaction, length } of list.reads)
      if (length === list.order.length) readers.add(transaction);
    const [first, second] = list.unordered.filter((transaction) => readers.has(transaction));
    if (first === undefined) return;
    if (second !== undefined) {
      this.#reportLostUpdate(list, first, second);
      return;
    }
    list.unordered.splice(list.unordered.indexOf(first), 1);
    list.writers.push(first);
  }

  #reportLostUpdate(list: ListVersions, first: number, second: number): void {
    const shownKey = describeText(list.key);
    const shown = describeList(elementsOf(list.order));
    const missed = (reader: number, writer: number) => ({
      type: "rw" as const,
      from: reader,
      to: writer,
      key: list.key,
      because: `${nameOf(this.#transactions, reader)} read ${shownKey} as ${shown}, without what ${nameOf(this.#transactions, writer)} appended`,
    });
    this.#anomalies.push({
      kind: "lost-update",
      needsRealTime: false,
      transactions: [first, second],
      cycle: [missed(first, second), missed(second, first)],
      sentence: `${nameOf(this.#transactions, first)} and ${nameOf(this.#transactions, second)} both read ${shownKey} as ${shown}, and both appended to it and committed.`,
    });
  }

  #report(kind: AnomalyKind, transactions: readonly number[], sentence: string): void {
    this.#anomalies.push({
      kind,
      needsRealTime: false,
      transactions: [...new Set(transactions)],
      cycle: [],
      sentence,
    });
  }
}

interface Run {
  readonly transaction: number;
  readonly appends: Append[];
}

/** Stretches of the list that one transaction appended. */
function runsOf(order: readonly Append[]): Run[] {
  const runs: Run[] = [];
  for (const append of order) {
    const last = runs.at(-1);
    if (last?.transaction === append.transaction) last.appends.push(append);
    else runs.push({ transaction: append.transaction, appends: [append] });
  }
  return runs;
}

/** Everything that the transaction appended to the list, in its order. */
function isWhole(appends: readonly Append[]): boolean {
  return (
    appends.every(({ ordinal }, index) => ordinal === index) && appends.at(-1)?.isFinal === true
  );
}

function elementsOf(appends: readonly Append[]): string[] {
  return appends.map(({ element }) => element);
}

/** The sorted keys k with from ≤ k < to. */
function keysBetween(
  keys: readonly string[],
  from: string,
  to: string | undefined,
): readonly string[] {
  const start = firstAtLeast(keys, from);
  const end = to === undefined ? keys.length : firstAtLeast(keys, to);
  return keys.slice(start, Math.max(start, end));
}

function firstAtLeast(keys: readonly string[], wanted: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] as string) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
