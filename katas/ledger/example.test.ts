/**
 * The visible tests: how to run the ledger, what a failure looks like, and how to lose an answer.
 * The grade tries much more; these are for reading, and for copying into your own test file.
 *
 * `#subject` is your file. The store is in memory: it throttles and times out when a test says so.
 * A test that is red prints its name, what was expected, what came, and the line.
 */
import { expect, test } from "vitest";
import { seededRandom } from "#platform/random.ts";
import { createFlakyStore, type FlakyStore } from "#platform/testing/flaky-store.ts";
import { createFlakyWorkers } from "#platform/testing/flaky-workers.ts";
import { ManualClock } from "#platform/testing/manual-clock.ts";
import * as file from "#subject";
import type {
  Candidate,
  CommitValidator,
  CommitValidatorOptions,
  Subject,
  TransactionReader,
} from "./contract.ts";

const subject = file as Subject;
const { createTransactionReader, createCommitValidator, createTaskPool } = subject;
const level = levelOf(subject);

const openings = [
  { kind: "open", id: "o1", account: "bank", balanceMin: -1_000_000 },
  { kind: "open", id: "o2", account: "ann" },
  { kind: "open", id: "o3", account: "bob" },
];
const pay = (id: string, from: string, to: string, cents: number) => ({
  kind: "transfer",
  id,
  from,
  to,
  cents,
});

test("accepted transactions change the accounts", async () => {
  const validator = validatorOn(createFlakyStore());
  await validator.commit({ transactions: openings });
  const { version, outcomes } = await validator.commit({
    transactions: [pay("t1", "bank", "ann", 500), pay("t2", "ann", "bob", 200)],
  });
  expect(version).toBe(2);
  expect(outcomes).toEqual([{ status: "accepted" }, { status: "accepted" }]);
  expect(await balancesOf(validator)).toEqual({ bank: -500, ann: 300, bob: 200 });
});

test("one rejected transaction keeps the whole batch from happening", async () => {
  const validator = validatorOn(createFlakyStore());
  await validator.commit({ transactions: openings });
  const { version, outcomes } = await validator.commit({
    transactions: [pay("t1", "bank", "ann", 500), pay("t2", "ann", "bob", 501)],
  });
  expect(version).toBe(null);
  expect(outcomes).toEqual([
    { status: "withheld" },
    { status: "rejected", reason: "INSUFFICIENT_FUNDS" },
  ]);
  expect(await balancesOf(validator)).toEqual({ bank: 0, ann: 0, bob: 0 });
});

test("amounts that are no whole cents are rejected by the schema", async () => {
  const validator = validatorOn(createFlakyStore());
  await validator.commit({ transactions: openings });
  const amounts = [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY];
  const { outcomes } = await validator.commit({
    transactions: amounts.map((cents, index) => pay(`t${index}`, "bank", "ann", cents)),
    policy: "valid-only",
  });
  expect(outcomes).toEqual(amounts.map(() => ({ status: "rejected", reason: "SCHEMA" })));
});

test("a new validator finds what others have committed", async () => {
  const store = createFlakyStore();
  await validatorOn(store).commit({ transactions: openings });
  const { version } = await validatorOn(store.another()).readMetadata();
  expect(version).toBe(1);
});

test.runIf(level >= 2)("from level 2: both of two racing batches are committed", async () => {
  const store = createFlakyStore();
  const clock = new ManualClock();
  const one = validatorOn(store, { clock, random: seededRandom(1) });
  const two = validatorOn(store.another(), { clock, random: seededRandom(2) });
  await one.commit({ transactions: openings });
  const racing = Promise.all([
    one.commit({ transactions: [pay("t1", "bank", "ann", 1)] }),
    two.commit({ transactions: [pay("t2", "bank", "bob", 2)] }),
  ]);
  await clock.advance(60_000);
  const versions = (await racing).map(({ version }) => version);
  expect(versions.sort()).toEqual([2, 3]);
  expect(await balancesOf(two)).toEqual({ bank: -3, ann: 1, bob: 2 });
});

