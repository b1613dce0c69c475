/** What is committed after a recovery. */
import type { MvccStore } from "#katas/mvcc-store/contract.ts";
import { outcomeOf } from "../../harness/life.ts";
import type { Shown } from "../../harness/on-disk/recovery.ts";
import type { Entries } from "./adapter.ts";
import { nameOfSecond, type Work } from "./case.ts";
import type { Deed, History } from "./history.ts";

/** One transaction after a recovery, in a world that never makes it wait. */
export async function performSecond(
  recovery: Shown<Entries>,
  history: History,
  work: Work,
  index: number,
): Promise<Deed> {
  const store = recovery.store as MvccStore;
  await outcomeOf(history.perform(store, { name: nameOfSecond(index), client: 0, work }));
  const deed = history.deeds.at(-1);
  if (deed === undefined) throw new RangeError("Expected a transaction to have been begun.");
  return deed;
}
