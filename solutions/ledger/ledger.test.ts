/**
 * What the reference promises, tested from outside: through the contract, on a store that throttles and
 * loses answers, with workers that die, in orders that are tried out.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type {
  Batch,
  Candidate,
  CommitResult,
  CommitValidator,
  CommitValidatorOptions,
  Outcome,
  TaskExecutor,
  TransactionReader,
} from "#katas/ledger/contract.ts";
import { errorCode } from "#platform/errors.ts";
import type { ObjectStore } from "#platform/object-store.ts";
import { seededRandom } from "#platform/random.ts";
import { createFlakyStore, type FlakyStore } from "#platform/testing/flaky-store.ts";
import { createFlakyWorkers } from "#platform/testing/flaky-workers.ts";
import { stillness } from "#platform/testing/gates.ts";
import { tryInterleavings } from "#platform/testing/interleave.ts";
import { ManualClock } from "#platform/testing/manual-clock.ts";
import type { TaskHandlers } from "#platform/workers.ts";
import { createCommitValidator, createTaskPool, createTransactionReader } from "./ledger.ts";

const largest = Number.MAX_SAFE_INTEGER;
const accepted: Outcome = { status: "accepted" };
const rejected = (reason: string): Outcome => ({ status: "rejected", reason });

// ── What is committed ─────────────────────────────────────────────────────────────────────────

const open = (account: string, balanceMin = 0, id = `open ${account}`) => ({
  kind: "open",
  id,
  account,
  balanceMin,
});

let transfers = 0;
const pay = (from: string, to: string, cents: number, id = `transfer ${(transfers += 1)}`) => ({
  kind: "transfer",
  id,
  from,
  to,
  cents,
});

const accounts = [open("bank", -1_000_000), open("ann"), open("bob"), open("eve")];

let validators = 0;

function validatorOn(
  store: ObjectStore,
  options: Partial<CommitValidatorOptions> = {},
): CommitValidator {
  const random = seededRandom((validators += 1));
  return createCommitValidator({
    store,
    prefix: "ledger/",
    clock: new ManualClock(),
    random,
    ...options,
  });
}

/** The store as somebody sees it before whose every put something else happens. */
function slowedBy(
  store: ObjectStore,
  before: () => Promise<unknown>,
  onLost: () => void = () => undefined,
): ObjectStore {
  return {
    get: (name) => store.get(name),
    list: (prefix) => store.list(prefix),
    async putIfAbsent(name, bytes) {
      await before();
      await store.putIfAbsent(name, bytes).catch((error: unknown) => {
        onLost();
        throw error;
      });
    },
  };
}

async function balancesIn(validator: CommitValidator): Promise<Record<string, number>> {
  const metadata = await validator.readMetadata();
  return Object.fromEntries([...metadata.accounts].map(([name, { balance }]) => [name, balance]));
}

/** A ledger with four accounts, at version 1. */
async function openedOn(
  store: FlakyStore,
  options: Partial<CommitValidatorOptions> = {},
): Promise<CommitValidator> {
  const validator = validatorOn(store, options);
  await validator.commit({ transactions: accounts });
  return validator;
}

/** The same by the book: what each transaction of a batch may do, given the balances before. */
function byTheBook(batches: readonly Batch[]): {
  outcomes: Outcome[][];
  balances: Map<string, number>;
} {
  let balances = new Map<string, number>();
  const outcomes = batches.map(({ transactions, policy }) => {
    const draft = new Map(balances);
    const judged = (transactions as ReturnType<typeof pay>[]).map((transaction) =>
      "account" in transaction
        ? openByTheBook(draft, String(transaction.account))
        : payByTheBook(draft, transaction),
    );
    const isWhole = judged.every(({ status }) => status === "accepted");
    if (isWhole || policy === "valid-only") balances = draft;
    else return judged.map((outcome) => (outcome.status === "accepted" ? withheld : outcome));
    return judged;
  });
  return { outcomes, balances };
}

const withheld: Outcome = { status: "withheld" };

function openByTheBook(balances: Map<string, number>, account: string): Outcome {
  if (balances.has(account)) return rejected("ACCOUNT_EXISTS");
  balances.set(account, 0);
  return accepted;
}

function payByTheBook(
  balances: Map<string, number>,
  { from, to, cents }: { from: string; to: string; cents: number },
): Outcome {
  const [giver, taker] = [balances.get(from), balances.get(to)];
  if (giver === undefined || taker === undefined) return rejected("UNKNOWN_ACCOUNT");
  if (giver - cents < (from === "bank" ? -1000 : 0)) return rejected("INSUFFICIENT_FUNDS");
  balances.set(from, giver - cents).set(to, taker + cents);
  return accepted;
}

// ── Level 1 ───────────────────────────────────────────────────────────────────────────────────

