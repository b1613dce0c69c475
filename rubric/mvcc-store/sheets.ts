/** The rows of the design sheet and of the trade-off sheet, in the words of this kata. */
import type { SheetRow } from "../shape.ts";

export const design: readonly SheetRow[] = [
  {
    row: "structure",
    asks: "Which parts know about versions, which about a transaction's own reads and writes, and which about the disk?",
    strong:
      "Three nouns that do not know of each other: the versions of a key, which answer for a number; a transaction with its snapshot, writes and reads; a log, which takes bytes and says when they are safe. One place decides a commit, and the core runs without the log.",
  },
  {
    row: "decoupling",
    asks: "What is handed in from outside, and what changes for another disk, another clock, another format of the log?",
    strong:
      "Disk and clock are ports handed to the open, and nothing else reads time or files. Encoding a batch is one file; writing to a service instead of a file changes the log and not a line of the conflict rules. The set that is compared at a commit can be exchanged to get another isolation.",
  },
  {
    row: "concurrency",
    asks: "Which state do transactions share, and which step of yours must nothing come between?",
    strong:
      "Chains, watermark and recent writes are shared. Checking, numbering and installing happen without an await in between, raising the watermark and answering likewise, and only one loop writes to the log. With threads the first of these is the critical section; readers need no more than that versions are published before the watermark that covers them. No pool: nothing here waits but the sync.",
  },
  {
    row: "commit",
    asks: "Point to the lines that read the state, check for conflicts and commit. What stands between them?",
    strong:
      "The snapshot number is what was read, the newest versions and the recent writes are what it is validated against, and installing under the next number is the attempt; nothing is awaited in between. Everything that can refuse, overload and encoding included, comes before the number; after it only the disk can fail, and then the result is called unknown.",
  },
];

export const tradeOffs: readonly SheetRow[] = [
  {
    row: "consistency",
    asks: "When the disk slows down or fails, what refuses, and what goes on with an older state?",
    strong:
      "Commits wait up to a limit, are refused beyond it, and after a failed sync are refused altogether. Reads go on at the last safe state, which is consistent though not the newest. Nobody is shown a commit that a crash could take back, and the contract says for whom that could be relaxed.",
  },
  {
    row: "cost",
    asks: "What do versions, conflicts and syncs cost, in numbers, and which of them is bought back first?",
    strong:
      "Some 125 bytes beside the value for every version with a possible reader, 0.9 MB/s for the longest reader at the peak; one refusal in a hundred for 64 writers on 100,000 keys; one sync for all who wait, so 1,000 batches a second at 1 ms. First comes the age limit, since a forgotten reader is the only cost without an end.",
  },
  {
    row: "mode",
    asks: "An import of a million keys and a stream of small transactions use the same store. What changes between them?",
    strong:
      "The import goes in as many transactions of about a thousand writes, each with a marker of how far it has come in the same commit, so it can be cut off and begun again. One huge transaction would hold back collection, occupy the log for its whole length and lose everything to a single conflict. The small ones notice a longer batch now and then, nothing else.",
  },
];
