/** What the interviewer answers when the candidate asks for numbers. They fit together: derive from them. */
import type { Fact } from "../shape.ts";

export const facts: readonly Fact[] = [
  {
    about: "read rate",
    answer:
      "20,000 read-only transactions a second at the peak, with ten gets each; a quarter of that on average.",
  },
  {
    about: "write rate",
    answer:
      "2,000 transactions a second at the peak that read four keys and write two; 500 on average.",
  },
  {
    about: "sizes",
    answer:
      "100,000 live keys of 16 characters, values of 100 bytes on average and 64 KiB at most. It doubles every year; plan for a million keys.",
  },
  {
    about: "deletes",
    answer: "One write in five is a delete, and most of the deleted keys are never put again.",
  },
  {
    about: "open transactions",
    answer: "Some 50 at a time as a rule, and never more than 2,000.",
  },
  {
    about: "length of a transaction",
    answer:
      "99 in 100 are over within 10 ms. A report once an hour reads for a minute. Nothing has a good reason to be open for more than five.",
  },
  {
    about: "latency",
    answer: "Ten gets within 50 µs and a commit within 5 ms, both at the 99th percentile.",
  },
  {
    about: "conflicts",
    answer:
      "Refusing one writer in a hundred is fine. Callers begin again up to ten times and then report an error.",
  },
  {
    about: "hot keys",
    answer: "One key takes part in a twentieth of all writing transactions: a counter.",
  },
  {
    about: "durability",
    answer:
      "No answered commit may be lost when the process ends or the power fails. A lost disk is covered by last night's copy, and we accept losing that day.",
  },
  {
    about: "the disk",
    answer:
      "A sync takes 1 ms at the median and 20 ms once in a thousand; sequential writes run at 200 MB/s.",
  },
  {
    about: "recovery time",
    answer: "10 s from the start of the process to the first transaction.",
  },
  {
    about: "memory",
    answer: "1 GiB for the process, everything included.",
  },
  {
    about: "availability",
    answer:
      "99.9 %, so 43 minutes a month. While the disk fails, reads should go on; writes may be refused.",
  },
  {
    about: "cost",
    answer:
      "One machine with 4 cores and a network disk, 150 $ a month. A second one has to earn its place.",
  },
];
