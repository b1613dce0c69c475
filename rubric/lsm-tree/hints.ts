/** Hints by level, each a ladder of three rungs: a question, an idea by its name, and how it works. */
import type { Hint } from "../shape.ts";

export const hints: readonly Hint[] = [
  // Level 1
  {
    id: "stop-at-the-first",
    level: 1,
    about: "algorithm",
    promises: ["lsm-tree/newest-wins", "lsm-tree/a-tombstone-stops-the-search"],
    nudge:
      "A table knows that a key was deleted. How does your search learn that, and what makes it " +
      "different from a table that has never heard of the key?",
    concept:
      "A tombstone is an entry. A lookup has three outcomes, value, deleted and unknown, and " +
      "only the last one lets the search go on.",
    mechanism:
      "Keep deletes in the memtable as entries with a mark, and carry them into the table like " +
      "any other. Let a lookup in one table answer with an entry or with nothing; a tombstone " +
      "is an entry. Search memtable and tables from the newest to the oldest, stop at the first " +
      "entry, and translate a tombstone into undefined only at the very end, for the caller.",
  },
  {
    id: "what-a-string-is",
    level: 1,
    about: "algorithm",
    promises: [
      "lsm-tree/strings-come-back-exactly",
      "lsm-tree/bad-arguments-are-refused",
      "lsm-tree/closed-means-closed",
    ],
    nudge:
      "How many bytes has a string whose length is 1? And which strings have no bytes at all in " +
      "UTF-8?",
    concept:
      "Limits count UTF-8 bytes, not characters. A lone surrogate cannot be encoded and is " +
      "refused; the empty string is a key, and a value, like any other.",
    mechanism:
      "At the border look first whether the tree is closed, then at the type, at " +
      "well-formedness, and at the length in encoded bytes, and reject with the fitting code " +
      "before anything has changed. Check options the same way when opening. Behind the border " +
      "never test a key or value for truth, since the empty string would fail that; compare " +
      "with undefined. An ordinary object is no dictionary for arbitrary keys, since some names " +
      "mean something to it.",
  },
  {
    id: "one-turn",
    level: 1,
    about: "concurrency",
    promises: ["lsm-tree/calls-look-sequential", "lsm-tree/an-empty-directory-is-an-empty-tree"],
    nudge:
      "Put an await between any two lines of your flush, and let a get run there. In which " +
      "place is its key in neither structure?",
    concept:
      "An atomic swap: the table appears and the memtable disappears in one turn of the event " +
      "loop, and a reader takes its references to both in one turn as well.",
    mechanism:
      "Freeze the full memtable and start a new one, but keep the frozen one in the list that " +
      "reads go through. When its table can be read, put the table in and take the frozen " +
      "memtable out without an await in between. A get notes all its sources before its first " +
      "await and then uses only what it has noted. Keep all of this in the object of one tree, " +
      "and nothing in variables of the module.",
  },

  // Level 2
  {
    id: "many-runs-as-one",
    level: 2,
    about: "algorithm",
    promises: ["lsm-tree/ranges-are-sorted-and-merged"],
    nudge:
      "Three sources have the same key. Which of them speaks, and what do the other two have to " +
      "do?",
    concept:
      "A k-way merge of sorted runs, in which ties go to the newer run and older entries of the " +
      "same key are stepped over.",
    mechanism:
      "Give every source a cursor on its smallest entry. Take the smallest key of all; among " +
      "those that have it the newest source decides. Move all of them past this key, and only " +
      "then look at what the newest said: a value is answered, a tombstone is not. Compare keys " +
      "by their UTF-8 bytes. If you turn each key once into a form on which ordinary comparison " +
      "gives that order, no comparison has to encode anything.",
  },
  {
    id: "half-open",
    level: 2,
    about: "algorithm",
    promises: ["lsm-tree/ranges-keep-their-bounds"],
    nudge: "What does your range give when start is the empty string? And when end is?",
    concept:
      "A half-open interval: start belongs to it, end does not, and undefined is the only thing " +
      "that means no bound.",
    mechanism:
      "Find the first entry that is not below start in each source, and stop the whole merge at " +
      "the first key that is not below end. Distinguish a bound that was left out from an empty " +
      "one by comparing with undefined. With end not above start the loop stops before it has " +
      "begun, so it needs no case of its own; just make sure that it is neither an error nor a " +
      "range turned round.",
  },
  {
    id: "one-moment",
    level: 2,
    about: "concurrency",
    promises: ["lsm-tree/a-range-is-one-view", "lsm-tree/iterations-end"],
    nudge:
      "The reader has taken two entries and then waits for a minute. Which of the things that " +
      "your iteration looks at can change in that minute?",
    concept:
      "A snapshot made of things that never change: tables are immutable by themselves, so only " +
      "the memtable has to be caught.",
    mechanism:
      "At the first next take the list of tables and a sorted copy of the memtable's part " +
      "within the bounds, both in one turn; the copy is of references, not of texts. Later " +
      "flushes make new lists and leave yours alone. Return ends the iteration and lets go of " +
      "everything, and so does the end; after either of them next answers that it is done. A " +
      "next after close rejects, because an end would look like there being no more entries.",
  },

  // Level 3
  {
    id: "a-log-for-each-memtable",
    level: 3,
    about: "storage",
    promises: ["lsm-tree/acked-writes-survive", "lsm-tree/writes-go-on-after-a-crash"],
    nudge:
      "From which moment on is the log of a memtable no longer needed, and what exactly has to " +
      "be on the disk by then?",
    concept:
      "A write-ahead log for each memtable, which lives until the list of tables that contains " +
      "its table is durable.",
    mechanism:
      "Append to the log, sync, then enter into the memtable, then answer; sync the directory " +
      "when the log is new. A flush writes the table and syncs it, syncs the directory, makes " +
      "the new list of tables safe, bytes and name, and removes the log last. What is written " +
      "after a recovery must be newer than everything recovered: it goes to a new log with a " +
      "higher number than any that is in the directory, listed or not.",
  },
  {
    id: "the-list-decides",
    level: 3,
    about: "storage",
    promises: [
      "lsm-tree/opens-after-any-crash",
      "lsm-tree/orphans-are-removed",
      "lsm-tree/one-owner-at-a-time",
    ],
    nudge:
      "Two tables lie in the directory, and one of them is half written. How does the next open " +
      "know which one, without reading them to the end?",
    concept:
      "A manifest: a table is part of the tree if the newest list names it, and otherwise it is " +
      "litter.",
    mechanism:
      "Write a new list as a whole under a provisional name, sync it, rename it, sync the " +
      "directory. Opening locks the directory, takes the newest list that counts, trusts the " +
      "tables that it names, replays the logs that it does not cover, and removes every other " +
      "file once the new state is safe. A list under its final name that does not fit its " +
      "checksum has rotted: refuse it, and do not fall back on an older one. Cut a log at its " +
      "first record that does not fit. A crash in the middle of opening must leave something " +
      "that the next open understands in the same way.",
  },
  {
    id: "shown-means-kept",
    level: 3,
    about: "storage",
    promises: ["lsm-tree/recovery-is-final"],
    nudge: "You have replayed a log after a kill. Has anybody ever synced what you have just read?",
    concept:
      "What recovery shows it has to make safe first, and the simplest way of doing that is the " +
      "one that you already have: a flush.",
    mechanism:
      "Replay the logs into a memtable, write it as a table, list it, and only then resolve; " +
      "after that no log of an earlier life matters. If you prefer to go on with the old log, " +
      "sync it and the directory before you answer, and seal off its torn end. Either way a " +
      "record that you have cut off must not return at a later open because its file has come " +
      "back: the list has to say which logs it covers.",
  },
  {
    id: "checksums-where-bytes-are-used",
    level: 3,
    about: "storage",
    promises: ["lsm-tree/damage-is-refused"],
    nudge: "A byte of a table changes. Which read meets it first, and what would it answer today?",
    concept:
      "A checksum for every piece that is read on its own, checked before a byte of it is " +
      "interpreted.",
    mechanism:
      "Blocks, index, footer and list each carry one, calculated from the place at which they " +
      "stand, so that a valid piece in the wrong place does not pass. A mismatch rejects with " +
      "the code for corruption and the path of the file. What can be done without, such as a " +
      "filter, may be ignored instead. Sizes and offsets that come from a piece are believed " +
      "only after its checksum, and are compared with the size of the file.",
  },
  {
    id: "safe-before-seen",
    level: 3,
    about: "concurrency",
    promises: [
      "lsm-tree/races-survive-as-answered",
      "lsm-tree/seen-is-safe",
      "lsm-tree/every-call-is-answered",
    ],
    nudge:
      "Two writers race for one key while a third reads it. In which order do log, memtable and " +
      "answers see the two, and from when on may the reader?",
    concept:
      "One committer that writes batches: what is not yet synced is not yet in the memtable.",
    mechanism:
      "Calls only join a queue. One loop appends all that wait as one batch, syncs, enters the " +
      "batch into the memtable in the same order, and answers everybody in that turn. Reads " +
      "look at memtables and tables only, so they never wait for a sync and never show what " +
      "could be lost. Before the loop goes to sleep it looks at the queue once more in the same " +
      "turn, and flush and close wait for it instead of racing it.",
  },

  // Level 4
  {
    id: "find-the-block",
    level: 4,
    about: "algorithm",
    promises: ["lsm-tree/a-get-reads-little", "lsm-tree/opening-reads-little"],
    nudge:
      "To find one key of 200 bytes in a table of 2 MiB, how much of the table has to have been " +
      "read, now or earlier?",
    concept:
      "A sparse index: the first key of each block, in memory, and blocks of about 4 KiB on the " +
      "disk.",
    mechanism:
      "While writing a table close a block as soon as it exceeds some 4 KiB, and remember its " +
      "first key and its offset; write this index at the end and a footer of fixed size behind " +
      "it. Opening reads footer and index and nothing else. A get finds the last block whose " +
      "first key is not above its own, reads that one, checks it, and searches in it.",
  },
  {
    id: "know-what-is-not-there",
    level: 4,
    about: "algorithm",
    promises: ["lsm-tree/absent-keys-are-not-looked-for"],
    nudge:
      "Who could tell you, without a read, that a table does not have a key? And what about a " +
      "key above the largest one?",
    concept:
      "A bloom filter for each table, and its smallest and largest key. Ten bits a key with " +
      "seven probes let about 0.8 % through.",
    mechanism:
      "Hash each key once and derive the probes from two halves of the result; set their bits " +
      "while writing the table, those of tombstones too. Ask first whether the key lies between " +
      "the smallest and the largest of the table, then the filter, and only then the index. " +
      "Take the number of bits from the number of entries and not from the threshold, and test " +
      "the rate with 50,000 absent keys, since a weak hash shows only in numbers.",
  },
  {
    id: "begin-in-the-middle",
    level: 4,
    about: "algorithm",
    promises: ["lsm-tree/a-short-range-reads-little", "lsm-tree/short-reads-are-finished"],
    nudge:
      "A range of ten entries lies in one of eight tables. What do you read from the other " +
      "seven?",
    concept:
      "Lazy cursors: a source is read when its next entry could be the smallest, and never " +
      "further than the reader has come.",
    mechanism:
      "The index tells where a table's first candidate would be, and its largest key whether " +
      "there is one at all; a table that lies wholly outside the bounds gets no cursor. Read " +
      "one block at a time for short ranges, and larger pieces only when a reader has stayed " +
      "long. Put reads behind one helper that repeats until it has all bytes that it asked for, " +
      "since a short read is no end of the file.",
  },

  // Level 5
  {
    id: "who-may-still-hold-it",
    level: 5,
    about: "algorithm",
    promises: ["lsm-tree/compaction-changes-no-read", "lsm-tree/space-is-given-back"],
    nudge:
      "You merge two runs, and a third, older one stays out of it. Which of your entries does " +
      "the third one make necessary?",
    concept:
      "A tombstone may go only if nothing older than the inputs can hold its key, and the " +
      "result takes the place of its inputs in the order of age.",
    mechanism:
      "Choose inputs that are neighbours in age, so that nothing between them is left out, and " +
      "put the result exactly where they were. For each key only the newest entry survives. " +
      "Drop a tombstone when no run older than the result overlaps its key; comparing the " +
      "ranges of keys of tables is enough and errs on the safe side. A full compact merges " +
      "everything that was there at its call, so all tombstones of that time go.",
  },
  {
    id: "versions-with-readers",
    level: 5,
    about: "concurrency",
    promises: ["lsm-tree/views-outlive-compactions", "lsm-tree/compaction-looks-instant"],
    nudge:
      "A merge has replaced a table that an iteration is still reading. Who removes the file, " +
      "and when?",
    concept:
      "Reference counts on immutable versions: a list of tables is never changed, only " +
      "succeeded, and a file goes with the last version that names it.",
    mechanism:
      "A reader counts itself in when it takes the current version and out when it ends, fails " +
      "or is left. A merge or a flush derives the next version from whatever is current at that " +
      "moment, as a difference and one at a time, so that neither undoes the other. When the " +
      "count of an old version falls to zero, remove the files that no remaining version names. " +
      "Gets are readers too, though short ones.",
  },
  {
    id: "outputs-before-inputs",
    level: 5,
    about: "storage",
    promises: ["lsm-tree/compaction-survives-crashes", "lsm-tree/disk-errors-lose-nothing"],
    nudge:
      "Which single lost rename, create or remove would hurt your merge? And what does a failed " +
      "sync leave you with?",
    concept:
      "Outputs are durable, bytes and names, before the list that names them; the list is " +
      "durable before an input goes; and after a failure nothing more is acknowledged in this " +
      "life.",
    mechanism:
      "Sync the new tables, sync the directory, write, sync and rename the list, sync the " +
      "directory again, and remove the inputs last. Wherever one change of a name needs an " +
      "earlier one, there is a sync of the directory between the two. An error on the write " +
      "path stops writes, flushes and merges until the next open, and rejects whoever waits; " +
      "reads go on, and what is listed stays right. Do not try a sync again and believe it.",
  },
  {
    id: "levels-of-ten",
    level: 5,
    about: "algorithm",
    promises: ["lsm-tree/leveled-keeps-its-bounds"],
    nudge:
      "If a level is ten times as large as the one above, how many times is a byte written " +
      "again while it stays in that level?",
    concept:
      "Leveled compaction: fresh runs on top, below them one sorted run a level, cut into " +
      "tables, each level some ten times the one before.",
    mechanism:
      "Collect a few fresh runs and merge them together with what they overlap in the first " +
      "level. When a level is too large, take one table of it and merge it with the tables that " +
      "it overlaps in the next one, and prefer the table that overlaps least. Cut results into " +
      "tables of a fixed size, so that a merge touches a part of a level only. Space then " +
      "exceeds live data by about a tenth and the fresh runs, and a range asks the fresh runs " +
      "and one run a level.",
  },
  {
    id: "runs-of-a-size",
    level: 5,
    about: "algorithm",
    promises: ["lsm-tree/size-tiered-keeps-its-bounds"],
    nudge:
      "If only runs of about the same size are merged, four at a time, how often is a byte " +
      "written until a million entries are together?",
    concept:
      "Size-tiered compaction: merge runs that are alike, so each byte is written once for each " +
      "step in size, and accept several copies of what is overwritten.",
    mechanism:
      "Group neighbours in age by size, and when four of a group stand next to each other, " +
      "merge them into one of the next group. Judge the group by the actual size of the result: " +
      "four runs full of overwrites may give one that is no larger than each of them, and it " +
      "stays where it is. Writes grow with the logarithm of the number of memtables; space and " +
      "the runs that a range must ask are the price.",
  },
  {
    id: "hold-them-up",
    level: 5,
    about: "concurrency",
    promises: ["lsm-tree/writers-are-pushed-back"],
    nudge:
      "The disk prefers your log to your tables for as long as anybody writes. What bounds the " +
      "log that the next open has to read?",
    concept:
      "Backpressure in two stages: writers wait when flushes or merges are too far behind, and " +
      "are refused when too many of them wait.",
    mechanism:
      "Let the committer take no batch while more than a fixed number of memtables is frozen, " +
      "or while too many fresh runs wait for a merge, and wake it when one is done. Count the " +
      "writes that were called and not yet answered, wherever they are, and refuse at the limit " +
      "before anything else happens. Make sure that the flush never waits for something that " +
      "only a writer could do, or both stand still.",
  },
];