describe("validate and commit", () => {
  test("any batches do what the book says, and a new validator reads the same", async () => {
    const name = fc.constantFrom("bank", "ann", "__proto__", "nobody");
    const opening = name.map((account) => ({ ...open(account, account === "bank" ? -1000 : 0) }));
    const transfer = fc
      .tuple(name, name, fc.constantFrom(1, 10, 400, 700))
      // One that is wrong in two ways may be refused for either.
      .filter(([from, to]) => from !== to)
      .map(([from, to, cents]) => pay(from, to, cents));
    const batch: fc.Arbitrary<Batch> = fc.record({
      transactions: fc.array(fc.oneof(opening, transfer), { maxLength: 6 }),
      policy: fc.constantFrom("all-or-nothing" as const, "valid-only" as const),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(batch, { maxLength: 6 }), async (drawn) => {
        const batches = withOwnIds(drawn);
        const store = createFlakyStore();
        const validator = validatorOn(store);
        const results: CommitResult[] = [];
        for (const one of batches) results.push(await validator.commit(one));
        const { outcomes, balances } = byTheBook(batches);
        expect(results.map((result) => result.outcomes)).toEqual(outcomes);
        const fresh = await validatorOn(store.another()).readMetadata();
        expect(new Map([...fresh.accounts].map(([key, { balance }]) => [key, balance]))).toEqual(
          balances,
        );
        const committed = results.filter(({ version }) => version !== null);
        expect(committed.map(({ version }) => version)).toEqual(committed.map((_, at) => at + 1));
        expect(fresh.version).toBe(committed.length);
      }),
      { numRuns: 60 },
    );
  });

  test("the three steps do what commit does", async () => {
    const validator = await openedOn(createFlakyStore());
    const base = await validator.readMetadata();
    const plan = await validator.validateConflicts({ transactions: [pay("bank", "ann", 5)] }, base);
    expect(plan).toMatchObject({ version: 2, outcomes: [accepted] });
    expect((await validator.readMetadata()).version).toBe(1);
    expect(await validator.attemptCommit(plan)).toMatchObject({ version: 2, outcomes: [accepted] });
    expect(await balancesIn(validator)).toMatchObject({ bank: -5, ann: 5 });
    // A plan is attempted with one put, and its version is taken now.
    await expect(validator.attemptCommit(plan)).rejects.toMatchObject({ code: "CONFLICT" });
  });

  test("what is no transaction is rejected, and its neighbours happen", async () => {
    const validator = await openedOn(createFlakyStore());
    const good = pay("bank", "ann", 1);
    const long = "x".repeat(65);
    const bad: unknown[] = [
      ...[null, undefined, 5, "text", [], [good], {}, { kind: "close", id: "x" }],
      ...[0, -1, 0.5, Number.NaN, Infinity, largest + 1, "5", undefined].map((cents) => ({
        ...good,
        cents,
      })),
      ...["id", "from", "to"].flatMap((key) => [
        { ...good, [key]: "" },
        { ...good, [key]: long },
        { ...good, [key]: 5 },
      ]),
      ...[1, -0.5, Number.NaN, "0", -largest - 1, null].map((min) => ({
        ...open("new"),
        balanceMin: min,
      })),
    ];
    const { outcomes } = await validator.commit({
      transactions: [...bad, good],
      policy: "valid-only",
    });
    expect(outcomes).toEqual([...bad.map(() => rejected("SCHEMA")), accepted]);
  });

  test("no balance leaves the safe integers, however large the limits", async () => {
    const validator = validatorOn(createFlakyStore());
    const { outcomes } = await validator.commit({
      policy: "valid-only",
      transactions: [
        ...[open("mint", -largest), open("other mint", -largest), open("vault")],
        ...[pay("mint", "vault", largest), pay("other mint", "vault", 1), pay("mint", "vault", 1)],
      ],
    });
    expect(outcomes.slice(3, 5)).toEqual([accepted, rejected("OVERFLOW")]);
    expect(["INSUFFICIENT_FUNDS", "OVERFLOW"]).toContain(reasonIn(outcomes[5]));
    expect(await balancesIn(validator)).toEqual({
      mint: -largest,
      "other mint": 0,
      vault: largest,
    });
  });

  test("rules see what the batch has done before them, and have the last word", async () => {
    const noMoreThanTen: CommitValidatorOptions["rules"] = [
      {
        check: (transaction, before) =>
          transaction.kind === "transfer" &&
          (before.get(transaction.to)?.balance ?? 0) + transaction.cents > 10
            ? "TOO_RICH"
            : undefined,
      },
    ];
    const validator = await openedOn(createFlakyStore(), { rules: noMoreThanTen });
    const transactions = [pay("bank", "ann", 6), pay("bank", "ann", 5), pay("bank", "ann", 4)];
    const { outcomes } = await validator.commit({ transactions, policy: "valid-only" });
    expect(outcomes).toEqual([accepted, rejected("TOO_RICH"), accepted]);
  });

  test("a reason is a text, and may be the empty one", async () => {
    const rules = [{ check: ({ id }: { id: string }) => (id === "no" ? "" : undefined) }];
    const validator = await openedOn(createFlakyStore(), { rules });
    const { outcomes } = await validator.commit({ transactions: [pay("bank", "ann", 1, "no")] });
    expect(outcomes).toEqual([rejected("")]);
  });

  test("a rule that throws ends the commit without effect", async () => {
    const failure = new Error("no answer");
    const rules = [{ check: (): undefined => undefined }];
    const store = createFlakyStore();
    const validator = await openedOn(store, { rules });
    rules[0] = {
      check: () => {
        throw failure;
      },
    };
    await expect(validator.commit({ transactions: [pay("bank", "ann", 1)] })).rejects.toBe(failure);
    expect((await validatorOn(store.another()).readMetadata()).version).toBe(1);
  });

  test("metadata stays as it was read", async () => {
    const validator = await openedOn(createFlakyStore());
    const before = await validator.readMetadata();
    await validator.commit({ transactions: [pay("bank", "ann", 5), open("new")] });
    expect([before.version, before.accounts.size]).toEqual([1, 4]);
    expect(before.accounts.get("ann")).toEqual({ balance: 0, balanceMin: 0 });
  });

  test("ledgers with other prefixes know nothing of each other", async () => {
    const store = createFlakyStore();
    await openedOn(store);
    const other = validatorOn(store.another(), { prefix: "ledger-2/" });
    expect((await other.readMetadata()).version).toBe(0);
  });

  test("bad arguments are refused", async () => {
    const validator = await openedOn(createFlakyStore());
    const bad = [
      ...[null, {}, { transactions: "none" }],
      ...[
        { transactions: [], policy: "some" },
        { transactions: [], policy: null },
      ],
    ];
    for (const batch of bad as unknown as Batch[]) {
      await expect(validator.commit(batch)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    }
    for (const attemptsMax of [0, -1, 1.5, Number.NaN]) {
      expect(() => validatorOn(createFlakyStore(), { attemptsMax })).toThrow(invalidArgument);
    }
  });
});

// ── Level 2 ───────────────────────────────────────────────────────────────────────────────────

describe("someone else was faster", () => {
  test("of two plans for a version one wins, and the other leaves no trace", async () => {
    const store = createFlakyStore();
    const one = await openedOn(store);
    const two = validatorOn(store.another());
    const plans = await Promise.all(
      [one, two].map(async (validator) => {
        const base = await validator.readMetadata();
        return validator.validateConflicts({ transactions: [pay("bank", "ann", 5)] }, base);
      }),
    );
    const [first, second] = plans;
    if (first === undefined || second === undefined) throw new Error("There are two plans.");
    await two.attemptCommit(second);
    await expect(one.attemptCommit(first)).rejects.toMatchObject({ code: "CONFLICT" });
    expect(await balancesIn(one)).toMatchObject({ ann: 5 });
    expect((await two.readMetadata()).version).toBe(2);
  });

  test("a plan is judged against what others have committed since", async () => {
    const store = createFlakyStore();
    const validator = await openedOn(store);
    const base = await validator.readMetadata();
    await validatorOn(store.another()).commit({ transactions: [pay("bank", "ann", 5)] });
    const plan = await validator.validateConflicts({ transactions: [pay("ann", "bob", 5)] }, base);
    expect(plan).toMatchObject({ version: 3, outcomes: [accepted] });
  });

  test("each commit may lose as many races as the one before", async () => {
    const store = createFlakyStore();
    const clock = new ManualClock();
    const rival = await openedOn(store.another());
    let races = 0;
    const view = slowedBy(store, async () => {
      if (races-- > 0) await rival.commit({ transactions: [pay("bank", "eve", 1)] });
    });
    const validator = validatorOn(view, { clock, attemptsMax: 5 });
    for (let commit = 0; commit < 3; commit++) {
      races = 4;
      const committing = settled(validator.commit({ transactions: [pay("bank", "ann", 1)] }));
      await clock.advance(100_000);
      expect(await committing).toMatchObject({ outcomes: [accepted] });
    }
  });

  test("racing commits get versions of their own, and no money is spent twice", async () => {
    await tryInterleavings({ runs: 60 }, async (world) => {
      const { store, clock } = world;
      const first = await openedOn(store, { clock });
      await first.commit({ transactions: [pay("bank", "ann", 10)] });
      const results: CommitResult[] = [];
      const spend = (to: string) => async () => {
        const validator = validatorOn(store.another(), { clock });
        results.push(await validator.commit({ transactions: [pay("ann", to, 7)] }));
        results.push(await validator.commit({ transactions: [pay("bank", to, 1)] }));
      };
      await world.together(spend("bob"), spend("eve"));
      const versions = results.map(({ version }) => version).filter((version) => version !== null);
      expect(versions.sort()).toEqual([3, 4, 5]);
      const { bob = 0, eve = 0, ...others } = await balancesIn(first);
      expect([bob, eve].sort()).toEqual([1, 8]);
      expect(others).toEqual({ bank: -12, ann: 3 });
    });
  });

  test("a commit puts attemptsMax times, with pauses that are its own, and then gives up", async () => {
    const pausesOf = async (seed: number): Promise<number[]> => {
      const store = createFlakyStore();
      const clock = new ManualClock();
      const rival = await openedOn(store.another());
      const lostAt: number[] = [];
      const view = slowedBy(
        store,
        () => rival.commit({ transactions: [pay("bank", "eve", 1)] }),
        () => lostAt.push(clock.now()),
      );
      const validator = validatorOn(view, { clock, random: seededRandom(seed), attemptsMax: 16 });
      const losing = validator.commit({ transactions: [pay("bank", "ann", 1)] });
      const outcome = settled(losing);
      await clock.advance(200_000);
      expect(await outcome).toBe("CONFLICT");
      expect(lostAt).toHaveLength(16);
      expect(await balancesIn(rival)).toMatchObject({ ann: 0 });
      return lostAt.slice(1).map((at, index) => at - (lostAt[index] ?? 0));
    };
    const [one, other] = [await pausesOf(1), await pausesOf(2)];
    expect(Math.min(...one, ...other)).toBeGreaterThan(0);
    expect(Math.max(...one, ...other)).toBeLessThanOrEqual(10_000);
    expect(one).not.toEqual(other);
  });

  test("a commit that is aborted while it pauses ends at once, without effect", async () => {
    const store = createFlakyStore();
    const rival = await openedOn(store);
    const controller = new AbortController();
    const { signal } = controller;
    const view = slowedBy(store.another(), () =>
      rival.commit({ transactions: [pay("bank", "eve", 1)] }),
    );
    const validator = validatorOn(view, { random: seededRandom(7) });
    const commit = { transactions: [pay("bank", "ann", 1)] };
    const losing = settled(validator.commit(commit, { signal }));
    await stillness();
    controller.abort();
    expect(await losing).toBe("ABORTED");
    expect(await settled(validator.commit(commit, { signal }))).toBe("ABORTED");
    expect(await balancesIn(rival)).toMatchObject({ ann: 0 });
  });

  test("a validator reads only what is new", async () => {
    const store = createFlakyStore();
    const reader = await openedOn(store);
    const writer = validatorOn(store.another());
    for (let count = 0; count < 20; count++) {
      await writer.commit({ transactions: [pay("bank", "ann", 1)] });
    }
    const { calls } = store.counts;
    expect((await reader.commit({ transactions: [pay("bank", "bob", 1)] })).version).toBe(22);
    expect(store.counts.calls - calls).toBeLessThanOrEqual(3 * 20 + 6);
  });
});

// ── Level 3 ───────────────────────────────────────────────────────────────────────────────────

const double = (input: unknown): number => Number(input) * 2;

/** Handlers that end when the test says so. */
class Stage {
  readonly begun: unknown[] = [];
  running = 0;
  runningMost = 0;
  readonly #ends = new Map<unknown, (error?: Error) => void>();

  readonly handlers: TaskHandlers = {
    wait: (input) => {
      this.begun.push(input);
      this.running++;
      this.runningMost = Math.max(this.runningMost, this.running);
      return new Promise((resolve, reject) => {
        this.#ends.set(input, (error) => {
          this.running--;
          if (error === undefined) resolve(`${String(input)} done`);
          else reject(error);
        });
      });
    },
    throw: (input) => {
      throw new Error(String(input));
    },
  };

  async end(input: unknown, error?: Error): Promise<void> {
    this.#ends.get(input)?.(error);
    await stillness();
  }
}

