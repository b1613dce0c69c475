/** Everything that hints and mock sessions know about this kata, gathered. */
import type { KataRubric } from "../shape.ts";
import { changes } from "./changes.ts";
import { facts } from "./facts.ts";
import { hints } from "./hints.ts";
import { probes } from "./probes.ts";
import { sheets } from "./sheets.ts";
import { variants } from "./variants.ts";

export const kataRubric: KataRubric = {
  kata: "lsm-tree",
  format: "infrastructure",
  prompt:
    "Let's build an ordered key-value store for a lot of writes: put, get, delete, and a range " +
    "that goes through the keys in order. New writes stay in memory, every thousand writes you " +
    "turn them into a sorted file that never changes again, and a delete simply takes the key " +
    "out. I care about two things: writes are fast, and a range is consistent.",
  facts,
  probes,
  hints,
  changes,
  variants,
  // 2,000 puts of 216 bytes into eight memtables, then 500 gets.
  operations: [
    { name: "syncsPerPut", good: 1.25 },
    { name: "appendsPerPut", good: 2.5 },
    { name: "bytesAppendedPerPut", good: 1000 },
    { name: "directorySyncsPerMemtable", good: 5 },
    { name: "readsPerGet", good: 1.5 },
    { name: "bytesReadPerGet", good: 8192 },
  ],
  sheets,
};
