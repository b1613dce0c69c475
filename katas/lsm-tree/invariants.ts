/**
 * The promises of this kata, in the words that the brief, the grade and the planted bugs share.
 * `interleavings` marks those that mean something only when calls overlap.
 */
export const invariants = [
  // Level 1: memtable and tables.
  {
    id: "lsm-tree/newest-wins",
    level: 1,
    sentence:
      "A get answers with the latest answered put of its key, in whichever table it and older ones lie.",
    interleavings: false,
  },
  {
    id: "lsm-tree/a-tombstone-stops-the-search",
    level: 1,
    sentence:
      "A deleted key has no value, however many older tables hold one, until it is put again.",
    interleavings: false,
  },
  {
    id: "lsm-tree/strings-come-back-exactly",
    level: 1,
    sentence:
      "Any key of 0–1024 bytes and any value of 0–1,048,576 bytes of well-formed text comes back exactly.",
    interleavings: false,
  },
  {
    id: "lsm-tree/bad-arguments-are-refused",
    level: 1,
    sentence:
      "A key, value or option outside the contract is refused with INVALID_ARGUMENT and has no effect.",
    interleavings: false,
  },
  {
    id: "lsm-tree/closed-means-closed",
    level: 1,
    sentence:
      "After close every call is refused with CLOSED and has no effect; closing twice is no error.",
    interleavings: false,
  },
  {
    id: "lsm-tree/an-empty-directory-is-an-empty-tree",
    level: 1,
    sentence:
      "A tree in an empty directory is empty: nothing of an earlier or another tree is in it.",
    interleavings: false,
  },
  {
    id: "lsm-tree/calls-look-sequential",
    level: 1,
    sentence:
      "Overlapping gets, puts, deletes and flushes answer as if each happened at one moment between its call and its answer.",
    interleavings: true,
  },

  // Level 2: range.
  {
    id: "lsm-tree/ranges-are-sorted-and-merged",
    level: 2,
    sentence:
      "A range answers every live key once, with its newest value, ascending by UTF-8 bytes, and no deleted one.",
    interleavings: false,
  },
  {
    id: "lsm-tree/ranges-keep-their-bounds",
    level: 2,
    sentence:
      "A range begins with start and ends before end; without a bound it has none; inverted or equal bounds give nothing.",
    interleavings: false,
  },
  {
    id: "lsm-tree/a-range-is-one-view",
    level: 2,
    sentence:
      "A range shows the tree as it was at one moment, whatever is put, deleted or flushed while it is read.",
    interleavings: false,
  },
  {
    id: "lsm-tree/iterations-end",
    level: 2,
    sentence:
      "A range that was left or has ended answers done; close waits for none, and then their next rejects with CLOSED.",
    interleavings: false,
  },

  // Level 3: crash.
  {
    id: "lsm-tree/acked-writes-survive",
    level: 3,
    sentence:
      "An answered put or delete survives a kill and a power cut at any moment of writes, flushes and opens.",
    interleavings: false,
  },
  {
    id: "lsm-tree/opens-after-any-crash",
    level: 3,
    sentence:
      "After any crash the tree opens, and gets and ranges show only values that somebody wrote.",
    interleavings: false,
  },
  {
    id: "lsm-tree/writes-go-on-after-a-crash",
    level: 3,
    sentence:
      "What is written after a recovery is newer than all that was there, and is found after the next one.",
    interleavings: false,
  },
  {
    id: "lsm-tree/recovery-is-final",
    level: 3,
    sentence: "What a recovery has shown, another crash does not take back or add to.",
    interleavings: false,
  },
  {
    id: "lsm-tree/one-owner-at-a-time",
    level: 3,
    sentence:
      "A second open of a directory rejects with LOCKED and does no damage; close or the end of the process frees it.",
    interleavings: false,
  },
  {
    id: "lsm-tree/orphans-are-removed",
    level: 3,
    sentence:
      "After an open the directory holds at most 4 × (bytes ever written + 64 per write) + 64 KiB, however many flushes were cut off.",
    interleavings: false,
  },
  {
    id: "lsm-tree/damage-is-refused",
    level: 3,
    sentence:
      "Changed bytes of a table are refused with CORRUPTION, naming the file, or do no harm: never a wrong answer.",
    interleavings: false,
  },
  {
    id: "lsm-tree/races-survive-as-answered",
    level: 3,
    sentence:
      "After a crash every answered write of overlapping clients is there, and the winner of each race is the same.",
    interleavings: true,
  },
  {
    id: "lsm-tree/seen-is-safe",
    level: 3,
    sentence: "A get or range never shows a value that a crash could still take back.",
    interleavings: true,
  },
  {
    id: "lsm-tree/every-call-is-answered",
    level: 3,
    sentence:
      "No call is forgotten, in whatever order the disk answers, and a read is answered although no sync ends.",
    interleavings: true,
  },

  // Level 4: read less.
  {
    id: "lsm-tree/opening-reads-little",
    level: 4,
    sentence:
      "Opening a flushed tree and its first 200 gets read at most half of the bytes of its keys and values.",
    interleavings: false,
  },
  {
    id: "lsm-tree/a-get-reads-little",
    level: 4,
    sentence:
      "A get finds a key among eight tables with at most 3 reads and 16 KiB on average, and misses none.",
    interleavings: false,
  },
  {
    id: "lsm-tree/absent-keys-are-not-looked-for",
    level: 4,
    sentence:
      "Of the gets of absent keys at most 2 % read from the disk, and of those outside the smallest and largest key none.",
    interleavings: false,
  },
  {
    id: "lsm-tree/a-short-range-reads-little",
    level: 4,
    sentence:
      "A range of 10 entries from one of eight tables with disjoint keys costs at most 4 reads and 64 KiB on average.",
    interleavings: false,
  },
  {
    id: "lsm-tree/short-reads-are-finished",
    level: 4,
    sentence: "A disk that reads fewer bytes than asked changes no answer.",
    interleavings: false,
  },

  // Level 5: compaction.
  {
    id: "lsm-tree/compaction-changes-no-read",
    level: 5,
    sentence:
      "Whatever is merged, by either strategy, gets and ranges answer as if it had not been, after a reopen too.",
    interleavings: false,
  },
  {
    id: "lsm-tree/views-outlive-compactions",
    level: 5,
    sentence: "A range that was begun before a compaction answers its view to the end.",
    interleavings: false,
  },
  {
    id: "lsm-tree/compaction-survives-crashes",
    level: 5,
    sentence:
      "A crash at any moment of a merge loses nothing and brings nothing back, though any single name not yet synced is missing.",
    interleavings: false,
  },
  {
    id: "lsm-tree/disk-errors-lose-nothing",
    level: 5,
    sentence:
      "After a failed call, sync or a full disk, what is answered is still safe, and what was answered stays.",
    interleavings: false,
  },
  {
    id: "lsm-tree/space-is-given-back",
    level: 5,
    sentence:
      "After compact the directory holds at most 2 × (live bytes + 64 per live key) + 128 KiB, but for open iterations.",
    interleavings: false,
  },
  {
    id: "lsm-tree/leveled-keeps-its-bounds",
    level: 5,
    sentence:
      "Leveled, without a call of compact: space ≤ 1.5 × live, writes ≤ 20 × what came in, a short range ≤ 16 reads.",
    interleavings: false,
  },
  {
    id: "lsm-tree/size-tiered-keeps-its-bounds",
    level: 5,
    sentence:
      "Size-tiered, without a call of compact: space ≤ 4 × live, writes ≤ 4.5 × what came in, a short range ≤ 36 reads.",
    interleavings: false,
  },
  {
    id: "lsm-tree/compaction-looks-instant",
    level: 5,
    sentence:
      "Calls that overlap merges answer as if each happened at one moment, and no table dies under a reader.",
    interleavings: true,
  },
  {
    id: "lsm-tree/writers-are-pushed-back",
    level: 5,
    sentence:
      "Writes that outpace flushes wait; with writersWaitingMax waiting the next is refused with OVERLOADED, without effect.",
    interleavings: true,
  },
] as const;

export type Invariant = (typeof invariants)[number];
export type InvariantId = Invariant["id"];
