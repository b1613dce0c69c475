/** Requirements that change in the middle of a session, by the level that holds or is under work. */
import type { ChangedRequirement } from "../shape.ts";

export const changes: readonly ChangedRequirement[] = [
  {
    id: "five-for-some",
    level: 1,
    says:
      "A few important keys should live on five nodes instead of three, and the caller says so " +
      "at the lookup.",
    strong:
      "The number becomes an argument of the lookup, because the walk is the same and only its " +
      "length differs. The list of three is the beginning of the list of five, so a key that " +
      "becomes important keeps its three copies and gains two. Lists that I keep for each arc " +
      "are kept at the greatest length and cut. With zones I check that the rule keeps this " +
      "property: firsts of zones first, then the rest.",
    weak: "A second ring with five replicas for the important keys.",
  },
  {
    id: "same-place-other-machine",
    level: 2,
    says:
      "When a machine is replaced, the new one, with another address, should take over exactly " +
      "the keys of the old one.",
    strong:
      "Then what stands on the ring is not the machine but a place with a lasting name, and a " +
      "table beside the ring says which machine is in it. Replacing a machine changes that " +
      "table and no list. The ring's code does not change at all. It does need somebody who " +
      "knows that the machine in the place has none of the data yet.",
    weak: "I add an alias in the ring that maps the new name to the old one's hash values.",
  },
  {
    id: "racks-too",
    level: 3,
    says:
      "Within a building machines share racks. Owners should be in different buildings, and if " +
      "two have to be in one building, in different racks.",
    strong:
      "A zone becomes a path, building and rack. The rule is applied twice: first of each " +
      "building, then first of each rack among the others, then the rest, each in the order of " +
      "the walk. It needs its own argument that a join still replaces at most one owner, and " +
      "the test that I have states it already; I would run that with few hash values before " +
      "believing it.",
    weak: "I make building and rack one text and use it as the zone.",
  },
  {
    id: "weights-from-load",
    level: 3,
    says: "Operations want to set weights every minute from the measured load of each machine.",
    strong:
      "The call exists, but each change moves data: a weight that rises by 10 % on one of 40 " +
      "nodes brings it about 7 GB. Set every minute from a noisy measure that never stops, and " +
      "load that follows the moves can swing. So weights follow capacity and change by hand; " +
      "short peaks are answered by reading from another owner. If it has to be automatic: steps " +
      "of a quarter, at most one a day, and only when the direction has been the same for " +
      "hours.",
    weak: "I call add with the new weight in a timer.",
  },
  {
    id: "full-is-full",
    level: 4,
    says:
      "A machine has room for 3,000 sessions and not for one more, however many there are in " +
      "all.",
    strong:
      "The limit of a node becomes the smaller of the two. What is new is that the limits may " +
      "add up to less than the load: then there need not be a node with room, and placing has " +
      'to be able to say no, as an answer of its own and not as an undefined that means "no ' +
      "members\". I keep one machine's worth free, so that a departure can be housed, and alarm " +
      "when it is gone.",
    weak: "I set extraLoadMax so that it comes out at 3,000.",
  },
];