test.runIf(level >= 3)("from level 3: the task beyond limit and queue is refused", async () => {
  let finish: (answer: string) => void = () => undefined;
  const answer = new Promise<string>((resolve) => (finish = resolve));
  const pool = createTaskPool({
    inFlightMax: 1,
    queueLengthMax: 1,
    handlers: { wait: () => answer },
  });
  const accepted = [1, 2].map((input) => pool.submit({ kind: "wait", input }));
  await expect(pool.submit({ kind: "wait", input: 3 })).rejects.toMatchObject({
    code: "OVERLOADED",
  });
  finish("done");
  expect(await Promise.all(accepted)).toEqual(["done", "done"]);
});

test.runIf(level >= 4)("from level 4: a lost answer is found out", async () => {
  const store = createFlakyStore();
  const clock = new ManualClock();
  const validator = validatorOn(store, { clock });
  let isLost = false;
  store.faults = ({ method }) => {
    if (method !== "putIfAbsent" || isLost) return undefined;
    isLost = true;
    return "timed out after";
  };
  const committing = validator.commit({ transactions: openings });
  await clock.advance(60_000);
  expect(await committing).toMatchObject({
    version: 1,
    outcomes: [{ status: "accepted" }, {}, {}],
  });
});

test.runIf(level >= 5)("from level 5: a worker dies, its task does not", async () => {
  let deaths = 0;
  const workers = createFlakyWorkers({ handlers: { double: (input) => Number(input) * 2 } });
  workers.faults = ({ at }) => (at === "task" && deaths++ === 0 ? "dies" : undefined);
  const pool = createTaskPool({
    inFlightMax: 1,
    queueLengthMax: 0,
    workers,
    clock: new ManualClock(),
  });
  expect(await pool.submit({ kind: "double", input: 21 })).toBe(42);
  await pool.close();
  expect(workers.alive).toBe(0);
});

test.runIf(level >= 6)("from level 6: two formats, the same candidates", async () => {
  const lines = createTransactionReader({
    format: "json-lines",
    text: '{"kind":"transfer","id":"t1","from":"ann","to":"bob","cents":5}\nno JSON\n',
  });
  const commas = createTransactionReader({
    format: "csv",
    text: "transfer,t1,ann,bob,5\nno JSON\n",
  });
  expect(await candidatesOf(lines)).toEqual([
    { offset: 0, transaction: pay("t1", "ann", "bob", 5) },
    { offset: 1, transaction: "no JSON" },
  ]);
  expect(await candidatesOf(commas)).toEqual(await candidatesOf(lines));
});

test.runIf(level >= 6)("from level 6: a source is processed once", async () => {
  const store = createFlakyStore();
  const source = {
    name: "payments",
    reader: createTransactionReader({
      format: "csv",
      text: "open,o1,bank,-100\nopen,o2,ann,\ntransfer,t1,ann,bank,5\ntransfer,t2,bank,ann,5\n",
    }),
  };
  for (let life = 1; life <= 2; life++) {
    const validator = validatorOn(store.another(), { random: seededRandom(life) });
    expect(await validator.process(source, { mode: "batch" })).toEqual({ nextOffset: 4 });
    expect(await balancesOf(validator)).toEqual({ bank: -5, ann: 5 });
    const { sources } = await validator.readMetadata();
    expect(sources.get("payments")).toEqual({
      nextOffset: 4,
      quarantined: [{ offset: 2, reason: "INSUFFICIENT_FUNDS" }],
    });
  }
});

function validatorOn(
  store: FlakyStore,
  options: Partial<CommitValidatorOptions> = {},
): CommitValidator {
  return createCommitValidator({
    store,
    prefix: "ledger/",
    clock: new ManualClock(),
    random: seededRandom(store.life),
    ...options,
  });
}

async function balancesOf(validator: CommitValidator): Promise<Record<string, number>> {
  const { accounts } = await validator.readMetadata();
  return Object.fromEntries([...accounts].map(([name, { balance }]) => [name, balance]));
}

async function candidatesOf(reader: TransactionReader): Promise<Candidate[]> {
  const candidates: Candidate[] = [];
  for await (const candidate of reader.read(0)) candidates.push(candidate);
  return candidates;
}

/** Without a level of its own, a file claims them all. */
function levelOf(file: Subject): number {
  return file.level ?? Number.POSITIVE_INFINITY;
}
