/** For each scene of a scripted or staged check, the test that plays it. */
import type { InvariantId } from "#katas/durable-kv/invariants.ts";
import type { TestBody } from "../../../harness/learner-test.ts";
import { ackedWrites } from "./acked-writes.ts";
import { badArguments } from "./bad-arguments.ts";
import { buffers } from "./buffers.ts";
import { bytesOfAllKinds } from "./bytes.ts";
import { closedStores } from "./closed.ts";
import { closing } from "./closing.ts";
import { compactedReads } from "./compacted-reads.ts";
import { compaction, compactionCrashes } from "./compaction.ts";
import { failedWrites } from "./failed-writes.ts";
import { lastWrites } from "./last-writes.ts";
import { lives } from "./lives.ts";
import { overload } from "./overload.ts";
import { onlyTheDisk } from "./only-the-disk.ts";
import { owners } from "./owners.ts";
import { races } from "./races.ts";
import { readsNeverWait } from "./reads-never-wait.ts";
import { sharedSyncs } from "./shared-syncs.ts";
import { shortReads } from "./short-reads.ts";
import { recoveryReads, space } from "./workouts.ts";

/** By the name of the scene. */
export type Scenes = Readonly<Record<string, TestBody>>;

export const scenes: { readonly [Id in InvariantId]?: Scenes } = {
  "durable-kv/last-write-wins": lastWrites,
  "durable-kv/answered-writes-outlive-the-process": lives,
  "durable-kv/bytes-come-back-exactly": bytesOfAllKinds,
  "durable-kv/buffers-stay-yours": buffers,
  "durable-kv/bad-arguments-are-refused": badArguments,
  "durable-kv/closed-means-closed": closedStores,
  "durable-kv/one-owner-at-a-time": owners,
  "durable-kv/only-the-disk-remembers": onlyTheDisk,
  "durable-kv/acked-writes-survive": ackedWrites,
  "durable-kv/races-survive-as-answered": races,
  "durable-kv/writers-share-a-sync": sharedSyncs,
  "durable-kv/reads-never-wait": readsNeverWait,
  "durable-kv/every-call-is-answered": closing,
  "durable-kv/failed-writes-are-not-acknowledged": failedWrites,
  "durable-kv/short-reads-are-finished": shortReads,
  "durable-kv/overload-is-refused": overload,
  "durable-kv/compaction-changes-no-read": compactedReads,
  "durable-kv/compaction-survives-crashes": compactionCrashes,
  "durable-kv/space-is-bounded": space,
  "durable-kv/writes-go-on-during-compaction": compaction,
  "durable-kv/recovery-reads-what-lives": recoveryReads,
};

export function sceneAsTest(id: InvariantId, scene: string): TestBody {
  const body = scenes[id]?.[scene];
  if (body === undefined) throw new RangeError(`${id} has no test for the scene "${scene}".`);
  return body;
}
