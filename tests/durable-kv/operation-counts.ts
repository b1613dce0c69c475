/**
 * What the store asks of the disk, counted: evidence for the score, never a verdict.
 */
import type { Subject } from "#katas/durable-kv/contract.ts";
import type { LoadedSubject } from "../harness/check.ts";
import { Stage } from "./searches.ts";
import { durableKv, keyBytes, valueBytes } from "./adapter.ts";

const puts = 64;

export async function countOperations(
  subject: LoadedSubject<Subject>,
): Promise<Record<string, number>> {
  const alone = await counted(subject, async (stage, put) => {
    for (let index = 0; index < puts; index++) {
      put(index);
      await stage.settleAll();
    }
  });
  const together = await counted(subject, async (stage, put) => {
    for (let index = 0; index < puts; index++) put(index);
    await stage.settleAll(Stage.syncsLast);
  });
  return {
    syncsPerPutAlone: perPut(alone.syncs),
    appendsPerPutAlone: perPut(alone.appends),
    bytesPerPutAlone: perPut(alone.bytesAppended),
    syncsFor64PutsTogether: together.syncs,
    appendsFor64PutsTogether: together.appends,
  };
}

async function counted(
  subject: LoadedSubject<Subject>,
  write: (stage: Stage, put: (index: number) => void) => Promise<void>,
): Promise<Stage["port"]["counts"]> {
  const stage = new Stage(durableKv, {
    subject,
    exports: await subject.fresh(),
    scene: "counting",
    seed: 1,
  });
  const store = await stage.open();
  const before = { ...stage.port.counts };
  await write(stage, (index) => {
    stage.call(`put k${index}`, () => store.put(keyBytes(`k${index}`), valueBytes(index, 100)));
  });
  const { counts } = stage.port;
  stage.port.fence();
  return {
    calls: counts.calls - before.calls,
    appends: counts.appends - before.appends,
    syncs: counts.syncs - before.syncs,
    directorySyncs: counts.directorySyncs - before.directorySyncs,
    bytesRead: counts.bytesRead - before.bytesRead,
    bytesAppended: counts.bytesAppended - before.bytesAppended,
  };
}

function perPut(count: number): number {
  return Math.round((count / puts) * 100) / 100;
}
