/** What the interviewer asks beyond the general questions of a phase, with a strong and a weak answer to each. */
import type { Probe } from "../shape.ts";

export const probes: readonly Probe[] = [
  // ── Clarify ─────────────────────────────────────────────────────────────────────────────────
  {
    id: "serialized-and-optimistic",
    phase: "clarify",
    asks: "I said that commits are strictly serialized, and that no instance waits for another. Do the two go together?",
    strong:
      "In two layers they do. Inside an instance commits take turns, because waiting in a queue is cheap there, whereas a race against oneself wastes a put. Between instances nobody waits: each puts its entry under the next number if nobody has yet, and whoever loses reads the winner's entry and judges again. The numbers are the serial order, and the price is one put after the other: 20 to 50 commits a second at best, however many instances there are.",
    weak: "Not really. I'd take a distributed lock around the commit, that makes it serial.",
    dimensions: [1, 2, 13],
    promises: ["ledger/one-winner-a-version", "ledger/commits-keep-the-order-of-calls"],
  },
  {
    id: "what-is-atomic",
    phase: "clarify",
    asks: "What is atomic here, a transaction or a batch?",
    strong:
      "Both sides of a transfer always. For the batch I need your word: all or nothing, or whatever of it is valid. I make it a policy of the batch, since payroll wants the first and an import the second. Either way, what is accepted becomes one entry by one put, so nobody ever sees a part of it, and a batch with nothing accepted takes no number.",
    weak: "Each transaction is atomic, and I commit them one after the other in a loop.",
    dimensions: [1, 2],
    promises: [
      "ledger/batches-are-atomic",
      "ledger/accepted-transactions-take-effect",
      "ledger/versions-count-commits",
    ],
  },
  {
    id: "exactly-once-needs",
    phase: "clarify",
    asks: "Every payment exactly once: what do you need from the client for that?",
    strong:
      "An id that it chooses before its first try and keeps when it asks again; delivery is at least once, and the id makes the second time harmless. The id is stored in the same entry as the effect, because anything else leaves a moment in between. Another payload under a known id is refused, since one of the two is a mistake. Seven days at 80 transactions a second are 48 million ids, 17 GB at 350 bytes, so either you shorten that to a day or the older ids leave memory.",
    weak: "Nothing. I compare the transactions and drop the ones that look the same.",
    dimensions: [1, 2, 6],
    promises: ["ledger/one-effect-for-an-id", "ledger/another-payload-is-a-conflict"],
  },

  // ── Design ──────────────────────────────────────────────────────────────────────────────────
  {
    id: "a-portable-commit",
    phase: "design",
    asks: "Which call commits, so that it works on three clouds and on a plain directory?",
    strong:
      "A put that fails if the name is taken, under a name that says the number of the entry. All three clouds have it as a condition on the write, a directory has it as a link to a draft that is already synced, and behind an interface of put, get and list it is one adapter each. Rename is none: object stores have no such call, and on a POSIX file system it replaces the winner's file without a word. Looking first and then writing is none either, because somebody can come in between.",
    weak: "I write a temporary file and rename it to the final name, renames are atomic.",
    dimensions: [7, 13],
    promises: ["ledger/one-winner-a-version"],
  },
  {
    id: "what-is-a-conflict",
    phase: "design",
    asks: "Somebody has committed since you read. When is that a conflict, and when not?",
    strong:
      "That the version has changed says only that I have to look again. Two credits to one account commute, and payments of other accounts do not concern me; a debit concerns me if what is left does not suffice. One could keep a table of what conflicts with what, but it would know nothing of rules that come from outside, so I judge the batch again against the new state: microseconds, beside a put of 30 ms. A conflict is what I report when all eight tries were lost.",
    weak: "If the version is not the one that I read, it's a conflict and the caller has to retry.",
    dimensions: [5, 13],
    promises: ["ledger/batches-are-judged-where-they-land", "ledger/a-lost-race-is-run-again"],
  },
  {
    id: "where-money-ends",
    phase: "design",
    asks: "Which of your parts know about money, and which must not?",
    strong:
      "The rule engine knows accounts and amounts, and nothing of versions. The log knows numbers, bytes and whose an entry is, and nothing of money; a reader knows a text format and nothing of either. Only the coordinator knows all three, by their interfaces: read the metadata, validate, attempt. So Avro is one more reader in the factory, another cloud is one more adapter behind the log, and a rule is tested with a map of accounts and no store.",
    weak: "There is a validator class with a method for each step, and the cloud's client is created in its constructor.",
    dimensions: [7, 11],
    promises: ["ledger/readers-agree"],
  },
  {
    id: "first-clerk",
    phase: "design",
    asks: "What is the smallest thing that is right, and what do you do with it once you have the rest?",
    strong:
      "A clerk: a function of twenty lines that takes accounts and a batch and gives outcomes and new accounts, with one validator that puts entry n + 1. It runs in ten minutes and serves no second instance. Later it is the judge of the tests: all entries are replayed in order through it, and every outcome that anybody was given must be the clerk's.",
    weak: "I begin with the worker pool, since that's the hard part.",
    dimensions: [3, 8],
    promises: [
      "ledger/accepted-transactions-take-effect",
      "ledger/batches-are-judged-where-they-land",
    ],
  },

  // ── Implement ───────────────────────────────────────────────────────────────────────────────
  {
    id: "order-within-a-batch",
    phase: "implement",
    asks: "Account b is empty. A batch moves 5 from a to b and then 5 from b to c. Is that allowed, and what about the other order?",
    strong:
      "Allowed as it stands, rejected the other way round: every transaction meets the balances that its accepted predecessors have left. I judge on a draft of the accounts and make it real only when the entry is there. A rejected transaction leaves nothing in the draft. Under all or nothing the accepted ones are then withheld, and the answer says so for each of them.",
    weak: "I check all transactions against the balances that I read, and if all are fine I apply them.",
    dimensions: [1, 5],
    promises: [
      "ledger/balances-keep-their-limits",
      "ledger/batches-are-atomic",
      "ledger/rules-are-asked",
    ],
  },
  {
    id: "amounts-from-hell",
    phase: "implement",
    asks: 'Amounts come as the text "5", as NaN, as 0.1 + 0.2, as two to the power of 60, and from an account to itself. What does your code do with each?',
    strong:
      "The first four do not fit the schema: an amount is a safe integer of cents from 1, and a service of its own checks that before any rule sees the candidate. The fifth fits and is rejected by a rule. Both limits, that of the giver and the largest safe integer at the taker, are checked before either balance changes, so a rejection never leaves half a transfer. The sum of all balances is zero, and I assert it in the tests.",
    weak: "I convert to a number and check that it's greater than zero.",
    dimensions: [5, 7],
    promises: ["ledger/what-is-no-transaction-is-rejected", "ledger/balances-keep-their-limits"],
  },
  {
    id: "the-retry-loop",
    phase: "implement",
    asks: "Show me your retry loop. What happens again in every round, and what only once?",
    strong:
      "In every round: read what is new, judge all that depends on accounts, put the next number. Once: the schema and the fraud check, which know no accounts, so that their answer holds for any version. Between two puts it pauses for a random time below a limit that doubles, through the clock that was handed in, and an abort ends the pause. Without pauses eight committers need up to 8 × 9 / 2 = 36 puts for eight entries; eight tries, then a conflict.",
    weak: "On a conflict I increment the version and put the same entry again until it works.",
    dimensions: [5, 14],
    promises: [
      "ledger/a-lost-race-is-run-again",
      "ledger/retries-are-spread",
      "ledger/an-aborted-commit-ends",
      "ledger/batches-are-judged-where-they-land",
    ],
  },
  {
    id: "price-of-reading",
    phase: "implement",
    asks: "The ledger has 10,000 entries. How many calls to the store does your next commit make?",
    strong:
      "Two if nobody else has committed: a read of the next name, which finds nothing, and the put. The accounts are kept at the last version known, and k new entries cost k + 1 reads. Starting from nothing costs 10,000 reads one after the other, 200 s at 20 ms, far beyond your 30. With a checkpoint every hundred entries, and a way to find the latest, it is some hundred calls and 2 s.",
    weak: "It lists the log and reads the entries. That's fast enough, the object store scales.",
    dimensions: [4, 6],
    promises: ["ledger/only-what-is-new-is-read", "ledger/the-log-is-the-only-memory"],
  },

  // ── Concurrency ─────────────────────────────────────────────────────────────────────────────
  {
    id: "both-saw-enough",
    phase: "concurrency",
    asks: "An account holds 100. Two instances, both at version 7, are each asked to pay 80 out of it. Take me through what follows.",
    strong:
      "Both judge against 7 and put entry 8. One succeeds; the other is told that the name is taken, reads 8, judges its batch against that, finds 20 where there were 100, and rejects the payment for lack of funds. What has to hold is that the number put is exactly one above the version judged. Code that asks for the latest version again just before its put writes entry 9 with a judgement of 7, and the money is spent twice.",
    weak: "The second one gets a conflict and retries its put with version 9.",
    dimensions: [5],
    promises: [
      "ledger/one-winner-a-version",
      "ledger/batches-are-judged-where-they-land",
      "ledger/balances-keep-their-limits",
    ],
  },
  {
    id: "how-large-a-pool",
    phase: "concurrency",
    asks: "How many tasks may your pool have in flight, and how long may its queue be?",
    strong:
      "The fraud check waits, so Little's law: 200 transactions a second at the peak times 80 ms are 16 in flight over all instances. Three in each of the eight stay below the 25 that the other service accepts; more would only move the queue to where I cannot see it. The scoring rule computes, so as many workers as cores are free: three of four, the fourth for the main thread. The queue is latency that I am willing to sell: half a second at 25 tasks a second in each instance is a dozen places, plus room for one large batch if it is submitted in one go.",
    weak: "The number of cores plus one, that's the usual rule. The queue should be unbounded so that nothing is lost.",
    dimensions: [4, 6, 13],
    promises: ["ledger/never-more-in-flight", "ledger/overload-is-refused"],
  },
  {
    id: "the-pool-stands-still",
    phase: "concurrency",
    asks: "After a day the pool accepts tasks and begins none. What do you suspect, and how do you prove it?",
    strong:
      "Slots that were never given back: a handler that throws before its first await, one that rejects, a task that was aborted. I prove it with a pool of f, f tasks that end in one of these ways, and one more that has to begin. The cure is one place that gives the slot back, whatever the end was. The opposite mistake is to give it back at an abort: the caller has its answer then, but the handler is still running, and the pool runs more than its limit.",
    weak: "It's probably a deadlock. I'd add a time-out that restarts the pool.",
    dimensions: [5, 9],
    promises: [
      "ledger/no-slot-is-lost",
      "ledger/never-more-in-flight",
      "ledger/every-task-settles-once",
    ],
  },
  {
    id: "second-was-faster",
    phase: "concurrency",
    asks: "A client hands in two batches, one right after the other, and the second is through its checks first. What do you do with it?",
    strong:
      "It waits, since the versions are to have the order of the calls, and clients that pipeline rely on that. So the checks of all batches run side by side, and the commits take turns in the order in which they were called. A batch that fails or is aborted has to pass its turn on, or everybody behind it waits for ever. The cost is that a slow batch holds up those behind it, though not their checks; per-client order would be cheaper if you allow it.",
    weak: "Commit it, whoever is ready first goes first. That gives the best throughput.",
    dimensions: [5, 13],
    promises: ["ledger/commits-keep-the-order-of-calls", "ledger/slow-rules-decide"],
  },
  {
    id: "one-metric-many-workers",
    phase: "concurrency",
    asks: "Every worker has to count the tasks that succeeded. How do you keep one exact count?",
    strong:
      "Every answer passes through the thread that posted the task, and that one counts, once for a task and not once for a try; a task that was lost and run again counts once. If that were not so, each worker would have a counter of its own, and whoever reads adds them up. One atomic counter for all is right as well, but every increment fetches the same cache line from another core. A plain increment on shared memory loses counts.",
    weak: "A shared variable with a lock around it. Or no lock, an increment is a single instruction.",
    dimensions: [4, 5],
    promises: ["ledger/counts-add-up"],
  },

  // ── Failure ─────────────────────────────────────────────────────────────────────────────────
  {
    id: "the-answer-was-lost",
    phase: "failure",
    asks: "Your put of entry 8 timed out. Go on from there, and tell me what the caller hears if you get no further.",
    strong:
      "I know nothing: it may be there. So I put the same bytes under the same name again. If that succeeds, it was not there; if the name is taken, I read that one entry and compare the id in it with the one that I drew for this commit: mine, and it is committed, or somebody else's, and I have lost a race. Until one of the two is known I may answer only that it is unknown, even if the last error was throttling, because an earlier put may have had its effect.",
    weak: "I treat it as failed and put entry 9. Retrying is safe since puts are idempotent.",
    dimensions: [5, 14],
    promises: ["ledger/a-lost-answer-is-found-out", "ledger/unknown-is-not-no"],
  },
  {
    id: "the-client-asks-again",
    phase: "failure",
    asks: "An instance dies right after its put. The client got no answer and sends the batch to another instance. What happens?",
    strong:
      "The entry is there, whole, with the ids in it. The other instance reads it like any other, finds each transaction known with the same payload, and answers that it is repeated, with the version; no new entry is put. Had the put not made it, the batch would simply be new. It also works if the client has cut its batches differently, because ids belong to transactions; a list of recent ids in the instance would have died with it.",
    weak: "The batch is committed again, so we need a job that finds duplicates at night.",
    dimensions: [5, 14],
    promises: [
      "ledger/crashes-lose-nothing",
      "ledger/one-effect-for-an-id",
      "ledger/another-payload-is-a-conflict",
    ],
  },
  {
    id: "a-task-that-kills",
    phase: "failure",
    asks: "One transaction ends every worker that scores it. What do your pool and your stream do?",
    strong:
      "A task whose worker dies begins once more elsewhere, since it is pure; if a second worker dies of it, the task is the suspect and rejects as lost, and the pool gets new workers. A batch with it is rejected without effect. In a stream the transaction goes into quarantine with offset and reason, together with the new offset, in one entry, or every restart would meet it again. The first such task pages somebody.",
    weak: "The worker is restarted and the task is retried until it succeeds.",
    dimensions: [5, 14],
    promises: [
      "ledger/a-lost-worker-loses-no-task",
      "ledger/commits-outlive-workers",
      "ledger/poison-is-quarantined",
    ],
  },
  {
    id: "puts-take-half-a-second",
    phase: "failure",
    asks: "A put takes 500 ms instead of 30, and ten batches a second go on arriving. Do you finish them or refuse?",
    strong:
      "At most two commits a second get through, so eight a second pile up, and after a second everybody is late. What was begun is finished; beyond the limit of waiting commits an instance refuses, at once and without effect. That limit is the latency allowed times the rate, a handful in each instance: the default of 1,024 would be more than eight minutes of waiting even if one instance had the store to itself. Nobody who moves money is shown a balance that is not sure; a dashboard may have the last version known, with its number.",
    weak: "The queue absorbs it until the store is fast again.",
    dimensions: [13, 14],
    promises: ["ledger/waiting-commits-are-limited", "ledger/throttling-is-waited-out"],
  },
  {
    id: "prove-exactly-once",
    phase: "failure",
    asks: "How do you test that every line of a source takes effect exactly once?",
    strong:
      "With a store whose calls take effect when the test says so. I count the calls of one undisturbed run, then cut processing off before and after each of them, go on with a new validator, in some runs with two at once, and compare accounts, quarantine and offset with the undisturbed run. A seed decides the order, so that a failure can be repeated and shrunk. And I check the test: with the offset in an object of its own it has to fail.",
    weak: "I kill the process a few times while it imports and look whether the sums are right.",
    dimensions: [8, 9],
    promises: ["ledger/each-effect-exactly-once", "ledger/crashes-lose-nothing"],
  },

  // ── Wrap-up ─────────────────────────────────────────────────────────────────────────────────
  {
    id: "hourly-to-every-minute",
    phase: "wrap-up",
    asks: "The hourly file becomes a stream that must be in within a minute. What changes in your code, and what on the bill?",
    strong:
      "One condition: a chunk is closed when it has 256 candidates or the source ends, and now also when its first candidate has waited for its time. Reader, rules and log stay. The offset is in the same entry as the effects, so being cut off at any moment neither repeats nor loses, in either mode. At worst it is one entry a minute, 44,000 a month: 22 cents of puts, and another 14 cents because eight instances read them.",
    weak: "I'd write a second processor for the stream and store the offset in a table after each batch.",
    dimensions: [4, 11, 13],
    promises: [
      "ledger/batch-and-stream-agree",
      "ledger/a-stream-does-not-wait",
      "ledger/each-effect-exactly-once",
    ],
  },
  {
    id: "a-hundred-a-second",
    phase: "wrap-up",
    asks: "It has to take a hundred batches a second. What gives way first, and what do you change?",
    strong:
      "The put: 30 ms, one after the other, is 33 a second, and more instances only lose more races. First, let the batches that wait in an instance share one entry: each keeps its own outcomes, and only the promise of a version for each batch goes. With ten in each entry that is 10 entries a second, where today's peak already is. Sharding by account comes much later, because a transfer between shards is two entries and a time in which the money is in neither.",
    weak: "I add instances and a larger pool, the design scales horizontally.",
    dimensions: [4, 11, 13],
    promises: [],
  },
  {
    id: "who-may-put",
    phase: "wrap-up",
    asks: "Someone has the credentials of one instance. What can they do to the ledger, and how would you notice?",
    strong:
      "Put entries that no rule has seen, since the store checks nothing but the name. The credentials allow conditional puts and reads under one prefix, no delete and no overwriting, so history stays. Every instance that replays can judge each entry once more and stop with an alarm when one breaks a rule. A signature by instance, and the hash of the entry before, tell whose it was and that nothing was exchanged; a wrong entry is answered by a reversing transaction, never by editing.",
    weak: "The bucket is encrypted and private, so nobody gets in.",
    dimensions: [14],
    promises: [],
  },
];
