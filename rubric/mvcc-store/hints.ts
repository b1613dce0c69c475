/** Hints, a ladder of three rungs each: a question, an idea by its name, how it works. */
import type { Hint } from "../shape.ts";

export const hints: readonly Hint[] = [
  // ── Level 1 ─────────────────────────────────────────────────────────────────────────────────
  {
    id: "what-a-snapshot-is",
    level: 1,
    about: "concurrency",
    promises: [
      "mvcc-store/snapshots-stay-still",
      "mvcc-store/commits-are-seen-whole",
      "mvcc-store/uncommitted-is-unseen",
      "mvcc-store/stores-are-apart",
    ],
    nudge:
      "If a transaction may copy nothing at its begin, what is the least that it has to remember to go on seeing the same state?",
    concept:
      "A version number and a watermark. Every version of a value carries the number of its commit; a snapshot is a number too, and sees nothing above it.",
    mechanism:
      "The store knows up to which number all commits are completely installed. A begin remembers it. A commit puts all its versions under the next number and raises the watermark only when the last of them is in place. A read takes, of the versions of its key, the newest that is not above the number remembered. All of this belongs to one store object, so that a second store knows nothing of it.",
  },
  {
    id: "what-i-have-written",
    level: 1,
    about: "algorithm",
    promises: [
      "mvcc-store/own-writes-are-seen",
      "mvcc-store/uncommitted-is-unseen",
      "mvcc-store/ranges-are-complete",
    ],
    nudge:
      "After a transaction has deleted a key, how does your get tell this from a key that it has not touched?",
    concept:
      "A private write set in which a deletion is an entry. Whether there is an entry and what is in it are two questions.",
    mechanism:
      "Puts and deletes go into a map that belongs to the transaction. A get first asks whether the map has the key; if so, that entry is the answer, a deletion included. A range collects the keys of the snapshot and those of the map within its bounds, in the order of plain string comparison, asks for each what a get would answer, and leaves out those without a value. A rollback drops the map, and nothing else has to be undone.",
  },
  {
    id: "copies-both-ways",
    level: 1,
    about: "algorithm",
    promises: ["mvcc-store/values-come-back-equal", "mvcc-store/values-stay-yours"],
    nudge: "Who still holds a reference to the object that you have just stored?",
    concept:
      "Structured cloning at both borders: when a value comes in and when it goes out. Absence is another thing than null.",
    mechanism:
      "Clone a value at the put, not at the commit, since the caller may change it in between. Clone it again for each get and for each entry of a range. A value that cannot be changed, such as a string, a number or null, may pass as it is. Keep what means deleted outside of what a caller can put, and keep keys in a map, where no name is special.",
  },
  {
    id: "at-the-door",
    level: 1,
    about: "algorithm",
    promises: ["mvcc-store/bad-arguments-are-refused", "mvcc-store/over-means-over"],
    nudge:
      "A put gets a value that cannot be cloned. What has your transaction already changed when it finds out?",
    concept:
      "Check everything before changing anything, and let every call begin with the same question: is this transaction still open?",
    mechanism:
      "One helper refuses a key that is no string, too long or not well-formed; cloning the value comes next; only then is the write noted, and the transaction goes on after a refusal. Another helper looks at the state of the transaction and of its store. The state changes at the call of commit and not at its answer, so a read or a second commit during it is refused too. Only rollback and a second close pass in silence.",
  },

  // ── Level 2 ─────────────────────────────────────────────────────────────────────────────────
  {
    id: "same-key-twice",
    level: 2,
    about: "concurrency",
    promises: ["mvcc-store/no-lost-updates", "mvcc-store/the-innocent-commit"],
    nudge:
      "At the moment of the commit, how can you tell for one written key that somebody else has written it since you began?",
    concept:
      "First committer wins: a written key whose newest version is above my snapshot is a conflict, whether or not I have read it.",
    mechanism:
      "Before a commit takes its number, it looks at each key that it has written and compares the newest version with its snapshot. One that is newer refuses the commit. Deleted keys count on both sides, and so do values that are equal to what was there. Keys that were only read do not count here, and a transaction without writes is not examined at all.",
  },
  {
    id: "commits-called-together",
    level: 2,
    about: "concurrency",
    promises: ["mvcc-store/crowds-see-snapshots", "mvcc-store/no-lost-updates"],
    nudge:
      "Two commits are called before either is answered. Which state does the second one validate against?",
    concept:
      "A critical section without an await: validation, number and installation are one step of the event loop.",
    mechanism:
      "Let the commit, although it is asynchronous to its caller, check for conflicts, take the next number and install its versions before anything is awaited. The next commit then finds them. Whatever takes time comes afterwards and decides nothing any more. The watermark rises in the order of the numbers, so that every snapshot is a beginning of one and the same history.",
  },
  {
    id: "when-refused",
    level: 2,
    about: "algorithm",
    promises: ["mvcc-store/losers-leave-no-trace", "mvcc-store/the-innocent-commit"],
    nudge: "When a conflict shows at the third of five keys, what has become of the first two?",
    concept:
      "Validate all, then install all. What was refused has never been anywhere but in its own write set.",
    mechanism:
      "Go through all written keys once to look for conflicts and only then once more to install. If there is a conflict, mark the transaction as over, drop its writes and reject. Do not leave a claim behind that refuses somebody later: of several rivals for one key, one must be able to commit, and after a rollback nobody may suffer from it.",
  },

  // ── Level 3 ─────────────────────────────────────────────────────────────────────────────────
  {
    id: "beyond-writes",
    level: 3,
    about: "concurrency",
    promises: ["mvcc-store/no-write-skew", "mvcc-store/crowds-take-turns"],
    nudge:
      "Two transactions write different keys and still spoil each other's work. What did each of them rely on?",
    concept:
      "Validation of the read set, as in optimistic concurrency control: at the commit, what was read must still be what it was at the begin.",
    mechanism:
      "A serializable transaction notes each key that it reads, unless it has written it before. Its commit is refused if any commit above its snapshot has written such a key. This happens in the same step in which conflicts of writes are found and versions installed, since a commit that slips in between would not be seen. Then the order of the commit numbers is a serial order.",
  },
  {
    id: "what-is-absent",
    level: 3,
    about: "concurrency",
    promises: ["mvcc-store/no-phantoms", "mvcc-store/no-write-skew"],
    nudge:
      "You found nothing under a key, or within two bounds. What exactly could you compare later?",
    concept:
      "Phantoms are caught by predicates: remember the question, the key or the bounds, and not the answer.",
    mechanism:
      "The read set holds keys, whether anything was there or not, and pairs of bounds, the end exclusive and either of them perhaps absent. The store holds, for each recent commit, the keys that it has written. At the commit, each key written above the snapshot is looked for among the keys and within the bounds. That a key did not exist before makes no difference.",
  },
  {
    id: "who-must-be-spared",
    level: 3,
    about: "algorithm",
    promises: ["mvcc-store/isolation-costs-only-the-guilty", "mvcc-store/crowds-take-turns"],
    nudge:
      "Which transactions can be told before any comparison that nobody will ever need to refuse them?",
    concept:
      "A reader belongs right after its snapshot, and a comparison is about what others have written since the snapshot, and about nothing else.",
    mechanism:
      "Without writes there is nothing to examine: such a transaction fits behind the newest commit in its snapshot, because the order of commits is serial already. For a writer, look only at commits above its own snapshot, and only at the keys that they wrote. A counter for the whole store, or one for a block of keys, refuses people who have nothing to do with each other. Snapshots that write are still compared by their writes only.",
  },

  // ── Level 4 ─────────────────────────────────────────────────────────────────────────────────
  {
    id: "which-versions-go",
    level: 4,
    about: "algorithm",
    promises: ["mvcc-store/old-snapshots-stay-whole", "mvcc-store/memory-follows-what-lives"],
    nudge:
      "For which version of a key is there neither a reader now nor one that could still begin?",
    concept:
      "The horizon: the oldest open snapshot, or the watermark if none is open. The newest version at or below it is still needed, those before that one are not.",
    mechanism:
      "Keep the open snapshots so that the oldest is found at once; since they begin in ascending order, a list that can be left in the middle will do. For a key, find the last version not above the horizon and drop all before it. Compute the horizon and drop in one step, so that no transaction can begin with an older number in between.",
  },
  {
    id: "when-a-tombstone-goes",
    level: 4,
    about: "algorithm",
    promises: ["mvcc-store/deleted-stays-deleted", "mvcc-store/memory-follows-what-lives"],
    nudge:
      "If the mark of a deletion goes and an older version of the same key is still there, what does the next reader find?",
    concept:
      "A tombstone is a version that hides what is below. It may go only together with everything that it hides, and takes the key along.",
    mechanism:
      "Collect a key from its oldest end. If what is left is a single version, that version is a deletion, and it is not above the horizon, then neither a present nor a future reader finds a value: remove the key from the table and from whatever keeps the keys in order. A deletion above the horizon has to stay, because readers below it still see the value.",
  },
  {
    id: "who-looks-for-garbage",
    level: 4,
    about: "algorithm",
    promises: ["mvcc-store/collection-needs-no-pause", "mvcc-store/memory-follows-what-lives"],
    nudge:
      "Transactions overlap without end. When is the moment at which you collect, and how many keys do you look at then?",
    concept:
      "Collection driven by writes: only a key that was written can have garbage, and it has some once the horizon passes that write.",
    mechanism:
      "Note every write in a queue, with its commit number and key. Whenever a transaction ends and the horizon moves, take from the front of the queue what it has passed, and collect these keys. Each write is paid for once, and nothing waits for a moment in which nobody is there. If you keep notes of recent writes for level 3, they are the same queue.",
  },
  {
    id: "forgotten-transactions",
    level: 4,
    about: "algorithm",
    promises: ["mvcc-store/the-abandoned-expire", "mvcc-store/memory-follows-what-lives"],
    nudge:
      "Somebody forgets a transaction and never calls it again. Who notices, and how does the store reach what it holds?",
    concept:
      "A lease that runs out, checked whenever there is an occasion, by a clock that was handed in. There is no timer.",
    mechanism:
      "Note the time of each begin. At every begin, commit and end look at the oldest open transactions, and end those whose age exceeds the limit: take them out of the open snapshots and drop their writes. Each call of a transaction checks its own age as well, so the answer does not depend on who came by. Exactly at the limit it is still alive, and once its commit has been called it does not expire any more.",
  },

  // ── Level 5 ─────────────────────────────────────────────────────────────────────────────────
  {
    id: "what-damage-means",
    level: 5,
    about: "storage",
    promises: ["mvcc-store/commits-survive-whole", "mvcc-store/rot-is-refused"],
    nudge:
      "Some bytes in your log do not fit. What in the file could prove that they had once been synced?",
    concept:
      "A batch as one checksummed unit, and never a second one before the first is synced: then what is whole proves something about all that precedes it.",
    mechanism:
      "Write the commits that share a sync as one record: length, position in the file, content, and a checksum over all of that. When a record does not fit, look whether a whole one with the right position follows anywhere. If so, the damage is behind bytes known to be synced, and the open is refused with file and offset. If not, it may be the batch that was never answered: cut it off with all that follows. As no batch is ever applied in part, neither is a transaction.",
  },
  {
    id: "while-the-disk-works",
    level: 5,
    about: "concurrency",
    promises: ["mvcc-store/seen-is-safe", "mvcc-store/conflicts-see-waiting-commits"],
    nudge:
      "A commit waits for its sync. Which part of your store has to know of it already, and which must not?",
    concept:
      "Two numbers: the last commit that was decided and the last one that is safe. Conflicts look at the first, snapshots at the second.",
    mechanism:
      "Install a commit under its number at once, so that rivals find a version above their snapshot and lose. Leave the watermark where it is until the sync has ended, so that no begin sees it. Then raise the watermark, in the order of the numbers, and answer without an await in between. Read sets are compared with waiting commits in the same way, and if the sync fails the watermark does not move again.",
  },
  {
    id: "many-commits-one-disk",
    level: 5,
    about: "storage",
    promises: [
      "mvcc-store/commits-share-a-sync",
      "mvcc-store/no-commit-is-forgotten",
      "mvcc-store/overload-is-refused",
    ],
    nudge: "While one sync is under way, what do the commits do that arrive meanwhile?",
    concept:
      "Group commit: a queue with one writer, who takes all that wait into the next append and sync. The queue has a limit.",
    mechanism:
      "A commit with writes joins the queue and wakes the writer if it sleeps. The writer takes all that is there, appends once, syncs once, raises the watermark, answers all of them, and looks again before it sleeps. A sync covers only what was appended before it was called. Count everything that was called and not answered, those in the batch under way included, and refuse beyond the limit before anything has been decided. A commit without writes is answered without the queue.",
  },
  {
    id: "what-recovery-shows",
    level: 5,
    about: "storage",
    promises: ["mvcc-store/recovery-is-final", "mvcc-store/commits-survive-whole"],
    nudge:
      "After a kill you read a record that is complete. How do you know that it will still be there after a power cut?",
    concept:
      "Recovery makes safe what it has read before it shows it, names in the directory included. Reading is no proof of a sync.",
    mechanism:
      "Replay what is whole. Then write all that lives into a new file under a provisional name, sync it, rename it, sync the directory, and only then remove the old file and resolve. If this is cut off at any point, either the old file or the new one is complete, and the next open knows by the name which one counts. Going on at the end of the old file is more delicate: what was cut must not come back, and an earlier sync of its tail may have failed.",
  },
  {
    id: "after-the-disk-failed",
    level: 5,
    about: "storage",
    promises: ["mvcc-store/failed-commits-are-not-acknowledged", "mvcc-store/seen-is-safe"],
    nudge:
      "A sync rejects, you call it again, and it resolves. Which bytes has the second one covered?",
    concept:
      "Fail-stop: after a failed append or sync this life of the store accepts no more writes. Only the next open finds out.",
    mechanism:
      "After a failed sync the kernel may take the pages for clean, so a later success says nothing about them. Reject all that wait, keep their versions invisible, and refuse every further commit that writes; a later one must not vouch for an uncertain one. A read of the disk that gives fewer bytes than asked is no failure: ask again for the rest. A full disk is a failure like others.",
  },
  {
    id: "two-opens",
    level: 5,
    about: "storage",
    promises: ["mvcc-store/one-owner-at-a-time"],
    nudge: "What has a second open already read, or removed, when it learns that it is the second?",
    concept:
      "An exclusive lock on the directory that the system gives back when its holder ends. A file that says locked is none.",
    mechanism:
      "Take the lock of the disk port before anything else is called, and give it back on every way out: at the end of a close, also when the disk has failed, and when an open rejects for any reason. The kill of a process frees it by itself, which a file with a name in it would not.",
  },
];
