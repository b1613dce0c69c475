import { invariants } from "#katas/ledger/invariants.ts";
import { kata } from "#katas/ledger/kata.ts";
import { proveKeptTests } from "../harness/prove/kept-tests.ts";
import { suite } from "./suite.ts";

/** One for each way in which a history is written as a test. */
const impostors = [
  "empty-names-are-names",
  "rules-see-the-morning",
  "one-ledger-a-store",
  "accounts-as-they-are-now",
  "unknown-policies-mean-the-default",
  "plans-slip-to-the-next-version",
  "judged-once-put-often",
  "attempts-are-retries",
  "pauses-of-fifty",
  "pauses-are-slept-out",
  "reads-it-all-again",
  "survivors-take-over",
  "one-place-for-each-worker",
  "failures-keep-their-slot",
  "no-answer-is-a-yes",
  "first-checked-first-committed",
  "taken-is-taken",
  "a-summary-in-two-parts",
  "the-one-at-the-desk-does-not-wait",
  "errors-are-their-messages",
  "a-lost-task-has-failed",
  "a-dead-worker-has-no-objection",
  "numbers-are-what-number-says",
  "a-stream-goes-one-by-one",
  "my-offset-is-mine",
  "the-next-one-brings-the-clock",
  "one-read-serves-all",
  "plans-go-by-their-base",
  "called-off-in-doubt",
  "the-hand-is-free-at-once",
  "a-quarantine-grows",
  "what-has-begun-is-done",
  "quarantined-at-every-try",
  "blanks-are-slips",
  "dead-hands-are-hands",
  "what-is-thrown-is-something",
];
const factories = ["createCommitValidator", "createTaskPool", "createTransactionReader"];

proveKeptTests({ kata, invariants, suite }, { impostors, factories });
