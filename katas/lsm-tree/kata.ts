/** What the commands know about this kata. */
export const kata = {
  name: "lsm-tree",
  title: "A log-structured merge tree",
  version: 1,
  coreLevel: 2,
  levels: [
    { title: "Memtable and tables", minutes: 12 },
    { title: "Range", minutes: 18 },
    { title: "Crash", minutes: 40 },
    { title: "Read less", minutes: 30 },
    { title: "Compaction", minutes: 60 },
  ],
} as const;
