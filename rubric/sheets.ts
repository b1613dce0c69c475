/**
 * The two sheets beside the fourteen dimensions. A row is answered with a line of the code; the answers feed
 * the dimensions that a sheet names. Here are the general rows; a kata words them for itself in its
 * `kata-rubric.ts`.
 */
import type { DimensionNumber, SheetRow } from "./shape.ts";

export type SheetName = "design" | "tradeOffs";

export interface Sheet {
  name: SheetName;
  title: string;
  /** The dimensions that its answers speak for. */
  feeds: readonly DimensionNumber[];
  rows: readonly SheetRow[];
}

export const sheets: readonly Sheet[] = [
  {
    name: "design",
    title: "Design sheet",
    feeds: [7, 11],
    rows: [
      {
        row: "structure",
        asks: "Which line shows that reading, rules and commit lie behind interfaces of their own?",
        strong:
          "An interface for each with one reason to change, small enough that a caller depends on nothing it does not use, and an implementation that can be exchanged (each letter of SOLID has its line).",
      },
      {
        row: "decoupling",
        asks: "Which line would change for another format, or for another cloud?",
        strong: "One line: the place where a factory is called or a port is handed in.",
      },
      {
        row: "concurrency",
        asks: "Which line bounds what runs at once, and why is it that number?",
        strong:
          "A task runner whose size is a parameter: cores + 1 for work of the processor, rate × wait for input and output; shared state is guarded, and a single-threaded runner stands beside the pooled one.",
      },
      {
        row: "commit",
        asks: "Which line checks for conflicts before anything is written?",
        strong:
          "readMetadata, validateConflicts, attemptCommit, in this order: consistency is checked before the write, and the write fails if the world has changed since.",
      },
    ],
  },
  {
    name: "tradeOffs",
    title: "Trade-off sheet",
    feeds: [13, 14],
    rows: [
      {
        row: "consistency",
        asks: "Which data is refused rather than served stale, and what if latency spikes?",
        strong:
          "Logs, metadata and schema are refused; caches and replicas are served stale, with a limit of age. Under a spike the limit decides, not the caller's patience.",
      },
      {
        row: "cost",
        asks: "What do the size of the pool and the number of requests cost a month?",
        strong: "Two products with their units, and the one that dominates.",
      },
      {
        row: "mode",
        asks: "Hourly becomes every minute: which lines change?",
        strong:
          "The one that reads and the one that schedules; state is kept between runs behind the same interface, and the rules do not change.",
      },
    ],
  },
];
