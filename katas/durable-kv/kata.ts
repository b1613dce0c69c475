/** What the commands know about this kata. */
export const kata = {
  name: "durable-kv",
  title: "A durable key-value store",
  version: 1,
  coreLevel: 3,
  levels: [
    { title: "Log before you answer", minutes: 10 },
    { title: "Survive the power cut", minutes: 10 },
    { title: "Many writers", minutes: 15 },
    { title: "When the disk misbehaves", minutes: 30 },
    { title: "A log that does not grow for ever", minutes: 40 },
  ],
} as const;
