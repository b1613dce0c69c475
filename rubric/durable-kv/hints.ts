/** Hints by level, each a ladder of three rungs: a question, an idea by its name, and how it works. */
import type { Hint } from "../shape.ts";

export const hints: readonly Hint[] = [
  // Level 1
  {
    id: "answer-for-the-log",
    level: 1,
    about: "storage",
    promises: [
      "durable-kv/last-write-wins",
      "durable-kv/answered-writes-outlive-the-process",
      "durable-kv/deleted-stays-deleted",
    ],
    nudge: "At the moment your put resolves, where is the value, and who else could find it there?",
    concept:
      "Write-ahead logging: the log is the store, and the map is only a cache of it that any " +
      "process can rebuild. A delete is a record too.",
    mechanism:
      "Turn every put and every delete into a record and await its append before you touch the " +
      "map and answer. On opening, read the log from its beginning and apply each record to an " +
      "empty map: a put sets, a delete removes. Leave nothing in the map that is not in the " +
      "log, and nothing answered that is not in both.",
  },
  {
    id: "where-a-record-ends",
    level: 1,
    about: "algorithm",
    promises: ["durable-kv/bytes-come-back-exactly"],
    nudge: "A value may contain any byte. How does your reader know where it ends?",
    concept: "Length-prefixed framing, instead of a separator that a value could contain.",
    mechanism:
      "Begin each record with the size of its key and the size of its value, as numbers of " +
      "fixed width, and let the bytes follow as they are. Reserve one size that no value can " +
      "have for a delete, so that an empty value remains a value. A map finds arrays by " +
      "identity and not by content, so look keys up by a string in which each character stands " +
      "for one byte.",
  },
  {
    id: "copies-at-the-border",
    level: 1,
    about: "algorithm",
    promises: [
      "durable-kv/buffers-stay-yours",
      "durable-kv/bad-arguments-are-refused",
      "durable-kv/closed-means-closed",
    ],
    nudge:
      "Which of your objects can a caller still reach after its call was answered? And what has " +
      "happened by the time you refuse one?",
    concept:
      "One border: everything that comes in is checked and copied there, everything that goes " +
      "out is copied there, and behind it nobody checks again.",
    mechanism:
      "At the very start of a call see whether the store is closed and whether key and value " +
      "are byte arrays of an allowed size; reject with the fitting code before anything has " +
      "been queued or written. Then take a copy, and use only that. Copy again when a get hands " +
      "a value out. Since no call may throw, let these checks run where a failure becomes a " +
      "rejected promise.",
  },
  {
    id: "one-owner",
    level: 1,
    about: "storage",
    promises: ["durable-kv/one-owner-at-a-time", "durable-kv/only-the-disk-remembers"],
    nudge:
      "What could a second store do to the directory in the time between your looking and your " +
      "locking?",
    concept:
      "Exclusive ownership of a directory: lock first, read afterwards, keep all state in the " +
      "object that holds the lock.",
    mechanism:
      "Ask the disk for the lock before anything else, and let its refusal be your answer " +
      "without having touched a file. If a later step of opening fails, give the lock back. " +
      "Release it as the very last thing that close does, when every call has been answered. " +
      "Put nothing into variables of the module: a second store in the same process, or a later " +
      "life, would see it.",
  },

  // Level 2
  {
    id: "what-a-sync-covers",
    level: 2,
    about: "storage",
    promises: ["durable-kv/acked-writes-survive"],
    nudge:
      "Of a file that you have just created, which part does a sync of the file make safe, and " +
      "which part belongs to somebody else?",
    concept:
      "Bytes and names are made durable separately: a file sync for what is in it, a directory " +
      "sync for the fact that it is there.",
    mechanism:
      "Await the append, then the sync of the file, and answer only after that. When the file " +
      "is new, sync its directory too before the first answer that relies on it; later writes " +
      "to the same file need only the file's own sync. A sync covers appends that had settled " +
      "when it was called, so call it after them and not beside them.",
  },
  {
    id: "recognise-a-tail",
    level: 2,
    about: "storage",
    promises: ["durable-kv/opens-after-any-crash", "durable-kv/no-invented-values"],
    nudge:
      "The last record on the disk is half there, or is all zeros, or has the right length and " +
      "wrong bytes. What does your reader do with each of the three?",
    concept:
      "A checksum over everything that a record says, its lengths included, and a reader that " +
      "takes the first record which does not fit for the end.",
    mechanism:
      "Before you allocate, compare the sizes in the header with the limits of the contract and " +
      "with what is left of the file. Then calculate the checksum over header and payload. Make " +
      "sure that a run of zeros does not pass: a checksum of nothing that is zero, with a " +
      "length of zero, would. Whatever does not fit ends the replay, and opening goes on with " +
      "what came before.",
  },
  {
    id: "behind-the-tail",
    level: 2,
    about: "storage",
    promises: ["durable-kv/writes-go-on-after-a-crash"],
    nudge:
      "Your next append goes to the end of the file. What lies between the last good record and " +
      "that end?",
    concept:
      "A torn tail has to be sealed off, or everything behind it is written to a place at which " +
      "no reader arrives.",
    mechanism:
      "There are two ways. Cut the file to the end of its last good record, and sync, before " +
      "the first new append. Or leave the old file as it is for ever and begin a new one, which " +
      "each life does for itself; replay then reads the files in their order and ends each at " +
      "its first damage. The second has fewer states to think about, because nothing that " +
      "exists is ever changed.",
  },
  {
    id: "final-recovery",
    level: 2,
    about: "storage",
    promises: ["durable-kv/recovery-is-final"],
    nudge: "After a kill you can read a record. Does that mean that it is on the disk?",
    concept:
      "Recovery has to make safe what it is going to show, because after a kill the page cache " +
      "still shows what no sync has covered.",
    mechanism:
      "When replay has ended, sync the files that you have read, and the directory, before open " +
      "resolves. Only then can no power cut take back what a reader has seen. The other " +
      "direction matters as well: what you have decided to leave out must not come back, so the " +
      "cut or the new file has to be safe before the first answer.",
  },

  // Level 3
  {
    id: "one-sequencer",
    level: 3,
    about: "concurrency",
    promises: ["durable-kv/calls-look-sequential", "durable-kv/races-survive-as-answered"],
    nudge:
      "Two puts of one key are both waiting for the disk. Which continuation runs first, and " +
      "does anything make it the one that is first in the log?",
    concept:
      "A single sequencer: one loop decides the order, and log, memory and answers all follow " +
      "it.",
    mechanism:
      "Let put only check, copy and join a queue, and return a promise. One loop takes writes " +
      "from the queue, appends them in that order, awaits the sync, then applies them to the " +
      "map in the same order and resolves their promises, without another await between the " +
      "applying and the resolving. Make sure that a second loop cannot start while the first " +
      "one is waiting.",
  },
  {
    id: "share-a-sync",
    level: 3,
    about: "concurrency",
    promises: ["durable-kv/writers-share-a-sync", "durable-kv/every-call-is-answered"],
    nudge: "While one sync is running, sixty more puts arrive. How many syncs do they need?",
    concept:
      "Group commit: whoever arrives during a sync makes the next batch, and a batch has one " +
      "sync however many are in it.",
    mechanism:
      "When the loop is free it takes everything that is in the queue, writes it with one " +
      "append, syncs once and answers everybody. What came meanwhile is the next batch. Before " +
      "the loop ends it must look at the queue again in the same turn in which it declares " +
      "itself idle; otherwise a write that arrives in between is never woken. Close waits for " +
      "the loop to run empty.",
  },
  {
    id: "reads-of-what-is-safe",
    level: 3,
    about: "concurrency",
    promises: ["durable-kv/seen-is-safe", "durable-kv/reads-never-wait"],
    nudge:
      "A get arrives between the append and the sync of a put. Which of the two possible " +
      "answers could you regret?",
    concept:
      "Serve the last durable value: a write becomes visible when it has become safe, and not " +
      "earlier.",
    mechanism:
      "Keep what is queued or under way out of the map that reads use. When the sync has " +
      "returned, apply the batch and answer it. Until then a get finds the previous value, " +
      "which is a legal answer because the put is still under way. No read ever has a reason to " +
      "wait, and none can see what a crash takes back.",
  },

  // Level 4
  {
    id: "no-second-sync",
    level: 4,
    about: "storage",
    promises: ["durable-kv/failed-writes-are-not-acknowledged"],
    nudge: "A sync failed and the next one succeeds. Which bytes did the second one write?",
    concept:
      "Fail-stop: after a failed write-back the page cache no longer knows what is missing on " +
      "the disk, so this life stops writing.",
    mechanism:
      "When an append or a sync rejects, reject every write of this batch and of the queue, " +
      "remember the failure, and refuse all later writes with it; reads may go on. Do not " +
      "append behind a partial append. At the next open the brief lets a sync of the new life " +
      "cover what that life can read. A real kernel may still take those pages for clean, so " +
      "writing the last batch again, into a new file, is the safer of the two.",
  },
  {
    id: "read-until-full",
    level: 4,
    about: "algorithm",
    promises: ["durable-kv/short-reads-are-finished"],
    nudge: "You asked for 4,096 bytes and got 17. Is that the end of the file?",
    concept: "A short read is not an end: only the size of the file says where the end is.",
    mechanism:
      "Put all reading behind one helper that asks for a range and repeats, from where it has " +
      "come to, until it has everything or has reached the size that the disk gave for the " +
      "file. Nothing else in the store calls read. A record that spans two reads then needs no " +
      "thought.",
  },
  {
    id: "a-witness-for-the-past",
    level: 4,
    about: "storage",
    promises: ["durable-kv/rot-is-refused"],
    nudge:
      "In one log three records were synced one after the other, and the first has rotted. In " +
      "another three went out together without a sync, and the first is torn. Where in your " +
      "format is the difference?",
    concept:
      "The log has to prove by itself what had been synced. As long as nothing is appended " +
      "before the previous sync has returned, an intact batch further on is that proof.",
    mechanism:
      "Give a batch one checksum as a whole, or let every batch say up to where the log was " +
      "safe when it was written. On damage, look for a whole batch behind it, in this file or " +
      "in later ones, at any position, since the damaged length may not be used to find the " +
      "next. If there is one, refuse with file and offset. If there is none, it may be the last " +
      "batch of a life: cut it. Include the position in the checksum, so that log bytes inside " +
      "somebody's value are not taken for a witness.",
  },
  {
    id: "recover-in-small-steps",
    level: 4,
    about: "storage",
    promises: ["durable-kv/recovery-survives-crashes", "durable-kv/directory-order-is-not-assumed"],
    nudge:
      "Stop your recovery after each of its calls to the disk. From which of these states can " +
      "it not start again? And what if only the second of two renames has survived?",
    concept:
      "Recovery has to be repeatable: it only adds, until everything that replaces the old is " +
      "safe, and it assumes no order among names that no directory sync lies between.",
    mechanism:
      "Read first and change nothing while a refusal is still possible. Then write what is new, " +
      "sync the file and the directory, and only afterwards remove what is no longer needed. A " +
      "removal that is lost must do no harm when the file is back. Between two changes of names " +
      "of which the second relies on the first, put a directory sync. An error on the way " +
      "rejects the open, frees the lock and leaves everything readable.",
  },
  {
    id: "count-the-waiting",
    level: 4,
    about: "concurrency",
    promises: ["durable-kv/overload-is-refused"],
    nudge:
      "Eight writes are in the batch that is being synced, and three are in your queue. How " +
      "many are waiting?",
    concept:
      "Backpressure by admission: count what has been called and not yet answered, and refuse " +
      "at the door.",
    mechanism:
      "Raise one counter when a write is accepted and lower it when its promise settles, " +
      "whichever way it settles. Compare it with the limit before anything else happens to the " +
      "write, so that a refusal leaves no trace. The length of the queue is the wrong number, " +
      "because the batch under way has left it, and so is anything that is corrected only after " +
      "an await.",
  },

  // Level 5
  {
    id: "cut-then-stand-for",
    level: 5,
    about: "storage",
    promises: ["durable-kv/compaction-changes-no-read", "durable-kv/compaction-survives-crashes"],
    nudge:
      "Your snapshot is complete. Which files may you remove now, and what has to be safe " +
      "before you remove the first one?",
    concept:
      "A snapshot that stands for everything older than one cut in the log, and becomes valid " +
      "in a single step: its name.",
    mechanism:
      "Between two batches let the log begin a new segment; everything before this cut is what " +
      "the snapshot will replace. Write the live records under a name that recovery ignores, " +
      "sync, rename to a name that says where the cut was, sync the directory, and only then " +
      "remove the older files. Recovery begins with the newest valid snapshot, ignores older " +
      "files that are still there, and replays the segments behind the cut. A deleted key is " +
      "not in the snapshot, and no older file is read that could bring it back.",
  },
  {
    id: "bounded-by-what-lives",
    level: 5,
    about: "algorithm",
    promises: ["durable-kv/space-is-bounded", "durable-kv/recovery-reads-what-lives"],
    nudge:
      "Add up the sizes of all files after compact. Which of them are not there because of a " +
      "live key?",
    concept:
      "Space is live data plus a constant number of segments: leftovers of crashed lives and of " +
      "unfinished compactions count too.",
    mechanism:
      "Remove everything that the snapshot replaces, and at every open what no recovery would " +
      "read: unfinished snapshots, segments that a snapshot replaces, torn leftovers of lives " +
      "that never completed a batch. If writers have produced a lot while the snapshot was " +
      "being written, go round again before you resolve. A compact that finds another one " +
      "running may share its end only if what it promises is then true for itself. When the " +
      "disk has kept you from removing, reject rather than resolve.",
  },
  {
    id: "writers-pass-by",
    level: 5,
    about: "concurrency",
    promises: ["durable-kv/writes-go-on-during-compaction"],
    nudge:
      "At which moment do your compactor and your writers have to agree on something, and for " +
      "how long?",
    concept:
      "A fuzzy snapshot: writers need to stand still only at the cut, since replaying a change " +
      "that the snapshot already shows does no harm.",
    mechanism:
      "Take the cut in the turn in which no batch is under way, without an await between seeing " +
      "that and cutting. From then on the compactor writes to a file of its own and reads the " +
      "live map in pieces, while batches go to the new segment. A record that changes meanwhile " +
      "may be caught before or after its change, and either is fine, because the new segment " +
      "repeats the change. Do not let a put queue behind the compactor's appends.",
  },
];
