/** Other problems with the same bones, for the session after this one. */
import type { Variant } from "../shape.ts";

export const variants: readonly Variant[] = [
  {
    name: "A cache that forgets nothing",
    says:
      "Values no longer fit into memory: keep the positions of all of them and the values of " +
      "the most recent ones, log every change before you answer, and make deletes survive. A " +
      "get may now have to read the disk.",
    trains:
      "An index of positions, reads that compete with compaction for a file that moves under " +
      'them, and what "recent" costs in hits.',
  },
  {
    name: "Durable counters",
    says:
      "Callers do not put values, they add to counters, up to 50,000 times a second, and a " +
      "counter must never have counted an answered addition twice or not at all.",
    trains:
      "Replay that is not idempotent: positions in snapshots, a cut that has to be sharp, " +
      "retries that carry an id.",
  },
  {
    name: "A queue on disk",
    says:
      "Build a first-in-first-out queue for one process: push, take, and a confirmation, " +
      "without which an element is handed out again after a crash. Elements that have been " +
      "confirmed give their space back.",
    trains:
      "A log with two ends, at-least-once delivery, and space that is freed at the front while " +
      "the back grows.",
  },
  {
    name: "A log for somebody else",
    says:
      "Build only the log: append returns a position, readers follow from any position, and the " +
      "owner can cut off everything before one. Another team writes the store on top.",
    trains:
      "A contract between log and state machine, what a reader may see before the sync, and " +
      "cutting while somebody reads.",
  },
];
