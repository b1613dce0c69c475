/** No sync ends, and commits are called until one is too many; it is refused, and may be called again later. */
import type { MvccStore, Transaction } from "#katas/mvcc-store/contract.ts";
import { errorCode } from "#platform/errors.ts";
import { describeError } from "../../harness/in-words.ts";
import { type Answer, Stage } from "../../harness/on-disk/stage.ts";
import { committing, holds, type MvccStage, staged } from "../durable/adapter.ts";

export const overloadIsRefused = staged("mvcc-store/overload-is-refused", {
  "one commit may wait": (stage) => overload(stage, 1),
  "four commits may wait": (stage) => overload(stage, 4),
  "sixteen commits may wait": (stage) => overload(stage, 16),
  "the default limit of 1024": async (stage) => {
    const store = await stage.open();
    stage.quiet(true);
    const accepted = Array.from({ length: 1024 }, (_, index) =>
      commitOf(stage, put(store, `k${index}`, index), `k${index}=${index}`),
    );
    await stage.settleAll(Stage.neverSyncs);
    stage.quiet(false);
    notRefused(stage, accepted, 1024);
    const refused = commitOf(stage, put(store, "one-too-many", 1), "one-too-many=1");
    await stage.settleAll(Stage.neverSyncs);
    isRefused(stage, [refused]);
    stage.quiet(true);
    await stage.settleAll();
    stage.quiet(false);
    isAccepted(stage, accepted);
  },
  "losers, readers and the closed do not wait": async (stage) => {
    const store = await stage.open({ commitsWaitingMax: 2 });
    for (let index = 0; index < 4; index++) {
      const [first, second] = [put(store, "a", index), store.begin()];
      const winner = commitOf(stage, first, `a=${index}`);
      await stage.settleAll();
      isAccepted(stage, [winner]);
      stage.call(`T${index} commit a=-1`, async () => {
        second.put("a", -1);
        await second.commit();
      });
      await stage.settleAll();
    }
    for (let index = 0; index < 4; index++) put(store, "b", 1).rollback();
    const good = ["b", "c"].map((key) => commitOf(stage, put(store, key, 1), `${key}=1`));
    await stage.settleAll(Stage.neverSyncs);
    notRefused(stage, good, 2);
    await stage.settleAll();
    isAccepted(stage, good);
  },
  "a refused one keeps its snapshot, and what it has read": keepsWhatItHasRead,
  "a hundred commits, none of them awaited": async (stage) => {
    const store = await stage.open({ commitsWaitingMax: 10 });
    const transactions = Array.from({ length: 100 }, (_, index) => put(store, `k${index}`, index));
    const answers = transactions.map((transaction, index) =>
      commitOf(stage, transaction, `k${index}=${index}`),
    );
    await stage.settleAll(Stage.neverSyncs);
    isRefused(stage, answers.slice(10));
    await stage.settleAll();
    isAccepted(stage, answers.slice(0, 10));
  },
});

async function overload(stage: MvccStage, limit: number): Promise<void> {
  const store = await stage.open({ commitsWaitingMax: limit });
  const first = commitOf(stage, put(store, "before", 1), "before=1");
  await stage.settleAll();
  isAccepted(stage, [first]);
  const expected: Record<string, number> = { before: 1 };
  for (let round = 0; round < 3; round++) {
    const names = Array.from({ length: limit }, (_, index) => `k${index}`);
    const accepted = names.map((key) => commitOf(stage, put(store, key, round), `${key}=${round}`));
    await stage.settleAll(Stage.neverSyncs);
    notRefused(stage, accepted, limit);
    if (accepted.some((one) => one.state === "resolved"))
      stage.missed("a commit was answered although no sync ends");
    const late = put(store, `late${round}`, round);
    const given = put(store, "before", 666);
    const refused = [
      commitOf(stage, late, `late${round}=${round}`),
      commitOf(stage, given, "before=666"),
    ];
    const reader = store.begin();
    reader.get("before");
    const reading = stage.call("commit of a reader", () => reader.commit());
    await stage.settleAll(Stage.neverSyncs);
    isRefused(stage, refused);
    if (reading.state === "rejected")
      stage.broken(
        reading.what,
        `It has written nothing, and was refused: ${describeError(reading.error)}.`,
      );
    given.rollback();
    await stage.settleAll();
    isAccepted(stage, accepted);
    for (const key of names) expected[key] = round;
    holds(stage, store, sorted(expected));
    // Refused, it is still open: what it has written is there, and it may commit now.
    if (late.get(`late${round}`) !== round)
      stage.broken(
        "get",
        "A transaction that was refused with OVERLOADED is open still and reads its own write.",
      );
    late.put(`more${round}`, round);
    const again = commitOf(stage, late, `late${round}=${round} more${round}=${round}, again`);
    await stage.settleAll();
    isAccepted(stage, [again]);
    expected[`late${round}`] = round;
    expected[`more${round}`] = round;
  }
  holds(stage, store, sorted(expected));
  // What was refused is not in the log either.
  stage.nextLife(stage.port.state.afterKill());
  holds(stage, await stage.open(), sorted(expected));
}

