/** Requirements that change in the middle of a session, by the level that holds or is under work. */
import type { ChangedRequirement } from "../shape.ts";

export const changes: readonly ChangedRequirement[] = [
  {
    id: "bytes-instead-of-keys",
    level: 1,
    says:
      "Some customers store values of 1 MiB. The memtable should be limited by bytes, 64 MiB, " +
      "and no longer by the number of keys.",
    strong:
      "The memtable keeps a running sum: an entry adds its size, and an overwrite adds the " +
      'difference, which may be negative. The question "is it full?" has one place, and only ' +
      "its answer changes. I would still count a fixed overhead for each entry, since a million " +
      "empty values are not nothing.",
    weak: "I go through the memtable after each put and add up the sizes.",
  },
  {
    id: "the-last-ten-before",
    level: 2,
    says: "A caller wants the ten entries before a given key, the nearest one first.",
    strong:
      "A cursor learns to start at the last entry below a key and to move backwards, and the " +
      "merge takes the largest key instead of the smallest; the rule for ties stays the same. " +
      "Blocks are decoded whole already, so inside them backwards costs nothing, and the index " +
      "is searched for the block before. The view is taken as it is for ranges.",
    weak: "Read from the beginning up to the key, keep the last ten, and reverse them.",
  },
  {
    id: "back-within-a-second",
    level: 3,
    says: "After a crash the tree has to answer within one second, and not in three.",
    strong:
      "What is read on opening has two parts. The logs hold at most three memtables, 300,000 " +
      "entries, about half a second of replay: smaller memtables make it shorter, for more " +
      "files. The indexes are some 150 MB, 0.3 seconds at 500 MB/s, and they can be read with " +
      "the first get of each file. I would measure first which of the two it is.",
    weak: "We start answering while recovery is still running in the background.",
  },
  {
    id: "is-there-anything-of-this-customer",
    level: 4,
    says:
      "Half of the calls now ask only whether there is any key of a certain customer, and " +
      "mostly there is none.",
    strong:
      "That is a question about a prefix, and a filter of whole keys cannot answer it. I add to " +
      "each file a second filter, of the part before the slash; it costs 10 bits a customer and " +
      "not a key. A yes leads to a range of one entry, and tombstones still count: a customer " +
      "whose keys are all deleted looks present until a merge has removed them.",
    weak: "We do a range over the prefix and see whether anything comes.",
  },
  {
    id: "forget-this-customer",
    level: 5,
    says:
      "A customer has the right to be forgotten: all its keys, up to a million, in one call, " +
      "and gone from the disk within a day.",
    strong:
      "One entry that deletes a range. It hides what is older than it, so the search through " +
      "memtable and files has to ask at each of them whether a newer range covers the key; the " +
      "merge applies it to older inputs and drops it where a point tombstone could be dropped. " +
      "Gone within a day is a second wish: files that hold such an entry are merged down " +
      "although their sizes would not ask for it.",
    weak: "We loop over a range and delete each key.",
  },
  {
    id: "an-export-of-six-hours",
    level: 5,
    says: "The nightly export now takes six hours, and the drive must not fill up because of it.",
    strong:
      "An open iteration pins the files of its version, at worst a whole copy of the data, " +
      "however long it takes; what grows is only what is merged beside it. So I measure what it " +
      "pins and set a limit, after which the iteration ends with an error that names the last " +
      "key, and the export goes on from there with a newer view. Whether it may see two moments " +
      "is a question to whoever reads it.",
    weak: "We stop compaction while an export is running.",
  },
];
