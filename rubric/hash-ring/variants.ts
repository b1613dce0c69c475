/** Other problems with the same bones, for the session after this one. */
import type { Variant } from "../shape.ts";

export const variants: readonly Variant[] = [
  {
    name: "Shards that only grow",
    says:
      "A store has numbered shards, 16 today and 1,024 one day, and never takes one away. Say " +
      "for each key which shard it is in, without any table, and let a new shard take only its " +
      "share.",
    trains:
      "Jump hashing, what numbering gains and what it forbids, and arithmetic in 64 bits where " +
      "numbers have 53.",
  },
  {
    name: "Connections behind a load balancer",
    says:
      "Ten balancers spread packets over 100 servers without talking to each other. A packet of " +
      "a connection has to reach the same server even when servers come and go, and a lookup " +
      "has 50 ns.",
    trains:
      "A fixed table filled by preferences, evenness paid for with size, and how few wrong " +
      "moves a table of connections can forgive.",
  },
  {
    name: "Partitions and their workers",
    says:
      "1,024 partitions are shared out among workers by a coordinator that remembers who has " +
      "what. Even them out when a worker comes or goes, and move as few as possible.",
    trains:
      "Remembered assignment instead of a function, the smallest number of moves as an exact " +
      "figure, and two coordinators that both believe to be the one.",
  },
  {
    name: "Keys in ranges",
    says:
      "Nodes own ranges of keys in order, so that neighbours can be scanned together. A range " +
      "that becomes too large or too hot is split, small ones are joined, and clients cache the " +
      "map.",
    trains:
      "A directory with versions, stale clients, hot ends of a range, and what order costs " +
      "compared with hashing.",
  },
];
