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
    "We keep accounts, and I would like you to build the service that writes to them. Eight instances receive batches of payments, check each payment against a schema and our business rules, and commit to one table; all they have in common is an object store. Commits are strictly serialized, no instance ever waits for another, and every payment takes effect exactly once.",
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
