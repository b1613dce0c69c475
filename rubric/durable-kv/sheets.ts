/** The rows of the two sheets in the words of this kata. */
import type { KataRubric } from "../shape.ts";

export const sheets: KataRubric["sheets"] = {
  design: [
    {
      row: "structure",
      asks:
        "Show the lines where the format of a record, the writing of the log, the rebuilding of " +
        "the state and the answering of calls meet. Which of them could be tested without the " +
        "others?",
      strong:
        "The bytes of a record are encoded and decoded by functions that know no disk. The log " +
        "knows batches and files, and nothing of keys. Recovery turns a directory into a map " +
        "and a position to go on from. The store is the only one that knows all three.",
    },
    {
      row: "decoupling",
      asks:
        "What changes if the disk becomes an object store, or if the record format gets a " +
        "second version?",
      strong:
        "The disk comes in as a port through the options, so tests hand in one that crashes. A " +
        "second format is one more decoder, chosen by a version at the start of each file. An " +
        "object store has no append and no sync, so the log writer is replaced as a whole, " +
        "behind the same call that resolves when a batch is safe.",
    },
    {
      row: "concurrency",
      asks:
        "Point to the state that more than one call changes, and to the line that makes it " +
        "safe. What is the size of your pool, and why?",
      strong:
        "One loop owns the log and the map, and between a sync's return and the answers there " +
        "is no await. The pool has size one on purpose: a second batch in flight gains " +
        "microseconds for each millisecond of sync, and loses the proof of what was synced. A " +
        "single-caller version is the same loop without a queue, at 1,000 puts a second.",
    },
    {
      row: "commit",
      asks:
        "Which line is the commit, what has been checked before it, and what happens if it " +
        "fails?",
      strong:
        "The sync of the batch, or of the directory where the file is new. Arguments, limit and " +
        "failed state were checked before anything was queued. If it fails, everybody in the " +
        "batch is told so, nothing is applied, and no further write is taken in this life.",
    },
  ],
  tradeOffs: [
    {
      row: "consistency",
      asks: "When the disk becomes slow or fails, what do you refuse and what do you go on serving?",
      strong:
        "Writes are refused once the limit is reached, and all of them after a failed sync. " +
        "Reads go on from memory with the last safe values, which stays right because no later " +
        "write was answered. Damage that the log proves to be rot refuses the open, since a " +
        "store that lost answered writes in silence is worse than one that is down.",
    },
    {
      row: "cost",
      asks:
        "What do syncs and compaction cost a month here, and what would a sync for every put " +
        "have cost?",
      strong:
        "With shared syncs there are at most some 1,000 a second, within the 3,000 operations " +
        "that the volume includes. A sync for each of 20,000 puts would need 17,000 operations " +
        "more, about 85 dollars a month, and a volume that can do it. Compacting when the log " +
        "equals the snapshot writes every byte twice; waiting until it is three times as long " +
        "saves a third of that for twice the space.",
    },
    {
      row: "mode",
      asks:
        "A nightly import brings 10 million records at once. Which lines of the path of a put " +
        "does it use?",
      strong:
        "All of them: the import is a caller that keeps a thousand puts under way, and batches " +
        "grow by themselves. What is new stands outside, namely how many it keeps under way and " +
        "where it resumes after a crash, by the last record that was answered. Its puts share " +
        "the limit of waiting writers, so it has to take less than all of it.",
    },
  ],
};
