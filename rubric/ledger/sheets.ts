/** The rows of the design sheet and of the trade-off sheet, in the words of this kata. */
import type { SheetRow } from "../shape.ts";

export const design: readonly SheetRow[] = [
  {
    row: "structure",
    asks: "Where are reading, judging and committing, and what does each of them not know? Name a line for each letter of SOLID.",
    strong:
      "A reader knows text, the engine knows accounts, the log knows numbers and bytes, and the validator coordinates them by their interfaces. A rule is a strategy, added without opening the engine, and any executor can stand in for the pool. The interface of each part is small enough to be written out in five lines.",
  },
  {
    row: "decoupling",
    asks: "Who chooses concrete types? Point to the lines that change for Avro, and to those for another cloud.",
    strong:
      "Store, clock, chance and workers are handed in. A factory maps a format to a reader, so Avro is a new file and one line in the factory; another cloud is one adapter with put-if-absent, get and list. Schema, rules and the retry loop do not change for either.",
  },
  {
    row: "concurrency",
    asks: "How large is the pool, and why? What is guarded, and what is different with an executor that has a single slot?",
    strong:
      "In flight is a parameter: rate times wait for checks that wait, 200 × 80 ms = 16 for all instances, and the free cores for those that compute. The queue is bounded and refuses at the call. Commits take turns, slots and counts change between awaits only. With a single slot all outcomes and versions are the same, only later.",
  },
  {
    row: "commit",
    asks: "Show me readMetadata, validateConflicts and attemptCommit. What exactly has been checked at the moment of the put?",
    strong:
      "The metadata has a version; the plan is judged against it and names the next one; the attempt is one put-if-absent of that name with no second try. So whatever was checked holds for exactly the entries before. The loop around them is bounded, pauses at random, and goes back to reading and never to the put alone.",
  },
];

export const tradeOffs: readonly SheetRow[] = [
  {
    row: "consistency",
    asks: "Which data refuses when the store is slow or cut off, and which may be served stale?",
    strong:
      "Entries, balances that decide about money, offsets and the schema refuse; a put that was begun is found out, and what cannot be is called unknown. Dashboards get the last version known, with its number, up to 30 s old. In a second region reads are copies that say so, and commits go home.",
  },
  {
    row: "cost",
    asks: "What do a commit, an instance and a larger pool cost a month?",
    strong:
      "4 commits a second are 10.5 million a month: 53 $ of puts, a few for the reads before them, and some 4 $ for each instance that follows along, about 90 $ of the 300 in all. A larger pool costs nothing at the store and everything at the service behind the check, which takes 25 calls at a time. Lost races are puts too, which is what the pauses pay for.",
  },
  {
    row: "mode",
    asks: "The source turns from an hourly file into a stream. Which lines have to change, and which promise might break?",
    strong:
      "The condition that closes a chunk, and nothing in reader, rules or log. Offsets were committed with their effects before, so exactly once holds in both modes. What changes is the number of entries, up to 44,000 a month for 22 cents, and how soon a new instance needs a checkpoint to begin within 30 s.",
  },
];
