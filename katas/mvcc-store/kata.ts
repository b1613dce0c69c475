/** What the commands know about this kata. */
export const kata = {
  name: "mvcc-store",
  title: "A multi-version transactional store",
  version: 1,
  coreLevel: 2,
  levels: [
    { title: "Snapshots", minutes: 15 },
    { title: "Conflicts", minutes: 15 },
    { title: "Serializable", minutes: 25 },
    { title: "Garbage", minutes: 30 },
    { title: "Durable", minutes: 40 },
  ],
} as const;
