/**
 * A put is called once compact has made its first call to the disk. In some order of the disk's answers
 * that favours the put it must be answered before compact has appended half of its bytes (or, if it
 * appends nothing, before it is answered).
 */
import { seededRandom } from "#platform/random.ts";
import type { DurableKv } from "#katas/durable-kv/contract.ts";
import { emptyDisk } from "../script.ts";
import { type Choice, staged, Stage } from "../stage.ts";
import { keyBytes, valueBytes } from "../workload.ts";

const liveRecords = 400;
/** Of the records of round n, one in so many lives on; the others are overwritten in a later round. */
const rounds = 10;
const segmentBytesMax = 4096;
const schedules = 24;

export const writesGoOnDuringCompaction = staged("durable-kv/writes-go-on-during-compaction", {
  "a put of a new key": (stage) => putDuringCompaction(stage, "new"),
  "a put of a key that is being compacted": (stage) => putDuringCompaction(stage, "k200"),
});

async function putDuringCompaction(stage: Stage, key: string): Promise<void> {
  const whole = await compactionBytes(stage);
  let best = Infinity;
  for (let schedule = 0; schedule < schedules && !isEarly(best, whole); schedule++) {
    best = Math.min(best, await bytesBeforeAnswer(stage, key, favouring(schedule, stage.seed)));
  }
  const when =
    best === Infinity ? "answered only after compact" : `answered when compact had appended ${best} of ${whole} bytes`;
  stage.tell(`put ${key} during compact`, when);
  if (isEarly(best, whole)) return;
  const therefore = `A put called during compact was ${when}, in every one of ${schedules} orders of the disk's answers.`;
  stage.broken(`put ${key}`, therefore);
}

function isEarly(appended: number, whole: number): boolean {
  return appended !== Infinity && appended * 2 <= whole;
}

/** The newest call first favours whoever came last; random orders are for stores that hand work over. */
function favouring(schedule: number, seed: number): Choice {
  if (schedule === 0) return (pending) => pending.length - 1;
  const random = seededRandom(seed * 97 + schedule);
  return (pending) => (random.next() < 0.7 ? pending.length - 1 : random.below(pending.length));
}

/** The bytes that compact appends when nothing else happens. */
async function compactionBytes(stage: Stage): Promise<number> {
  const store = await prepared(stage);
  const before = stage.port.counts.bytesAppended;
  const compact = stage.call("compact", () => store.compact());
  await stage.settleAll();
  if (compact.state === "pending") stage.hung("compact was never answered");
  if (compact.state === "rejected") stage.broken("compact", "compact rejected although nothing had failed.");
  return stage.port.counts.bytesAppended - before;
}

/**
 * The bytes compact had appended when the put was answered; Infinity when compact was answered first.
 * A compact that finds nothing to do holds nobody up.
 */
async function bytesBeforeAnswer(stage: Stage, key: string, choose: Choice): Promise<number> {
  const store = await prepared(stage);
  const before = stage.port.counts.bytesAppended;
  const compact = stage.call("compact", () => store.compact());
  await stage.atRest();
  if (stage.gates.pending.length === 0) return 0;
  const put = stage.call(`put ${key}`, () => store.put(keyBytes(key), valueBytes(9999, 60)));
  await stage.settleAll(choose, () => put.state !== "pending" || compact.state !== "pending");
  if (put.state !== "resolved" || compact.state !== "pending") return Infinity;
  return stage.port.counts.bytesAppended - before;
}

/** A store in which most of what every segment holds is dead, so that compact has work to do. */
async function prepared(stage: Stage): Promise<DurableKv> {
  stage.nextLife(emptyDisk());
  stage.quiet(true);
  const store = await stage.open({ segmentBytesMax });
  for (let round = 0; round < rounds; round++) {
    for (let key = 0; key < liveRecords; key++) {
      if (key % rounds < round) continue;
      stage.call(`put k${key}`, () => store.put(keyBytes(`k${key}`), valueBytes(round * liveRecords + key, 60)));
    }
    await stage.settleAll();
  }
  stage.quiet(false);
  stage.tell(`${rounds} rounds of puts`, `leave ${liveRecords} live records`);
  return store;
}
