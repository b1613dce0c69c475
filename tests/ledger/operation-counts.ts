/** What the code asks of the world, counted: evidence for the score, never a verdict. */
import type { Subject } from "#katas/ledger/contract.ts";
import type { LoadedSubject } from "../harness/check.ts";

/** Scaffold: the counts of the kata by name, such as syncs for a hundred writes. */
export async function countOperations(
  _subject: LoadedSubject<Subject>,
): Promise<Record<string, number>> {
  return {};
}
