/** Everything that hints and mock sessions know about this kata, gathered. */
import type { KataRubric } from "../shape.ts";
import { changes } from "./changes.ts";
import { facts } from "./facts.ts";
import { hints } from "./hints.ts";
import { probes } from "./probes.ts";
import { sheets } from "./sheets.ts";
import { variants } from "./variants.ts";

export const kataRubric: KataRubric = {
  kata: "durable-kv",
  format: "infrastructure",
  prompt:
    "I'd like you to build a key-value store that a service links in as a library: put, get and " +
    "delete over bytes, with a couple of hundred callers at a time. Once a put has come back, " +
    "the value has to be there after a crash. Readers should see a new value the moment it is " +
    "written, they should never wait, and nobody may ever be shown a value that later turns out " +
    "to be lost.",
  facts,
  probes,
  hints,
  changes,
  variants,
  // Payload of a put: about 103 bytes.
  operations: [
    { name: "syncsPerPutAlone", good: 1.25 },
    { name: "appendsPerPutAlone", good: 2.5 },
    { name: "bytesPerPutAlone", good: 190 },
    { name: "syncsFor64PutsTogether", good: 3 },
    { name: "appendsFor64PutsTogether", good: 80 },
  ],
  sheets,
};