describe("a bounded pool", () => {
  test("tasks begin in order, never more than the limit, and each has its own outcome", async () => {
    const stage = new Stage();
    const { handlers } = stage;
    const pool = createTaskPool({ inFlightMax: 2, queueLengthMax: 3, handlers });
    const tasks = [1, 2, 3, 4, 5].map((input) => settled(pool.submit({ kind: "wait", input })));
    await expect(pool.submit({ kind: "wait", input: 6 })).rejects.toMatchObject({
      code: "OVERLOADED",
    });
    await stillness();
    expect(stage.begun).toEqual([1, 2]);
    await stage.end(2, new Error("two"));
    await stage.end(1);
    for (const input of [3, 4, 5]) await stage.end(input);
    expect(await Promise.all(tasks)).toEqual(["1 done", "two", "3 done", "4 done", "5 done"]);
    expect([stage.begun, stage.runningMost]).toEqual([[1, 2, 3, 4, 5], 2]);
  });

  test("failures of every kind give their slot back", async () => {
    const stage = new Stage();
    const { handlers } = stage;
    const pool = createTaskPool({ inFlightMax: 2, queueLengthMax: 8, handlers });
    const controller = new AbortController();
    const { signal } = controller;
    const failing = [
      pool.submit({ kind: "throw", input: "at once" }),
      pool.submit({ kind: "wait", input: "later" }),
      pool.submit({ kind: "wait", input: "aborted in flight" }, { signal }),
      pool.submit({ kind: "wait", input: "aborted while waiting" }, { signal }),
    ].map((task) => settled(task));
    await stillness();
    controller.abort();
    const running = pool.submit({ kind: "wait", input: "next" });
    await stillness();
    expect(stage.begun).toEqual(["later", "aborted in flight"]);
    await stage.end("later", new Error("late"));
    await stage.end("aborted in flight", new Error("nobody listens"));
    await stage.end("next");
    expect(await running).toBe("next done");
    expect(await Promise.all(failing)).toEqual(["at once", "late", "ABORTED", "ABORTED"]);
    const both = [1, 2].map((input) => pool.submit({ kind: "wait", input }));
    await stillness();
    expect(stage.running).toBe(2);
    await stage.end(1);
    await stage.end(2);
    await Promise.all(both);
  });

  test("drain waits for what was there, close for everything, and then the pool is closed", async () => {
    const stage = new Stage();
    const { handlers } = stage;
    const pool = createTaskPool({ inFlightMax: 1, queueLengthMax: 2, handlers });
    const [one, two] = [1, 2].map((input) => pool.submit({ kind: "wait", input }));
    let drained = false;
    const draining = pool.drain().then(() => (drained = true));
    await stillness();
    await stage.end(1);
    const three = pool.submit({ kind: "wait", input: 3 });
    await stillness();
    expect(drained).toBe(false);
    await stage.end(2);
    await draining;
    let closings = 0;
    const close = (): Promise<number> => pool.close().then(() => (closings += 1));
    const closing = Promise.all([close(), close()]);
    await expect(pool.submit({ kind: "wait", input: 4 })).rejects.toMatchObject({ code: "CLOSED" });
    await stillness();
    expect(closings).toBe(0);
    await stage.end(3);
    await closing;
    expect(await Promise.all([one, two, three])).toEqual(["1 done", "2 done", "3 done"]);
  });

  test("limits that are none, and a kind without a handler, are refused", async () => {
    const handlers = { double };
    for (const limits of [
      { inFlightMax: 0, queueLengthMax: 1 },
      { inFlightMax: 1.5, queueLengthMax: 1 },
      { inFlightMax: 1, queueLengthMax: -1 },
    ]) {
      expect(() => createTaskPool({ ...limits, handlers })).toThrow(invalidArgument);
    }
    const pool = createTaskPool({ inFlightMax: 1, queueLengthMax: 0, handlers });
    for (const kind of ["absent", "toString"]) {
      const refused = pool.submit({ kind, input: 1 });
      await expect(refused).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    }
    expect(await pool.submit({ kind: "double", input: 2 })).toBe(4);
  });

  test("slow rules run side by side, and commits keep the order of their calls", async () => {
    const stage = new Stage();
    const { handlers } = stage;
    const pool = createTaskPool({ inFlightMax: 8, queueLengthMax: 8, handlers: renamed(handlers) });
    const store = createFlakyStore();
    await openedOn(store);
    const options = { slowRules: ["check"], pool };
    const validator = validatorOn(store.another(), options);
    const [one, two] = [pay("bank", "ann", 1), pay("bank", "bob", 2)];
    const first = validator.commit({ transactions: [one] });
    const second = validator.commit({ transactions: [two] });
    await stillness();
    expect(stage.begun).toEqual([one.id, two.id]);
    await stage.end(two.id);
    expect((await validator.readMetadata()).version).toBe(1);
    await stage.end(one.id);
    expect([(await first).outcomes, (await second).outcomes]).toEqual([
      [rejected(`${one.id} done`)],
      [rejected(`${two.id} done`)],
    ]);
  });

  test("every executor gives the same outcomes, and a failing slow rule ends its own commit only", async () => {
    const handlers: TaskHandlers = {
      even: (input) => (((input as { cents?: number }).cents ?? 0) % 2 === 1 ? "ODD" : undefined),
      safe: (input) => {
        // Nothing else objects to it: nobody need ask further about what is rejected anyway.
        if ((input as { cents?: number }).cents === 14) throw new Error("unlucky");
      },
    };
    const inTurn: TaskExecutor = {
      submit: async ({ kind, input }) => handlers[kind]?.(input, {}),
    };
    const pools = [
      inTurn,
      createTaskPool({ inFlightMax: 1, queueLengthMax: 99, handlers }),
      createTaskPool({ inFlightMax: 8, queueLengthMax: 99, handlers }),
    ];
    for (const pool of pools) {
      const validator = await openedOn(createFlakyStore(), { slowRules: ["even", "safe"], pool });
      const results = await Promise.allSettled([
        validator.commit({ transactions: [pay("bank", "ann", 14)] }),
        validator.commit({
          transactions: [pay("bank", "ann", 2), pay("bank", "ann", 3), null],
          policy: "valid-only",
        }),
      ]);
      expect(results).toMatchObject([
        { status: "rejected", reason: { message: "unlucky" } },
        { value: { version: 2, outcomes: [accepted, rejected("ODD"), rejected("SCHEMA")] } },
      ]);
    }
  });
});

