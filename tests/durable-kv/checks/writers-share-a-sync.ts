/**
 * N puts are called together; the disk answers everything else before it answers a sync.
 */
import { describeError } from "../../harness/in-words.ts";
import { staged, Stage } from "../searches.ts";
import { keyBytes, valueBytes } from "../adapter.ts";

const syncsMax = 3;

export const writersShareASync = staged("durable-kv/writers-share-a-sync", {
  "8 puts of 8 keys": (stage) => putTogether(stage, 8, 8),
  "64 puts of 64 keys": (stage) => putTogether(stage, 64, 64),
  "256 puts of 256 keys": (stage) => putTogether(stage, 256, 256),
  "64 puts of one key": (stage) => putTogether(stage, 64, 1),
});

async function putTogether(stage: Stage, puts: number, keys: number): Promise<void> {
  const store = await stage.open();
  const before = stage.port.counts.syncs;
  const answers = Array.from({ length: puts }, (_, index) =>
    stage.call(`put k${index % keys}=${index}`, () =>
      store.put(keyBytes(`k${index % keys}`), valueBytes(index, 20)),
    ),
  );
  await stage.settleAll(Stage.syncsLast);
  for (const answer of answers) {
    if (answer.state === "rejected")
      stage.broken(answer.what, `${answer.what} rejected: ${describeError(answer.error)}.`);
    if (answer.state === "pending") stage.hung(`${answer.what} was never answered`);
  }
  const syncs = stage.port.counts.syncs - before;
  stage.tell(`${puts} puts called together`, `all answered after ${syncs} syncs`);
  if (syncs > syncsMax) {
    stage.broken(
      `${syncs} syncs`,
      `${puts} puts called together took ${syncs} syncs of files; at most ${syncsMax} are allowed.`,
    );
  }
}
