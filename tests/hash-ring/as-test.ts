/**
 * The history of a case as the lines of a test that a learner can keep: ordinary calls of createHashRing, and what
 * the promise says of their answers. Nothing depends on how the ring places its nodes, so the test stays right
 * when the code becomes another one.
 */
import { type InvariantId } from "#katas/hash-ring/invariants.ts";
import type { TestBody } from "../harness/learner-test.ts";
import * as changing from "./as-test/changing.ts";
import * as looking from "./as-test/looking.ts";
import * as measuring from "./as-test/measuring.ts";
import * as moving from "./as-test/moving.ts";
import * as placing from "./as-test/placing.ts";

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each promise has cases of its own type
type Writer = (testCase: any) => string[];

const writers: Readonly<Record<InvariantId, Writer>> = {
  "hash-ring/every-key-has-owners": looking.everyKeyHasOwners,
  "hash-ring/shortage-is-told": looking.shortageIsTold,
  "hash-ring/members-decide": looking.membersDecide,
  "hash-ring/the-second-takes-over": moving.theSecondTakesOver,
  "hash-ring/joining-twice-is-joining-once": looking.joiningTwiceIsJoiningOnce,
  "hash-ring/the-hash-is-yours": looking.theHashIsYours,
  "hash-ring/answers-stay-as-given": looking.answersStayAsGiven,
  "hash-ring/bad-arguments-are-refused": changing.badArgumentsAreRefused,
  "hash-ring/only-what-must-move-moves": moving.onlyWhatMustMoveMoves,
  "hash-ring/collisions-lose-nobody": moving.collisionsLoseNobody,
  "hash-ring/names-do-not-blur": measuring.namesDoNotBlur,
  "hash-ring/keys-spread-evenly": measuring.keysSpreadEvenly,
  "hash-ring/weights-are-shares": measuring.weightsAreShares,
  "hash-ring/a-new-weight-moves-the-minimum": moving.aNewWeightMovesTheMinimum,
  "hash-ring/owners-share-no-fate": looking.ownersShareNoFate,
  "hash-ring/zones-move-the-minimum": moving.zonesMoveTheMinimum,
  "hash-ring/changes-are-whole": changing.changesAreWhole,
  "hash-ring/views-stay": changing.viewsStay,
  "hash-ring/a-place-is-kept": placing.aPlaceIsKept,
  "hash-ring/no-node-beyond-its-limit": placing.notTooMuch,
  "hash-ring/keys-sit-as-early-as-they-can": placing.notTooFar,
  "hash-ring/placement-moves-little": measuring.placementMovesLittle,
  "hash-ring/a-hot-key-sits-alone": placing.notTooMuchNorTooFar,
};

/** Those that look twenty thousand keys up in nine rings. */
const measuringTimeoutMs = 30_000;

export function asTest(id: InvariantId, content: unknown): TestBody {
  const lines = writers[id](content);
  const isMeasured = lines.some((line) => line.includes("keyCount"));
  return isMeasured ? { lines, timeoutMs: measuringTimeoutMs } : { lines };
}