// ── Level 4 ───────────────────────────────────────────────────────────────────────────────────

describe("the answer was lost", () => {
  const faults = ["throttled", "timed out before", "timed out after"] as const;

  test("wherever a few calls go wrong, the answers are as if none had", async () => {
    for (let seed = 1; seed <= 150; seed++) {
      const random = seededRandom(seed);
      const store = createFlakyStore();
      const clock = new ManualClock();
      const validator = await openedOn(store, { clock });
      let left = 7;
      store.faults = () =>
        random.below(3) === 0 && left-- > 0 ? faults[random.below(3)] : undefined;
      const committing = validator.commit({
        transactions: [pay("bank", "ann", 5), pay("ann", "bob", 9)],
        policy: "valid-only",
      });
      await clock.advance(100_000);
      expect(await committing, `seed ${seed}`).toEqual({
        version: 2,
        outcomes: [accepted, rejected("INSUFFICIENT_FUNDS")],
      });
      left = 0;
      expect(await balancesIn(validator)).toMatchObject({ bank: -5, ann: 5 });
    }
  });

  test("a lost answer in a race is found out, and nobody takes the other's entry for its own", async () => {
    await tryInterleavings({ runs: 80 }, async (world) => {
      const { store, clock } = world;
      const first = await openedOn(store, { clock });
      const results: CommitResult[] = [];
      const racing = (fault: "timed out before" | "timed out after") => async () => {
        const view = store.another();
        view.faults = ({ method }, number) =>
          method === "putIfAbsent" && number < 4 ? fault : undefined;
        const validator = validatorOn(view, { clock });
        results.push(await validator.commit({ transactions: [pay("bank", "ann", 5)] }));
      };
      await world.together(racing("timed out before"), racing("timed out after"));
      expect(results.map(({ version }) => version).sort()).toEqual([2, 3]);
      expect(results.flatMap(({ outcomes }) => outcomes)).toEqual([accepted, accepted]);
      expect(await balancesIn(first)).toMatchObject({ bank: -10, ann: 10 });
    });
  });

  test("what cannot be found out is not denied", async () => {
    const clock = new ManualClock();
    for (const later of faults) {
      const store = createFlakyStore();
      const validator = await openedOn(store, { clock });
      let calls = 0;
      let hasPut = false;
      store.faults = ({ method }) => {
        if (!hasPut && method !== "putIfAbsent") return undefined;
        calls++;
        if (hasPut) return later;
        hasPut = true;
        return "timed out after";
      };
      const committing = validator.commit({ transactions: [pay("bank", "ann", 5)] });
      const outcome = settled(committing);
      await clock.advance(1_000_000);
      expect(calls).toBeLessThanOrEqual(4 * 8);
      // The put that was done may be one that has no effect yet.
      const { ann } = await balancesIn(validatorOn(store.another()));
      expect(ann === 5 ? ["TIMED_OUT"] : ["TIMED_OUT", "THROTTLED"]).toContain(await outcome);
    }
  });

  test("a commit that is called off in doubt does not deny what it may have done", async () => {
    const store = createFlakyStore();
    const clock = new ManualClock();
    const validator = await openedOn(store, { clock });
    const controller = new AbortController();
    let puts = 0;
    store.faults = ({ method }) => {
      if (method !== "putIfAbsent") return undefined;
      if (puts === 1) controller.abort();
      return puts++ === 0 ? "timed out after" : undefined;
    };
    const { signal } = controller;
    const committing = validator.commit({ transactions: [pay("bank", "ann", 5)] }, { signal });
    const outcome = settled(committing);
    await clock.advance(100_000);
    const { ann } = await balancesIn(validatorOn(store.another()));
    if ((await outcome) === "ABORTED") expect(ann).toBe(0);
  });

  test("a store that refuses everything ends a commit without effect", async () => {
    const clock = new ManualClock();
    const store = createFlakyStore();
    const validator = await openedOn(store, { clock });
    store.faults = () => "throttled";
    const { calls } = store.counts;
    for (const call of [
      () => validator.commit({ transactions: [pay("bank", "ann", 5)] }),
      () => validator.readMetadata(),
    ]) {
      const outcome = call().catch((error: unknown) => error);
      await clock.advance(1_000_000);
      expect(await outcome).toMatchObject({ code: "THROTTLED" });
    }
    expect(store.counts.calls - calls).toBeLessThanOrEqual(2 * 4 * 8);
  });

  test("after THROTTLED a call waits for the clock", async () => {
    const clock = new ManualClock();
    const store = createFlakyStore();
    const validator = validatorOn(store, { clock });
    const throttledAt = new Map<string, number>();
    let left = 5;
    store.faults = (call) => {
      const what = JSON.stringify(call);
      expect(throttledAt.get(what)).not.toBe(clock.now());
      if (left-- <= 0) return undefined;
      throttledAt.set(what, clock.now());
      return "throttled";
    };
    const committing = validator.commit({ transactions: [open("ann")] });
    await clock.advance(100_000);
    expect((await committing).version).toBe(1);
    expect(left).toBeLessThan(0);
  });

  test("the same transaction happens once, and another with its id never", async () => {
    const store = createFlakyStore();
    const validator = await openedOn(store);
    const one = pay("bank", "ann", 5);
    await validator.commit({ transactions: [one] });
    const other = validatorOn(store.another());
    const repeated: Outcome = { status: "repeated", version: 2 };
    const again = await other.commit({ transactions: [{ ...one }, pay("ann", "bob", 1)] });
    // What is repeated is not rejected: the policy is "all-or-nothing".
    expect(again).toEqual({ version: 3, outcomes: [repeated, accepted] });
    expect(await other.commit({ transactions: [one] })).toEqual({
      version: null,
      outcomes: [repeated],
    });
    const changed = [{ ...one, cents: 6 }, { ...one, to: "bob" }, open("new", 0, one.id)];
    const { outcomes } = await other.commit({ transactions: changed });
    expect(outcomes).toEqual(changed.map(() => rejected("ID_CONFLICT")));
    expect(await balancesIn(validator)).toMatchObject({ bank: -5, ann: 4, bob: 1 });
  });

  test("twins in one batch share one fate", async () => {
    const validator = await openedOn(createFlakyStore());
    const twin = pay("bank", "ann", 5);
    const poor = pay("eve", "bob", 5);
    const refused = await validator.commit({ transactions: [twin, twin, poor] });
    expect(refused.outcomes).toEqual([withheld, withheld, rejected("INSUFFICIENT_FUNDS")]);
    const taken = await validator.commit({
      transactions: [poor, twin, pay("bank", "eve", 5), poor, twin, { ...twin, cents: 1 }],
      policy: "valid-only",
    });
    expect(taken.outcomes).toEqual([
      rejected("INSUFFICIENT_FUNDS"),
      ...[accepted, accepted, accepted],
      { status: "repeated", version: 2 },
      rejected("ID_CONFLICT"),
    ]);
  });

  test("the commit beyond the limit is refused, and those before it are not", async () => {
    const stage = new Stage();
    const handlers = renamed(stage.handlers);
    const pool = createTaskPool({ inFlightMax: 8, queueLengthMax: 8, handlers });
    const store = createFlakyStore();
    await openedOn(store);
    const options = { slowRules: ["check"], pool, commitsWaitingMax: 2 };
    const validator = validatorOn(store.another(), options);
    const transactions = [1, 2, 3].map((cents) => pay("bank", "ann", cents));
    const commits = transactions.map((one) => settled(validator.commit({ transactions: [one] })));
    expect(await commits[2]).toBe("OVERLOADED");
    await stillness();
    for (const { id } of transactions) await stage.end(id);
    expect(await Promise.all(commits)).toMatchObject([{ version: null }, { version: null }, {}]);
    expect(stage.begun).toEqual(transactions.slice(0, 2).map(({ id }) => id));
  });

  test("a kill at any moment leaves a batch whole or not at all, and asking again makes it happen once", async () => {
    const store = createFlakyStore();
    const validator = await openedOn(store);
    const batch = { transactions: [pay("bank", "ann", 5), pay("ann", "bob", 3)] };
    const kills = await store.killsDuring(() => validator.commit(batch));
    expect(kills.length).toBeGreaterThan(2);
    for (const { store: left, what, answered } of kills) {
      const next = validatorOn(left);
      const { bob } = await balancesIn(next);
      if (answered) expect(bob, what).toBe(3);
      await next.commit(batch);
      expect(await balancesIn(next), what).toMatchObject({ bank: -5, ann: 2, bob: 3 });
    }
  });
});

