/** hash-ring: lookups and joins against the hash alone and against what people would install. */
import type { HashRing, Subject } from "../../katas/hash-ring/contract.ts";
import type { KataBench } from "../lib/bench/kata-bench.ts";
import type { Lane } from "../lib/bench/race.ts";

const nodeCount = 100;
const pointsPerNode = 128;
const replicas = 3;
const nodeCounts = [3, 10, 30, 100, 300, 1000];
const nodesOf = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `10.0.${index >> 4}.${index & 15}:80`);
const nodes = nodesOf(nodeCount);
const keys = Array.from({ length: 4096 }, (_, index) => `user:${index * 7919}`);
const newcomers = Array.from({ length: 64 }, (_, index) => `10.1.0.${index}:80`);

export const bench: KataBench<Subject> = {
  peers: ["consistent-hash", "hashring"],
  notes: ["Ours are handed the same hash; packages bring their own."],
  courses: ({ subjects, peers }) => [
    {
      title: `Look up ${replicas} owners among ${nodeCount} nodes × ${pointsPerNode} points`,
      goals: [
        { against: "the hash alone", atLeast: 0.8 },
        { against: "consistent-hash", atLeast: 3 },
        { against: "hashring", atLeast: 30 },
      ],
      lanes: () => [
        { name: "the hash alone", kind: "limit", run: overKeys(hash) },
        ...subjects.map(({ name, exports }): Lane => {
          const ring = fullRing(exports, nodes);
          return { name, kind: "subject", run: overKeys((key) => ring.get(key).nodes.length) };
        }),
        ...peerLanes(peers, nodes, (peer) => overKeys((key) => peer.owners(key).length)),
      ],
    },
    {
      title: `A node joins ${nodeCount} nodes × ${pointsPerNode} points and leaves; a lookup after each`,
      goals: [
        { against: "consistent-hash", atLeast: 2 },
        { against: "hashring", atLeast: 2 },
      ],
      lanes: () => [
        ...subjects.map(({ name, exports }): Lane => {
          const ring = ofOurs(fullRing(exports, nodes));
          return { name, kind: "subject", run: overNewcomers(joinAndLeave(ring)) };
        }),
        ...peerLanes(peers, nodes, (peer) => overNewcomers(joinAndLeave(peer))),
      ],
    },
  ],
  growths: ({ subjects, peers }) => [
    {
      title: `Look up ${replicas} owners as nodes join`,
      axis: "nodes",
      sizes: nodeCounts,
      lanes: (count) => [
        { name: "the hash alone", kind: "limit", run: overKeys(hash) },
        ...subjects.map(({ name, exports }): Lane => {
          const ring = fullRing(exports, nodesOf(count));
          return { name, kind: "subject", run: overKeys((key) => ring.get(key).nodes.length) };
        }),
        ...peerLanes(peers, nodesOf(count), (peer) => overKeys((key) => peer.owners(key).length)),
      ],
    },
    {
      title: "A node joins and leaves, a lookup after each, as nodes join",
      axis: "nodes",
      sizes: nodeCounts,
      lanes: (count) => [
        ...subjects.map(({ name, exports }): Lane => {
          const ring = ofOurs(fullRing(exports, nodesOf(count)));
          return { name, kind: "subject", run: overNewcomers(joinAndLeave(ring)) };
        }),
        ...peerLanes(peers, nodesOf(count), (peer) => overNewcomers(joinAndLeave(peer))),
      ],
    },
  ],
};

/** FNV-1a with the finalizer of MurmurHash3: good and cheap. Ours are handed it; peers bring their own. */
function hash(label: string): number {
  let state = 0x811c9dc5;
  for (let index = 0; index < label.length; index++)
    state = Math.imul(state ^ label.charCodeAt(index), 0x01000193);
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return (state ^ (state >>> 16)) >>> 0;
}

function fullRing({ createHashRing }: Subject, members: readonly string[]): HashRing {
  const ring = createHashRing({ pointsPerNode, replicas, hash });
  for (const node of members) ring.add(node);
  return ring;
}

function ofOurs(ring: HashRing): Ring {
  return {
    owners: (key) => ring.get(key).nodes,
    add: (node) => void ring.add(node),
    remove: (node) => void ring.remove(node),
  };
}

function joinAndLeave(ring: Ring): (node: string) => number {
  return (node) => {
    ring.add(node);
    const { length } = ring.owners(node);
    ring.remove(node);
    return length + ring.owners(node).length;
  };
}

function overKeys(lookUp: (key: string) => number): Lane["run"] {
  let next = 0;
  return (count) => {
    let sum = 0;
    for (let done = 0; done < count; done++) sum += lookUp(keys[next++ & 4095] as string);
    return sum;
  };
}

function overNewcomers(visit: (node: string) => number): Lane["run"] {
  let next = 0;
  return (count) => {
    let sum = 0;
    for (let done = 0; done < count; done++) sum += visit(newcomers[next++ & 63] as string);
    return sum;
  };
}

// ── Peers ─────────────────────────────────────────────────────────────────────────────────────

/** What they all can. */
interface Ring {
  owners(key: string): readonly unknown[];
  add(node: string): void;
  remove(node: string): void;
}

type ConsistentHash = new (options: object) => {
  get(key: string, count: number): readonly unknown[];
  add(node: string): unknown;
  remove(node: string): unknown;
};

type KetamaRing = new (
  nodes: readonly string[],
  algorithm: string,
  options: object,
) => {
  range(key: string, count: number): readonly unknown[];
  add(node: string): unknown;
  remove(node: string): unknown;
};

/** How each package is told the same: so many points a node, so many owners. */
const peerMakers: Readonly<Record<string, (exports: unknown, members: readonly string[]) => Ring>> =
  {
    "consistent-hash": (exports, members) => {
      const ring = new (exports as ConsistentHash)({ weight: pointsPerNode });
      for (const node of members) ring.add(node);
      return {
        owners: (key) => ring.get(key, replicas),
        add: (node) => void ring.add(node),
        remove: (node) => void ring.remove(node),
      };
    },
    // Each of its virtual nodes has four points.
    hashring: (exports, members) => {
      const options = { "vnode count": pointsPerNode / 4 };
      const ring = new (exports as KetamaRing)(members, "md5", options);
      return {
        owners: (key) => ring.range(key, replicas),
        add: (node) => void ring.add(node),
        remove: (node) => void ring.remove(node),
      };
    },
  };

function peerLanes(
  peers: ReadonlyMap<string, unknown>,
  members: readonly string[],
  run: (peer: Ring) => Lane["run"],
): readonly Lane[] {
  return [...peers].flatMap(([name, exports]) => {
    const make = peerMakers[name];
    return make === undefined
      ? []
      : [{ name, kind: "peer" as const, run: run(make(exports, members)) }];
  });
}
