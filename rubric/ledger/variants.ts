/** Other problems with the same heart, for the sessions after the first. */
import type { Variant } from "../shape.ts";

export const variants: readonly Variant[] = [
  {
    name: "table-of-files",
    says: "Build the commit log of a table that consists of files: a commit adds files and removes others, and several writers work on the table at once. An append must not fail because of another append, and nobody may remove a file that somebody else has removed already.",
    trains:
      "A conflict matrix on actions instead of judging again, orphaned files and when they may be reaped, and checkpoints for readers who come late.",
  },
  {
    name: "stock",
    says: "Shops in many places reserve articles from one stock; a reservation that is not paid within ten minutes is void. There is an object store and nothing else, and nothing may be sold twice.",
    trains:
      "Effects that end with time, whose clock decides that, and rules whose answer changes although nobody has committed.",
  },
  {
    name: "events-into-a-table",
    says: "Events of many sources flow into one table, some twice, some broken, some in a newer schema than ours. Each good one has to arrive exactly once within a minute, and no bad one may stop the others.",
    trains:
      "Offsets in the same entry as effects, quarantine, a schema that changes in mid-stream, and what a minute costs against an hour.",
  },
  {
    name: "two-regions",
    says: "The ledger gets a second region on another continent. People in both want to move money, and one region must be able to go on while the other cannot be reached.",
    trains:
      "Saying which of consistency and availability is given up for which data, accounts with a home, and money that is under way between two of them.",
  },
];
