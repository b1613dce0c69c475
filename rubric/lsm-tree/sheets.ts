/** The rows of the two sheets in the words of this kata. */
import type { KataRubric } from "../shape.ts";

export const sheets: KataRubric["sheets"] = {
  design: [
    {
      row: "structure",
      asks:
        "Show where memtable, log, table, list of tables and compaction begin and end. Which of " +
        "them knows what a tombstone is, and does it have to?",
      strong:
        "A table answers with entries and does not interpret them; the search and the merge do. " +
        "The log knows batches of bytes. What to merge is decided by a strategy that sees sizes " +
        "and ranges of keys and touches no file. The tree is the only one that sees memory and " +
        "tables at once.",
    },
    {
      row: "decoupling",
      asks:
        "What changes for a second compaction strategy, for compressed blocks, and for a store " +
        "without append?",
      strong:
        "A strategy is an object that turns a list of tables into a plan, chosen by name when " +
        "the tree is opened, so that a second one adds a file and changes none. Compression " +
        "stays between the block and its bytes. Without append the log is replaced behind its " +
        "interface; tables are written in one sweep already.",
    },
    {
      row: "concurrency",
      asks:
        "Which loops run beside one another, where do they meet, and what would a second " +
        "merging thread gain?",
      strong:
        "Committer, flusher and merger, one of each. They meet where a new list of tables is " +
        "installed, one change at a time and each as a difference. A second merger helps when a " +
        "deep merge makes level 0 fill up while the drive is not busy; then its plans must " +
        "share no table. A version with one caller at a time needs none of the three loops, but " +
        "waits for each flush.",
    },
    {
      row: "commit",
      asks:
        "There are two commits here, that of a write and that of a flush or merge. Which line " +
        "is each, and what was checked before?",
      strong:
        "A write commits with the sync of its batch. A flush or a merge commits with the sync " +
        "of the directory that gives the new list its name; before it every table that the list " +
        "names had been synced, bytes and name. A crash before either line leaves the old " +
        "state, and after it the new one.",
    },
  ],
  tradeOffs: [
    {
      row: "consistency",
      asks:
        "When flushes fall behind, when a block is damaged, when a reader is slow: what is " +
        "refused, and what is served from an older state?",
      strong:
        "Writers wait and are then refused, since memory and recovery time are promised. A get " +
        "that needs a damaged block is refused, and all others are served. A slow reader is " +
        "served its old moment, and the price is space; when that exceeds a limit, the reader " +
        "is refused and not the writers.",
    },
    {
      row: "cost",
      asks: "What do the two strategies cost here, in bytes written, in space, and in drives?",
      strong:
        "200 GB come in each day. Leveled writes some 4 TB of them, twice what the drive is " +
        "rated for, so it lasts half of its five years; size-tiered writes 1.4 TB and takes up " +
        "to 24 GB instead of 7. At 200 dollars and a night of work for each drive, and with 970 " +
        "GB unused, space is the cheap one.",
    },
    {
      row: "mode",
      asks:
        "50 million entries arrive in one sorted file every night instead of one by one. Which " +
        "lines are used, and which are skipped?",
      strong:
        "Log and memtable are skipped: the file is written as tables directly and installed as " +
        "the newest run by the same commit as a flush. It must lie above everything older, so " +
        "it enters at the top like a flush, or deeper only where nothing overlaps. Readers and " +
        "merges notice no difference.",
    },
  ],
};