/** Refused, they go on where they were: what others commit meanwhile they neither see nor may pass by. */
async function keepsWhatItHasRead(stage: MvccStage): Promise<void> {
  const store = await stage.open({ commitsWaitingMax: 1 });
  const beginning = put(store, "a", 1);
  beginning.put("w", 1);
  const before = commitOf(stage, beginning, "a=1 w=1");
  await stage.settleAll();
  isAccepted(stage, [before]);
  const reader = store.begin({ isolation: "serializable" });
  reader.get("a");
  reader.put("b", 1);
  const still = put(store, "c", 1);
  const replacing = store.begin();
  replacing.put("w", 2);
  replacing.put("y", 1);
  const between = commitOf(stage, replacing, "w=2 y=1");
  await stage.settleAll();
  isAccepted(stage, [between]);
  // Younger than those that will be refused, and open all the time.
  const younger = store.begin();
  const accepted = commitOf(stage, put(store, "x", 1), "x=1");
  await stage.settleAll(Stage.neverSyncs);
  notRefused(stage, [accepted], 1);
  if (accepted.state !== "pending") stage.missed("a commit was answered although no sync ends");
  const refused = [commitOf(stage, reader, "b=1, having read a"), commitOf(stage, still, "c=1")];
  await stage.settleAll(Stage.neverSyncs);
  isRefused(stage, refused);
  await stage.settleAll();
  isAccepted(stage, [accepted]);
  const other = store.begin({ isolation: "serializable" });
  other.get("b");
  other.put("a", 2);
  const later = commitOf(stage, other, "a=2, having read b");
  await stage.settleAll();
  isAccepted(stage, [later]);
  if (still.get("a") !== 1 || still.get("w") !== 1 || still.get("y") !== undefined)
    stage.broken(
      "get a, get w, get y",
      "A transaction that was refused with OVERLOADED is open still and reads its snapshot: a=1, w=1, and no y.",
    );
  younger.rollback();
  // It may be refused; but of the two that write c one commits.
  const rival = stage.call("commit c=2", committing(store, { c: 2 }));
  await stage.settleAll();
  const stillThere = commitOf(stage, still, "c=1, again");
  await stage.settleAll();
  if (rival.state === "resolved" && stillThere.state === "resolved")
    stage.broken(
      stillThere.what,
      "It was open when c=2 was committed, and had written c: of the two only one may commit.",
    );
  const again = commitOf(stage, reader, "b=1, again");
  await stage.settleAll();
  if (again.state === "pending") stage.hung(`${again.what} was never answered`);
  if (again.state === "resolved")
    stage.broken(
      again.what,
      "It had read a before another transaction wrote it, and that one had read b before this one writes it: neither order explains both.",
    );
}

function sorted(entries: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(entries).sort(([one], [other]) => (one < other ? -1 : 1)),
  );
}

function put(store: MvccStore, key: string, value: number): Transaction {
  const transaction = store.begin();
  transaction.put(key, value);
  return transaction;
}

function commitOf(stage: MvccStage, transaction: Transaction, what: string): Answer {
  return stage.call(`commit ${what}`, () => transaction.commit());
}

function notRefused(stage: MvccStage, answers: readonly Answer[], limit: number): void {
  const early = answers.find(({ state }) => state === "rejected");
  if (early !== undefined)
    stage.broken(
      early.what,
      `${early.what} was refused although no more than ${limit} commits wait: ${describeError(early.error)}.`,
    );
}

function isAccepted(stage: MvccStage, answers: readonly Answer[]): void {
  for (const { what, state, error } of answers) {
    if (state === "rejected")
      stage.broken(
        what,
        `${what} rejected although nobody was in its way: ${describeError(error)}.`,
      );
    if (state === "pending") stage.hung(`${what} was never answered`);
  }
}

function isRefused(stage: MvccStage, answers: readonly Answer[]): void {
  for (const { what, state, error } of answers) {
    if (state === "rejected" && errorCode(error) === "OVERLOADED") continue;
    const how = {
      rejected: `rejected with ${describeError(error)}`,
      pending: "left waiting",
      resolved: "answered ok",
    }[state];
    stage.broken(
      what,
      `${what} came when commitsWaitingMax commits were waiting and must reject with OVERLOADED; it was ${how}.`,
    );
  }
}
