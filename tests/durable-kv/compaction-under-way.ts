/**
 * What may happen while a compaction is under way: a get, a close, the next owner of the directory, and one
 * who wants to be it too early.
 */
import type { DurableKv } from "#katas/durable-kv/contract.ts";
import { kata } from "#katas/durable-kv/kata.ts";
import { errorCode } from "#platform/errors.ts";
import { seededRandom } from "#platform/random.ts";
import { describeError } from "../harness/in-words.ts";
import { emptyDisk } from "../harness/on-disk/disk-subject.ts";
import type { Answer, Choice } from "../harness/on-disk/stage.ts";
import { Stage } from "./searches.ts";
import { keyBytes, valueBytes } from "./adapter.ts";
import { valueText } from "../harness/key-value/workload.ts";

const options = { segmentBytesMax: 1024 };
const keys = 6;
const rounds = 3;
const valueSize = 200;

const valueOf = (round: number, key: number): number => round * keys + key;

/** What every key shows once the store is prepared, and from then on. */
const live: ReadonlyMap<string, string> = new Map(
  Array.from({ length: keys }, (_, key) => [
    `k${key}`,
    valueText(valueOf(rounds - 1, key), valueSize),
  ]),
);

/** As anywhere else, a get never waits for a sync. */
export async function readDuringCompaction(stage: Stage): Promise<void> {
  refuseOneCallAtATime(stage);
  const store = await prepared(stage);
  const compact = stage.call("compact", () => store.compact());
  await getsAreAnswered(stage, store, { waiting: "a compaction", heldUp: "file" });
  await stage.settleAll();
  if (compact.state === "pending") stage.hung("compact was never answered");
  await stage.shows(store, live);
}

/** More puts than fit a segment, so one of them begins the next: no get waits for what that waits for. */
export async function readDuringRotation(stage: Stage): Promise<void> {
  refuseOneCallAtATime(stage);
  const store = await prepared(stage);
  for (let value = 0; value < 8; value++) {
    const put = stage.call(`put new=${value}`, () =>
      store.put(keyBytes("new"), valueBytes(value, valueSize)),
    );
    for (const heldUp of ["file", "directory"] as const)
      await getsAreAnswered(stage, store, { waiting: "a put", heldUp });
    await answered(stage, put, Stage.firstCome);
  }
  await stage.shows(store, live);
}

const choices = {
  file: Stage.neverSyncs,
  directory: (pending) => pending.findIndex(({ call }) => call?.kind !== "syncDirectory"),
} satisfies Record<string, Choice>;

/** Gets of all keys while syncs, of files or of directories, do not end. */
async function getsAreAnswered(
  stage: Stage,
  store: DurableKv,
  { waiting, heldUp }: { waiting: string; heldUp: keyof typeof choices },
): Promise<void> {
  await stage.settleAll(choices[heldUp]);
  stage.tell(`no sync of a ${heldUp} ends`, "");
  stage.quiet(true);
  const gets = [...live.keys()].map((key) =>
    stage.call(`get ${key}`, () => store.get(keyBytes(key))),
  );
  await stage.settleAll(choices[heldUp]);
  stage.quiet(false);
  const late = gets.find(({ state }) => state === "pending");
  if (late !== undefined) {
    const therefore = `${late.what} is not answered while ${waiting} waits for a sync: it waits for it too.`;
    stage.broken(late.what, therefore);
  }
  stage.tell(`gets of ${gets.length} keys`, "answered");
}

const momentsMax = 40;
const schedules = 2;

/** Not even what runs on without the disk has run. */
const sameTick = -1;

/**
 * Close is called at each moment of a compaction, in the tick of its call first, and the next store opens as soon as it is answered and
 * compacts too, in several orders of the disk's answers. What is then left of the first store's
 * calls is the disturbance that it must not be.
 */
export async function closeDuringCompaction(stage: Stage): Promise<void> {
  refuseOneCallAtATime(stage);
  for (const reopened of [false, true]) {
    for (let moment = sameTick; moment < momentsMax; moment++) {
      let isUnderWay = false;
      for (let schedule = 0; schedule < schedules; schedule++)
        isUnderWay = await stage.rehearse(() => closedAt(stage, moment, { reopened, schedule }));
      if (!isUnderWay) break;
    }
  }
}

/** Whether the compaction was still under way at this moment: after so many answers of the disk. */
async function closedAt(
  stage: Stage,
  moment: number,
  { reopened, schedule }: { reopened: boolean; schedule: number },
): Promise<boolean> {
  const random = seededRandom(stage.seed * 31 + schedule);
  const anyOrder: Choice = (pending) => random.below(pending.length);
  // What the first store has left under way comes after the calls of the next one, or before them.
  const opens = schedule === 0 ? Stage.newestFirst : Stage.firstCome;
  const first = await prepared(stage, reopened);
  const compact = stage.call("compact", () => first.compact());
  let step = 0;
  if (moment !== sameTick)
    await stage.settleAll(Stage.firstCome, () => compact.state !== "pending" || step++ === moment);
  if (!isPending(compact)) return false;

  await answered(
    stage,
    stage.call("close", () => first.close()),
    Stage.newestFirst,
  );
  const opened = await answered(stage, stage.opens(options), opens);
  const second = opened as DurableKv;
  await answered(
    stage,
    stage.call("compact of the second store", () => second.compact()),
    anyOrder,
  );
  await answered(
    stage,
    stage.call("close of the second store", () => second.close()),
    anyOrder,
  );
  await stage.settleAll(anyOrder);
  if (isPending(compact)) {
    const therefore =
      "A compact that was called before close is never answered; its promise must settle either way.";
    stage.broken("compact", therefore);
  }
  await stage.kill();
  await stage.shows(await stage.open(options), live);
  return true;
}