// ── Level 5 ───────────────────────────────────────────────────────────────────────────────────

describe("real threads", () => {
  const handlers: TaskHandlers = {
    double,
    fail: () => {
      throw Object.assign(new Error("as asked"), { code: "E_ASKED" });
    },
    giveFunction: () => double,
  };

  test("workers answer and fail as this thread does, and refuse what cannot travel", async () => {
    const workers = createFlakyWorkers({ handlers });
    const places = [{ handlers }, { workers, clock: new ManualClock() }];
    for (const place of places) {
      const pool = createTaskPool({ inFlightMax: 4, queueLengthMax: 9, ...place });
      const failing = pool.submit({ kind: "fail", input: 1 });
      const doubling = [1, 2, 3].map((input) => pool.submit({ kind: "double", input }));
      await expect(failing).rejects.toMatchObject({ message: "as asked", code: "E_ASKED" });
      expect(await Promise.all(doubling)).toEqual([2, 4, 6]);
    }
    const pool = createTaskPool({ inFlightMax: 2, queueLengthMax: 9, ...places[1] });
    const tasks = [
      { kind: "double", input: double },
      { kind: "giveFunction", input: 1 },
      { kind: "double", input: 4 },
    ];
    const codes = tasks.map((task) => settled(pool.submit(task)));
    expect(await Promise.all(codes)).toEqual(["NOT_CLONEABLE", "NOT_CLONEABLE", 8]);
    expect(pool.counts()).toEqual({ submitted: 3, succeeded: 1, failed: 2 });
  });

  test("whenever workers die or hang, each task has its own outcome, once", async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const random = seededRandom(seed);
      const clock = new ManualClock();
      const workers = createFlakyWorkers({ handlers });
      const hasFailed = new Set<number>();
      workers.faults = ({ at, worker }) => {
        // One misfortune in all: a second one may hit the same task.
        if (hasFailed.size > 0 || at === "start" || random.below(6) > 0) return undefined;
        hasFailed.add(worker);
        return random.below(2) === 0 ? "dies" : "hangs";
      };
      const inFlightMax = 2 + random.below(5);
      const pool = createTaskPool({
        ...{ inFlightMax, queueLengthMax: 20, workerCount: 2, workers, clock, taskMsMax: 100 },
      });
      const tasks = Array.from({ length: 12 }, (_, input) =>
        pool.submit({ kind: "double", input }),
      );
      const closing = pool.close();
      await clock.advance(10_000);
      expect(await Promise.all(tasks), `seed ${seed}`).toEqual(tasks.map((_, input) => input * 2));
      await closing;
      expect(pool.counts()).toEqual({ submitted: 12, succeeded: 12, failed: 0 });
      expect(workers.alive).toBe(0);
    }
  });

  test("a commit outlives the workers that judge it, or says that it did not happen", async () => {
    const clock = new ManualClock();
    const slow: TaskHandlers = {
      even: (one) => ((one as { cents?: number }).cents === 3 ? "ODD" : undefined),
    };
    for (const deaths of [0, 1, 2]) {
      const workers = createFlakyWorkers({ handlers: slow });
      const pool = createTaskPool({
        ...{ inFlightMax: 2, queueLengthMax: 99, workerCount: 2, workers, clock, taskMsMax: 50 },
      });
      const store = createFlakyStore();
      await openedOn(store);
      const validator = validatorOn(store.another(), { slowRules: ["even"], pool, clock });
      let left = deaths;
      const [first, odd] = [pay("bank", "ann", 2), pay("bank", "ann", 3)];
      workers.faults = ({ task }) => {
        const isFirst = (task?.input as { id?: string } | undefined)?.id === first.id;
        if (!isFirst || left-- <= 0) return undefined;
        return left === 0 ? "hangs" : "dies";
      };
      const transactions = [first, odd];
      const commits = [
        settled(validator.commit({ transactions, policy: "valid-only" })),
        settled(validator.commit({ transactions: [pay("bank", "bob", 4)] })),
      ];
      await clock.advance(1000);
      const [one, two] = await Promise.all(commits);
      if (deaths === 2) expect(one).toBe("WORKER_LOST");
      else expect(one).toMatchObject({ version: 2, outcomes: [accepted, rejected("ODD")] });
      expect(two).toMatchObject({ outcomes: [accepted] });
      expect(await balancesIn(validator)).toMatchObject({ ann: deaths === 2 ? 0 : 2, bob: 4 });
    }
  });

  test("a task that kills twice is given up, and its neighbours are not", async () => {
    const workers = createFlakyWorkers({ handlers });
    workers.faults = ({ task }) => (task?.input === 13 ? "dies" : undefined);
    const pool = createTaskPool({
      ...{ inFlightMax: 2, queueLengthMax: 20, workerCount: 2, workers, clock: new ManualClock() },
    });
    const tasks = [1, 13, 2, 3].map((input) => settled(pool.submit({ kind: "double", input })));
    expect(await Promise.all(tasks)).toEqual([2, "WORKER_LOST", 4, 6]);
    await pool.close();
    expect(workers.alive).toBe(0);
  });

  test("what becomes of a task is nothing to those behind it", async () => {
    const workers = createFlakyWorkers({ handlers });
    workers.faults = ({ task }) => (task?.input === 13 ? "dies" : undefined);
    const pool = createTaskPool({
      ...{ inFlightMax: 1, queueLengthMax: 1, workers, clock: new ManualClock() },
    });
    const submit = (input: number, signal?: AbortSignal): Promise<unknown> =>
      settled(pool.submit({ kind: "double", input }, signal === undefined ? {} : { signal }));
    // Lost twice, both have left their places; called off, one has left its worker its answer.
    expect(await Promise.all([submit(13), submit(13)])).toEqual(["WORKER_LOST", "WORKER_LOST"]);
    const controller = new AbortController();
    const tasks = [submit(1, controller.signal), submit(2)];
    controller.abort();
    expect(await Promise.all(tasks)).toEqual(["ABORTED", 4]);
    await pool.close();
  });

  test("while tasks wait, every worker has one, and never are more alive", async () => {
    await tryInterleavings({ runs: 40 }, async (world) => {
      const workers = world.workers(handlers);
      const pool = createTaskPool({
        ...{ inFlightMax: 6, queueLengthMax: 30, workerCount: 3, workers, clock: world.clock },
      });
      const tasks = Array.from({ length: 20 }, (_, input) =>
        pool.submit({ kind: "double", input }),
      );
      await stillness();
      expect(workers.busy).toEqual([1, 2, 3]);
      expect(await Promise.all(tasks)).toEqual(tasks.map((_, input) => input * 2));
      expect(workers.alive).toBe(3);
      await pool.close();
      expect(workers.alive).toBe(0);
    });
  });
});

