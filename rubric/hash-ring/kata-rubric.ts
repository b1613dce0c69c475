/** Everything that hints and mock sessions know about this kata, gathered. */
import type { KataRubric } from "../shape.ts";
import { changes } from "./changes.ts";
import { facts } from "./facts.ts";
import { hints } from "./hints.ts";
import { probes } from "./probes.ts";
import { sheets } from "./sheets.ts";
import { variants } from "./variants.ts";

export const kataRubric: KataRubric = {
  kata: "hash-ring",
  format: "infrastructure",
  prompt:
    "Write me the part of a distributed store that says which nodes have a key. Nodes come and " +
    "go, every key lives on three of them, and our proxies ask you on each request. When we add " +
    "a node, less than five per cent of the keys may move; we'll take as many virtual nodes as " +
    "that needs. It also has to work in our test environment, which has two nodes.",
  facts,
  probes,
  hints,
  changes,
  variants,
  // 100 nodes of 128 points.
  operations: [
    { name: "hashesPerLookupAt100Nodes", good: 2.5 },
    { name: "hashesOfTheFirst100Joins", good: 16_000 },
    { name: "hashesPerJoinAt100Nodes", good: 160 },
    { name: "hashesPerDepartureAt100Nodes", good: 160 },
  ],
  sheets,
};
