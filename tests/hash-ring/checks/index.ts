/** One experiment for each promise; complete by type. */
import type { Subject } from "#katas/hash-ring/contract.ts";
import type { InvariantId } from "#katas/hash-ring/invariants.ts";
import type { AnyExperiment } from "../../harness/experiment.ts";
import { everyKeyHasOwners } from "./every-key-has-owners.ts";
import { shortageIsTold } from "./shortage-is-told.ts";
import { membersDecide } from "./members-decide.ts";
import { theSecondTakesOver } from "./the-second-takes-over.ts";
import { joiningTwiceIsJoiningOnce } from "./joining-twice-is-joining-once.ts";
import { theHashIsYours } from "./the-hash-is-yours.ts";
import { answersStayAsGiven } from "./answers-stay-as-given.ts";
import { badArgumentsAreRefused } from "./bad-arguments-are-refused.ts";
import { onlyWhatMustMoveMoves } from "./only-what-must-move-moves.ts";
import { collisionsLoseNobody } from "./collisions-lose-nobody.ts";
import { namesDoNotBlur } from "./names-do-not-blur.ts";
import { keysSpreadEvenly } from "./keys-spread-evenly.ts";
import { weightsAreShares } from "./weights-are-shares.ts";
import { aNewWeightMovesTheMinimum } from "./a-new-weight-moves-the-minimum.ts";
import { ownersShareNoFate } from "./owners-share-no-fate.ts";
import { zonesMoveTheMinimum } from "./zones-move-the-minimum.ts";
import { changesAreWhole } from "./changes-are-whole.ts";
import { viewsStay } from "./views-stay.ts";
import { aPlaceIsKept } from "./a-place-is-kept.ts";
import { noNodeBeyondItsLimit } from "./no-node-beyond-its-limit.ts";
import { keysSitAsEarlyAsTheyCan } from "./keys-sit-as-early-as-they-can.ts";
import { placementMovesLittle } from "./placement-moves-little.ts";
import { aHotKeySitsAlone } from "./a-hot-key-sits-alone.ts";

export const experiments: Readonly<Record<InvariantId, AnyExperiment<Subject>>> = {
  "hash-ring/every-key-has-owners": everyKeyHasOwners,
  "hash-ring/shortage-is-told": shortageIsTold,
  "hash-ring/members-decide": membersDecide,
  "hash-ring/the-second-takes-over": theSecondTakesOver,
  "hash-ring/joining-twice-is-joining-once": joiningTwiceIsJoiningOnce,
  "hash-ring/the-hash-is-yours": theHashIsYours,
  "hash-ring/answers-stay-as-given": answersStayAsGiven,
  "hash-ring/bad-arguments-are-refused": badArgumentsAreRefused,
  "hash-ring/only-what-must-move-moves": onlyWhatMustMoveMoves,
  "hash-ring/collisions-lose-nobody": collisionsLoseNobody,
  "hash-ring/names-do-not-blur": namesDoNotBlur,
  "hash-ring/keys-spread-evenly": keysSpreadEvenly,
  "hash-ring/weights-are-shares": weightsAreShares,
  "hash-ring/a-new-weight-moves-the-minimum": aNewWeightMovesTheMinimum,
  "hash-ring/owners-share-no-fate": ownersShareNoFate,
  "hash-ring/zones-move-the-minimum": zonesMoveTheMinimum,
  "hash-ring/changes-are-whole": changesAreWhole,
  "hash-ring/views-stay": viewsStay,
  "hash-ring/a-place-is-kept": aPlaceIsKept,
  "hash-ring/no-node-beyond-its-limit": noNodeBeyondItsLimit,
  "hash-ring/keys-sit-as-early-as-they-can": keysSitAsEarlyAsTheyCan,
  "hash-ring/placement-moves-little": placementMovesLittle,
  "hash-ring/a-hot-key-sits-alone": aHotKeySitsAlone,
};
