/** What hints, mock sessions and score cards know about the ledger with many committers. */
import type { KataRubric } from "../shape.ts";
import { changes } from "./changes.ts";
import { facts } from "./facts.ts";
import { hints } from "./hints.ts";
import { probes } from "./probes.ts";
import { design, tradeOffs } from "./sheets.ts";
import { variants } from "./variants.ts";

export const kataRubric: KataRubric = {
  kata: "ledger",
  format: "staff",
  prompt:
    "Build the service behind a table of accounts. Several instances take batches of payments, check them against a schema and business rules, and commit them to one table that lives in an object store; there is no database. Commits are strictly serialized, no instance ever waits for another, and every payment takes effect exactly once.",
  facts,
  probes,
  hints,
  changes,
  variants,
  operations: [
    { name: "callsPerCommitAlone", good: 2.5 },
    { name: "putsPerCommitAlone", good: 1.25 },
    { name: "callsToReadFiftyEntries", good: 64 },
    // A message for each task is good enough; fewer are better.
    { name: "messagesFor64TasksOfNoTime", good: 80 },
  ],
  sheets: { design, tradeOffs },
};