// ── Level 6 ───────────────────────────────────────────────────────────────────────────────────

describe("batch and stream", () => {
  const lines = [
    "open,o1,bank,-1000",
    "open,o2,ann,",
    "transfer,t1,bank,ann,10",
    "what is this",
    "transfer,t2,ann,bank,11",
    "transfer,t3,ann,bank,4",
  ];
  const reader: TransactionReader = {
    read: (offset) =>
      createTransactionReader({ format: "csv", text: lines.join("\n") }).read(offset),
  };
  const source = { name: "payments", reader };
  const quarantined = [
    { offset: 3, reason: "SCHEMA" },
    { offset: 4, reason: "INSUFFICIENT_FUNDS" },
  ];

  test("both formats give the same candidates, from any offset", async () => {
    const transactions = [open("a", -5), { kind: "open", id: "2", account: "b" }, pay("a", "b", 7)];
    const json = createTransactionReader({
      format: "json-lines",
      text: transactions.map((one) => JSON.stringify(one)).join("\n"),
    });
    const csv = createTransactionReader({
      format: "csv",
      text: "open,open a,a,-5\nopen,2,b,\ntransfer,ID,a,b,7\n".replace(
        "ID",
        transactions[2]?.id ?? "",
      ),
    });
    expect(await candidatesOf(json, 0)).toEqual(
      transactions.map((transaction, offset) => ({ offset, transaction })),
    );
    expect(await candidatesOf(csv, 0)).toEqual(await candidatesOf(json, 0));
    expect(await candidatesOf(csv, 2)).toEqual(await candidatesOf(json, 2));
    expect(await candidatesOf(csv, 3)).toEqual([]);
  });

  test("a line that cannot be understood is a candidate, too", async () => {
    const lines = ["{", "close,x", "transfer,x,a,b", "open,x,a,1,2", "12"];
    for (const format of ["json-lines", "csv"]) {
      const reader = createTransactionReader({ format, text: lines.join("\n") });
      const validator = await openedOn(createFlakyStore());
      const transactions = (await candidatesOf(reader, 0)).map(({ transaction }) => transaction);
      const { outcomes } = await validator.commit({ transactions });
      expect(outcomes).toEqual(lines.map(() => rejected("SCHEMA")));
    }
    const numbers = createTransactionReader({
      format: "csv",
      text: ["1.5", "", "x", "0x10", "1e3"]
        .map((cents) => `transfer,t,bank,ann,${cents}`)
        .join("\n"),
    });
    const validator = await openedOn(createFlakyStore());
    const transactions = (await candidatesOf(numbers, 0)).map(({ transaction }) => transaction);
    const { outcomes } = await validator.commit({ transactions });
    expect(outcomes).toEqual(transactions.map(() => rejected("SCHEMA")));
  });

  test("both modes do the same, in a few entries", async () => {
    for (const mode of ["batch", "stream"] as const) {
      const validator = validatorOn(createFlakyStore());
      expect(await validator.process(source, { mode })).toEqual({ nextOffset: 6 });
      const { version, sources } = await validator.readMetadata();
      expect(sources.get("payments")).toEqual({ nextOffset: 6, quarantined });
      expect(await balancesIn(validator)).toEqual({ bank: -6, ann: 6 });
      expect(version).toBeLessThanOrEqual(8);
    }
  });

  test("others commit meanwhile, and what was judged is judged again", async () => {
    const store = createFlakyStore();
    const clock = new ManualClock();
    const rival = validatorOn(store.another());
    let races = 2;
    const view = slowedBy(store, async () => {
      if (races-- > 0) await rival.commit({ transactions: [open(`new ${races}`)] });
    });
    const processing = settled(validatorOn(view, { clock }).process(source, { mode: "batch" }));
    await clock.advance(100_000);
    expect(await processing).toEqual({ nextOffset: 6 });
    const { sources } = await rival.readMetadata();
    expect(sources.get("payments")).toEqual({ nextOffset: 6, quarantined });
  });

  test("each source has a name of its own, and metadata goes on saying what it said of it", async () => {
    const validator = validatorOn(createFlakyStore());
    await validator.process(source, { mode: "batch" });
    const before = await validator.readMetadata();
    const longer = createTransactionReader({ format: "csv", text: [...lines, "x"].join("\n") });
    await validator.process({ name: "payments", reader: longer }, { mode: "batch" });
    await validator.process({ name: "payments ", reader: longer }, { mode: "stream" });
    expect(before.sources).toEqual(new Map([["payments", { nextOffset: 6, quarantined }]]));
    const { sources } = await validator.readMetadata();
    // What has happened already is not rejected.
    const more = [...quarantined, { offset: 6, reason: "SCHEMA" }];
    expect([...sources]).toEqual([
      ["payments", { nextOffset: 7, quarantined: more }],
      ["payments ", { nextOffset: 7, quarantined: more }],
    ]);
  });

  test("a kill at any moment and two at once: each effect exactly once", async () => {
    const store = createFlakyStore();
    const validator = validatorOn(store);
    const kills = await store.killsDuring(() => validator.process(source, { mode: "batch" }));
    for (const { store: left, what } of kills) {
      await tryInterleavings({ runs: 5 }, async (world) => {
        const views = [left.another(), left.another()];
        const processors = views.map((view) => validatorOn(view, { clock: world.clock }));
        await world.together(
          ...processors.map((one) => () => one.process(source, { mode: "stream" })),
        );
        const { sources } = await validatorOn(left).readMetadata();
        expect(sources.get("payments"), what).toEqual({ nextOffset: 6, quarantined });
        expect(await balancesIn(validatorOn(left)), what).toEqual({ bank: -6, ann: 6 });
      });
    }
  });

  test("poison goes into quarantine, whatever kind of rule it kills", async () => {
    const poisons = [
      { rules: [{ check: (one: { id: string }) => poisonedBy(one.id === "t1") }] },
      {
        slowRules: ["check"],
        pool: createTaskPool({
          ...{ inFlightMax: 2, queueLengthMax: 99 },
          handlers: { check: (one) => poisonedBy((one as { id: string }).id === "t1") },
        }),
      },
    ];
    for (const options of poisons) {
      const validator = validatorOn(createFlakyStore(), options);
      await validator.process(source, { mode: "stream" });
      const { sources } = await validator.readMetadata();
      expect(sources.get("payments")?.quarantined).toEqual([
        { offset: 2, reason: "POISON" },
        ...quarantined,
        { offset: 5, reason: "INSUFFICIENT_FUNDS" },
      ]);
    }
  });

  test("a stream commits what it has in time, and ends when it is told to", async () => {
    const clock = new ManualClock();
    const store = createFlakyStore();
    const validator = validatorOn(store, { clock });
    const controller = new AbortController();
    const live = liveReader();
    const processing = validator.process(
      { name: "live", reader: live.reader },
      { mode: "stream", microBatchMs: 100, signal: controller.signal },
    );
    const end = processing.catch((error: unknown) => error);
    await clock.advance(500);
    live.push(open("bank", -100));
    await clock.advance(50);
    live.push(open("ann"));
    await clock.advance(50);
    expect(await balancesIn(validatorOn(store.another()))).toMatchObject({ bank: 0 });
    await clock.advance(50);
    expect(await balancesIn(validatorOn(store.another()))).toEqual({ bank: 0, ann: 0 });
    live.push(pay("bank", "ann", 5));
    await stillness();
    controller.abort();
    expect(await end).toMatchObject({ code: "ABORTED" });
    // What had not waited long enough may have been committed at the end, or will be read again.
    const nextOffset = (await validator.readMetadata()).sources.get("live")?.nextOffset;
    expect([2, 3]).toContain(nextOffset);
  });

  test("a reader that throws ends the processing after what it has given", async () => {
    const failure = new Error("the line is cut");
    const reader: TransactionReader = {
      async *read(offset) {
        if (offset < 1) yield { offset: 0, transaction: open("bank") };
        throw failure;
      },
    };
    const validator = validatorOn(createFlakyStore());
    const processing = validator.process({ name: "cut", reader }, { mode: "batch" });
    await expect(processing).rejects.toBe(failure);
    expect(await balancesIn(validator)).toEqual({ bank: 0 });
  });
});

