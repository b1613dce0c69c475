/** What the interviewer digs into, with the two ends of what comes back. */
import type { Probe } from "../shape.ts";

export const probes: readonly Probe[] = [
  // Clarify
  {
    id: "less-than-five-per-cent",
    phase: "clarify",
    asks:
      "I said less than five per cent, with as many virtual nodes as that takes. How many does " +
      "it take?",
    strong:
      "No number of them does it. A newcomer has to receive its share, 1/(N+1) of the keys, and " +
      "nothing else has to move; virtual nodes change neither. From 40 to 41 nodes that is 2.4 " +
      "% for an average machine, so you are fine; below 20 nodes it cannot be had, and in the " +
      "test environment a third moves. What I can promise is that every key that moves, moves " +
      "to the newcomer.",
    weak:
      "More virtual nodes mean less movement, so I'd start with 128 and go up if it's above 5 " +
      "%.",
    dimensions: [1, 2, 12],
    promises: ["hash-ring/only-what-must-move-moves", "hash-ring/keys-spread-evenly"],
  },
  {
    id: "three-on-two",
    phase: "clarify",
    asks: "Three replicas and a test environment of two nodes: what do you answer there?",
    strong:
      "Both nodes, and a flag that says that this is fewer than asked for. An error would make " +
      "the test environment useless, and the same node twice would be a lie about safety. The " +
      "caller decides what to do with the flag; a writer that needs two acknowledgements can go " +
      "on, and in production the same flag is an alarm. With no node at all the list is empty, " +
      "and the lookup still returns.",
    weak: "I'd return the same node again to fill the three places.",
    dimensions: [1, 2, 5],
    promises: ["hash-ring/every-key-has-owners", "hash-ring/shortage-is-told"],
  },
  {
    id: "what-counts-as-moving",
    phase: "clarify",
    asks: "When you say that 2.4 per cent of the keys move, what exactly moves?",
    strong:
      "That is the first owner. Of the lists of three, 3/41 change, 7.3 %, because the newcomer " +
      "enters at any of the three places; each of them costs one copy, so the newcomer receives " +
      "3 TB / 41, some 73 GB, 12 minutes at 100 MB/s. If your five per cent was meant for " +
      "lists, it needs 60 nodes. I would budget the gigabytes rather than the percentage.",
    weak: "The keys that hash to the new node. It's consistent hashing, so it's minimal.",
    dimensions: [2, 6],
    promises: ["hash-ring/only-what-must-move-moves"],
  },
  {
    id: "who-has-to-agree",
    phase: "clarify",
    asks: "Who has to come to the same answer as you?",
    strong:
      "20 proxies in two languages, which have started at different times and heard of the " +
      "nodes in different orders. So the answer follows from the set of members and the options " +
      "alone: not from the order of joins, not from objects' identity, a seed per process or a " +
      "library's idea of a hash code. The bytes that are hashed are part of a protocol: UTF-8, " +
      "one named hash, and test vectors for both languages.",
    weak: "Every proxy runs the same library, so they agree automatically.",
    dimensions: [1, 2, 14],
    promises: ["hash-ring/members-decide"],
  },

  // Design
  {
    id: "why-virtual-nodes",
    phase: "design",
    asks: "If virtual nodes do not reduce what moves, why have them?",
    strong:
      "For three things. The more arcs make up a share, the closer it comes to its fair size: " +
      "it is off by about 1/√points, 9 % with 128 points and 4.4 % with 512. When a node dies, " +
      "its keys go to nearly all the others and not to one heir, whose load would double. And a " +
      "machine of twice the size simply gets twice the points.",
    weak: "They make the ring finer, so fewer keys are affected when nodes change.",
    dimensions: [1, 13],
    promises: ["hash-ring/keys-spread-evenly", "hash-ring/weights-are-shares"],
  },
  {
    id: "ring-or-something-else",
    phase: "design",
    asks: "What else than a ring would give us the same promises?",
    strong:
      "Rendezvous: score every node for the key and take the best three. It needs no points and " +
      "no table and is perfectly even, at a cost that is linear in nodes: a third of a " +
      "microsecond at 100, so with 40 about 1 % of a core for each proxy. It would do for you " +
      "today; with 200 nodes I prefer the ring's constant lookup, at the price of a table and " +
      "of more code. Jump hashing is out, because with it only the last node can leave.",
    weak: "Consistent hashing is the standard solution. Cassandra and Dynamo use it.",
    dimensions: [3, 6, 13],
    promises: ["hash-ring/only-what-must-move-moves", "hash-ring/the-second-takes-over"],
  },
  {
    id: "how-many-points",
    phase: "design",
    asks:
      "You may be a quarter above the mean at the fullest node. How many points does a node " +
      "need?",
    strong:
      "With p points a share deviates by 1/√p. Of 40 nodes the fullest lies some 2.2 deviations " +
      "above the mean on average, and rarely more than 3.5: with 128 points that is 19 % and " +
      "now and then 30 %, with 512 it is 9 % and hardly ever 16 %. So 512 for an old machine " +
      "and 1,024 for a new one, 25,600 in all, for a megabyte or two in each proxy. A factor of " +
      "1.3 between fullest and emptiest with 128 points is a coin flip for ten nodes, and " +
      "hopeless for forty.",
    weak: "128 is a good default. Everybody uses 100 to 200.",
    dimensions: [4, 6, 13],
    promises: ["hash-ring/keys-spread-evenly"],
  },
  {
    id: "a-copy-in-each-building",
    phase: "design",
    asks:
      "Every key has an owner in each of the three buildings. Which machines will be the " +
      "fullest?",
    strong:
      "Those in the smallest building. Each building holds one copy of everything, 1 TB, " +
      "however many machines it has: 100 GB a node where there are ten, 63 GB where there are " +
      "sixteen. That is a third above the mean of 75, beyond the quarter that you have " +
      "budgeted, and points do not help. The ten newer machines belong in that building; " +
      "otherwise the rule has to be loosened.",
    weak: "None of them. Consistent hashing gives every node about the same.",
    dimensions: [5, 6, 14],
    promises: ["hash-ring/owners-share-no-fate", "hash-ring/weights-are-shares"],
  },
  {
    id: "what-a-hash-must-do",
    phase: "design",
    asks: "Which properties does your hash need here?",
    strong:
      "The same number for the same text in each process and language, for ever; and similar " +
      "texts far apart, because labels are as similar as texts can be. Plain FNV-1a with the " +
      "number at the end of the label fails the second: the largest share is then up to three " +
      "times the smallest at 128 points, and a mixing step at the end repairs it. It need not " +
      "be cryptographic. If strangers choose the keys it has to be a keyed one, or they aim at " +
      "one node.",
    weak: "Any hash works. I'd take MD5 to be safe.",
    dimensions: [6, 13],
    promises: ["hash-ring/keys-spread-evenly", "hash-ring/names-do-not-blur"],
  },

  // Implement
  {
    id: "over-the-end",
    phase: "implement",
    asks:
      "A key hashes behind your last point, and another one exactly onto a point. What does " +
      "your search do with them?",
    strong:
      "The first wraps around to the first point, so the search returns an index modulo the " +
      "number of points. The second belongs to that very point, because I look for the first " +
      "point that is not below the key; with strictly above it would belong to the next one, " +
      "and the choice must be the same everywhere. Positions are unsigned 32-bit numbers: a " +
      "signed shift or a default sort, which compares numbers as text, breaks the order " +
      "quietly.",
    weak: "Binary search returns -1 then, so I fall back to the first node.",
    dimensions: [5, 7],
    promises: ["hash-ring/every-key-has-owners", "hash-ring/the-hash-is-yours"],
  },
  {
    id: "how-labels-are-built",
    phase: "implement",
    asks: 'Could the label of point 12 of a node called "a" be the label of any other point?',
    strong:
      "No: I put the number first, then a colon, then the name, and since a number has no colon " +
      'there is one way to read it. Name and number glued together make "a" with 12 and ' +
      '"a1" with 2 the same text; of 128 points of "a1" 28 then stand on points of "a", ' +
      "and one node inherits far too much from the other. A separator behind the name helps " +
      "only if no name can contain it.",
    weak: "Name plus index, joined by a dash. Nobody has such names anyway.",
    dimensions: [5, 7],
    promises: ["hash-ring/names-do-not-blur"],
  },
  {
    id: "two-at-one-place",
    phase: "implement",
    asks: "Two points of different nodes fall on the same number. What does your ring do?",
    strong:
      "Both points stay, ordered by name, so that the answer depends on the members and not on " +
      "who came first. It will happen: with 25,600 points among 2³² numbers the chance is about " +
      "7 % for one set of members, and members change three times a week. In a map from number " +
      "to node the later one overwrites the earlier, and after its departure nobody stands " +
      "there any more. I test it with a hash that knows only a few numbers.",
    weak: "That's practically impossible with a good hash.",
    dimensions: [5, 6, 8],
    promises: ["hash-ring/collisions-lose-nobody", "hash-ring/members-decide"],
  },
  {
    id: "three-different-ones",
    phase: "implement",
    asks:
      "How do you get three different nodes out of a walk over points, and why does that walk " +
      "end?",
    strong:
      "I go on from the key's point, skip nodes that I have already, and stop at three, or " +
      "after one full turn. The number of points bounds it, so it ends with two nodes, with one " +
      "and with none. On average it takes little more than three steps; with two nodes of " +
      "unequal weight it may take many, so the list of an arc is worth keeping.",
    weak: "A while loop until I have three distinct nodes.",
    dimensions: [5, 6],
    promises: ["hash-ring/every-key-has-owners", "hash-ring/shortage-is-told"],
  },
  {
    id: "say-it-as-a-test",
    phase: "implement",
    asks: 'Put "only what must move, moves" into a test that a wrong ring cannot pass.',
    strong:
      "For a thousand keys I take the list before and after a join. Strike the newcomer from " +
      "the list after: what is left has to be the beginning of the list before. That is exact, " +
      "needs no statistics and holds with any hash, so I run it with one that has eight " +
      "different numbers, where most rings break. A count of moved keys below 5 % would pass a " +
      "ring that moves the wrong ones.",
    weak: "I count how many keys changed and assert that it's about 1/N.",
    dimensions: [3, 8],
    promises: ["hash-ring/only-what-must-move-moves", "hash-ring/collisions-lose-nobody"],
  },

  // Concurrency
  {
    id: "in-the-middle-of-a-join",
    phase: "concurrency",
    asks: "A lookup comes while a node with 512 points is joining. What can it see?",
    strong:
      "The ring before or the ring after. A change builds a new table completely and then " +
      "replaces one reference, and a lookup reads that reference once. Everything is " +
      "synchronous here, but the hash is somebody else's function: called halfway through my " +
      "join it may look something up or throw, and in both cases nothing has happened yet. The " +
      "copy costs a fraction of a millisecond, for a few changes a week.",
    weak: "Nothing can come in between, JavaScript runs one thing at a time.",
    dimensions: [5, 7, 13],
    promises: ["hash-ring/changes-are-whole"],
  },
  {
    id: "two-proxies-two-rings",
    phase: "concurrency",
    asks:
      "For five seconds one proxy knows of a new node and another one does not. Both write and " +
      "read with two out of three. What can go wrong?",
    strong:
      "A read can miss an answered write although two and two are more than three. Say p, q and " +
      "r had the key and n has come in front of them: the proxy that has not heard writes to q " +
      "and r, the other one reads from n and p. So every request carries the number of the " +
      "change that its ring has seen, and a node refuses one that is older than its own and " +
      "tells the newer. The ring gives equal answers for equal members; that members are agreed " +
      "upon is the work of the service that numbers them.",
    weak: "Five seconds are short, and the quorum takes care of it.",
    dimensions: [5, 13, 14],
    promises: ["hash-ring/members-decide"],
  },
  {
    id: "replace-a-machine",
    phase: "concurrency",
    asks:
      "A broken machine is replaced by a new one. Why is it not enough to call remove and then " +
      "add?",
    strong:
      "Between the two calls there is a ring that nobody wants: lookups see it, and a copying " +
      "process that follows the ring starts to move 75 GB to the heirs. So both changes are " +
      "applied as one, and if one of them is invalid neither has happened. Even so some two " +
      "shares move, 150 GB, because a new name stands at other places than the old one. If the " +
      "new machine takes over the old one's name, no list changes and only its own 75 GB are " +
      "copied, but somebody has to know that it has none of the data yet.",
    weak: "It is enough, the order doesn't matter for the final result.",
    dimensions: [5, 11],
    promises: ["hash-ring/changes-are-whole", "hash-ring/zones-move-the-minimum"],
  },
  {
    id: "as-it-was",
    phase: "concurrency",
    asks:
      "The process that copies data needs the ring before a change and the ring after it, for " +
      "ten minutes, while further changes come in. What do you give it?",
    strong:
      "A view: the reference to a table that never changes, so taking it costs nothing, and " +
      "holding it costs the table, a megabyte or two. Comparing two views gives the list of " +
      "copies to make. The lists that a lookup has handed out need the same care: either frozen " +
      "or copied, since a caller who sorts a list must not sort mine.",
    weak: "I clone the ring by adding all nodes to a new one.",
    dimensions: [5, 7, 11],
    promises: ["hash-ring/views-stay", "hash-ring/answers-stay-as-given"],
  },

  // Failure
  {
    id: "a-node-flaps",
    phase: "failure",
    asks: "A node goes away and comes back every three minutes. What does your ring do with that?",
    strong:
      "Nothing: being away for a moment is no change of membership. Each departure would hand " +
      "75 GB to the others and each return take it back, more than three minutes allow at 100 " +
      "MB/s for the way back. So the failure detector only makes clients skip the node on the " +
      "list, with notes about missed writes for it; after half an hour, or when a person says " +
      "so, it leaves the ring. A node that has changed twice within an hour stays as it is " +
      "until somebody looks.",
    weak: "We remove it when the health check fails and add it again when it recovers.",
    dimensions: [13, 14],
    promises: ["hash-ring/joining-twice-is-joining-once", "hash-ring/the-second-takes-over"],
  },
  {
    id: "owner-without-data",
    phase: "failure",
    asks:
      "A node has just joined. The ring says that it owns keys, and it has not a single byte of " +
      "them. Who answers reads?",
    strong:
      "The old owners, until it has caught up, in about 12 minutes. A change has phases, each " +
      "with a number of its own: while the node is joining, writes go to the old and to the new " +
      "owners and reads to the old; when copying and a comparison have ended, reads switch " +
      "over. The old owner deletes its copy last. If the newcomer dies meanwhile, one goes back " +
      "to the phase before, and nothing has been lost.",
    weak: "It's a miss, so the client asks the next replica.",
    dimensions: [11, 14],
    promises: ["hash-ring/views-stay"],
  },
  {
    id: "a-building-is-gone",
    phase: "failure",
    asks: "One of the three buildings is gone, for a day. What do the other two notice?",
    strong:
      "Each has a copy of everything, so nothing is lost, and reads and writes of two still " +
      "succeed, with nothing to spare: any further node that fails makes a part of the keys " +
      "unreadable at that level. Their nodes get half as many requests again, since two of two " +
      "answer where it was two of three, so they need that headroom all the time. I would not " +
      "let the nodes of the lost building leave the ring, or 1 TB starts to be copied for a " +
      "day. What it missed is repaired when it is back.",
    weak: "Nothing, that's what the replicas are for. The ring moves the keys to the others.",
    dimensions: [5, 13, 14],
    promises: ["hash-ring/owners-share-no-fate", "hash-ring/zones-move-the-minimum"],
  },
  {
    id: "one-hot-key",
    phase: "failure",
    asks: "One key gets two per cent of all reads. What can the ring do about it?",
    strong:
      "900,000 reads a second ask two nodes each, which is 45,000 for every node; the key adds " +
      "18,000 to its first and to its second owner. Hashing cannot split a key, and more points " +
      "do not help. Choosing two of its three owners by chance makes it 12,000 for each, a " +
      "cache of one second in the proxies takes it to 20 a second altogether, and a counter " +
      "that is written may be split into ten keys. For placed keys the ring can at least move " +
      "everything else away from that node.",
    weak: "Add more virtual nodes so that the load is spread better.",
    dimensions: [12, 13, 14],
    promises: ["hash-ring/a-hot-key-sits-alone"],
  },
  {
    id: "a-limit-for-everybody",
    phase: "failure",
    asks: "You let no node carry more than a quarter above its share. Why not one per cent?",
    strong:
      "With a quarter it hardly costs anything: a join moves about one share of the keys, as " +
      "without a limit, since only few nodes reach it. With one per cent nearly every node is " +
      "at its limit, so each placed key pushes others along, and chains of moves become long; " +
      "your users would log in again all day. Also the limit rises and falls with the number of " +
      "keys, so single keys may swing at its edge. In production I would have two thresholds, " +
      "one for giving up a key and a lower one for taking it back.",
    weak: "The tighter the limit the better the balance. The moves are in the background.",
    dimensions: [6, 13],
    promises: [
      "hash-ring/no-node-beyond-its-limit",
      "hash-ring/placement-moves-little",
      "hash-ring/keys-sit-as-early-as-they-can",
    ],
  },

  // Wrap-up
  {
    id: "on-call",
    phase: "wrap-up",
    asks: "What do you put on the dashboard, and what wakes somebody?",
    strong:
      "Per node keys, bytes and requests, and the fullest against the mean in its building: " +
      "above 1.25 for a day means ordering machines. The highest and lowest number of change " +
      "among the proxies: a gap that lasts a minute wakes somebody, because quorums no longer " +
      "overlap; the action is to stop the proxies that are behind. Lists with fewer owners than " +
      "replicas: any in production wakes somebody. Changes of membership an hour: after the " +
      "third, no machine may make another one by itself.",
    weak: "CPU and memory of every node, and an alert when a node is down.",
    dimensions: [14],
    promises: ["hash-ring/shortage-is-told", "hash-ring/members-decide"],
  },
  {
    id: "another-hash",
    phase: "wrap-up",
    asks: "The hash turns out to be a bad choice and has to be replaced in production. How?",
    strong:
      "Nearly every key moves, 3 TB at up to 100 MB/s into each of 40 nodes, so at least a " +
      "quarter of an hour and in practice a night at reduced speed. Both rings run side by " +
      "side: writes go to the owners in both, a process copies, reads switch by ranges of keys " +
      "as they are done, then the old ring goes. It needs room for nearly twice the data " +
      "meanwhile. That is why the hash has a name in the configuration and test vectors from " +
      "the first day.",
    weak: "We deploy the new version to all proxies at the same time, at night.",
    dimensions: [11, 14],
    promises: ["hash-ring/members-decide", "hash-ring/the-hash-is-yours"],
  },
  {
    id: "replicas-differ",
    phase: "wrap-up",
    asks:
      "Two owners of a key hold different values. Who is right, and how would you have found " +
      "out?",
    strong:
      "The ring cannot say. Versions can, and wall clocks only as long as nobody's is wrong. " +
      "Overlapping quorums make a reader meet the newest answered write but do not tell which " +
      "one it is, and a write that reached a single node may show up or not. A reader that sees " +
      "a difference writes the newer one back; for keys that nobody reads, owners compare hash " +
      "trees of the ranges they share. Deletes are kept as entries for longer than any node may " +
      "be away, or they come back.",
    weak: "The one with the latest timestamp wins.",
    dimensions: [5, 11, 13],
    promises: [],
  },
  {
    id: "what-is-missing",
    phase: "wrap-up",
    asks: "What have you left out, and what would it take?",
    strong:
      "The list of ranges that a node owns, which repair needs: the table has it, half a day. A " +
      "comparison of two views that yields the copies to make, another day. Racks inside of " +
      "buildings: the rule for zones applied on two levels, and a day of tests, because that is " +
      "where movement stops being minimal by accident. Agreement on members I would not build " +
      "at all; you have a service for it.",
    weak: "Persistence, more tests, and maybe a better hash function.",
    dimensions: [10, 11, 14],
    promises: [],
  },
];
