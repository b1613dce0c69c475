/**
 * The promises of this kata, in the words that the brief, the grade and the planted bugs share.
 * `interleavings` marks those that mean something only when calls overlap.
 */
export const invariants = [
  // Level 1: snapshots.
  {
    id: "mvcc-store/snapshots-stay-still",
    level: 1,
    sentence: "A transaction reads the state as of its begin, whatever others commit meanwhile.",
    interleavings: false,
  },
  {
    id: "mvcc-store/own-writes-are-seen",
    level: 1,
    sentence: "A transaction reads its own puts and deletes, in get and in range.",
    interleavings: false,
  },
  {
    id: "mvcc-store/commits-are-seen-whole",
    level: 1,
    sentence:
      "A transaction begun after the answer of a commit sees all of it; no transaction sees a part of one.",
    interleavings: false,
  },
  {
    id: "mvcc-store/uncommitted-is-unseen",
    level: 1,
    sentence: "What is not committed, nobody else sees; what was rolled back leaves no trace.",
    interleavings: false,
  },
  {
    id: "mvcc-store/ranges-are-complete",
    level: 1,
    sentence:
      "A range holds exactly the keys from start up to, not including, end, in ascending order, as get would answer.",
    interleavings: false,
  },
  {
    id: "mvcc-store/values-come-back-equal",
    level: 1,
    sentence:
      "Every value comes back equal, under every key; null is a value, and only an absent key gives undefined.",
    interleavings: false,
  },
  {
    id: "mvcc-store/values-stay-yours",
    level: 1,
    sentence: "Changing an object that was handed in or out changes nothing in the store.",
    interleavings: false,
  },
  {
    id: "mvcc-store/bad-arguments-are-refused",
    level: 1,
    sentence:
      "What the contract excludes is refused with INVALID_ARGUMENT and has no effect; the transaction goes on.",
    interleavings: false,
  },
  {
    id: "mvcc-store/over-means-over",
    level: 1,
    sentence:
      "After commit, rollback or close every call gives CLOSED and has no effect; a second rollback or close does nothing.",
    interleavings: false,
  },
  {
    id: "mvcc-store/stores-are-apart",
    level: 1,
    sentence: "A store shows what was committed in it, and nothing of any other store.",
    interleavings: false,
  },

  // Level 2: conflicts.
  {
    id: "mvcc-store/no-lost-updates",
    level: 2,
    sentence:
      "Of two transactions that overlap and write the same key at most one commits, blind writes included.",
    interleavings: false,
  },
  {
    id: "mvcc-store/losers-leave-no-trace",
    level: 2,
    sentence: "A transaction refused with CONFLICT is over, and nothing of it is ever seen.",
    interleavings: false,
  },
  {
    id: "mvcc-store/the-innocent-commit",
    level: 2,
    sentence:
      "Transactions that are alone, write nothing, or touch nothing of another's always commit; of rivals for one key, one does.",
    interleavings: false,
  },
  {
    id: "mvcc-store/crowds-see-snapshots",
    level: 2,
    sentence:
      "Whatever many clients do at once, no history shows what snapshot isolation excludes.",
    interleavings: true,
  },

  // Level 3: serializable.
  {
    id: "mvcc-store/no-write-skew",
    level: 3,
    sentence:
      "Of two serializable transactions that overlap and each read a key that the other writes, at most one commits.",
    interleavings: false,
  },
  {
    id: "mvcc-store/no-phantoms",
    level: 3,
    sentence: "A key that a get or a range did not find counts as read.",
    interleavings: false,
  },
  {
    id: "mvcc-store/isolation-costs-only-the-guilty",
    level: 3,
    sentence:
      "Serializable transactions that are alone or touch nothing of another's always commit, and so does a snapshot that writes nothing.",
    interleavings: false,
  },
  {
    id: "mvcc-store/crowds-take-turns",
    level: 3,
    sentence:
      "Serializable transactions of many clients answer as if they had run one after the other, in an order that respects real time.",
    interleavings: true,
  },

  // Level 4: garbage.
  {
    id: "mvcc-store/old-snapshots-stay-whole",
    level: 4,
    sentence:
      "However much is overwritten, deleted and collected, an open transaction reads all of its snapshot.",
    interleavings: false,
  },
  {
    id: "mvcc-store/deleted-stays-deleted",
    level: 4,
    sentence: "However much is collected, a deleted key does not come back.",
    interleavings: false,
  },
  {
    id: "mvcc-store/memory-follows-what-lives",
    level: 4,
    sentence:
      "Once transactions are over, what was overwritten or deleted is no longer in memory: 3 × live bytes + 1 KiB per live key + 8 MiB.",
    interleavings: false,
  },
  {
    id: "mvcc-store/collection-needs-no-pause",
    level: 4,
    sentence:
      "While there is always a transaction open but none for long, memory keeps within the same bound.",
    interleavings: false,
  },
  {
    id: "mvcc-store/the-abandoned-expire",
    level: 4,
    sentence:
      "A transaction older than transactionAgeMsMax gives EXPIRED, leaves no trace and holds no memory; no other ever expires.",
    interleavings: false,
  },

  // Level 5: durable.
  {
    id: "mvcc-store/commits-survive-whole",
    level: 5,
    sentence:
      "After a kill or a power cut the store opens, every answered commit is there, and of any other all or nothing.",
    interleavings: false,
  },
  {
    id: "mvcc-store/recovery-is-final",
    level: 5,
    sentence:
      "What a recovery has shown, and what is committed after it, no further crash takes back or adds to.",
    interleavings: false,
  },
  {
    id: "mvcc-store/seen-is-safe",
    level: 5,
    sentence: "A transaction never sees a commit that a crash could still take back.",
    interleavings: true,
  },
  {
    id: "mvcc-store/conflicts-see-waiting-commits",
    level: 5,
    sentence:
      "A commit that waits for the disk takes part in conflicts, and races end after a crash as they were answered.",
    interleavings: true,
  },
  {
    id: "mvcc-store/commits-share-a-sync",
    level: 5,
    sentence: "Up to 256 commits called together are answered with at most 3 syncs of files.",
    interleavings: true,
  },
  {
    id: "mvcc-store/no-commit-is-forgotten",
    level: 5,
    sentence:
      "Every commit is answered, in whatever order the disk answers; one that has written nothing waits for no sync.",
    interleavings: true,
  },
  {
    id: "mvcc-store/failed-commits-are-not-acknowledged",
    level: 5,
    sentence:
      "After a failed append or sync, on a full disk and with short reads, what is answered is still safe.",
    interleavings: false,
  },
  {
    id: "mvcc-store/rot-is-refused",
    level: 5,
    sentence:
      "A changed byte before a later answered commit is refused with CORRUPTION, naming file and offset, or does no harm.",
    interleavings: false,
  },
  {
    id: "mvcc-store/one-owner-at-a-time",
    level: 5,
    sentence:
      "A second open of a directory rejects with LOCKED and does no damage; close or the end of the process frees it.",
    interleavings: false,
  },
  {
    id: "mvcc-store/overload-is-refused",
    level: 5,
    sentence:
      "With commitsWaitingMax commits waiting, the next is refused with OVERLOADED and has no effect; none before it is.",
    interleavings: true,
  },
] as const;

export type Invariant = (typeof invariants)[number];
export type InvariantId = Invariant["id"];