// ── Helpers ───────────────────────────────────────────────────────────────────────────────────

const invalidArgument = expect.objectContaining({ code: "INVALID_ARGUMENT" }) as Error;

/** Drawn transactions may be the same object; in the book every one is another. */
function withOwnIds(batches: readonly Batch[]): Batch[] {
  let ids = 0;
  return batches.map(({ transactions, ...batch }) => ({
    ...batch,
    transactions: transactions.map((one) => ({ ...(one as object), id: `id ${(ids += 1)}` })),
  }));
}

async function candidatesOf(reader: TransactionReader, offset: number): Promise<Candidate[]> {
  const candidates: Candidate[] = [];
  for await (const candidate of reader.read(offset)) candidates.push(candidate);
  return candidates;
}

function reasonIn(outcome: Outcome | undefined): string {
  return outcome?.status === "rejected" ? outcome.reason : "none";
}

/** The value, or the code of the error, or its message when it has none. */
async function settled(promise: Promise<unknown>): Promise<unknown> {
  try {
    return await promise;
  } catch (error) {
    return errorCode(error) ?? (error as Error).message;
  }
}

/** The staged handler as a slow rule, which is known by the id of its transaction. */
function renamed({ wait }: TaskHandlers): TaskHandlers {
  return { check: (input, context) => wait?.((input as { id: string }).id, context) };
}

function poisonedBy(isPoison: boolean): undefined {
  if (isPoison) throw new Error("poison");
}

/** A source to which the test adds, and that never ends. */
function liveReader(): { reader: TransactionReader; push: (transaction: unknown) => void } {
  const arrived: Candidate[] = [];
  let wake: () => void = () => undefined;
  return {
    push(transaction) {
      arrived.push({ offset: arrived.length, transaction });
      wake();
    },
    reader: {
      async *read(offset) {
        for (let at = offset; ; at++) {
          while (arrived.length <= at) await new Promise<void>((resolve) => (wake = resolve));
          const candidate = arrived[at];
          if (candidate !== undefined) yield candidate;
        }
      },
    },
  };
}
