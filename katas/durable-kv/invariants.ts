/**
 * The promises of this kata, in the words that the brief, the grade and the planted bugs share.
 * `interleavings` marks those that mean something only when calls overlap.
 */
export const invariants = [
  // Level 1: log before you answer. A crash is the end of the process.
  {
    id: "durable-kv/last-write-wins",
    level: 1,
    sentence: "A get answers with the latest answered put of its key, or undefined after a delete.",
    interleavings: false,
  },
  {
    id: "durable-kv/answered-writes-outlive-the-process",
    level: 1,
    sentence: "An answered put is there after the process is closed or killed.",
    interleavings: false,
  },
  {
    id: "durable-kv/deleted-stays-deleted",
    level: 1,
    sentence:
      "A key whose delete was answered stays deleted after the process is closed or killed.",
    interleavings: false,
  },
  {
    id: "durable-kv/bytes-come-back-exactly",
    level: 1,
    sentence:
      "Any key of 1–1024 bytes and any value of 0–1,048,576 bytes comes back byte for byte.",
    interleavings: false,
  },
  {
    id: "durable-kv/buffers-stay-yours",
    level: 1,
    sentence: "Changing a buffer that was handed in or out changes nothing in the store.",
    interleavings: false,
  },
  {
    id: "durable-kv/bad-arguments-are-refused",
    level: 1,
    sentence:
      "A key or value outside the contract rejects with INVALID_ARGUMENT and has no effect.",
    interleavings: false,
  },
  {
    id: "durable-kv/closed-means-closed",
    level: 1,
    sentence:
      "After close every call rejects with CLOSED and has no effect; closing twice is no error.",
    interleavings: false,
  },
  {
    id: "durable-kv/one-owner-at-a-time",
    level: 1,
    sentence:
      "A second open of a directory rejects with LOCKED and does no damage; close or the end of the process frees it.",
    interleavings: false,
  },
  {
    id: "durable-kv/only-the-disk-remembers",
    level: 1,
    sentence:
      "A store knows what its directory holds and nothing else: not an earlier life, not another directory.",
    interleavings: false,
  },

  // Level 2: survive the power cut.
  {
    id: "durable-kv/acked-writes-survive",
    level: 2,
    sentence: "An answered put or delete survives a power cut, whatever else is lost or torn.",
    interleavings: false,
  },
  {
    id: "durable-kv/opens-after-any-crash",
    level: 2,
    sentence:
      "The store opens after any crash: a torn, zero-filled or garbage tail is cut off, not refused.",
    interleavings: false,
  },
  {
    id: "durable-kv/writes-go-on-after-a-crash",
    level: 2,
    sentence: "What is written after a recovery is found again: no old tail hides it.",
    interleavings: false,
  },
  {
    id: "durable-kv/no-invented-values",
    level: 2,
    sentence: "After any crash a key has a value that somebody once wrote to it, or none.",
    interleavings: false,
  },
  {
    id: "durable-kv/recovery-is-final",
    level: 2,
    sentence: "What a recovery has shown, another crash does not take back or add to.",
    interleavings: false,
  },

  // Level 3: many writers.
  {
    id: "durable-kv/calls-look-sequential",
    level: 3,
    sentence:
      "Concurrent calls answer as if each happened at one moment between its call and its answer.",
    interleavings: true,
  },
  {
    id: "durable-kv/races-survive-as-answered",
    level: 3,
    sentence:
      "After a crash every answered write of concurrent clients is there, and the winner of each race is the same.",
    interleavings: true,
  },
  {
    id: "durable-kv/seen-is-safe",
    level: 3,
    sentence: "A read never shows a value that a crash could still take back.",
    interleavings: true,
  },
  {
    id: "durable-kv/writers-share-a-sync",
    level: 3,
    sentence: "Up to 256 puts called together are answered with at most 3 syncs of files.",
    interleavings: true,
  },
  {
    id: "durable-kv/reads-never-wait",
    level: 3,
    sentence: "A get is answered although no sync ends.",
    interleavings: true,
  },
  {
    id: "durable-kv/every-call-is-answered",
    level: 3,
    sentence:
      "No call is forgotten, in whatever order the disk answers; close waits for the calls made before it.",
    interleavings: true,
  },

  // Level 4: when the disk misbehaves.
  {
    id: "durable-kv/failed-writes-are-not-acknowledged",
    level: 4,
    sentence:
      "After a failed append or sync and on a full disk, what is answered is still safe, and what was answered stays.",
    interleavings: false,
  },
  {
    id: "durable-kv/short-reads-are-finished",
    level: 4,
    sentence: "A disk that reads fewer bytes than asked changes no answer.",
    interleavings: false,
  },
  {
    id: "durable-kv/rot-is-refused",
    level: 4,
    sentence:
      "A changed byte before a later answered write is refused with CORRUPTION, naming file and offset, or does no harm.",
    interleavings: false,
  },
  {
    id: "durable-kv/recovery-survives-crashes",
    level: 4,
    sentence: "A crash or a disk error in the middle of a recovery loses nothing.",
    interleavings: false,
  },
  {
    id: "durable-kv/directory-order-is-not-assumed",
    level: 4,
    sentence:
      "Nothing answered is lost if a power cut takes any single create, rename or removal that no directory sync covers yet.",
    interleavings: false,
  },
  {
    id: "durable-kv/overload-is-refused",
    level: 4,
    sentence:
      "With writersWaitingMax writes waiting, the next is refused with OVERLOADED and has no effect; none before it is.",
    interleavings: true,
  },

  // Level 5: a log that does not grow for ever.
  {
    id: "durable-kv/compaction-changes-no-read",
    level: 5,
    sentence:
      "Reads during and after compact answer as if it had not been called, after a reopen too.",
    interleavings: false,
  },
  {
    id: "durable-kv/compaction-survives-crashes",
    level: 5,
    sentence:
      "A crash or disk error at any moment of a rotation or compaction loses nothing and brings nothing back.",
    interleavings: false,
  },
  {
    id: "durable-kv/space-is-bounded",
    level: 5,
    sentence:
      "After compact the directory holds at most 3 × (live bytes + 64 per live key) + 4 × segmentBytesMax bytes.",
    interleavings: false,
  },
  {
    id: "durable-kv/writes-go-on-during-compaction",
    level: 5,
    sentence:
      "A put or delete called once compact has begun is answered before compact has written half of what it writes.",
    interleavings: true,
  },
  {
    id: "durable-kv/recovery-reads-what-lives",
    level: 5,
    sentence:
      "An open after compact reads at most 6 × (live bytes + 64 per live key) + 8 × segmentBytesMax bytes.",
    interleavings: false,
  },
] as const;

export type Invariant = (typeof invariants)[number];
export type InvariantId = Invariant["id"];
