/** What the interviewer digs into, with the two ends of what comes back. */
import type { Probe } from "../shape.ts";

export const probes: readonly Probe[] = [
  // Clarify
  {
    id: "takes-the-key-out",
    phase: "clarify",
    asks: "I said that a delete simply takes the key out. Out of what?",
    strong:
      "Out of memory is not enough, and out of the files is not possible, since you want them " +
      "never to change. If an older file holds the key, removing it from memory brings the old " +
      "value back. So a delete is an entry of its own, a tombstone, which a search must take " +
      "for an answer and which may go only when nothing older can hold the key. With one delete " +
      "in ten writes that is a tenth of what is written, and I plan for it.",
    weak: "It's removed from the memtable, so the next file won't contain it.",
    dimensions: [1, 2, 5],
    promises: ["lsm-tree/a-tombstone-stops-the-search"],
  },
  {
    id: "a-thousand-of-what",
    phase: "clarify",
    asks: "Every thousand writes, I said. Does that seem a sensible unit to you?",
    strong:
      "A thousand writes to one key are one entry, so I count different keys, deleted ones " +
      "among them. In production I would count bytes: a thousand values of 1 MiB are a " +
      "gigabyte, and a thousand of yours are 116 KB, which would make a file 20 times a second " +
      "at your write rate. At 100,000 entries it is 12 MB and a file every 5 seconds.",
    weak: "Sure, I keep a counter and flush when it reaches 1,000.",
    dimensions: [2, 6],
    promises: [],
  },
  {
    id: "a-consistent-range",
    phase: "clarify",
    asks: "What did you hear when I said that a range has to be consistent?",
    strong:
      "That everything it shows comes from one moment, between its call and its first entry, " +
      "however slowly it is read. The alternatives are cheaper: each entry was current when it " +
      "was read, or each file is consistent in itself, and both can show one half of a change. " +
      "The price of one moment is that files stay while somebody reads them: while your export " +
      "runs, at worst a second copy of everything stays on the disk.",
    weak: "That the keys come in order and none is missing.",
    dimensions: [1, 2, 13],
    promises: ["lsm-tree/a-range-is-one-view", "lsm-tree/views-outlive-compactions"],
  },
  {
    id: "whose-order",
    phase: "clarify",
    asks: "In order, I said. Which order do you have in mind for names in any language?",
    strong:
      "The one in which the other services sort, so the bytes of UTF-8, which is also the order " +
      "of code points. The default comparison of strings here goes by UTF-16 units and puts an " +
      "emoji before U+FFFF; a comparison by locale depends on the machine, and two strings can " +
      "be equal in it without being the same. The order is part of the file format, so it can " +
      "never be changed later.",
    weak: "Alphabetical. I'd use localeCompare so that umlauts come out right.",
    dimensions: [2, 5],
    promises: ["lsm-tree/ranges-are-sorted-and-merged"],
  },

  // Design
  {
    id: "where-it-looks",
    phase: "design",
    asks: "A key is in the memtable and in three files. How does a get go about finding it?",
    strong:
      "It looks in the memtable, then in one that is being flushed, then in the files from the " +
      "newest to the oldest, and the first that has an entry for the key ends the search, be it " +
      "a value or a tombstone. Newest is a place in a list and not a time stamp. Present keys " +
      "are found early as a rule; an absent one asks everybody, so at 2,500 absent gets a " +
      "second and a dozen files that is 30,000 reads a second without filters.",
    weak: "It checks every file and takes the value with the latest timestamp.",
    dimensions: [5, 6],
    promises: ["lsm-tree/newest-wins", "lsm-tree/a-tombstone-stops-the-search"],
  },
  {
    id: "inside-a-file",
    phase: "design",
    asks: "Draw the inside of one of your files, and tell me what of it stays in memory.",
    strong:
      "Blocks of 4 KiB with sorted entries, each with a checksum, then a filter, an index with " +
      "the first key of each block, and a footer that says where they begin. In memory: the " +
      "index, some 60 bytes for each 4 KiB, the filter, 10 bits a key, and the last key. For 50 " +
      "million keys that is about 90 MB and 62 MB, and a get then costs one read, 100 µs.",
    weak: "Sorted lines of JSON, and I binary-search in the file.",
    dimensions: [4, 6, 7],
    promises: [
      "lsm-tree/a-get-reads-little",
      "lsm-tree/opening-reads-little",
      "lsm-tree/damage-is-refused",
    ],
  },
  {
    id: "leveled-or-tiered",
    phase: "design",
    asks: "Leveled or size-tiered compaction: which of the two is right for us?",
    strong:
      "Size-tiered. 2.3 MB/s are 200 GB a day. Leveled with three levels writes each byte some " +
      "20 times, 4 TB a day, and the drive is rated for 2; size-tiered writes it about 7 times, " +
      "1.4 TB. In exchange everything may be there four times, 24 GB of 1 TB, and a range asks " +
      "a dozen files, which 50 ranges a second can bear. Many more ranges, or a small drive, " +
      "would flip it.",
    weak: "Leveled, because that's the default in RocksDB and reads are faster.",
    dimensions: [4, 6, 13],
    promises: ["lsm-tree/leveled-keeps-its-bounds", "lsm-tree/size-tiered-keeps-its-bounds"],
  },
  {
    id: "what-a-filter-buys",
    phase: "design",
    asks: "What does a bloom filter buy us here, in numbers?",
    strong:
      "With 10 bits a key and 7 probes it lets slightly less than 1 % of absent keys through. " +
      "Half of 5,000 gets are for absent keys: across a dozen files they cost 30,000 reads a " +
      "second without filters and some 250 with them, for 62 MB of memory. It says nothing " +
      "about ranges, and its no may never be wrong, so a filter that does not fit its checksum " +
      "is not used at all.",
    weak: "It makes lookups O(1).",
    dimensions: [4, 6],
    promises: ["lsm-tree/absent-keys-are-not-looked-for"],
  },

  // Implement
  {
    id: "three-answers",
    phase: "implement",
    asks: "Your file has a lookup of its own. What can it return?",
    strong:
      "Three things: a value, the statement that the key was deleted, or that it does not know " +
      "the key. Only the third lets the search go on. If the second and the third are both " +
      "undefined, deletes work until the first flush and then stop working, and an empty string " +
      "tested for truth makes a fourth case out of nothing.",
    weak: "The value, or undefined if there's none.",
    dimensions: [5, 7],
    promises: ["lsm-tree/a-tombstone-stops-the-search", "lsm-tree/strings-come-back-exactly"],
  },
  {
    id: "the-same-key-twice",
    phase: "implement",
    asks: "You merge four sorted runs and three of them have the same key. What does your merge do?",
    strong:
      "The newest of the three speaks and the other two step over the key; all three move on, " +
      "whatever the newest says. If it is a tombstone, a range shows nothing, and a compaction " +
      "decides separately whether to keep it. The tie is broken by the position of the run, so " +
      "it has to be part of the comparison. With k runs and n entries it is n log k " +
      "comparisons, close to n when one run is much longer than the others.",
    weak: "I put everything into a map, oldest run first, and sort the keys at the end.",
    dimensions: [5, 6],
    promises: ["lsm-tree/ranges-are-sorted-and-merged", "lsm-tree/compaction-changes-no-read"],
  },
  {
    id: "at-the-edges",
    phase: "implement",
    asks: "Name the ranges that you would try by hand before you believe your code.",
    strong:
      "Start equal to a key, which is in; end equal to a key, which is out; start equal to end, " +
      "and start above end, which are both empty and no error. No bound on either side. The " +
      "empty string, which is a key and a bound and must not be taken for no bound. And bounds " +
      "between two keys on each side of a block's border, because that is where a sparse index " +
      "goes wrong by one.",
    weak: "From a to z, and one with a missing key.",
    dimensions: [5, 8],
    promises: ["lsm-tree/ranges-keep-their-bounds"],
  },
  {
    id: "simplest-version",
    phase: "implement",
    asks: "What is the simplest version that you would trust, and what becomes of it later?",
    strong:
      "One map, sorted when a range asks: twenty lines, obviously right. It stays as the model: " +
      "the tree gets the same random calls with thresholds from 1 to 3, which makes it flush " +
      "and merge all the time, and each answer is compared. With the default of 1,000 a test of " +
      "a hundred calls never leaves the memtable and proves nothing.",
    weak: "I start with the real thing, because a simple one would be thrown away.",
    dimensions: [3, 8],
    promises: ["lsm-tree/newest-wins", "lsm-tree/ranges-are-sorted-and-merged"],
  },

  // Concurrency
  {
    id: "the-gap",
    phase: "concurrency",
    asks:
      "While a flush is under way, a get asks for one of its keys. At which moments can that " +
      "get miss it?",
    strong:
      "If the memtable goes before the file can be read, the get finds the key nowhere. If the " +
      "get takes the list of files first and looks into the memtable after the swap, it misses " +
      "it as well. So both effects happen in one step without an await in between, and a get " +
      "takes memtables and list of files in one step too, before its first await. What it holds " +
      "then cannot change under it.",
    weak: "Flushing takes a few milliseconds, and reads just hit the file afterwards.",
    dimensions: [5, 9],
    promises: ["lsm-tree/calls-look-sequential"],
  },
  {
    id: "writes-during-a-flush",
    phase: "concurrency",
    asks: "The memtable is full and being written. Where does the next put go?",
    strong:
      "Into a new memtable with a new log. The full one is frozen, stays readable, and keeps " +
      "its log until its file is listed for good. It is frozen between two batches, so that no " +
      "batch has its bytes in one log and its entries in the other's memtable. A file of 12 MB " +
      "takes 25 ms at 500 MB/s, in which 500 puts arrive; none of them waits.",
    weak: "It waits until the flush is done. It's only a few milliseconds.",
    dimensions: [4, 5],
    promises: ["lsm-tree/calls-look-sequential", "lsm-tree/races-survive-as-answered"],
  },
  {
    id: "read-while-merged",
    phase: "concurrency",
    asks:
      "The export is halfway through when a compaction replaces the files that it reads. What " +
      "happens to the export?",
    strong:
      "It goes on: it holds a version, a list of files that never changes, and counts as one of " +
      "its readers. The compaction makes a new version, and a file is removed when no version " +
      "that somebody holds lists it, by whoever leaves last. So leaving has to happen on every " +
      "way out: at the end, on an error, and when the loop is left early. An export that is " +
      "never read to its end pins its files, hence an age limit and a metric.",
    weak: "It gets an error and starts again. Or we copy all keys at the start.",
    dimensions: [5, 13, 14],
    promises: ["lsm-tree/views-outlive-compactions", "lsm-tree/compaction-looks-instant"],
  },
  {
    id: "two-changes-of-one-list",
    phase: "concurrency",
    asks:
      "A flush ends while a merge is running. Both want to change the list of files. Show me " +
      "that neither undoes the other.",
    strong:
      "Changes go through one queue, and each is a difference: these files go, this one comes, " +
      "here. It is applied to whatever the list is at its turn. If the merge had kept the list " +
      "from its start and written it back with its result, the file of the flush would be gone, " +
      "together with its log, and an answered write would be lost in a system without any " +
      "crash.",
    weak: "The merge computes the new list of files at the start and sets it when it's done.",
    dimensions: [5, 9],
    promises: ["lsm-tree/compaction-looks-instant", "lsm-tree/compaction-changes-no-read"],
  },

  // Failure
  {
    id: "file-list-log",
    phase: "failure",
    asks:
      "A flush makes a file, changes the list of files and removes a log. The power may go " +
      "between any two of these. In which order do you do it?",
    strong:
      "The file with a sync, its name with a sync of the directory, then the list with its sync " +
      "and that of its name, and the log last. A crash before the list counts leaves a file " +
      "that nobody names, and the log still has everything; a crash after it leaves a log that " +
      "nobody needs. The sync of the directory before the list is the one that gets forgotten: " +
      "without it a list can survive that names a file which does not.",
    weak: "Write the file, delete the log, and then update the manifest.",
    dimensions: [5, 14],
    promises: ["lsm-tree/acked-writes-survive", "lsm-tree/compaction-survives-crashes"],
  },
  {
    id: "a-file-that-nobody-lists",
    phase: "failure",
    asks:
      "After a crash there is a complete, sorted file in the directory that your list does not " +
      "name. What do you do with it?",
    strong:
      "Remove it. It is the output of a flush or a merge that did not get to its end, and its " +
      "inputs are still there. If it were taken in, its age would be a guess: taken for the " +
      "newest, it would hide what was written after its inputs. If it were left there, every " +
      "crash could leave the output of a whole merge, and the disk would fill with files that " +
      "nobody reads.",
    weak: "It's valid data, so I'd load it to be on the safe side.",
    dimensions: [5, 14],
    promises: ["lsm-tree/orphans-are-removed", "lsm-tree/opens-after-any-crash"],
  },
  {
    id: "when-may-it-go",
    phase: "failure",
    asks: "Give me a history in which a merge drops a tombstone too early.",
    strong:
      "Put a key and let it sink to the bottom, put it again, delete it, and merge the delete " +
      "with the second put alone. A value has come along, so the tombstone seems to have done " +
      "its work; it is dropped, and the first put is visible again. It may go only when no file " +
      "older than the inputs can hold its key, and that none of them overlaps the inputs' range " +
      "of keys is a safe test. A reader with an older view is no reason to keep it, since its " +
      "view still has the old files.",
    weak:
      "There's none. Once the merge has removed the value, the tombstone has nothing left to " +
      "do.",
    dimensions: [5, 6],
    promises: ["lsm-tree/compaction-changes-no-read", "lsm-tree/space-is-given-back"],
  },
  {
    id: "one-bit-of-a-filter",
    phase: "failure",
    asks:
      "One bit flips in a filter on the disk, one in a block, and one in the list of files. " +
      "What does a reader notice in each case?",
    strong:
      "A filter with a bit cleared says no to a live key, which is a wrong answer and no loss " +
      "of speed. So the filter has a checksum; if it does not fit, the file is read without a " +
      "filter, and all that anybody notices is more reads. A block or the list has no " +
      "substitute: whoever needs it is refused, and told the name of the file. Gets that do not " +
      "need it go on being answered.",
    weak: "The filter isn't critical, it's probabilistic anyway.",
    dimensions: [5, 14],
    promises: ["lsm-tree/damage-is-refused"],
  },
  {
    id: "faster-than-merges",
    phase: "failure",
    asks:
      "For ten minutes writes come in three times as fast as you can flush and merge. What " +
      "grows, and where does it stop?",
    strong:
      "First frozen memtables, so memory and the log that a restart must read; then the files " +
      "that have not been merged, so every read. Each has a limit, say two frozen memtables and " +
      "twelve unmerged runs, beyond which no batch is taken: writers wait, and above the limit " +
      "of waiting writers they are refused at once. Better still is to slow writes a little " +
      "from eight runs on, before they stop. I export how long writers have waited.",
    weak: "The flushes queue up in the background and catch up at night.",
    dimensions: [13, 14],
    promises: ["lsm-tree/writers-are-pushed-back"],
  },

  // Wrap-up
  {
    id: "a-spiky-tail",
    phase: "wrap-up",
    asks:
      "The median of a get is 150 µs and its 99.9th percentile 80 ms. Where would you look " +
      "first?",
    strong:
      "At what a get shares with a merge: the disk, whose queue the merge fills, and the one " +
      "thread, which a merge holds for as long as it works without an await. I would put the " +
      "time of slow gets beside the times of merges; if they match, limit merges to so many " +
      "bytes a second and yield after each block. If not: blocks that fall out of the cache " +
      "when a merge has read through them, or garbage collection.",
    weak: "Probably the garbage collector. I'd increase the heap.",
    dimensions: [9, 14],
    promises: ["lsm-tree/compaction-looks-instant"],
  },
  {
    id: "on-call",
    phase: "wrap-up",
    asks: "Which numbers of this tree should wake somebody at night, and which should not?",
    strong:
      "Any refusal for damage wakes somebody, who replaces the drive from the other site; so do " +
      "writers that have been held up for a minute on end, after a look at whether a merge is " +
      "running at all. Only a ticket: an iteration older than an hour, which pins space, more " +
      "than 2 TB written in a day, which wears the drive out early, and filters that let more " +
      "than 2 % through. Runs that wait for a merge I only draw, because they go up and down " +
      "all day.",
    weak: "Request rate, error rate, latency, and disk usage.",
    dimensions: [14],
    promises: ["lsm-tree/writers-are-pushed-back", "lsm-tree/damage-is-refused"],
  },
  {
    id: "twice-a-year",
    phase: "wrap-up",
    asks: "In three years we have eight times as many keys. What gives way first?",
    strong:
      "Not the disk for space: 48 GB and three more copies fit. Memory: filters and indexes " +
      "grow from 150 MB to 1.2 GB of the 2 GiB, so large indexes move into blocks of their own " +
      "and the oldest files get fewer bits a key. Size-tiered gains one or two levels, so wear " +
      "rises from 1.4 to some 1.7 TB a day if the write rate stays, and that is close to the " +
      "limit. If the write rate grows along, it is time to split by key over several drives.",
    weak: "It scales horizontally. We'd add more nodes.",
    dimensions: [6, 11, 14],
    promises: ["lsm-tree/opening-reads-little"],
  },
  {
    id: "what-is-missing",
    phase: "wrap-up",
    asks: "What have you left out, and which of it would you do first?",
    strong:
      "First I would slow writers down by and by instead of stopping them at once: half a day, " +
      "in the place that takes batches, because a sudden stop is the worst thing that a caller " +
      "can feel. Then a version number in each file, an hour. Later a cache of blocks, a day, " +
      "if reads come back to a part of them, and compression, two days, which pays for itself " +
      "in wear. Merging with several threads only when the merge and not the drive is the " +
      "limit.",
    weak: "Compression, caching, replication, and so on.",
    dimensions: [10, 11, 14],
    promises: [],
  },
];
