/** What the judge is given: transactions over lists that only grow. */

export type ListOperation =
  | { readonly call: "append"; readonly key: string; readonly element: string }
  /** `elements` is undefined when nobody saw the answer. A key never appended to reads as the empty list. */
  | {
      readonly call: "read";
      readonly key: string;
      readonly elements: readonly string[] | undefined;
    }
  /**
   * A read of every key k with from ≤ k < to, in the order of JavaScript's strings; `to` undefined: no upper end. A key
   * of the range that is not in `found` was seen as absent, which is the empty list.
   */
  | {
      readonly call: "range";
      readonly from: string;
      readonly to: string | undefined;
      readonly found: ReadonlyMap<string, readonly string[]> | undefined;
    };

export interface Transaction {
  readonly client: number;
  /** In the order of the program. No two appends of a history put the same element into the same list. */
  readonly operations: readonly ListOperation[];
  /** When its first call was made. */
  readonly calledAt: number;
  /**
   * - `ok`: committed, not before `calledAt` and not after `settledAt`.
   * - `maybe`: committed in that time, or never. Infinity when nothing ends the time.
   * - `failed`: did not commit.
   */
  readonly outcome: "ok" | "maybe" | "failed";
  readonly settledAt: number;
  /** How messages call it. When missing: T1 for the first transaction, and so on. */
  readonly name?: string;
}

/** The transaction as messages call it. */
export function nameOf(transactions: readonly Transaction[], index: number): string {
  return transactions[index]?.name ?? `T${index + 1}`;
}
