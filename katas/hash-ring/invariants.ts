/**
 * The promises of this kata, in the words that the brief, the grade and the planted bugs share.
 * `interleavings` marks those that mean something only when calls overlap: here every call is synchronous.
 */
export const invariants = [
  // Level 1: who owns this key.
  {
    id: "hash-ring/every-key-has-owners",
    level: 1,
    sentence:
      "Every key has as many different members as owners as the replicas ask for, or all members if there are fewer.",
    interleavings: false,
  },
  {
    id: "hash-ring/shortage-is-told",
    level: 1,
    sentence: "An answer says that it is short exactly when there are fewer members than replicas.",
    interleavings: false,
  },
  {
    id: "hash-ring/members-decide",
    level: 1,
    sentence: "Equal options and members give equal owners: in any order, in any process.",
    interleavings: false,
  },
  {
    id: "hash-ring/the-second-takes-over",
    level: 1,
    sentence: "When the first owner of a key leaves, its second owner becomes the first.",
    interleavings: false,
  },
  {
    id: "hash-ring/joining-twice-is-joining-once",
    level: 1,
    sentence: "A second join or a stranger's departure answers false and changes nothing.",
    interleavings: false,
  },
  {
    id: "hash-ring/the-hash-is-yours",
    level: 1,
    sentence: "Where a hash that is handed in tells no keys apart, neither does the ring.",
    interleavings: false,
  },
  {
    id: "hash-ring/answers-stay-as-given",
    level: 1,
    sentence: "No change of the ring, and no attempt at it, changes an answer once given.",
    interleavings: false,
  },
  {
    id: "hash-ring/bad-arguments-are-refused",
    level: 1,
    sentence: "What the contract excludes throws INVALID_ARGUMENT and has no effect.",
    interleavings: false,
  },

  // Level 2: only what must move, moves.
  {
    id: "hash-ring/only-what-must-move-moves",
    level: 2,
    sentence:
      "A join puts the newcomer into some lists of owners and shifts the rest; a departure does the reverse; nothing else changes.",
    interleavings: false,
  },
  {
    id: "hash-ring/collisions-lose-nobody",
    level: 2,
    sentence:
      "However many places coincide, every member owns and moves as promised, and names decide.",
    interleavings: false,
  },
  {
    id: "hash-ring/names-do-not-blur",
    level: 2,
    sentence: 'Nodes with similar names, such as "a" and "a1", share no places on the ring.',
    interleavings: false,
  },
  {
    id: "hash-ring/keys-spread-evenly",
    level: 2,
    sentence:
      "With 512 points a node, no node of ten has more than 1.3 times the keys of another; of 25, a newcomer takes less than 5 %.",
    interleavings: false,
  },

  // Level 3: unequal nodes, shared fates.
  {
    id: "hash-ring/weights-are-shares",
    level: 3,
    sentence:
      "Keys are shared in proportion to the weights: with 512 points, keys per weight differ by a factor of at most 1.3.",
    interleavings: false,
  },
  {
    id: "hash-ring/a-new-weight-moves-the-minimum",
    level: 3,
    sentence:
      "A higher weight moves keys only towards its node, a lower one only away from it, as if it had joined with it.",
    interleavings: false,
  },
  {
    id: "hash-ring/owners-share-no-fate",
    level: 3,
    sentence: "The owners of a key are in different zones as far as there are enough zones.",
    interleavings: false,
  },
  {
    id: "hash-ring/zones-move-the-minimum",
    level: 3,
    sentence:
      "With zones, too, a join or departure leaves lists without that node alone and replaces at most one owner in others.",
    interleavings: false,
  },
  {
    id: "hash-ring/changes-are-whole",
    level: 3,
    sentence:
      "A lookup in the middle of a change sees the ring before or after it, and a change that fails has not happened.",
    interleavings: false,
  },
  {
    id: "hash-ring/views-stay",
    level: 3,
    sentence: "A view answers as the ring did when it was taken, whatever changes later.",
    interleavings: false,
  },

  // Level 4: nobody is overloaded.
  {
    id: "hash-ring/a-place-is-kept",
    level: 4,
    sentence:
      "A placed key has one carrier, a member, until it is released; keys wait while there is none.",
    interleavings: false,
  },
  {
    id: "hash-ring/no-node-beyond-its-limit",
    level: 4,
    sentence:
      "With loads of 1, no node carries more than its limit, rounded up: (1 + extraLoadMax) × its share of all loads.",
    interleavings: false,
  },
  {
    id: "hash-ring/keys-sit-as-early-as-they-can",
    level: 4,
    sentence: "No node that comes before its carrier in a key's walk has room.",
    interleavings: false,
  },
  {
    id: "hash-ring/placement-moves-little",
    level: 4,
    sentence:
      "With 1,000 keys on 20 nodes, a join or departure moves at most two shares on average, a place or release one key.",
    interleavings: false,
  },
  {
    id: "hash-ring/a-hot-key-sits-alone",
    level: 4,
    sentence:
      "With any loads, and when they change: without its heaviest key no node carries its limit, and no earlier node has room.",
    interleavings: false,
  },
] as const;

export type Invariant = (typeof invariants)[number];
export type InvariantId = Invariant["id"];
