/** What the interviewer answers when asked about scale. The numbers fit one another: change them together. */
import type { Fact } from "../shape.ts";

export const facts: readonly Fact[] = [
  {
    about: "nodes",
    answer: "40 in production, 200 in three years, 2 in the test environment.",
  },
  {
    about: "replicas",
    answer: "Three for everything. Clients write to two before they answer, and read from two.",
  },
  {
    about: "data",
    answer: "500 million objects of 2 KB: 1 TB, with its replicas 3 TB, so 75 GB a node.",
  },
  {
    about: "requests",
    answer:
      "20 proxies with 50,000 requests a second each, a million in all. Nine in ten are reads.",
  },
  {
    about: "time for a lookup",
    answer: "A microsecond is fine. A proxy spends 20 µs on a request altogether.",
  },
  {
    about: "changes of membership",
    answer:
      "Two or three planned ones a week. Besides, a node dies about once a week and is mostly " +
      "back within ten minutes.",
  },
  {
    about: "moving data",
    answer: "A node can take in 100 MB/s beside its normal work.",
  },
  {
    about: "unequal machines",
    answer:
      "Two generations: the newer ones have twice the memory and twice the cores. There are 10 " +
      "of them and 30 of the old.",
  },
  {
    about: "zones",
    answer:
      "Three buildings, with 16, 14 and 10 nodes. Losing one building must not lose data or " +
      "stop reads.",
  },
  {
    about: "evenness",
    answer:
      "We buy machines for the fullest one. Up to a quarter above the mean is what has been " +
      "budgeted.",
  },
  {
    about: "popular keys",
    answer: "One key gets 2 % of all reads on some days. Nobody can say in advance which one.",
  },
  {
    about: "languages",
    answer:
      "Half of the proxies are written in TypeScript, half in Go. Both have to come to the same " +
      "answer.",
  },
  {
    about: "where membership comes from",
    answer:
      "A small service that numbers each change and tells the proxies. It may take five seconds " +
      "until all of them have heard.",
  },
  {
    about: "sessions",
    answer:
      "Besides the objects there are 100,000 sessions, each of which lives on one node only. " +
      "Moving one costs its user a new login.",
  },
  {
    about: "cost",
    answer:
      "A machine costs 300 dollars a month. Traffic between buildings costs 2 cents a gigabyte.",
  },
];
