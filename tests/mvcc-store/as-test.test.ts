import { invariants } from "#katas/mvcc-store/invariants.ts";
import { kata } from "#katas/mvcc-store/kata.ts";
import { proveKeptTests } from "../harness/prove/kept-tests.ts";
import { suite } from "./suite.ts";

/** One for each promise, and one more where it has several ways to be written as a test. */
const impostors = [
  "snapshot-at-the-first-read",
  "own-delete-falls-through",
  "visible-a-turn-later",
  "write-buffers-are-recycled",
  "sorted-by-locale",
  "null-is-nothing",
  "copies-one-level-deep",
  "refused-puts-clear-the-key",
  "reads-until-the-answer",
  "versions-of-the-module",
  "blind-writes-may-pass",
  "losers-leave-their-first-keys",
  "losers-may-try-again",
  "conflicts-by-bucket",
  "rivals-stop-each-other",
  "visible-key-by-key",
  "compared-then-waited",
  "rewritten-is-not-changed",
  "ranges-track-what-they-found",
  "readers-are-compared-too",
  "reads-compared-before-the-wait",
  "below-the-horizon-goes",
  "tombstones-are-swept",
  "names-are-kept",
  "collects-when-nobody-reads",
  "expired-at-the-age",
  "expired-when-asked",
  "one-line-for-each-key",
  "recovery-syncs-nothing",
  "torn-tail-stays",
  "first-commit-writes-anew",
  "reads-see-what-waits",
  "waiting-writes-change-no-reads",
  "installed-when-safe",
  "one-sync-for-each-commit",
  "asleep-after-the-last-look",
  "readers-stand-in-line",
  "failed-commits-show",
  "short-reads-end-the-log",
  "damage-ends-the-log",
  "a-held-lock-is-taken-over",
  "refused-means-over",
  "dictionary-in-the-module",
];

proveKeptTests({ kata, invariants, suite }, { impostors, factories: ["openMvccStore"] });
