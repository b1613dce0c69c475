/**
 * A second open of a directory, by the same process and by another one, and who may open it when. It may come while
 * the first store is about to close, and it may lag behind the first at any of its calls to the disk.
 */
import type { MvccStore } from "#katas/mvcc-store/contract.ts";
import { kata } from "#katas/mvcc-store/kata.ts";
import { errorCode } from "#platform/errors.ts";
import { barestImage, forEachCrashImage } from "#platform/testing/crash-images.ts";
import { type DiskImage, DiskState } from "#platform/testing/disk-state.ts";
import type { Gate } from "#platform/testing/gates.ts";
import { together } from "../../harness/experiment.ts";
import { describeError } from "../../harness/in-words.ts";
import { type Answer, type Choice, Stage } from "../../harness/on-disk/stage.ts";
import {
  committing,
  holds,
  type MvccScript,
  type MvccStage,
  scripted,
  staged,
} from "../durable/adapter.ts";

const promise = "mvcc-store/one-owner-at-a-time";

const afterEachOther = scripted(promise, {
  "a second open": async (script) => {
    const store = await script.open();
    await script.does("commit a=1", committing(store, { a: 1 }));
    await isLocked(script);
    await script.does("commit b=2", committing(store, { b: 2 }));
    await isLocked(script);
    holdsHere(script, store, { a: 1, b: 2 });
    await script.kill();
    const reopened = await script.open();
    holdsHere(script, reopened, { a: 1, b: 2 });
    await script.does("commit c=3", committing(reopened, { c: 3 }));
    await isLocked(script);
    await script.does("close", () => reopened.close());
    holdsHere(script, await script.open(), { a: 1, b: 2, c: 3 });
  },
  "a second open by another process": async (script) => {
    const store = await script.open();
    await script.does("commit a=1", committing(store, { a: 1 }));
    await script.newProcess();
    await isLocked(script);
    await script.does("commit b=2", committing(store, { b: 2 }));
    await script.does("close", () => store.close());
    holdsHere(script, await script.open(), { a: 1, b: 2 });
  },
  "another directory is another store": async (script) => {
    const store = await script.open();
    const other = await script.open({}, "other");
    await script.does("commit a=1", committing(store, { a: 1 }));
    await script.does("commit a=2 in other", committing(other, { a: 2 }));
    holdsHere(script, store, { a: 1 });
    holdsHere(script, other, { a: 2 });
  },
});

const atTheSameTime = staged(promise, {
  "an open while close waits for commits": openWhileCloseWaits,
  "an open that lags behind another": laggingOpen,
});

export const oneOwnerAtATime = together(promise, kata.version, [afterEachOther, atTheSameTime]);

/** The directory is held until the last commit that was called before close is answered. */
async function openWhileCloseWaits(stage: MvccStage): Promise<void> {
  // Whoever takes one call at a time is never closed amid a commit.
  if (stage.exports.singleThreaded !== undefined) return;
  const store = await stage.open();
  const first = stage.call("commit a=1", committing(store, { a: 1 }));
  await stage.settleAll(Stage.neverSyncs);
  const second = stage.call("commit b=2", committing(store, { b: 2 }));
  const close = stage.call("close", () => store.close());
  await stage.settleAll(Stage.neverSyncs);
  const commits = [first, second];
  if (commits.some(({ state }) => state !== "pending") || stage.pendingSyncs() === 0)
    stage.missed("no sync was under way while two commits waited");
  stage.tell("their sync is left unanswered, all else is answered", "");
  const others = allBut(stage.gates.pending);
  const another = stage.opens();
  await stage.settleAll(others);
  if (another.state === "resolved")
    stage.broken(
      another.what,
      "The directory was opened again while commits of the closing store wait for the disk.",
    );
  if (another.state === "rejected") isLockedOut(stage, another);
  stage.tell("the sync ends", "");
  await stage.settleAll();
  for (const { what, state, error } of [...commits, close]) {
    if (state === "pending") stage.hung(`${what} was never answered`);
    if (state === "rejected") stage.broken(what, `${what} rejected: ${describeError(error)}.`);
  }
  // Whoever waited instead of being refused may have it now.
  const next = (another.value as MvccStore | undefined) ?? (await stage.open());
  holds(stage, next, { a: 1, b: 2 });
}

