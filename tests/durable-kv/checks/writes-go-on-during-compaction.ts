/**
 * A put is called once compact has made its first call to the disk. In some order of the disk's answers
 * that favours the put it must be answered before compact has appended half of its bytes (or, if it
 * appends nothing, before it is answered).
 */
import { seededRandom } from "#platform/random.ts";
import type { DurableKv } from "#katas/durable-kv/contract.ts";
import { emptyDisk } from "../../harness/on-disk/disk-subject.ts";
import type { Choice } from "../../harness/on-disk/stage.ts";
import { type Stage, staged } from "../searches.ts";
import { keyBytes, valueBytes } from "../adapter.ts";

const liveRecords = 400;
/** Of the records of round n, one in so many lives on; the others are overwritten in a later round. */
const rounds = 10;
const segmentBytesMax = 4096;
const schedules = 24;

export const writesGoOnDuringCompaction = staged("durable-kv/writes-go-on-during-compaction", {
  "a put of a new key": (stage) =>
    writeDuringCompaction(stage, "put new", (store) =>
      store.put(keyBytes("new"), valueBytes(9999, 60)),
    ),
  "a put of a key that is being compacted": (stage) =>
    writeDuringCompaction(stage, "put k200", (store) =>
      store.put(keyBytes("k200"), valueBytes(9999, 60)),
    ),
  "a delete": (stage) =>
    writeDuringCompaction(stage, "delete k200", (store) => store.delete(keyBytes("k200"))),
  "two puts, one after the other, that do not fit one segment": (stage) =>
    writeDuringCompaction(stage, "two puts of 4000 bytes", async (store) => {
      await store.put(keyBytes("new"), valueBytes(9998, 4000));
      await store.put(keyBytes("k200"), valueBytes(9999, 4000));
    }),
  "a put during the second compaction of a life": (stage) =>
    writeDuringCompaction(
      stage,
      "put new",
      (store) => store.put(keyBytes("new"), valueBytes(9999, 60)),
      { isCompacted: true },
    ),
});

type Write = (store: DurableKv) => Promise<void>;

/** What has happened to a store before. */
interface Past {
  /** It has been compacted in this life, half way through. */
  isCompacted: boolean;
}

async function writeDuringCompaction(
  stage: Stage,
  what: string,
  write: Write,
  past: Past = { isCompacted: false },
): Promise<void> {
  const own = await appendedBy(await prepared(stage, past), stage, what, write);
  const compacting = await prepared(stage, past);
  const whole = await appendedBy(compacting, stage, "compact", (store) => store.compact());
  let best = Infinity;
  for (let schedule = 0; schedule < schedules && !isEarly(best, whole); schedule++) {
    const store = await prepared(stage, past);
    const order = favouring(schedule, stage.seed);
    const appended = await bytesBeforeAnswer(store, stage, what, write, order);
    best = Math.min(best, Math.max(0, appended - own));
  }
  const when =
    best === Infinity
      ? "answered only after compact"
      : `answered when compact had appended ${best} of ${whole} bytes`;
  stage.tell(`${what} during compact`, when);
  if (isEarly(best, whole)) return;
  const therefore = `A write called during compact was ${when}, in every one of ${schedules} orders of the disk's answers.`;
  stage.broken(what, therefore);
}

/** Where compact appends nothing, being answered before it is enough. */
function isEarly(appended: number, whole: number): boolean {
  return appended !== Infinity && (whole === 0 || appended * 2 <= whole);
}

/** The newest call first favours whoever came last; random orders are for stores that hand work over. */
function favouring(schedule: number, seed: number): Choice {
  if (schedule === 0) return (pending) => pending.length - 1;
  const random = seededRandom(seed * 97 + schedule);
  return (pending) => (random.next() < 0.7 ? pending.length - 1 : random.below(pending.length));
}

/** The bytes that a call appends when nothing else happens. */
async function appendedBy(
  store: DurableKv,
  stage: Stage,
  what: string,
  call: Write,
): Promise<number> {
  const before = stage.port.counts.bytesAppended;
  const answer = stage.call(what, () => call(store));
  await stage.settleAll();
  if (answer.state === "pending") stage.hung(`${what} was never answered`);
  if (answer.state === "rejected")
    stage.broken(what, `${what} rejected although nothing had failed.`);
  return stage.port.counts.bytesAppended - before;
}

/**
 * The bytes compact had appended when the put was answered; Infinity when compact was answered first.
 * A compact that finds nothing to do holds nobody up.
 */
async function bytesBeforeAnswer(
  store: DurableKv,
  stage: Stage,
  what: string,
  write: Write,
  choose: Choice,
): Promise<number> {
  const before = stage.port.counts.bytesAppended;
  const compact = stage.call("compact", () => store.compact());
  await stage.atRest();
  if (stage.gates.pending.length === 0) return 0;
  const put = stage.call(what, () => write(store));
  await stage.settleAll(choose, () => put.state !== "pending" || compact.state !== "pending");
  if (put.state !== "resolved" || compact.state !== "pending") return Infinity;
  return stage.port.counts.bytesAppended - before;
}

/** A store in which most of what every segment holds is dead, so that compact has work to do. */
async function prepared(stage: Stage, { isCompacted }: Past): Promise<DurableKv> {
  stage.nextLife(emptyDisk());
  stage.quiet(true);
  const store = await stage.open({ segmentBytesMax });
  for (let round = 0; round < rounds; round++) {
    for (let key = 0; key < liveRecords; key++) {
      if (key % rounds < round) continue;
      stage.call(`put k${key}`, () =>
        store.put(keyBytes(`k${key}`), valueBytes(round * liveRecords + key, 60)),
      );
    }
    if (isCompacted && round === rounds >> 1) stage.call("compact", () => store.compact());
    await stage.settleAll();
  }
  stage.quiet(false);
  stage.tell(`${rounds} rounds of puts`, `leave ${liveRecords} live records`);
  return store;
}
