/** Hints by level, each a ladder of three rungs: a question, an idea by its name, and how it works. */
import type { Hint } from "../shape.ts";

export const hints: readonly Hint[] = [
  // Level 1
  {
    id: "walk-and-collect",
    level: 1,
    about: "algorithm",
    promises: [
      "hash-ring/every-key-has-owners",
      "hash-ring/shortage-is-told",
      "hash-ring/the-second-takes-over",
    ],
    nudge:
      "Of the points that follow a key, some belong to a node that you have already. What do " +
      "you do with those, and when do you stop?",
    concept:
      "A key ranks all nodes; its owners are the first few of that ranking. On a circle the " +
      "ranking is the order in which nodes appear on a walk from the key's position.",
    mechanism:
      "Keep all points sorted by position. Find the first point that is not below the key's " +
      "position, and go on from there, and from the last point on to the first, collecting " +
      "nodes that you do not have yet. Stop when you have as many as asked for or have passed " +
      "each point once; the second condition makes two nodes, one and none safe. Fewer than " +
      "asked for is exactly when the flag is set. Whoever leaves is struck from the walk, so " +
      "the next one is first without any further rule.",
  },
  {
    id: "same-members-same-ring",
    level: 1,
    about: "algorithm",
    promises: ["hash-ring/members-decide", "hash-ring/joining-twice-is-joining-once"],
    nudge:
      "Two processes add the same three nodes in different orders. Which line of yours could " +
      "make them differ?",
    concept:
      "Placement as a pure function of the set of members: no counter, no chance, no order of " +
      "insertion takes part in it.",
    mechanism:
      "Derive each point from the node's name and the number of the point and from nothing " +
      "else. Sort by position as unsigned numbers, and give points at the same position an " +
      "order that follows from names. Keep the members in a set: a second join finds the name " +
      "there and answers false before anything is placed, and a stranger's departure finds " +
      "nothing to take away. Two rings share no variable.",
  },
  {
    id: "believe-the-hash",
    level: 1,
    about: "algorithm",
    promises: ["hash-ring/the-hash-is-yours"],
    nudge:
      "Somebody hands you a hash that gives all keys the same number. Where in your code could " +
      "two keys still get different owners?",
    concept: "The key takes part only through its hash: the same number means the same list.",
    mechanism:
      "Call the hash once with the key, and use nothing of the key afterwards, neither as a " +
      "second hash nor to break a tie. Points of nodes come through the same function. When it " +
      "cannot tell nodes apart either, only names are left to order them, and that order is the " +
      "same for every key. If the hash gives 32 bits, do not shorten them on the way.",
  },
  {
    id: "answers-are-handed-over",
    level: 1,
    about: "algorithm",
    promises: ["hash-ring/answers-stay-as-given", "hash-ring/bad-arguments-are-refused"],
    nudge: "A caller sorts the list that it was given. What does the next caller get?",
    concept: "Nothing that can be changed leaves the ring, and nothing unchecked enters it.",
    mechanism:
      "Hand out a copy, or one list that is frozen and therefore may be shared by all. Check " +
      "every argument at the start of a call, before anything has changed: names are texts and " +
      "not empty, keys may be empty, counts are whole numbers within their limits, and not a " +
      "number is no number. Use a map or a set for members and not the properties of an " +
      "ordinary object, in which some names mean something already.",
  },

  // Level 2
  {
    id: "strike-the-newcomer",
    level: 2,
    about: "algorithm",
    promises: ["hash-ring/only-what-must-move-moves"],
    nudge:
      "Take a key's list after a join and strike the newcomer. Why should the rest be in " +
      "another order than before?",
    concept:
      "Independent ranking: where a node stands for a key depends on that node and that key, so " +
      "a join inserts and a departure deletes, and nobody else is asked.",
    mechanism:
      "Look for anything in the placement of one node that depends on others: the number of " +
      "nodes in a modulus, an index in a list of nodes, points that are moved to a free place " +
      "because theirs was taken. Remove it. Then insert the newcomer's points without touching " +
      "existing ones, and on a departure remove exactly those. Check the claim by comparing " +
      "lists before and after, with a hash that knows only few numbers.",
  },
  {
    id: "both-stay",
    level: 2,
    about: "algorithm",
    promises: ["hash-ring/collisions-lose-nobody"],
    nudge:
      "Two nodes have a point at one position, and one of the nodes leaves. What is at that " +
      "position now?",
    concept:
      "Points are pairs of position and node. A collision is an ordinary tie, broken by the " +
      "names, and not an overwriting.",
    mechanism:
      "Store points in a sorted sequence and not in a map with positions for keys, so that " +
      "several nodes can stand at one place. Order by position first and by name second, with a " +
      "comparison that never calls two different names equal, so none that knows a language. A " +
      "lookup that lands on the place starts with the first point there. A departure removes " +
      "the points of that node, and the others at the place remain.",
  },
  {
    id: "labels-read-one-way",
    level: 2,
    about: "algorithm",
    promises: ["hash-ring/names-do-not-blur"],
    nudge: 'Write down the labels of point 12 of "a" and of point 2 of "a1". Are they different?',
    concept:
      "An unambiguous encoding of two things into one text, and names that are taken as they " +
      "are.",
    mechanism:
      "Put the part that has a known form first: the digits of the number, then a character " +
      "that is no digit, then the whole name. From such a label one can always read number and " +
      "name back, whatever the name contains; a length in front of the name does as well. Do " +
      "not trim, change capitals, normalise or shorten names, because each of these makes two " +
      "names one.",
  },
  {
    id: "mix-the-bits",
    level: 2,
    about: "algorithm",
    promises: ["hash-ring/keys-spread-evenly"],
    nudge:
      'Hash "node-1" with numbers from 0 to 20 and look at the results in binary. In which ' +
      "bits do they differ?",
    concept:
      "Avalanche: a change of one character has to change each bit of the result about half of " +
      "the time. Then a share is off by about one over the root of the number of points, and by " +
      "no more.",
    mechanism:
      "A simple multiplying hash over characters tells texts apart but leaves those that differ " +
      "only at their end close together. Add a last step that folds high bits into low ones and " +
      "multiplies, two or three times in turn. Keep to unsigned 32-bit arithmetic, including " +
      "multiplication, which ordinary numbers lose bits in. Then measure: ten nodes with 512 " +
      "points, keys of the largest over those of the smallest, over several sets of names.",
  },

  // Level 3
  {
    id: "points-by-weight",
    level: 3,
    about: "algorithm",
    promises: ["hash-ring/weights-are-shares", "hash-ring/a-new-weight-moves-the-minimum"],
    nudge: "A node of weight 1 becomes one of weight 2. Which of its old points may move?",
    concept:
      "Points in proportion to weight, numbered from zero, so that a heavier node has all the " +
      "points of its lighter self and some more.",
    mechanism:
      "Round weight times points to a whole number, at least one, and label the points by their " +
      "number alone. More weight means higher numbers in addition, less weight means that the " +
      "highest are missing, and all other points stay; so keys go only towards the node or only " +
      "away from it. The weight itself must not be in a label. Adding a member again with other " +
      "traits replaces the points that differ and gives traits that were left out their " +
      "defaults.",
  },
  {
    id: "first-of-each-zone",
    level: 3,
    about: "algorithm",
    promises: ["hash-ring/owners-share-no-fate", "hash-ring/zones-move-the-minimum"],
    nudge:
      "Three replicas, two zones. In which order would you take nodes from the walk so that " +
      "both zones are in the list and it still has three?",
    concept:
      "A stable partition of the walk: the first node of each zone comes before all others, and " +
      "each part keeps the order of the walk.",
    mechanism:
      "Go over the walk once. The first node of a zone that has not occurred goes into the " +
      "front part, any other into the back part, and a node that names no zone counts as the " +
      "only one of its zone. The list is the beginning of front and back part joined. A " +
      "newcomer then either becomes the first of its zone and pushes one node back, or stands " +
      "in the back part; in both cases at most one other node leaves the list. Do not stop the " +
      "walk early for lack of zones, since the one that is missing may come last.",
  },
  {
    id: "build-then-swap",
    level: 3,
    about: "concurrency",
    promises: ["hash-ring/changes-are-whole", "hash-ring/views-stay"],
    nudge:
      "Your hash throws at the 300th of 512 points of a newcomer. What does the ring look like " +
      "after that? And what would a lookup from inside the hash have seen?",
    concept:
      "Copy on write: a table that never changes, and one reference that is replaced when the " +
      "next table is complete.",
    mechanism:
      "Let every change compute a new table from the current one, checking all steps and " +
      "calling the hash as it goes, and set the one field that holds the table as its very last " +
      "act. A failure on the way leaves the old one. Lookups read the field once and work on " +
      "what they got. A view is the table itself behind a lookup. Work that you put off until a " +
      "lookup needs it must keep to the same rule, and to the members of its own table.",
  },

  // Level 4
  {
    id: "kept-until-released",
    level: 4,
    about: "algorithm",
    promises: ["hash-ring/a-place-is-kept"],
    nudge:
      "Which calls may change the carrier of a key that nobody has mentioned? And where is a " +
      "key while there are no members?",
    concept:
      "Placement is state beside the pure ring: a map from key to load and carrier, brought up " +
      "to date at the end of every call that could change it.",
    mechanism:
      "Record a placed key with its load, even when there is no node, and let it wait without a " +
      "carrier. On a departure the keys of that node lose their carrier and are housed again; " +
      "on the first join the waiting ones are housed. Asking for a carrier only looks it up. " +
      "Nothing of this may influence ordinary lookups, whose answers follow from members alone.",
  },
  {
    id: "as-early-as-there-is-room",
    level: 4,
    about: "algorithm",
    promises: [
      "hash-ring/no-node-beyond-its-limit",
      "hash-ring/keys-sit-as-early-as-they-can",
      "hash-ring/placement-moves-little",
    ],
    nudge:
      "A node has just lost a key and has room now. Which keys elsewhere would rather be there?",
    concept:
      "Bounded loads: each key is carried as early on its walk as there is room, and the limit " +
      "is a little more than the node's share of all loads.",
    mechanism:
      "After every call compute the limits, then do three things in turn: overfull nodes give " +
      "keys up, homeless keys go to the first of their nodes with room, and keys that were " +
      "displaced from a node which now has room move up, until none is left. Each moving up " +
      "goes to an earlier place on a walk, so it ends. Together the limits exceed the sum of " +
      "all loads, so somewhere there is always room. Remember for each node which keys it " +
      "displaces; looking at all keys in every call is right but slow.",
  },
  {
    id: "shed-the-light-ones",
    level: 4,
    about: "algorithm",
    promises: ["hash-ring/a-hot-key-sits-alone"],
    nudge:
      "One key weighs more than the limit of any node. Where should it be, and what should be " +
      "beside it?",
    concept:
      "A node may carry one key too many but not two: take its heaviest key away in thought, " +
      "and the rest has to stay below the limit.",
    mechanism:
      "A node has room while its sum is below its limit, so a heavy key may be taken in and " +
      "exceed it. If it carries too much without its heaviest key, it gives up the lightest " +
      "ones first: they make room just as well, and the heavy one would find no better place " +
      "anywhere and wander from node to node. A new load replaces the old one in sums and " +
      "limits first; only then are keys shed, housed and moved up.",
  },
];