/** One open stops at each of its calls to the disk in turn, until another one is done and has committed. */
async function laggingOpen(stage: MvccStage): Promise<void> {
  for (const image of await tornDisks(stage)) {
    let calls = 0;
    while (calls < callsMax && (await stage.rehearse(() => lag(stage, image, calls)))) calls++;
  }
}

const tornDisksMax = 2;
/** Enough for an open of so little. */
const callsMax = 20;

/** Disks on which a=1 is safe and the commit b=2 was cut off by the power. */
async function tornDisks(stage: MvccStage): Promise<DiskImage[]> {
  const store = await stage.open();
  const safe = stage.call("commit a=1", committing(store, { a: 1 }));
  await stage.settleAll();
  if (safe.state !== "resolved") stage.broken(safe.what, "Nobody was in its way.");
  stage.call("commit b=2", committing(store, { b: 2 }));
  await stage.settleAll(Stage.neverSyncs);
  const images: DiskImage[] = [];
  forEachCrashImage(stage.port.state, { names: "core", sectorBytes: 16 }, ({ image }) => {
    images.push(image);
  });
  stage.tell("⚡ power cut", "what of b=2 is on the disk may be torn", "power-cut");
  const step = Math.ceil(images.length / tornDisksMax);
  return images.filter((_, index) => index % step === 0);
}

/** False when the lagging open has fewer calls to make than it should. */
async function lag(stage: MvccStage, image: DiskImage, calls: number): Promise<boolean> {
  stage.nextLife(DiskState.fromImage(image));
  const lagging = stage.opens();
  await stage.atRest();
  for (let call = 0; call < calls; call++) {
    stage.gates.open(0);
    await stage.atRest();
  }
  if (lagging.state !== "pending") return false;
  const others = allBut(stage.gates.pending);
  stage.tell("this open waits for the disk", `${calls} of its calls were answered`);
  const swift = stage.opens();
  await stage.settleAll(others);
  const answered: Record<string, number> = {};
  const commit = async (key: string, value: number): Promise<void> => {
    if (swift.state !== "resolved") return;
    const store = swift.value as MvccStore;
    const waiting = stage.call(`commit ${key}=${value}`, committing(store, { [key]: value }));
    await stage.settleAll(others);
    if (waiting.state === "resolved") answered[key] = value;
  };
  await commit("c", 3);
  stage.tell("what the other open waits for is answered", "");
  await stage.settleAll();
  const [owner, ...more] = [lagging, swift].filter(({ state }) => state === "resolved");
  if (more.length > 0) stage.broken("open", "Two stores are open in one directory.");
  for (const one of [lagging, swift]) {
    if (one.state === "pending") stage.hung("open was never answered");
    if (one.state === "rejected") isLockedOut(stage, one);
  }
  if (owner === undefined) stage.broken("open", "Of two opens one must be answered with a store.");
  await commit("d", 4);
  stage.nextLife(DiskState.fromImage(barestImage(stage.port.state)));
  stage.tell("⚡ power cut", "what no sync has covered is gone", "power-cut");
  const reader = (await stage.open()).begin();
  for (const [key, value] of Object.entries({ a: 1, ...answered })) {
    if (reader.get(key) !== value)
      stage.broken(
        `get ${key}`,
        `The commit ${key}=${value} was answered, and after a power cut it is gone.`,
      );
  }
  return true;
}

function isLockedOut(stage: MvccStage, { what, error }: Answer): void {
  if (errorCode(error) === "LOCKED") return;
  stage.broken(
    what,
    `Another store holds the directory, so it must reject with LOCKED, and not with ${describeError(error)}.`,
  );
}

/** All calls to the disk but these, which are under way now. */
function allBut(gates: readonly Gate[]): Choice {
  const held = new Set(gates);
  return (pending) => pending.findIndex((gate) => !held.has(gate));
}

function isLocked(script: MvccScript): Promise<void> {
  return script.openIsRefused(["LOCKED"], "while the store is open");
}

function holdsHere(
  script: MvccScript,
  store: Parameters<typeof holds>[1],
  expected: Readonly<Record<string, unknown>>,
): void {
  holds(
    {
      tell: (what, detail) => {
        script.tell(what, detail);
      },
      broken: (what, therefore) => script.broken(what, "", therefore),
    },
    store,
    expected,
  );
}
