/** N transactions that write different keys commit together; the disk answers everything else before it answers a sync. */
import { describeError } from "../../harness/in-words.ts";
import { Stage } from "../../harness/on-disk/stage.ts";
import { type MvccStage, staged } from "../durable/adapter.ts";

const syncsMax = 3;

export const commitsShareASync = staged("mvcc-store/commits-share-a-sync", {
  "8 commits": (stage) => commitTogether(stage, 8),
  "64 commits": (stage) => commitTogether(stage, 64),
  "255 commits": (stage) => commitTogether(stage, 255),
  "256 commits": (stage) => commitTogether(stage, 256),
  "64 commits, some time after the first": (stage) => commitTogether(stage, 64, true),
});

async function commitTogether(stage: MvccStage, commits: number, isSecond = false): Promise<void> {
  const store = await stage.open();
  if (isSecond) {
    const first = stage.call("an earlier commit", async () => {
      const writer = store.begin();
      writer.put("earlier", 0);
      await writer.commit();
    });
    await stage.settleAll();
    if (first.state !== "resolved") stage.missed("an earlier commit was not answered");
  }
  const transactions = Array.from({ length: commits }, (_, index) => {
    const transaction = store.begin();
    transaction.put(`k${index}`, index);
    return transaction;
  });
  const before = stage.port.counts.syncs;
  const answers = transactions.map((transaction, index) =>
    stage.call(`commit k${index}=${index}`, () => transaction.commit()),
  );
  await stage.settleAll(Stage.syncsLast);
  for (const { what, state, error } of answers) {
    if (state === "rejected") stage.broken(what, `${what} rejected: ${describeError(error)}.`);
    if (state === "pending") stage.hung(`${what} was never answered`);
  }
  const syncs = stage.port.counts.syncs - before;
  stage.tell(`${commits} commits called together`, `all answered after ${syncs} syncs`);
  if (syncs > syncsMax)
    stage.broken(
      `${syncs} syncs`,
      `${commits} commits called together took ${syncs} syncs of files; at most ${syncsMax} are allowed.`,
    );
  // One sync for all is worth something if it covers all.
  await stage.powerCut();
  const range = (await stage.open()).begin().range();
  const found = new Map(range);
  for (const [index, { what }] of answers.entries())
    if (found.get(`k${index}`) !== index)
      stage.broken(what, `${what} was answered, and after a power cut it is gone.`);
}
