/** What hints, mock sessions and score cards know about the multi-version store. */
import type { KataRubric } from "../shape.ts";
import { changes } from "./changes.ts";
import { facts } from "./facts.ts";
import { hints } from "./hints.ts";
import { probes } from "./probes.ts";
import { design, tradeOffs } from "./sheets.ts";
import { variants } from "./variants.ts";

export const kataRubric: KataRubric = {
  kata: "mvcc-store",
  format: "infrastructure",
  prompt:
    "I would like you to build a transactional key-value store that is kept in memory and survives a power cut. A transaction sees the store as it was when it began, and it behaves as if it were the only one. Nobody ever waits for anybody else. Begin with one process, and tell me when that is no longer enough.",
  facts,
  probes,
  hints,
  changes,
  variants,
  operations: [
    { name: "syncsPerCommit", good: 1.25 },
    // A record and a mark that it is complete are two appends, and as right as one.
    { name: "appendsPerCommit", good: 2.5 },
    { name: "bytesPerCommit", good: 160 },
    // None is right; the margin only keeps a bound above zero.
    { name: "diskCallsPerReadOnlyTransaction", good: 0.05 },
    { name: "syncsFor64CommitsTogether", good: 3 },
    // An append for each commit is cheap as long as they share the sync.
    { name: "appendsFor64CommitsTogether", good: 80 },
  ],
  sheets: { design, tradeOffs },
};
