import { invariants } from "#katas/ledger/invariants.ts";
import { kata } from "#katas/ledger/kata.ts";
import { proveKeptTests } from "../harness/prove/kept-tests.ts";
import { suite } from "./suite.ts";

/** One for each promise, for most have a way of their own to be written as a test. */
const impostors = [
  "empty-accounts-are-not-shown",
  "limits-are-for-takers-of-loans",
  "empty-names-are-names",
  "half-a-batch-is-better-than-none",
  "rules-see-the-morning",
  "every-batch-leaves-a-page",
  "one-ledger-a-store",
  "accounts-as-they-are-now",
  "unknown-policies-mean-the-default",
  "plans-slip-to-the-next-version",
  "judged-once-put-often",
  "attempts-are-retries",
  "pauses-of-fifty",
  "pauses-are-slept-out",
  "reads-it-all-again",
  "aborted-is-gone",
  "failures-keep-their-slot",
  "the-queue-is-full-at-its-length",
  "drained-when-all-have-begun",
  "no-answer-is-a-yes",
  "first-checked-first-committed",
  "taken-is-taken",
  "the-last-error-is-told",
  "throttled-is-asked-again",
  "ids-of-the-house",
  "an-id-says-it-all",
  "announced-then-written",
  "the-one-at-the-desk-does-not-wait",
  "errors-are-their-messages",
  "one-worker-after-the-other",
  "a-lost-task-has-failed",
  "a-dead-worker-has-no-objection",
  "told-to-end-is-ended",
  "begun-twice-counted-twice",
  "numbers-are-what-number-says",
  "a-stream-goes-one-by-one",
  "my-offset-is-mine",
  "poison-stops-the-stream",
  "the-next-one-brings-the-clock",
];
const factories = ["createCommitValidator", "createTaskPool", "createTransactionReader"];

proveKeptTests({ kata, invariants, suite }, { impostors, factories });
