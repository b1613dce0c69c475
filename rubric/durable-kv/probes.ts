/** What the interviewer digs into, with the two ends of what comes back. */
import type { Probe } from "../shape.ts";

export const probes: readonly Probe[] = [
  // Clarify
  {
    id: "which-crashes",
    phase: "clarify",
    asks: "I said that a value has to be there after a crash. Which crashes do you have in mind?",
    strong:
      "A killed process loses nothing that the kernel has taken, so an append that returned is " +
      "enough, and that costs microseconds. A kernel panic or a power cut needs a sync of the " +
      "bytes, and of the directory when the file is new, about 1 ms here. A lost volume needs a " +
      "second machine and a network round trip. I would build for power, and ask whether the " +
      "copies that exist are good enough for a lost volume.",
    weak: "It's durable because every put is written to a file before we return.",
    dimensions: [1, 2],
    promises: ["durable-kv/answered-writes-outlive-the-process", "durable-kv/acked-writes-survive"],
  },
  {
    id: "the-moment-it-is-written",
    phase: "clarify",
    asks:
      "I want readers to see a value the moment it is written, never to wait, and never to see " +
      "one that gets lost. When is that moment?",
    strong:
      "Taken literally the three wishes contradict each other: before the sync a value can " +
      "still be lost, and a reader that waits for the sync waits. So the moment is the return " +
      "of the sync. Until then a get answers with the previous safe value, at most a sync or " +
      "two old, 1 to 2 ms. That is still linearizable, because the put that it does not see has " +
      "not been answered yet.",
    weak: "I'd update the map first so that reads are always fresh. The window is tiny.",
    dimensions: [1, 2, 13],
    promises: ["durable-kv/seen-is-safe", "durable-kv/reads-never-wait"],
  },
  {
    id: "back-in-time",
    phase: "clarify",
    asks: "Is there anything you need to know about recovery before you choose a layout?",
    strong:
      "How long it may take, because that bounds how much I may have to read. Replay runs at " +
      "roughly 5 to 10 seconds a gigabyte, so 15 seconds mean about 1.5 GB of snapshot and log " +
      "together. At 5,000 puts of some 250 bytes the log gains 1 GB in 13 minutes, so it has to " +
      "be compacted several times an hour. And with 10 million keys the snapshot alone is 2.5 " +
      "GB: in two years this target needs another design, and I would say so now.",
    weak: "No, replaying a log is sequential, so it'll be fast enough.",
    dimensions: [2, 6],
    promises: ["durable-kv/recovery-reads-what-lives"],
  },
  {
    id: "does-it-fit",
    phase: "clarify",
    asks: "You keep every value in memory. For how long is that all right?",
    strong:
      "Today 2 million keys of 240 bytes and about 100 bytes of overhead are 0.7 GB; 10 million " +
      "are 3.4 GB, still fine on 16 GiB if the heap limit is raised. One map ends at 2²⁴, some " +
      "16.7 million entries. Before that I would keep positions instead of values, and a get " +
      "would then cost a read, which your 100 µs do not allow on a network volume without a " +
      "cache.",
    weak: "Memory is cheap, we can always take a larger machine.",
    dimensions: [2, 6, 13],
    promises: [],
  },

  // Design
  {
    id: "draw-a-record",
    phase: "design",
    asks: "Write down the bytes of one record in the log, with sizes.",
    strong:
      "A checksum of 4 bytes, the length of what follows, the two sizes, a mark for deletes, " +
      "then key and value: some 16 to 24 bytes around a payload of 240. The checksum covers the " +
      "lengths as well, and where the record stands, so that a copy elsewhere is not taken for " +
      "a record. A size is compared with what is left of the file before anything is allocated.",
    weak: "One JSON line per write. If it doesn't parse, it's broken.",
    dimensions: [5, 6, 7],
    promises: ["durable-kv/bytes-come-back-exactly", "durable-kv/no-invented-values"],
  },
  {
    id: "torn-or-rotten",
    phase: "design",
    asks:
      "On opening you find a record whose checksum is wrong. What do you do with it, and with " +
      "what comes after it?",
    strong:
      "It depends on whether anybody may rely on it. Bytes that no sync can have covered were " +
      "torn by the crash: I cut them off with everything behind them. Bytes that something " +
      "later in the log shows to have been synced are rot: I refuse to open and name file and " +
      "offset. The damage itself looks the same in both cases, so nothing is appended before " +
      "the previous sync has returned, and an intact batch further on is the proof.",
    weak: "I skip the records with a bad checksum and load the rest.",
    dimensions: [5, 13],
    promises: ["durable-kv/opens-after-any-crash", "durable-kv/rot-is-refused"],
  },
  {
    id: "call-to-answer",
    phase: "design",
    asks: "Follow one put from the call to the answer, and tell me which of its steps I could swap.",
    strong:
      "Refuse what is invalid, append, sync the file, sync the directory if the file is new, " +
      "change the map, answer. The two syncs may change places, and nothing else may: the map " +
      "before a sync shows what can still be lost, an answer before the map hides a caller's " +
      "own write, an answer before either sync promises what is not true. Of the 1 ms that all " +
      "this takes the sync is nearly everything.",
    weak: "Set the map, append to the log, resolve. The file system flushes in the background.",
    dimensions: [5, 10],
    promises: ["durable-kv/acked-writes-survive", "durable-kv/seen-is-safe"],
  },
  {
    id: "what-limits-it",
    phase: "design",
    asks: "How many puts a second will this do, and what stops it from doing more?",
    strong:
      "One caller alone gets one put a sync, 1,000 a second. The busiest minute needs 20,000, " +
      "so 20 writers have to share each sync, and 200 waiting callers make that easy. With a " +
      "few microseconds of processor time for each put the processor takes over somewhere above " +
      "200,000 a second. After that the next factor is a second log on a second volume.",
    weak: "Appending is sequential, so we're limited by disk bandwidth, 200 MB/s.",
    dimensions: [4, 6],
    promises: ["durable-kv/writers-share-a-sync"],
  },

  // Implement
  {
    id: "length-on-its-word",
    phase: "implement",
    asks: "Recovery has just read a length from the file. What do you do before you use it?",
    strong:
      "I compare it with the limits of the contract and with the number of bytes left in the " +
      "file, before I allocate. A torn header can say 4 GB as easily as 40 bytes. Only when the " +
      "checksum over lengths and payload fits do I believe it, and a record that reaches beyond " +
      "the end of the file is a torn tail and no error.",
    weak: "I read that many bytes and compare the checksum at the end.",
    dimensions: [5, 7],
    promises: ["durable-kv/opens-after-any-crash", "durable-kv/bytes-come-back-exactly"],
  },
  {
    id: "whose-bytes",
    phase: "implement",
    asks:
      "A caller fills the same buffer again for its next put. Show me that the first value does " +
      "not change with it.",
    strong:
      "The record is built from a copy when put is called, and a get hands out another copy; " +
      "both cost well under a microsecond at 200 bytes. The key needs the same care: two arrays " +
      "with equal bytes are different keys to a Map, so I look up by a string that has one " +
      "character for each byte. A text decoder would not do, since it maps different invalid " +
      "bytes to the same replacement character.",
    weak: "Callers shouldn't touch a buffer after passing it in. I'd document that.",
    dimensions: [5, 7],
    promises: ["durable-kv/buffers-stay-yours", "durable-kv/bytes-come-back-exactly"],
  },
  {
    id: "is-the-file-there",
    phase: "implement",
    asks:
      "The log is brand new: created, appended to, synced, and the put is answered. The power " +
      "goes. What is in the directory?",
    strong:
      "Possibly nothing. The sync made the bytes safe, but the name belongs to the directory, " +
      "and that needs a sync of its own before the first answer out of this file. It is one " +
      "extra sync a file and not one a put, so with segments of 64 MiB it disappears in the " +
      "noise.",
    weak: "The file, of course. I synced it.",
    dimensions: [5, 14],
    promises: ["durable-kv/acked-writes-survive", "durable-kv/directory-order-is-not-assumed"],
  },
  {
    id: "against-what",
    phase: "implement",
    asks:
      "You have a first version that runs. How do you find out that it is right before you make " +
      "it faster?",
    strong:
      "I keep the simplest store as a model, a plain map, and drive both with the same random " +
      "puts, deletes and reopens, with four keys so that they collide. After each reopen I read " +
      "every key. The model stays when the real one grows batches and segments: whatever I do " +
      "for speed, the answers have to remain the same.",
    weak: "I put a few keys, restart, and read them back.",
    dimensions: [3, 8],
    promises: ["durable-kv/last-write-wins", "durable-kv/deleted-stays-deleted"],
  },

  // Concurrency
  {
    id: "who-wins",
    phase: "concurrency",
    asks: "Two callers put the same key at the same time. Who wins, and would a replay agree?",
    strong:
      "Whoever comes first in the one queue, and one loop takes from it: it fixes the order in " +
      "the log, in the map and among the answers, so that all three are the same. If each put " +
      "awaited its own append and then set the map, the two continuations could run in the " +
      "other order, and after a restart the loser would have won. One thread does not help, " +
      "because the order is lost at the await.",
    weak: "JavaScript is single-threaded, so there can't be a race.",
    dimensions: [5, 13],
    promises: ["durable-kv/calls-look-sequential", "durable-kv/races-survive-as-answered"],
  },
  {
    id: "a-writer-comes-late",
    phase: "concurrency",
    asks: "A put arrives while a sync is under way. May it be answered when that sync returns?",
    strong:
      "No. A sync vouches for what had been written when it was called, and this record had " +
      "not. It waits for the next batch together with everybody else who came meanwhile. So a " +
      "put takes between one sync and two, 1 to 2 ms here, however many come.",
    weak: "Yes, it's the same file, and the sync flushes the whole file.",
    dimensions: [5, 6],
    promises: ["durable-kv/writers-share-a-sync", "durable-kv/acked-writes-survive"],
  },
  {
    id: "half-of-what-you-promised",
    phase: "concurrency",
    asks:
      "Eight callers put in a loop, a sync takes 1 ms, and you measure 4,000 puts a second " +
      "instead of 8,000. Nothing is busy. What would you look at?",
    strong:
      "At the sizes of the batches. I expect ones and sevens in turn: whoever is answered calls " +
      "again just after the others have left, so everybody pays two syncs. Letting a batch " +
      "yield once before it starts, so that those who were just answered can join, brings it " +
      "from 0.5 to more than 0.9 of the limit. No timer is needed.",
    weak: "Probably the disk is slower than specified. I'd add a delay so that batches fill up.",
    dimensions: [4, 9],
    promises: ["durable-kv/writers-share-a-sync"],
  },
  {
    id: "writing-while-compacting",
    phase: "concurrency",
    asks: "Compaction of 500 MB takes 3 seconds. What do the writers do meanwhile?",
    strong:
      "They go on. Compaction first makes the log begin a new segment, between two batches; " +
      "from then on it owns the old files and the writers own the new one. Live records may be " +
      "copied while they change, since the new segment has every change and replaying it after " +
      "the snapshot ends in the same state. They share the bandwidth of the disk and nothing " +
      "else.",
    weak: "They wait on a mutex. Three seconds at night are acceptable.",
    dimensions: [5, 13],
    promises: [
      "durable-kv/writes-go-on-during-compaction",
      "durable-kv/compaction-changes-no-read",
    ],
  },

  // Failure
  {
    id: "the-sync-failed-once",
    phase: "failure",
    asks:
      "A sync comes back with an error, and a second attempt does not. What do you tell the " +
      "callers who are waiting?",
    strong:
      "That their writes failed. After a failed write-back the kernel may mark the pages clean, " +
      "so the second sync has nothing left to write and its success says nothing. I reject " +
      "everybody in that batch, take no further writes, keep reading, and let the next open " +
      "find out what is really there. Their writes may turn up then or not, and the contract " +
      "says so.",
    weak: "I retry three times with backoff, and if one of them works we're fine.",
    dimensions: [5, 14],
    promises: ["durable-kv/failed-writes-are-not-acknowledged"],
  },
  {
    id: "full-in-the-middle",
    phase: "failure",
    asks:
      "The disk is full, and an append of 260 bytes wrote 100 of them. What is the next put " +
      "allowed to do?",
    strong:
      "Not to append behind it. The log ends in 100 bytes that are no record, and an open would " +
      "stop there and never see what comes after, so an acknowledged write would be lost. " +
      "Either nothing is written until a reopen, which starts a fresh segment, or the tail is " +
      "cut and the cut itself is made safe first. The waiters get an error in both cases.",
    weak: "The append throws, so I pass the error on. The next put just tries again.",
    dimensions: [5, 9],
    promises: [
      "durable-kv/failed-writes-are-not-acknowledged",
      "durable-kv/writes-go-on-after-a-crash",
    ],
  },
  {
    id: "shown-then-gone",
    phase: "failure",
    asks:
      "The process is killed before a sync, restarts, and finds the record complete in the log. " +
      "A reader sees it. Then the power goes. Is that a problem?",
    strong:
      "Yes: the reader was shown something that is gone now. After a kill the page cache still " +
      "holds bytes that no sync has covered, and recovery cannot tell them from safe ones. So " +
      "before it answers it makes safe whatever it is going to show, by a sync of file and " +
      "directory or by writing the last batch again. That is one batch, a millisecond or two, " +
      "and not the whole database.",
    weak: "Recovery only reads, so it can't make anything worse.",
    dimensions: [5, 14],
    promises: ["durable-kv/recovery-is-final", "durable-kv/recovery-survives-crashes"],
  },
  {
    id: "prove-it",
    phase: "failure",
    asks: "How would you convince me that an answered put survives a power cut?",
    strong:
      "With a disk in memory that knows what has been synced. I stop after every single call, " +
      "build the states that a power cut may leave, with the unsynced bytes lost, torn or " +
      "zeroed and names missing, and reopen each. Then every key is read, something is written, " +
      "and it is opened again, because a tail that hides later writes shows only in the second " +
      "life. Thousands of such states take a few seconds.",
    weak: "I run it in a loop and kill -9 it at random times.",
    dimensions: [8, 14],
    promises: ["durable-kv/acked-writes-survive", "durable-kv/recovery-survives-crashes"],
  },
  {
    id: "faster-than-the-disk",
    phase: "failure",
    asks: "For one minute syncs take 50 ms instead of 1. What happens?",
    strong:
      "At most 200 writes wait, because each of the 200 callers waits for its answer: puts take " +
      "50 to 100 ms, 4,000 get through in a second, and reads notice nothing. With more callers " +
      "the queue stops at its limit, and the write beyond it is refused at once, without " +
      "effect. The limit counts writes, so I would add one in bytes, since 1,024 values of 1 " +
      "MiB are a gigabyte.",
    weak: "The queue absorbs it. It drains once the disk is fast again.",
    dimensions: [13, 14],
    promises: ["durable-kv/overload-is-refused", "durable-kv/reads-never-wait"],
  },

  // Wrap-up
  {
    id: "on-call",
    phase: "wrap-up",
    asks:
      "You are on call for this. Which three numbers do you watch, and at which values do you " +
      "get out of bed?",
    strong:
      "Failed syncs: the first one pages, since from then on every write is refused; the store " +
      "is brought up on another volume, because restarting it on this one repeats the failure. " +
      "Sync time at the 99th percentile: above 20 ms for 5 minutes the latency target is gone. " +
      "Bytes of snapshot and log together: above 1.5 GB the next recovery takes longer than 15 " +
      "seconds, so compaction has stalled and somebody has to find out why.",
    weak: "CPU, memory and disk usage, with an alert at 80 %.",
    dimensions: [14],
    promises: ["durable-kv/failed-writes-are-not-acknowledged", "durable-kv/space-is-bounded"],
  },
  {
    id: "lose-the-volume",
    phase: "wrap-up",
    asks:
      "From next quarter an hour of lost data is no longer acceptable when the volume dies. " +
      "What changes?",
    strong:
      "A second machine has the batch before a put is answered. I ship whole batches in log " +
      "order, the follower appends and syncs them, and the answer waits for both syncs, of " +
      "which the remote one is later by a round trip, about 0.5 ms within a zone. The hard part " +
      "is who may write after a failover: the follower needs a higher epoch, and the old owner " +
      "has to be fenced, or two histories grow. If the follower is gone, one must choose " +
      "between refusing writes and the old promise.",
    weak: "We put the volume on RAID, or copy it every five minutes.",
    dimensions: [11, 13, 14],
    promises: ["durable-kv/one-owner-at-a-time"],
  },
  {
    id: "never-compacted",
    phase: "wrap-up",
    asks: "Suppose nobody ever calls compact. What breaks first, and when?",
    strong:
      "Recovery time, within half an hour: at 1.25 MB/s the log passes 1.5 GB after 20 minutes, " +
      "and from then on a restart may miss its 15 seconds. The volume of 20 GB is full after " +
      "some four and a half hours, and then nothing can be written. So I would compact when the " +
      "log is as large as the last snapshot, which writes every byte about twice, one " +
      "compaction at a time.",
    weak: "The disk gets full at some point. We'd add an alert for that.",
    dimensions: [6, 14],
    promises: ["durable-kv/space-is-bounded", "durable-kv/recovery-reads-what-lives"],
  },
  {
    id: "what-is-missing",
    phase: "wrap-up",
    asks: "What did you leave out, and what would it take?",
    strong:
      "Each thing with the place where it would go and a size: a version number in each file, " +
      "an hour, and before the second format exists; a limit in bytes for the queue, an hour, " +
      "where writes are counted; values on disk, two days, because a get would then wait for " +
      "reads and a compaction would have to move positions. And what I would not do yet: more " +
      "threads, since all writers wait for the same sync, and a second thread would wait with " +
      "them.",
    weak: "More tests, better error handling, and cleaning up the code.",
    dimensions: [10, 11, 14],
    promises: [],
  },
];
