/** What the interviewer answers when the candidate asks for numbers. They fit together: derive from them. */
import type { Fact } from "../shape.ts";

export const facts: readonly Fact[] = [
  {
    about: "rate of batches",
    answer: "10 a second at the peak over all instances, 4 on average.",
  },
  {
    about: "size of a batch",
    answer: "20 transactions as a rule, 1,000 at most. A transaction is about 200 bytes as text.",
  },
  {
    about: "accounts",
    answer:
      "20,000 today, ten times as many in three years. The busiest takes part in one transfer of fifty.",
  },
  {
    about: "instances",
    answer:
      "Eight in one region, on machines with 4 cores. They come and go, and do not know each other.",
  },
  {
    about: "the object store",
    answer:
      "A conditional put takes 20 to 50 ms, a read 10 to 30 ms. One call in 10,000 is not answered within its 2 s.",
  },
  {
    about: "latency",
    answer: "A commit within 1 s at the 99th percentile. Somebody is paged at 2 s.",
  },
  {
    about: "checks that take time",
    answer:
      "A fraud check at another service, 80 ms for each transaction. That service accepts 25 calls at a time from all of us together.",
  },
  {
    about: "checks that compute",
    answer: "A scoring rule is planned: 10 ms of processor time for each transaction.",
  },
  {
    about: "asking again",
    answer:
      "Clients that get no answer ask again with the same ids: nearly always within a minute, and at the latest after seven days.",
  },
  {
    about: "availability",
    answer:
      "99.9 %, so 43 minutes a month. Refusing is acceptable; showing a wrong balance to whoever moves money is not. Dashboards may be 30 s behind.",
  },
  {
    about: "recovery time",
    answer: "A new instance commits within 30 s of its start, however old the ledger is.",
  },
  {
    about: "bad input",
    answer:
      "One candidate in a thousand does not fit the schema, and one in a million makes a rule fail. The schema gets a new kind of transaction about twice a year.",
  },
  {
    about: "files and streams",
    answer:
      "A partner delivers one file an hour with up to 50,000 lines. Next year it wants its lines in within a minute.",
  },
  {
    about: "cost",
    answer:
      "5 $ for a million puts and 0.40 $ for a million reads. 300 $ a month for the store's calls is the limit.",
  },
];
