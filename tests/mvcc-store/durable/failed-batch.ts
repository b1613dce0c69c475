/** The disk fails what it is about to make safe, and other commits wait behind that. */
import type { MvccStore } from "#katas/mvcc-store/contract.ts";
import type { Faults } from "#platform/testing/disk-port.ts";
import { type Answer, Stage } from "../../harness/on-disk/stage.ts";
import { committing, type MvccStage } from "./adapter.ts";

export interface FailedBatch {
  store: MvccStore;
  /** By their key; each puts 1. */
  answers: ReadonlyMap<string, Answer>;
}

export const failures = ["sync", "append"] as const;

/** Of three commits called together the first is under way when the disk fails; everything else settles. */
export async function failWhileOthersWait(
  stage: MvccStage,
  failure: (typeof failures)[number],
): Promise<FailedBatch> {
  const store = await stage.open();
  const { syncs, appends } = stage.port.counts;
  const faults: Faults =
    failure === "sync"
      ? { failSync: syncs }
      : { fullDisk: { append: appends, appends: 1, bytesKept: 5 } };
  stage.port.faults = faults;
  stage.tell(failure === "sync" ? "the next sync will fail" : "the next append finds no room", "");
  const answers = new Map<string, Answer>();
  for (const key of ["a", "b", "c"]) {
    answers.set(key, stage.call(`commit ${key}=1`, committing(store, { [key]: 1 })));
    // The others come too late for the sync that is under way.
    if (failure === "sync" && key === "a") await stage.settleAll(Stage.neverSyncs);
  }
  await stage.settleAll();
  if (!stage.port.faulted) stage.missed(`the ${failure} that was to fail was never called`);
  return { store, answers };
}
