/**
 * The promises of this kata, in the words that the brief, the grade and the planted bugs share.
 * `interleavings` marks those that mean something only when calls of one object overlap.
 */
export const invariants = [
  // Level 1: validate and commit.
  {
    id: "ledger/accepted-transactions-take-effect",
    level: 1,
    sentence:
      "The accounts are what the accepted transactions have made of them, each whole, in their order; others change nothing.",
    interleavings: false,
  },
  {
    id: "ledger/balances-keep-their-limits",
    level: 1,
    sentence:
      "No balance falls below its balanceMin or exceeds the largest safe integer, within a batch either; their sum is zero.",
    interleavings: false,
  },
  {
    id: "ledger/what-is-no-transaction-is-rejected",
    level: 1,
    sentence:
      "Whatever is not of the schema is rejected with SCHEMA: other types, missing properties, amounts that are no whole cents.",
    interleavings: false,
  },
  {
    id: "ledger/batches-are-atomic",
    level: 1,
    sentence:
      'One rejected transaction of an "all-or-nothing" batch keeps all of it from happening; the others are withheld.',
    interleavings: false,
  },
  {
    id: "ledger/rules-are-asked",
    level: 1,
    sentence:
      "A rule that is handed in rejects with its own reason, seeing the accounts as they are just before the transaction.",
    interleavings: false,
  },
  {
    id: "ledger/versions-count-commits",
    level: 1,
    sentence:
      "Each batch with an accepted transaction takes the next version; one without, or one that failed, takes none.",
    interleavings: false,
  },
  {
    id: "ledger/the-log-is-the-only-memory",
    level: 1,
    sentence:
      "A new validator finds what the ledger of its store and prefix holds and nothing else.",
    interleavings: false,
  },
  {
    id: "ledger/metadata-stays-as-read",
    level: 1,
    sentence: "Metadata goes on saying what it said, whatever is committed later.",
    interleavings: false,
  },
  {
    id: "ledger/bad-arguments-are-refused",
    level: 1,
    sentence:
      "A batch or option outside the contract is refused with INVALID_ARGUMENT and has no effect.",
    interleavings: false,
  },

  // Level 2: someone else was faster.
  {
    id: "ledger/one-winner-a-version",
    level: 2,
    sentence:
      "Of all plans for a version one is committed; the others reject with CONFLICT, without effect, and no version is left out.",
    interleavings: false,
  },
  {
    id: "ledger/batches-are-judged-where-they-land",
    level: 2,
    sentence:
      "Every outcome of a batch is right for the entries before its own, whoever committed them and whenever.",
    interleavings: false,
  },
  {
    id: "ledger/a-lost-race-is-run-again",
    level: 2,
    sentence:
      "A commit that loses fewer than attemptsMax races is committed; one that loses so many rejects with CONFLICT, without effect.",
    interleavings: false,
  },
  {
    id: "ledger/retries-are-spread",
    level: 2,
    sentence:
      "After a lost race a commit waits before it puts again, and different validators wait differently.",
    interleavings: false,
  },
  {
    id: "ledger/an-aborted-commit-ends",
    level: 2,
    sentence:
      "An aborted commit rejects with ABORTED, without effect and without a further wait, unless its put succeeds.",
    interleavings: false,
  },
  {
    id: "ledger/only-what-is-new-is-read",
    level: 2,
    sentence:
      "A validator that knows a ledger reads k new entries, and commits, with at most 3 × k + 6 calls to the store.",
    interleavings: false,
  },

  // Level 3: a bounded pool.
  {
    id: "ledger/never-more-in-flight",
    level: 3,
    sentence:
      "Never are more than inFlightMax tasks in flight, however they end: in time, late, aborted or with an error.",
    interleavings: true,
  },
  {
    id: "ledger/no-slot-is-lost",
    level: 3,
    sentence:
      "While tasks wait, inFlightMax are in flight, whatever became of those before: answered, thrown, rejected or aborted.",
    interleavings: true,
  },
  {
    id: "ledger/overload-is-refused",
    level: 3,
    sentence:
      "The task beyond inFlightMax + queueLengthMax is refused with OVERLOADED, without effect; none before it is.",
    interleavings: true,
  },
  {
    id: "ledger/every-task-settles-once",
    level: 3,
    sentence:
      "Every task begins in the order of the calls and settles with its own outcome; abort, drain and close do as they say.",
    interleavings: true,
  },
  {
    id: "ledger/slow-rules-decide",
    level: 3,
    sentence:
      "A transaction happens only if every slow rule allows it, with any executor; one that fails ends its own commit, without effect.",
    interleavings: true,
  },
  {
    id: "ledger/commits-keep-the-order-of-calls",
    level: 3,
    sentence:
      "Batches called on one validator are checked side by side and committed in the order of their calls.",
    interleavings: true,
  },

  // Level 4: the answer was lost.
  {
    id: "ledger/a-lost-answer-is-found-out",
    level: 4,
    sentence:
      "While fewer than attemptsMax calls to the store go wrong, every call is answered as if none had.",
    interleavings: false,
  },
  {
    id: "ledger/unknown-is-not-no",
    level: 4,
    sentence:
      "A store that keeps refusing ends a call, in at most 4 × attemptsMax tries, with a code that says the truth about its effect.",
    interleavings: false,
  },
  {
    id: "ledger/throttling-is-waited-out",
    level: 4,
    sentence: "After THROTTLED a call to the store is not made again before the clock has moved.",
    interleavings: false,
  },
  {
    id: "ledger/one-effect-for-an-id",
    level: 4,
    sentence:
      "A transaction that is handed in again is repeated, in any batch, at any time, through any validator: it happens once.",
    interleavings: false,
  },
  {
    id: "ledger/another-payload-is-a-conflict",
    level: 4,
    sentence:
      "A different transaction with the id of an accepted one is rejected with ID_CONFLICT.",
    interleavings: false,
  },
  {
    id: "ledger/crashes-lose-nothing",
    level: 4,
    sentence:
      "After the end of a validator at any moment an answered batch is there, an unanswered one whole or not at all, and the ledger goes on.",
    interleavings: false,
  },
  {
    id: "ledger/waiting-commits-are-limited",
    level: 4,
    sentence:
      "With commitsWaitingMax commits waiting, the next is refused with OVERLOADED and has no effect; none before it is.",
    interleavings: true,
  },

  // Level 5: real threads.
  {
    id: "ledger/threads-answer-alike",
    level: 5,
    sentence:
      "Tasks on workers answer and fail as in this thread; what cannot travel is refused with NOT_CLONEABLE.",
    interleavings: false,
  },
  {
    id: "ledger/all-workers-work",
    level: 5,
    sentence: "While tasks wait, workerCount workers have one, and never are more alive.",
    interleavings: true,
  },
  {
    id: "ledger/a-lost-worker-loses-no-task",
    level: 5,
    sentence:
      "The tasks of a worker that dies or hangs are carried out by another; lost twice, a task rejects with WORKER_LOST.",
    interleavings: true,
  },
  {
    id: "ledger/commits-outlive-workers",
    level: 5,
    sentence:
      "Whenever workers die or hang, a batch is committed once or its commit rejects without effect, and the next one goes on.",
    interleavings: true,
  },
  {
    id: "ledger/no-worker-is-left",
    level: 5,
    sentence: "After close no worker is alive, whatever the workers and the tasks were doing.",
    interleavings: true,
  },
  {
    id: "ledger/counts-add-up",
    level: 5,
    sentence:
      "At any moment counts says how many tasks were accepted, have succeeded and have failed, each counted once.",
    interleavings: true,
  },

  // Level 6: batch and stream.
  {
    id: "ledger/readers-agree",
    level: 6,
    sentence:
      "The same transactions as JSON lines and as CSV are the same candidates, from any offset; no other format is accepted.",
    interleavings: false,
  },
  {
    id: "ledger/batch-and-stream-agree",
    level: 6,
    sentence:
      "A source gives the same accounts and the same quarantine in both modes; 256 transactions that are ready take at most 8 versions.",
    interleavings: false,
  },
  {
    id: "ledger/each-effect-exactly-once",
    level: 6,
    sentence:
      "However often processing is cut off, begun again or done twice at once, each transaction of a source takes effect exactly once.",
    interleavings: false,
  },
  {
    id: "ledger/poison-is-quarantined",
    level: 6,
    sentence:
      "A transaction that is rejected, or on which a rule fails, is quarantined with its offset and reason, and the stream goes on.",
    interleavings: false,
  },
  {
    id: "ledger/a-stream-does-not-wait",
    level: 6,
    sentence:
      "In a stream a transaction is put at most microBatchMs after it was read, whether or not another arrives.",
    interleavings: false,
  },
] as const;

export type Invariant = (typeof invariants)[number];
export type InvariantId = Invariant["id"];
