/** The rows of the two sheets in the words of this kata. */
import type { KataRubric } from "../shape.ts";

export const sheets: KataRubric["sheets"] = {
  design: [
    {
      row: "structure",
      asks:
        "Which part of your code hashes, which searches, which chooses owners from a walk, and " +
        "which remembers members? Could the rule for zones be tested without a hash?",
      strong:
        "Positions come from one function, the table finds an arc and walks it, a pure function " +
        "turns a walk into a list of owners, and the ring holds members and the current table. " +
        "The rule for zones takes a walk and a number, so it is tested with written-out walks. " +
        "Placed keys are a class of their own that sees walks and limits only.",
    },
    {
      row: "decoupling",
      asks:
        "What changes if points give way to rendezvous hashing, or if the hash becomes one with " +
        "a secret?",
      strong:
        "The hash is handed in, so a keyed one is another argument. Rendezvous replaces the " +
        'table behind the same question, "in which order does this key see the nodes?", and ' +
        "owners, zones, views and placement do not notice. No caller knows about points, except " +
        "for an option that rendezvous ignores.",
    },
    {
      row: "concurrency",
      asks:
        "There are no threads and no awaits here. Whose code runs in the middle of yours " +
        "nevertheless, and what would you do with eight real threads?",
      strong:
        "The hash that was handed in: it can look up or throw in the middle of a change, and " +
        "sees or leaves the table from before. Threads get a table each, built from the same " +
        "numbered list of changes; since order does not matter to the result they agree without " +
        "a lock. A shared table in shared memory would need only the one reference to be " +
        "replaced atomically.",
    },
    {
      row: "commit",
      asks:
        "Which single line makes a change of membership happen, and what can still fail after " +
        "it?",
      strong:
        "The assignment of the new table. All checks and all calls of the hash lie before it, " +
        "and nothing that can fail lies behind it; at level 4 the placement is computed before " +
        "it as well and replaced in the same breath. Outside of the process the commit is the " +
        "number that the membership service gives the change.",
    },
  ],
  tradeOffs: [
    {
      row: "consistency",
      asks:
        "A proxy has not heard of the last change. Do you refuse its requests or serve them, " +
        "and what do you do when the membership service is down?",
      strong:
        "Writes and quorum reads with an old number are refused with the newer one, since " +
        "otherwise quorums do not meet. Reads that may be stale can be served from any owner " +
        "that still has the key. When the service is down the ring stays as it is, every proxy " +
        "goes on with the last number, and only changes have to wait.",
    },
    {
      row: "cost",
      asks: "What does unevenness cost in machines here, and what do more points cost against it?",
      strong:
        "Machines are bought for the fullest one: 19 % above the mean are nearly eight of 40 " +
        "machines, 2,300 dollars a month, with 128 points; with 512 it is 9 %, about four " +
        "machines and 1,100 dollars. The price of that is a megabyte or two in each proxy and a " +
        "join that takes a fraction of a millisecond. Beyond that the building with the fewest " +
        "machines decides, and points do not help.",
    },
    {
      row: "mode",
      asks:
        "Instead of single joins you get the whole list of members once a minute. Which lines " +
        "change?",
      strong:
        "One function compares the list with the members and hands the differences to the call " +
        "that applies several changes as one; an unchanged list changes nothing and builds no " +
        "table. The answers are the same as with single joins, because only the set of members " +
        "counts. An empty or much shorter list is refused, since it is more likely a fault than " +
        "a wish.",
    },
  ],
};
