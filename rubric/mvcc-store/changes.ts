/** Requirements that change in mid-session. Each can be met within the design, and shows whether it was one. */
import type { ChangedRequirement } from "../shape.ts";

export const changes: readonly ChangedRequirement[] = [
  {
    id: "savepoints",
    level: 1,
    says: "Transactions need savepoints: set one, and later go back to it without giving up the whole transaction.",
    strong:
      "The write set becomes a stack of write sets. A savepoint pushes an empty one, going back pops, reads look from the top down, and a commit merges them in order. Nothing outside of the transaction changes, since nobody else has ever seen its writes. Keys that were read stay in the read set even when their savepoint is gone, because the program has seen them.",
    weak: "Every put is written into the store at once together with its old value, and going back restores the old values.",
  },
  {
    id: "read-as-of",
    level: 1,
    says: "Support asks for transactions that read the store as it was after a given commit.",
    strong:
      "A begin takes a number instead of the watermark; the reads stay as they are. What has to be added is a promise about collection: a floor below which no number is accepted, and which the horizon never passes. An hour at 4,000 versions a second is 14 million versions, more than 3 GB, so that floor cannot be far back in 1 GiB.",
    weak: "Each commit stores a copy of all data under its number.",
  },
  {
    id: "a-counter-for-everybody",
    level: 2,
    says: "There is a counter that every twentieth transaction increments, and half of those are refused now. They should all get through.",
    strong:
      "Incrementing commutes, so it becomes an operation of its own: the write set notes a difference instead of a value, two differences of one key are no conflict, and the commit adds them to the newest version. A transaction that reads the counter, or puts it, is compared as before. The seam is the one place that decides whether two writes of a key conflict.",
    weak: "Let the store retry the commit with the same writes until it succeeds.",
  },
  {
    id: "let-the-large-one-through",
    level: 3,
    says: "One serializable transaction takes a second and is refused at every attempt. It has to get through without stopping the store.",
    strong:
      "After its third refusal it may announce what it will read: its last read set, keys and bounds, becomes a claim, and commits that write into it are refused for at most two seconds. It is the comparison that I have, turned around, and it costs only those who touch these keys. If a report is all it is, the answer is simpler: it writes nothing, so it is never refused.",
    weak: "A global lock that every serializable transaction takes from begin to commit.",
  },
  {
    id: "gone-within-a-minute",
    level: 4,
    says: "The law says that what a customer deletes must be out of memory one minute later, whoever is reading.",
    strong:
      "Then no snapshot may be older than a minute: the age limit that is there becomes 60 s, the horizon passes the deletion, and the collection that is there removes the tombstone with all below it. The report, which takes a minute, has to be cut into pieces or told that it has expired. From level 5 on the log holds the value as well, so a checkpoint and the removal of the old log have to follow within the minute.",
    weak: "A timer walks over all keys and removes the old versions of deleted ones, whether or not somebody still reads them.",
  },
  {
    id: "answered-before-the-sync",
    level: 5,
    says: "Some commits need an answer within 50 µs, and may be lost with the power. The others stay as they are.",
    strong:
      "Such a commit takes its number and its place in the log like any other and is answered, and shown, without waiting for the sync. What is given up is that seen is safe, for every reader, and I would say that loudly. What is kept is the order: a durable commit that has built on it lies behind it in the same log and covers it by its own sync, so after a crash there is never an effect without its cause.",
    weak: "Those commits skip the log and are written to it by a timer later.",
  },
  {
    id: "a-replica-for-reading",
    level: 5,
    says: "Reports move to a second machine, which may be some seconds behind.",
    strong:
      "The batches of the log are shipped in order once they are synced, and the replica's watermark is the last commit that it has applied completely. Its snapshots are then beginnings of the same history, only shorter. Transactions that write stay where they are. I would show how far behind it is, alarm at five seconds, and let a client hand in the number that it has seen, so that it never reads backwards.",
    weak: "Every put is sent to both machines at the same time.",
  },
];
