/**
 * The ten scenarios with which the Hermitage suite tells the isolation levels of databases apart, written for this
 * contract, each with the promise that it puts to the test. Before them a=10 and b=20 are committed.
 */
import type { InvariantId } from "#katas/mvcc-store/invariants.ts";
import type { Script } from "./script.ts";
import { framed, scene } from "./workload.ts";

interface Scenario {
  name: string;
  promise: InvariantId;
  text: string;
}

const scenarios: readonly Scenario[] = [
  {
    name: "G0: dirty writes",
    promise: "mvcc-store/no-lost-updates",
    text: `T1 begin; T2 begin
           T1 put a 11
           T2 put a 12
           T1 put b 21
           T1 commit
           T3 begin; T3 range
           T2 put b 22
           T2 commit`,
  },
  {
    name: "G1a: aborted reads",
    promise: "mvcc-store/uncommitted-is-unseen",
    text: `T1 begin; T2 begin
           T1 put a 101
           T2 range
           T1 rollback
           T2 range; T2 commit`,
  },
  {
    name: "G1b: intermediate reads",
    promise: "mvcc-store/uncommitted-is-unseen",
    text: `T1 begin; T2 begin
           T1 put a 101
           T2 range
           T1 put a 11; T1 commit
           T2 range; T2 commit`,
  },
  {
    name: "G1c: circular information flow",
    promise: "mvcc-store/uncommitted-is-unseen",
    text: `T1 begin; T2 begin
           T1 put a 11
           T2 put b 22
           T1 get b
           T2 get a
           T1 commit; T2 commit`,
  },
  {
    name: "OTV: an observed transaction vanishes",
    promise: "mvcc-store/no-lost-updates",
    text: `T1 begin; T2 begin; T3 begin
           T1 put a 11; T1 put b 19
           T2 put a 12
           T1 commit
           T3 get a
           T2 put b 18
           T3 get b
           T2 commit
           T3 get b; T3 get a; T3 commit`,
  },
  {
    name: "PMP: a predicate has many preceders",
    promise: "mvcc-store/snapshots-stay-still",
    text: `T1 begin; T2 begin
           T1 range b
           T2 put c 30; T2 commit
           T1 range b; T1 commit`,
  },
  {
    name: "P4: lost update",
    promise: "mvcc-store/no-lost-updates",
    text: `T1 begin; T2 begin
           T1 get a; T2 get a
           T1 put a 11
           T2 put a 12
           T1 commit; T2 commit`,
  },
  {
    name: "G-single: read skew",
    promise: "mvcc-store/snapshots-stay-still",
    text: `T1 begin; T2 begin
           T1 get a
           T2 get a; T2 get b
           T2 put a 12; T2 put b 18
           T2 commit
           T1 get b; T1 commit`,
  },
  {
    name: "G2-item: write skew",
    promise: "mvcc-store/no-write-skew",
    text: `T1 begin serializable; T2 begin serializable
           T1 get a; T1 get b
           T2 get a; T2 get b
           T1 put a 11
           T2 put b 21
           T1 commit; T2 commit`,
  },
  {
    name: "G2: anti-dependency cycle around a predicate",
    promise: "mvcc-store/no-phantoms",
    text: `T1 begin serializable; T2 begin serializable
           T1 range c
           T2 range c
           T1 put c 30
           T2 put d 42
           T1 commit; T2 commit`,
  },
];

/** The scenarios that belong to a promise. */
export function hermitage(promise: InvariantId): Script[] {
  return scenarios
    .filter((scenario) => scenario.promise === promise)
    .map(({ name, text }) => ({ known: name, steps: framed({ a: 10, b: 20 }, scene(text)) }));
}
