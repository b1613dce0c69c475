/** Requirements that change in mid-session. Each can be met within the design, and shows whether it was one. */
import type { ChangedRequirement } from "../shape.ts";

export const changes: readonly ChangedRequirement[] = [
  {
    id: "a-limit-for-a-batch",
    level: 1,
    says: "A batch may not take more than 10,000 euros out of any one account, however many transfers it is spread over.",
    strong:
      "A rule now may have a memory that lasts for one batch. I make a second kind of strategy, which is begun for each batch and asked about each transaction in order, and call it where the other rules are called. Its memory belongs to the draft, so a rejected transaction does not count and a new judgement after a lost race begins with an empty one. Log and commit do not notice.",
    weak: "A special case in the commit that adds up the batch before it is judged.",
  },
  {
    id: "only-if-untouched",
    level: 2,
    says: "Some callers want their batch to happen only if nobody has touched a certain account since the version that they have seen.",
    strong:
      "The batch carries a version and account names, and the entries in between are looked at while it is judged: another reason to reject, found in the step that judges again anyway. The retry loop stays as it is; such a batch loses a race to a stranger's account like any other and is tried again. It is the conflict matrix, but for those who ask for it.",
    weak: "Compare the version, and reject if it is not the latest any more.",
  },
  {
    id: "payments-before-imports",
    level: 3,
    says: "Payments must not wait behind the nightly import. Both use the same pool.",
    strong:
      "Two queues in front of the same slots, each with a limit of its own and in the order of its calls, and one slot in three that the import may never take. The sum in flight stays what the fraud check's service accepts. For commits the same: two lines, the payments' first, and an order of calls that is kept within each. I would say that the import can starve, and measure how long its oldest task waits.",
    weak: "A second pool of the same size for the import.",
  },
  {
    id: "late-puts",
    level: 4,
    says: "We learn that a put which has timed out may still take effect a minute later.",
    strong:
      "Less changes than one would fear. Putting again under the same name still settles it, because once the name is taken, by my bytes or by somebody's, the late put fails like any other. What I may never do is go on to another number while mine is open; I do not do that now. Only giving up is different: what I call timed out may then still happen, so the contract and the client have to say so, and ids make its next try safe.",
    weak: "Wait for a minute after each time-out and then read whether it is there.",
  },
  {
    id: "tasks-with-effects",
    level: 5,
    says: "One of the checks now reserves money at another bank: running it twice does harm.",
    strong:
      "Then it is no longer a pure task, and the second try after a lost worker is wrong for it. Each kind says whether it may be repeated; this one rejects at the first loss, and its result is called unknown. If the other bank takes an idempotency key, I hand it the transaction's id and may repeat after all. A reservation also has to be given back when the batch is rejected later, so I would rather make it a step after the commit.",
    weak: "Store in memory which tasks have run, and skip those when they come again.",
  },
  {
    id: "yesterday-again",
    level: 6,
    says: "A partner's file of yesterday was wrong in some lines. It sends the whole file again, corrected.",
    strong:
      "The corrected file is a source with a name of its own, read from its beginning. Lines that are the same as yesterday are found by their ids and have no second effect; lines that were rejected may be accepted now. A changed line under an old id goes into quarantine as a conflict of ids, which is right, because its first effect has happened: the correction has to be a reversal and a new transaction, each with its own id.",
    weak: "Set the offset of the source back to zero and process it again.",
  },
];
