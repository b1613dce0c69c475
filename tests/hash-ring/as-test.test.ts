import { invariants } from "#katas/hash-ring/invariants.ts";
import { kata } from "#katas/hash-ring/kata.ts";
import { proveKeptTests } from "../harness/prove/kept-tests.ts";
import { suite } from "./suite.ts";

/** One for each promise and more, for each has a way of its own to be written as a test. */
const impostors = [
  "walk-ends-with-the-array",
  "full-is-short",
  "nodes-numbered-as-they-come",
  "one-hash-for-each-replica",
  "strangers-cannot-leave",
  "own-hash-for-keys",
  "answers-that-look-up-late",
  "names-are-made-texts",
  "third-owner-across-the-ring",
  "one-node-a-place",
  "node-and-number-run-together",
  "plain-fnv",
  "weights-in-whole-numbers",
  "weight-in-the-label",
  "third-owner-anywhere",
  "zones-in-turn-of-names",
  "points-move-in-one-by-one",
  "members-before-their-keys",
  "views-share-the-points",
  "carried-by-its-owner",
  "shares-in-whole-keys",
  "nobody-moves-back",
  "another-order-every-time",
  "heavy-keys-count-as-one",
  // Histories that are written in another way than the usual ones of their promise.
  "points-remembered-by-name",
  "a-hundred-points-by-default",
  "carriers-come-first",
  "names-without-capitals",
  "left-out-is-left-as-it-is",
  "one-register-of-keys",
  "loads-before-the-hash",
];

proveKeptTests({ kata, invariants, suite }, { impostors, factories: ["createHashRing"] });
