/**
 * What a store may hold after a crash, given what its clients were told: every commit that was answered, and of those
 * that were cut off or rejected any, each of them whole.
 *
 * Of two that overlap and write the same key only one can have committed. So transactions of one key never overlap,
 * and the order in which their commits were called is the order of their effects.
 */
import { textOf } from "./case.ts";
import { type Deed, hadNoEffect, type History } from "./history.ts";
import { errorCode } from "#platform/errors.ts";
import type { Entries } from "./adapter.ts";

/** How what a recovery holds can be wrong. */
export type Wrongness =
  /** No whole commits explain it. */
  | "not whole"
  /** They do, but not what transactions had read before the crash. */
  | "seen, then gone"
  /** They do, but a loser would be among them, or two rivals. */
  | "another winner";

/** Above so many that may or may not have happened, losers are not looked at. */
const optionalMax = 12;

export class Judgement {
  readonly #history: History;
  /** What the store held before this history. */
  readonly #base: ReadonlyMap<string, unknown>;
  #known: { now: number; strict: Set<string>; unseen: Set<string>; raced: Set<string> | null } = {
    now: -1,
    strict: new Set(),
    unseen: new Set(),
    raced: null,
  };

  constructor(history: History, base: Entries = []) {
    this.#history = history;
    this.#base = new Map(base);
  }

  /** What is wrong with these entries, after a crash at this moment. */
  wrongness(entries: Entries): Wrongness | null {
    const known = this.#upToDate();
    const state = stateText(entries);
    if (known.strict.has(state)) return null;
    if (known.unseen.has(state)) return "seen, then gone";
    known.raced ??= this.#statesWithLosers();
    return known.raced.has(state) ? "another winner" : "not whole";
  }

  /** One state that would be right: the one with the most commits. */
  example(): string {
    return [...this.#upToDate().strict].at(-1) ?? "[]";
  }

  /** Commits that some transaction has read from before they were answered. */
  seenEarly(): Deed[] {
    const writers = this.#seenWriters();
    return [...writers].filter(({ outcome }) => outcome !== "ok");
  }

  #upToDate() {
    const { now } = this.#history;
    if (this.#known.now === now) return this.#known;
    const certain = this.#called().filter(({ outcome }) => outcome === "ok");
    const optional = this.#called().filter(
      (deed) => deed.outcome === "pending" || (deed.outcome === "rejected" && !hadNoEffect(deed)),
    );
    const seen = this.#seenWriters();
    const strict = new Set<string>();
    const unseen = new Set<string>();
    for (const chosen of subsets(optional)) {
      const all = [...certain, ...chosen];
      if (haveRivals(all)) continue;
      const state = this.#after(all);
      unseen.add(state);
      if ([...seen].every((deed) => all.includes(deed))) strict.add(state);
    }
    this.#known = { now, strict, unseen, raced: null };
    return this.#known;
  }

  #statesWithLosers(): Set<string> {
    const certain = this.#called().filter(({ outcome }) => outcome === "ok");
    const optional = this.#called().filter(
      (deed) =>
        deed.outcome === "pending" ||
        (deed.outcome === "rejected" &&
          (errorCode(deed.error) === "CONFLICT" || !hadNoEffect(deed))),
    );
    const states = new Set<string>();
    if (optional.length > optionalMax) return states;
    for (const chosen of subsets(optional)) states.add(this.#after([...certain, ...chosen]));
    return states;
  }

  /** Transactions that may have an effect. */
  #called(): Deed[] {
    return this.#history.deeds.filter(
      ({ commitCalledAt, work, outcome, error }) =>
        work.writes.length > 0 &&
        (commitCalledAt !== null || (outcome === "rejected" && errorCode(error) === "CONFLICT")),
    );
  }

  #seenWriters(): Set<Deed> {
    const writers = new Set<Deed>();
    for (const { seen } of this.#history.deeds) {
      for (const [key, value] of seen) {
        const writer = this.#history.deeds.find(({ work }) =>
          work.writes.some(
            ([written, number]) => written === key && number !== null && textOf(number) === value,
          ),
        );
        if (writer !== undefined) writers.add(writer);
      }
    }
    return writers;
  }

  #after(deeds: readonly Deed[]): string {
    const state = new Map(this.#base);
    const inOrder = [...deeds].sort(
      (one, other) => (one.commitCalledAt ?? 0) - (other.commitCalledAt ?? 0),
    );
    for (const { work } of inOrder) {
      for (const [key, value] of work.writes) {
        if (value === null) state.delete(key);
        else state.set(key, textOf(value));
      }
    }
    return stateText([...state]);
  }
}

export function stateText(entries: Entries): string {
  return JSON.stringify([...entries].sort(([one], [other]) => (one < other ? -1 : 1)));
}

function* subsets<Item>(items: readonly Item[]): Iterable<Item[]> {
  const count = 2 ** Math.min(items.length, 16);
  for (let bits = 0; bits < count; bits++)
    yield items.filter((_, index) => Math.floor(bits / 2 ** index) % 2 === 1);
}

/** Whether two of them overlap and write the same key. */
function haveRivals(deeds: readonly Deed[]): boolean {
  return deeds.some((one, index) => deeds.slice(index + 1).some((other) => areRivals(one, other)));
}

/**
 * Whoever began when the other's commit had been called may have seen it, before its answer too; whoever had begun
 * before certainly has not.
 */
function areRivals(one: Deed, other: Deed): boolean {
  const [first, second] =
    (one.commitCalledAt ?? 0) < (other.commitCalledAt ?? 0) ? [one, other] : [other, one];
  if (second.begunAt > (first.commitCalledAt ?? 0)) return false;
  return first.work.writes.some(([key]) => second.work.writes.some(([own]) => own === key));
}
