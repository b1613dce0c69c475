/**
 * The operations that checks perform, as plain data: they print as readable lines, shrink by leaving some out,
 * and fit into a replay token.
 */
import type { Random } from "#platform/random.ts";
import type { Ledger } from "#katas/ledger/contract.ts";

/** Scaffold: the operations of the kata. */
export type Operation = { kind: "add"; item: string } | { kind: "has"; item: string };

/** What an operation answers; undefined when it answers nothing. */
export type Answer = boolean | undefined;

const items = ["a", "b", "c"];

export function drawOperations(random: Random, count: number): Operation[] {
  return Array.from({ length: count }, () => ({
    kind: random.below(2) === 0 ? "add" : "has",
    item: items[random.below(items.length)] ?? "a",
  }));
}

export function perform(made: Ledger, { kind, item }: Operation): Answer {
  if (kind === "has") return made.has(item);
  made.add(item);
  return undefined;
}

export function describe({ kind, item }: Operation): string {
  return `${kind} ${item}`;
}
