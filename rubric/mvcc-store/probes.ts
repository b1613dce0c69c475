/** What the interviewer asks beyond the general questions of a phase, with a strong and a weak answer to each. */
import type { Probe } from "../shape.ts";

export const probes: readonly Probe[] = [
  // ── Clarify ─────────────────────────────────────────────────────────────────────────────────
  {
    id: "snapshot-or-alone",
    phase: "clarify",
    asks: "I said that a transaction sees the store as of its begin, and that it behaves as if it were the only one. Is that one requirement or two?",
    strong:
      "Two, and they differ by write skew: two transactions read the same two keys, each changes another one, and snapshot isolation lets both commit although no serial order explains it. With nobody waiting, the second requirement can only be met by refusing someone, so I need to know who retries. I would make snapshot isolation the default, and let a transaction ask for serializable and pay for it with refusals.",
    weak: "One. If everybody reads a snapshot, everybody is isolated, so it's serializable anyway.",
    dimensions: [1, 2],
    promises: ["mvcc-store/no-write-skew", "mvcc-store/no-lost-updates"],
  },
  {
    id: "who-loses",
    phase: "clarify",
    asks: "Two transactions write the same key. What should happen to each of them?",
    strong:
      "At most one commits. I let the first to commit win: the other is told of a conflict at its own commit, nothing of it stays, and it begins again from its first read, because that is what is out of date. Deciding at the put instead would waste less work, but then a transaction that somebody forgot holds the key until it times out. You allow ten tries and one refusal in a hundred, so retrying belongs to the caller, with jitter.",
    weak: "The later one overwrites the earlier one. Or I retry the commit inside the store until it goes through.",
    dimensions: [2, 13],
    promises: ["mvcc-store/no-lost-updates", "mvcc-store/losers-leave-no-trace"],
  },
  {
    id: "how-long-open",
    phase: "clarify",
    asks: "How long may a transaction stay open?",
    strong:
      "As long as we are willing to keep every version that it might still read. 2,000 writers with two writes each make 4,000 versions a second; at about 225 bytes for a version with its value that is 0.9 MB/s: 54 MB for the one-minute report, 3.2 GB for an hour, and we have 1 GiB. So I want an age limit, five minutes or 270 MB, after which a transaction is told that it has expired and holds nothing any more.",
    weak: "As long as it likes, readers cost nothing in a multi-version store. The garbage collector takes care of the rest.",
    dimensions: [2, 6, 14],
    promises: ["mvcc-store/the-abandoned-expire", "mvcc-store/memory-follows-what-lives"],
  },

  // ── Design ──────────────────────────────────────────────────────────────────────────────────
  {
    id: "which-number",
    phase: "design",
    asks: "A commit has installed one of its two keys, and just then a transaction begins. Which number does its snapshot get?",
    strong:
      "That of the newest visible commit, which is not this one. There are two numbers: the last one given to a commit, and a watermark up to which every commit is completely installed and safe. A begin only copies the watermark; it moves in the order of the numbers and before the commit is answered. With a single counter for both, the newcomer would be number 9, read one key of commit 8 and miss the other.",
    weak: "The next version number. Begin and commit both increment the counter, so everybody has a number of their own.",
    dimensions: [1, 5],
    promises: [
      "mvcc-store/commits-are-seen-whole",
      "mvcc-store/snapshots-stay-still",
      "mvcc-store/crowds-see-snapshots",
    ],
  },
  {
    id: "what-a-key-holds",
    phase: "design",
    asks: "Draw what you keep for one key, and show how a get finds what it may see.",
    strong:
      "An array of versions in the order of their numbers, each with a value or a mark that says deleted. A get looks into the transaction's own writes first and then takes the newest version that is not above the snapshot. New readers find it at the end at once; for an old one I search by halving, 20 steps in half a million versions, where a linked list would be walked. Deleted is a version like any other, because an older reader must still find the value beneath it.",
    weak: "A map from the key to its current value, and each transaction copies the values that it touches.",
    dimensions: [6, 7],
    promises: ["mvcc-store/snapshots-stay-still", "mvcc-store/own-writes-are-seen"],
  },
  {
    id: "first-thing-that-runs",
    phase: "design",
    asks: "What is the simplest thing that you could have running ten minutes from now, and what is it good for afterwards?",
    strong:
      "A begin that copies the whole map, and a commit that refuses if a written key has changed since and installs its writes otherwise. It is right, and far too slow: copying 100,000 entries takes milliseconds, and you have 20,000 begins a second. I keep it as the model: random transactions run against both, and every read and every outcome is compared.",
    weak: "I'd start with the version chains and the garbage collector straight away, since a simple version would be thrown away.",
    dimensions: [3, 8],
    promises: ["mvcc-store/snapshots-stay-still"],
  },

  // ── Implement ───────────────────────────────────────────────────────────────────────────────
  {
    id: "own-delete",
    phase: "implement",
    asks: "A transaction deletes a key and then reads it. Which line of yours answers that read?",
    strong:
      "The one that asks whether the transaction has written the key, before looking at what it has written. The own writes hold an entry that says deleted, so the question is whether there is an entry and not whether there is a value: whoever falls back because the value is missing returns the committed one. A range merges in the same way, and the same care keeps a stored null apart from an absent key.",
    weak: "I take the own value, and if there is none, the one from the snapshot.",
    dimensions: [5, 7],
    promises: [
      "mvcc-store/own-writes-are-seen",
      "mvcc-store/ranges-are-complete",
      "mvcc-store/values-come-back-equal",
    ],
  },
  {
    id: "blind-writes",
    phase: "implement",
    asks: "Two overlapping transactions put the same key, and neither has read it. Why should one of them be refused?",
    strong:
      "Two writes and nothing else could be put in an order, so taken alone no harm is done. But the store cannot know what a value was computed from, and as soon as the later of them has read, in its old state, something else that the first one wrote, no order is left. The rule that excludes this is cheap: whoever writes a version must have had the one before it in the snapshot. That is one comparison for each written key, and it counts deletes and equal values too.",
    weak: "They shouldn't be refused. Nobody has read anything, so nothing can be lost.",
    dimensions: [5, 13],
    promises: ["mvcc-store/no-lost-updates", "mvcc-store/the-innocent-commit"],
  },
  {
    id: "whose-object",
    phase: "implement",
    asks: "A caller puts an object, changes it, and then commits. What is in the store?",
    strong:
      "What the object was when it was put: I copy it then, and again whenever I hand it out. Without the second copy one reader could change what all snapshots see, and no version number would show it. Strings and numbers need no copy, which covers most values. Freezing would be cheaper, but it freezes the caller's own object, and it does nothing for the content of a map or a byte array.",
    weak: "Whatever it is when the commit comes. Callers shouldn't change an object that they have handed in.",
    dimensions: [5, 7],
    promises: ["mvcc-store/values-stay-yours", "mvcc-store/values-come-back-equal"],
  },
  {
    id: "price-of-a-get",
    phase: "implement",
    asks: "Compared with a plain map, what do ten gets in a transaction cost, and where does the difference go?",
    strong:
      "Two to four times as much. To begin and to commit a reader takes a number and an entry in a list, a fraction of a microsecond; what remains is memory outside of the cache, for each get the entry in the map, its chain and its value. I would stop there, because ten gets in a few microseconds are far below the 50 that you allow. If a profile asks for more: what all snapshots see can stand in the map itself, and only keys that were written since the oldest one need a chain, which saves one of the misses.",
    weak: "It's a hash look-up in both cases, O(1), so the same.",
    dimensions: [4, 6],
    promises: [],
  },
  {
    id: "sum-is-wrong",
    phase: "implement",
    asks: "A test moves money between accounts, and one report in ten thousand has the wrong sum. How do you find out why?",
    strong:
      "First I make it repeatable: one seed decides the order of all steps, and I shrink the history until nothing can be left out. Then each suspect leaves a trace of its own. Wrong from its first read means that a commit was seen in part; right at first and wrong on a second read means that a version went too early; wrong in every later report means a lost update. The shortest history becomes a test under the name of the promise that it breaks.",
    weak: "I add logging around the commit and run it until it happens again.",
    dimensions: [8, 9],
    promises: [
      "mvcc-store/commits-are-seen-whole",
      "mvcc-store/crowds-see-snapshots",
      "mvcc-store/old-snapshots-stay-whole",
    ],
  },

  // ── Concurrency ─────────────────────────────────────────────────────────────────────────────
  {
    id: "await-inside-commit",
    phase: "concurrency",
    asks: "Where in your commit may an await stand, and where not?",
    strong:
      "Nowhere between validating and installing: checking for conflicts, taking the number and putting the versions into the chains have to happen as one synchronous piece. With an await in between, two commits of the same key that are called together are both checked against a state that holds neither, and both win. The log and its sync come after that. Then the watermark moves and the caller is answered, again without an await between the two.",
    weak: "It doesn't matter, JavaScript has only one thread.",
    dimensions: [5],
    promises: [
      "mvcc-store/crowds-see-snapshots",
      "mvcc-store/no-lost-updates",
      "mvcc-store/conflicts-see-waiting-commits",
    ],
  },
  {
    id: "show-write-skew",
    phase: "concurrency",
    asks: "Show me a history that snapshot isolation lets pass and that no order of the transactions explains.",
    strong:
      "Two doctors are on call and one must stay. Each reads both entries, finds the other one there, and writes only her own entry to off. Different keys are written, so both commit and nobody is on call; had they come one after the other, the later one would have found herself alone and stayed. To stop it, I compare what a transaction has read with what others have committed since its snapshot, and refuse the second.",
    weak: "Two transactions read a counter, and both write it back one higher, so an increment is lost.",
    dimensions: [1, 5],
    promises: ["mvcc-store/no-write-skew", "mvcc-store/crowds-take-turns"],
  },
  {
    id: "phantom",
    phase: "concurrency",
    asks: "A serializable transaction reads a range and finds nothing. Before it commits, somebody puts a key into that range. What do you compare with what?",
    strong:
      "I remember what was asked and not what was found: keys, whether there or not, and bounds of ranges. At the commit, every key written by somebody since my snapshot is held against them. A rule that looks for newer versions of the keys that I have seen misses both cases, since what was absent had no version. The cost follows the traffic: at 2,000 writers a second and 10 ms, some 20 commits with 40 keys.",
    weak: "I store the version of each key that was read, and check at the commit whether one of them has changed.",
    dimensions: [5, 6],
    promises: ["mvcc-store/no-phantoms", "mvcc-store/isolation-costs-only-the-guilty"],
  },
  {
    id: "may-a-reader-fail",
    phase: "concurrency",
    asks: "Can a serializable transaction that only reads ever have to be refused?",
    strong:
      "Not here: a writer is refused whenever something that it has read was overwritten, which makes the commit order a serial one, and a reader fits right behind the newest commit in its snapshot. A store that lets more writers pass, as PostgreSQL does by looking for two consecutive read-write dependencies, has to watch its readers, because one of them can complete the pattern. My price is that I refuse writers for whom there would have been an order.",
    weak: "Yes, all reads have to be validated, otherwise it's not serializable.",
    dimensions: [5, 13],
    promises: ["mvcc-store/isolation-costs-only-the-guilty", "mvcc-store/crowds-take-turns"],
  },
  {
    id: "how-often-refused",
    phase: "concurrency",
    asks: "64 transactions are open at once, each writes four random keys. How often is one refused if there are 100,000 keys, and how often with 100?",
    strong:
      "Roughly (n − 1) times w squared over K: 63 × 16 over 100,000 is one in a hundred, which you said is fine. With 100 keys the same formula gives 10, which is no probability any more: nearly everybody meets somebody, and retries only add to the crowd. No isolation level helps then. The counter has to become an operation that commutes, or be split into several keys that are added up by the reader.",
    weak: "Conflicts are rare in practice. If there are too many, I'd retry with a backoff.",
    dimensions: [4, 6],
    promises: ["mvcc-store/the-innocent-commit"],
  },
  {
    id: "when-to-collect",
    phase: "concurrency",
    asks: "There is always some transaction open. When do you collect old versions, and how much work is that at a time?",
    strong:
      "Whenever the oldest snapshot ends and the horizon moves. Garbage can only be where somebody has written, so I keep the written keys in a queue by commit number and visit each of them a single time, as soon as the horizon is beyond it: constant work for a write, and no walk over the table. The bad moment is the end of the one-minute report: 240,000 notes at a quarter of a microsecond are 60 ms in one turn, and your 5 ms for a commit are gone. So I take at most some thousand notes in a turn and leave the rest to the next.",
    weak: "A timer runs every minute, goes through all keys, and removes what is old.",
    dimensions: [4, 6, 14],
    promises: ["mvcc-store/collection-needs-no-pause", "mvcc-store/memory-follows-what-lives"],
  },

  // ── Failure ─────────────────────────────────────────────────────────────────────────────────
  {
    id: "after-log-before-publish",
    phase: "failure",
    asks: "The process dies after a commit has reached the log and before anybody could see it. What does the next open do with it?",
    strong:
      "It was never answered, so both outcomes are right, provided that it is whole and final. If its record is complete, it is replayed, otherwise cut off. The trap is the kill: the bytes can be read and may never have been synced, so the open has to make them safe, by writing them anew and syncing, before it lets anybody read. Otherwise a power cut right afterwards takes back what was shown.",
    weak: "It reads the log and applies everything in it, so nothing is lost.",
    dimensions: [5, 14],
    promises: [
      "mvcc-store/commits-survive-whole",
      "mvcc-store/recovery-is-final",
      "mvcc-store/seen-is-safe",
    ],
  },
  {
    id: "which-version-may-go",
    phase: "failure",
    asks: "The oldest open snapshot has number 30. Of one key you hold versions with the numbers 11, 24 and 37. What do you throw away?",
    strong:
      "Only 11. The reader at 30 sees 24, the last one that is not above its number, and so does whoever stands between 30 and 36; the rule that everything older than the oldest snapshot may go would take it away from them. A deletion that is the newest version and not above the oldest snapshot takes the whole key with it. If no transaction is open, the watermark is the limit, so that a begin and a collection cannot disagree.",
    weak: "11 and 24, they're both older than the oldest snapshot.",
    dimensions: [5, 6],
    promises: [
      "mvcc-store/old-snapshots-stay-whole",
      "mvcc-store/deleted-stays-deleted",
      "mvcc-store/memory-follows-what-lives",
    ],
  },
  {
    id: "a-sync-fails",
    phase: "failure",
    asks: "A sync rejects once, and the next one would succeed. What do you tell the commits that were waiting, and those that come next?",
    strong:
      "That it is not known whether the first are safe: they are rejected, stay invisible in this life, and the next open settles them. I do not sync again and call it good, because the kernel may have marked the pages clean after the failure, and the second sync then succeeds without them. Further writes are refused, reads go on below the watermark, and somebody is paged to reopen the store on a disk that works.",
    weak: "I retry the sync a few times, and if it works in the end, I acknowledge.",
    dimensions: [5, 14],
    promises: ["mvcc-store/failed-commits-are-not-acknowledged", "mvcc-store/seen-is-safe"],
  },
  {
    id: "torn-or-rotten",
    phase: "failure",
    asks: "On opening, a record does not match its checksum. Do you cut the log there, or refuse to open?",
    strong:
      "It depends on whether the log proves that the record had been synced. Each batch has one checksum over its length and content, and is appended only when the batch before it has been synced; so something whole further on is the proof, and I refuse with file and offset. Damage with nothing whole behind it may be the batch that was never answered, and is cut off. Cutting at the first bad record always would silently drop answered commits.",
    weak: "I skip the bad record and go on with the next one.",
    dimensions: [5, 14],
    promises: ["mvcc-store/rot-is-refused", "mvcc-store/commits-survive-whole"],
  },
  {
    id: "the-disk-slows-down",
    phase: "failure",
    asks: "A sync takes 100 ms instead of one. What becomes of your 2,000 commits a second?",
    strong:
      "One sync each would leave ten a second. Since all that arrive during a sync share the next one, 200 go together, nobody waits for more than two syncs, and at most 400 wait at a time. A commit takes up to 200 ms instead of 2, so the 5 ms are lost, and I say so by an alarm on the sync's 99th percentile at 20 ms. With a limit of 1,024 waiting commits I begin to refuse at about a quarter of a second a sync; a refused commit has had no effect, and its transaction is still open.",
    weak: "Commits get slower, but nothing is lost. I could raise the queue length so that nobody gets an error.",
    dimensions: [4, 6, 14],
    promises: ["mvcc-store/commits-share-a-sync", "mvcc-store/overload-is-refused"],
  },

  // ── Wrap-up ─────────────────────────────────────────────────────────────────────────────────
  {
    id: "two-stores",
    phase: "wrap-up",
    asks: "A transaction has to move money between two of these stores on two machines. What is the first thing in your design that does not hold any more?",
    strong:
      "That deciding and numbering are one step. With two-phase commit a store first prepares: it makes the writes durable, lets them win conflicts, and may neither refuse nor forget from then on; the commit is the coordinator's own durable record. A prepared number would stop my watermark, so a transaction gets its number only when it is decided. Should the coordinator be lost, the keys stay blocked, since no store can decide alone; replicating the coordinator's log is what helps.",
    weak: "I commit to the first one and then to the second, and undo the first one if that fails.",
    dimensions: [11, 13],
    promises: [],
  },
  {
    id: "after-a-month",
    phase: "wrap-up",
    asks: "It has run for a month without a restart. What has grown, and what do you do about it first?",
    strong:
      "The log. 500 commits a second at some 260 bytes are 130 kB/s, 11 GB a day, while what lives is about 12 MB of keys and values. Replaying a gigabyte takes 5 to 10 s, so after little more than two hours your recovery target is in danger. I would write a checkpoint once the log is a few times as large as what lives, never less often than every half gigabyte, and alarm on the age of the oldest snapshot, which is the other thing that grows.",
    weak: "Nothing, garbage collection removes old versions. I might add log rotation.",
    dimensions: [11, 14],
    promises: [],
  },
  {
    id: "what-was-given-up",
    phase: "wrap-up",
    asks: "You refuse at the commit. What have you given up compared with taking a lock at the put, and when would you change your mind?",
    strong:
      "The loser learns it late: all its work is wasted, where a lock would have told it, or made it wait, at the first write. In return there are no deadlocks, no lock that a forgotten transaction holds, and readers never meet one. At 10 ms a transaction and one refusal in a hundred the waste is 1 %. With transactions of ten seconds, or a hot key that every tenth writer touches, I would claim keys at the put, with a time limit.",
    weak: "Nothing really, optimistic concurrency is faster than locking.",
    dimensions: [13],
    promises: ["mvcc-store/no-lost-updates"],
  },
];
