/** What the interviewer answers when asked about scale. The numbers fit one another: change them together. */
import type { Fact } from "../shape.ts";

export const facts: readonly Fact[] = [
  {
    about: "callers",
    answer:
      "About 200 at a time, all in one process. Each waits for its answer before it calls " +
      "again.",
  },
  {
    about: "write rate",
    answer:
      "5,000 puts a second on average and 20,000 in the busiest minute. One write in twenty is " +
      "a delete.",
  },
  {
    about: "read rate",
    answer:
      "100,000 gets a second. Most of them ask for keys that were written within the last hour.",
  },
  {
    about: "sizes",
    answer:
      "Keys have 40 bytes as a rule and never more than 1,024. Values have 200 bytes on " +
      "average, 4 KiB at the 99th percentile, and never more than 1 MiB.",
  },
  {
    about: "number of keys",
    answer: "2 million live keys today, 10 million in two years. The machine has 16 GiB of memory.",
  },
  {
    about: "overwrites",
    answer: "A key is overwritten some forty times before it is deleted.",
  },
  {
    about: "disk",
    answer:
      "One network volume of 20 GB. A sync takes 1 ms in the median and 4 ms at the 99th " +
      "percentile; sequential writing reaches 200 MB/s.",
  },
  {
    about: "latency",
    answer:
      "A put within 5 ms in the median and 20 ms at the 99th percentile. A get within 100 µs, " +
      "always.",
  },
  {
    about: "failures to survive",
    answer:
      "The process is killed, the kernel panics, the machine loses power. A volume that is lost " +
      "altogether is restored from a copy that is an hour old, and that is accepted.",
  },
  {
    about: "time to recover",
    answer: "15 seconds from the start of the process to its first answer, after whatever crash.",
  },
  {
    about: "processes",
    answer:
      "One owns the directory. During a deployment the old one may still be alive for 10 " +
      "seconds when the new one starts.",
  },
  {
    about: "lost answers",
    answer:
      "Callers write whole values and never increments, so they repeat a put that failed. Fewer " +
      "than one in 10,000 should have to.",
  },
  {
    about: "order",
    answer: "Nobody reads ranges. Keys are looked up one by one.",
  },
  {
    about: "cost",
    answer:
      "The volume includes 3,000 I/O operations a second. Each 1,000 more cost about 5 dollars " +
      "a month, and nobody has asked for them yet.",
  },
];