/**
 * At each moment of a compaction somebody else tries to open the directory: refused, having touched
 * nothing, and the compaction goes on as if nothing had been.
 */
export async function openDuringCompaction(stage: Stage): Promise<void> {
  await atEachMoment(stage, async () => {
    const second = stage.opens(options);
    await stage.settleAll(Stage.newestFirst, () => !isPending(second));
    if (second.state !== "rejected" || errorCode(second.error) !== "LOCKED")
      stage.broken("open", "An open during a compaction must reject with LOCKED, and it did not.");
    return live;
  });
}

/** A put is answered in the middle of a compaction, and the caller fills its value with something else. */
export async function changeDuringCompaction(stage: Stage): Promise<void> {
  await atEachMoment(stage, async (store) => {
    const value = valueBytes(99, valueSize);
    const put = stage.call("put k0=99", () => store.put(keyBytes("k0"), value));
    await answered(stage, put, Stage.newestFirst);
    value.fill(0x78);
    stage.tell("the caller fills its value with x", "");
    return new Map([...live, ["k0", valueText(99, valueSize)]]);
  });
}

/**
 * Something happens at each moment of a compaction, which then comes to its end. What every key shows
 * after it is what it shows in the next life.
 */
async function atEachMoment(
  stage: Stage,
  happens: (store: DurableKv) => Promise<ReadonlyMap<string, string>>,
): Promise<void> {
  if ((stage.exports.level ?? kata.levels.length) < 5) return;
  refuseOneCallAtATime(stage);
  const play = async (moment: number): Promise<boolean> => {
    const store = await prepared(stage);
    const compact = stage.call("compact", () => store.compact());
    let step = 0;
    await stage.settleAll(Stage.firstCome, () => !isPending(compact) || step++ === moment);
    if (!isPending(compact)) return false;
    const expected = await happens(store);
    await answered(stage, compact, Stage.firstCome);
    await stage.shows(store, expected);
    await stage.kill();
    await stage.shows(await stage.open(options), expected);
    return true;
  };
  for (let moment = 0; moment < momentsMax; moment++)
    if (!(await stage.rehearse(() => play(moment)))) break;
}

const livesInARow = 30;

/**
 * Lives of many segments, in each of which a store that compacts on its own has reason to; the disk
 * answers what was called last before what has waited for long. One after the other they are killed,
 * lose the power, and are closed, with the next owner there at once: each shows what was answered.
 */
export async function busyLives(stage: Stage): Promise<void> {
  const random = seededRandom(stage.seed);
  const lately: Choice = (pending) =>
    random.below(4) === 0 ? random.below(pending.length) : pending.length - 1;
  const takesOneCall = stage.exports.singleThreaded !== undefined;
  const expected = new Map<string, string>();
  let value = 0;
  stage.quiet(true);
  for (let life = 0; life < livesInARow; life++) {
    const opened = await answered(stage, stage.opens(options), Stage.newestFirst);
    const store = opened as DurableKv;
    await stage.shows(store, expected);
    stage.quiet(true);
    // After a close few, so that nothing makes up for what is left of the life before.
    const puts = life % 3 === 0 ? 3 : 10 + random.below(20);
    const compactAt = random.below(2 * puts);
    for (let index = 0; index < puts; index++) {
      if (index === compactAt) {
        const compact = stage.call("compact", () => store.compact());
        if (takesOneCall) await answered(stage, compact, lately);
      }
      const key = `k${value % keys}`;
      const what = `put ${key}=${value}`;
      const [bytes, size] = [++value, 2 * valueSize];
      const put = stage.call(what, () => store.put(keyBytes(key), valueBytes(bytes, size)));
      await answered(stage, put, lately);
      expected.set(key, valueText(bytes, size));
    }
    stage.quiet(false);
    stage.tell(`${puts} puts to ${keys} keys`, "answered ok");
    if (life % 3 === 0) await stage.kill();
    else if (life % 3 === 1) await stage.powerCut();
    else
      await answered(
        stage,
        stage.call("close", () => store.close()),
        lately,
      );
    stage.quiet(true);
  }
}

function isPending({ state }: Answer): boolean {
  return state === "pending";
}

/** What a call answers that must be carried out. */
async function answered(stage: Stage, call: Answer, choose: Choice): Promise<unknown> {
  await stage.settleAll(choose, () => call.state !== "pending");
  if (call.state === "pending") stage.hung(`${call.what} was never answered`);
  if (call.state === "rejected") {
    const therefore = `${call.what} must be answered, and it rejected: ${describeError(call.error)}.`;
    stage.broken(call.what, therefore);
  }
  return call.value;
}

/** A store of several segments, most of what they hold overwritten; or, reopened, one just compacted. */
async function prepared(stage: Stage, reopened = false): Promise<DurableKv> {
  stage.nextLife(emptyDisk());
  stage.quiet(true);
  const store = await stage.open(options);
  const call = async (what: string, made: () => Promise<void>): Promise<void> => {
    await answered(stage, stage.call(what, made), Stage.firstCome);
  };
  await call("one of the puts", async () => {
    for (let round = 0; round < rounds; round++)
      for (let key = 0; key < keys; key++)
        await store.put(keyBytes(`k${key}`), valueBytes(valueOf(round, key), valueSize));
  });
  if (reopened) {
    await call("compact", () => store.compact());
    await call("close", () => store.close());
  }
  const ready = reopened ? await stage.open(options) : store;
  stage.quiet(false);
  const then = reopened ? "answered ok; compacted, closed and opened again" : "answered ok";
  stage.tell(`${rounds} rounds of puts to ${keys} keys`, then);
  return ready;
}

function refuseOneCallAtATime(stage: Stage): void {
  if (stage.exports.singleThreaded !== undefined) stage.missed("one call is made at a time");
}
