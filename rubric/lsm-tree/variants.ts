/** Other problems with the same bones, for the session after this one. */
import type { Variant } from "../shape.ts";

export const variants: readonly Variant[] = [
  {
    name: "Measurements that expire",
    says:
      "Keys are sensor and time, they arrive almost in order, nobody overwrites them, and " +
      "everything is dropped after 30 days. A query asks for one sensor and an hour.",
    trains:
      "Files by window of time, expiry by removing whole files, late arrivals, and why merging " +
      "by size is the wrong question here.",
  },
  {
    name: "Files in an object store",
    says:
      "There is no local disk: files lie in an object store that cannot append and answers in " +
      "20 ms, and two processes may believe that they own the tree.",
    trains:
      "Large immutable objects, a list committed by putting a name that must not exist yet, " +
      "fencing, and a cache that replaces the disk.",
  },
  {
    name: "An index of words",
    says:
      "Map each word to the documents that contain it. A write adds one document to a hundred " +
      "words, a read wants the whole list of a word, and nobody wants to read the old list in " +
      "order to add to it.",
    trains:
      "Merge operators instead of overwrites, the order in which partial values are combined, " +
      "and entries that grow without a limit.",
  },
  {
    name: "A dictionary made once a night",
    says:
      "A job writes 200 million sorted entries at once. Servers then look keys up in it all " +
      "day, and switch to the next night's file without a pause.",
    trains:
      "The file format alone: blocks, index, filter and checksums, memory for each key, and an " +
      "atomic switch under readers.",
  },
];
