/** Requirements that change in the middle of a session, by the level that holds or is under work. */
import type { ChangedRequirement } from "../shape.ts";

export const changes: readonly ChangedRequirement[] = [
  {
    id: "only-if-absent",
    level: 1,
    says:
      "A caller needs a put that succeeds only if the key is not there yet, and tells it which " +
      "of the two happened.",
    strong:
      "The condition is judged at the one place that orders writes, against everything ordered " +
      "before it, so nothing can come in between. A put that loses appends nothing, and the " +
      "record format stays as it is. With batches the check has to see earlier writes of the " +
      'same batch too, and an answer that says "it is there already" waits until that other ' +
      "write is safe.",
    weak: "The caller does a get and then a put. Or I wrap both in a lock around the whole store.",
  },
  {
    id: "cheap-writes",
    level: 2,
    says:
      "Session data may lose its last 100 ms in a power cut, if its puts become ten times as " +
      "fast. Everything else stays as strict as it is.",
    strong:
      "An option of the call: such a put is answered once it is appended, and the next sync, at " +
      "the latest after 100 ms, covers it. It goes through the same log in the same order, so a " +
      "strict put behind it makes it safe as well. What I give up, and write into the contract, " +
      "is that a reader of such a key may see a value that a power cut takes back; a process " +
      "kill still loses nothing.",
    weak: "A flag in the options that turns syncing off.",
  },
  {
    id: "several-keys-at-once",
    level: 3,
    says:
      "A caller wants to write five keys so that after a crash either all five are there or " +
      "none, and no reader sees only three.",
    strong:
      "The five enter the queue as one element and may not be split over two batches. A batch " +
      "is valid only as one unit, and it is applied to the map in one turn, so both wishes are " +
      "met by what is there. I need a limit for the size of such a group, and it counts as five " +
      "writers that wait.",
    weak:
      "I add begin and commit records and a state machine that replays them. Or the caller puts " +
      "five times and checks afterwards.",
  },
  {
    id: "full-every-week",
    level: 4,
    says:
      "The disk fills up about once a week. Deletes and compaction have to go on working then, " +
      "without a restart.",
    strong:
      "Space is reserved ahead: a file of a fixed size that is given back only to compaction, " +
      "and a check before the append, so that puts are refused with an error of their own while " +
      "there is still room. Running into the error in mid-append remains fail-stop, because " +
      "nobody knows what such an append has left. The alarm comes at a level that leaves an " +
      "hour.",
    weak: "I catch the disk-full error, wait a little, and try the append again.",
  },
  {
    id: "gone-after-a-day",
    level: 5,
    says:
      "Values should disappear 24 hours after they were written. Nobody wants to call delete " +
      "for that.",
    strong:
      "Each record carries the time at which it ends, taken from a clock that is handed in. A " +
      "get compares, compaction leaves out what has ended, and recovery applies the same rule, " +
      "so nothing has to happen at the moment itself. I would ask what a clock that jumps back " +
      "should mean: a value that was once seen as gone should not return, so the store keeps " +
      "the latest time it has seen.",
    weak: "A timer for each key that calls delete.",
  },
  {
    id: "a-second-machine",
    level: 5,
    says:
      "A second machine should be able to take over within 10 seconds with everything that was " +
      "answered.",
    strong:
      "Batches are shipped in log order with their positions, and a put is answered when both " +
      "machines have synced it; the positions say where a follower that was away has to go on. " +
      "A snapshot serves a follower that is too far behind. Who may write is decided by a lease " +
      "with an epoch, and a batch of an old epoch is refused. The local format does not change.",
    weak: "Both machines mount the same directory, and whoever gets the lock writes.",
  },
];
