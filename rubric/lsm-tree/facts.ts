/** What the interviewer answers when asked about scale. The numbers fit one another: change them together. */
import type { Fact } from "../shape.ts";

export const facts: readonly Fact[] = [
  {
    about: "write rate",
    answer:
      "20,000 puts and deletes a second on average, 60,000 for some minutes after each " +
      "deployment. One in ten is a delete.",
  },
  {
    about: "read rate",
    answer:
      "5,000 gets a second, and half of them ask for keys that are not there. 50 ranges a " +
      "second, of 10 to 100 entries.",
  },
  {
    about: "sizes",
    answer:
      "Keys have 16 bytes, values 100 on average. The limits are 1,024 bytes and 1 MiB, and " +
      "some values do come near it.",
  },
  {
    about: "number of keys",
    answer: "50 million live ones, some 6 GB. Each is overwritten about thirty times a day.",
  },
  {
    about: "order of keys",
    answer:
      "A key is a customer's name, a slash and a number. Names are in any language, and other " +
      "services sort them by bytes.",
  },
  {
    about: "memory",
    answer:
      "2 GiB for the process. You may settle on larger memtables than a thousand entries: " +
      "100,000 are fine.",
  },
  {
    about: "disk",
    answer:
      "A local flash drive of 1 TB. Reading 4 KiB takes 100 µs, a sync 0.5 ms, and sequential " +
      "writing reaches 500 MB/s.",
  },
  {
    about: "wear",
    answer:
      "The drive is rated for two full writes a day over five years. Replacing one costs 200 " +
      "dollars and a night of work.",
  },
  {
    about: "latency",
    answer:
      "A put within 10 ms and a get within 2 ms, both at the 99th percentile. One call in a " +
      "hundred may be slower.",
  },
  {
    about: "callers",
    answer: "100 at a time in one process, each waiting for its answer.",
  },
  {
    about: "long readers",
    answer:
      "Once a night an export reads everything in order. It takes 20 minutes, because whoever " +
      "receives it is slow.",
  },
  {
    about: "failures to survive",
    answer:
      "A killed process and a power cut. The loss of a drive is covered by another site, and so " +
      "is damage, as long as it is noticed.",
  },
  {
    about: "time to recover",
    answer: "3 seconds from the start of the process to its first answer.",
  },
  {
    about: "growth",
    answer: "Twice as many keys every year. Ranges stay as rare as they are.",
  },
];
