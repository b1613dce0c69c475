/** Other problems with the same heart, for the sessions after the first. */
import type { Variant } from "../shape.ts";

export const variants: readonly Variant[] = [
  {
    name: "seats",
    says: "Sell seats for a theatre: a customer asks for three seats next to each other and gets them all or none. Two customers who look at the same row at the same moment must not end up on the same chair.",
    trains:
      "Ranges that count as read, conflicts between transactions that write different keys, and what a hot row does to the share of the refused.",
  },
  {
    name: "configuration-with-watchers",
    says: "Build the store that a fleet of servers takes its configuration from: each reads one consistent state, then follows all later changes in order, and never sees half of one. A server that was away for a while either catches up or is told that it has to begin again.",
    trains:
      "The watermark as a position in a history, versions kept for followers who lag, and an honest answer to those who lag too far.",
  },
  {
    name: "time-travel",
    says: "Every transaction of the last hour must be repeatable: hand in a moment, and read what a transaction that began then would have read. Memory is not to grow with the age of the store.",
    trains:
      "A horizon that follows time instead of readers, estimates of what an hour of versions costs, and the difference between the time of a commit and its number.",
  },
  {
    name: "eight-threads",
    says: "The same store in a language with shared memory: eight threads begin, read and commit on the same tables. Readers should take no lock.",
    trains:
      "The critical section that the event loop gives for free, publishing a number after the data that it covers, and who may free a version while others read.",
  },
];
