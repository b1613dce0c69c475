/**
 * What you export. A file may also export the level it has reached.
 */
export interface Subject {
  createHashRing: CreateHashRing;

  /** The highest level this code claims, 1–4. Promises above it are not tried. Without it: all of them. */
  level?: number;
}

/**
 * Makes an empty ring. Two rings know nothing of each other.
 * Throws `INVALID_ARGUMENT` when an option of the levels reached is not what it should be.
 */
export type CreateHashRing = (options?: HashRingOptions) => HashRing;

export interface HashRingOptions {
  /**
   * How many places on the ring a node of weight 1 takes. A whole number from 1 to 65,536. Default 128.
   * A design that has no places, such as rendezvous hashing, refuses what is no such number and ignores the rest.
   */
  pointsPerNode?: number;

  /** How many owners a key has while there are enough nodes. A whole number from 1. Default 3. */
  replicas?: number;

  /**
   * The hash from which all placement follows: any text to a whole number from 0 to 2³²−1, the same
   * text always to the same number. Call it with whatever texts you like, as often as you like.
   * It need not be one-to-one: different texts may share a number, and names decide between them.
   * Without it you bring your own, the same in every process.
   */
  hash?: (label: string) => number;

  /**
   * From level 4. How much more than its share a node may carry: 0.25 allows a quarter more.
   * A finite number above 0. Default 0.25.
   */
  extraLoadMax?: number;
}

/** What a node is beside its name. From level 3; at levels 1 and 2 nobody hands it in. */
export interface NodeTraits {
  /** How much of the keys it takes, compared with other nodes. A number above 0, at most 100. Default 1. */
  weight?: number;

  /** What fails together with it: a rack, a building. Not empty. Without one it shares no fate with anybody. */
  zone?: string;
}

/** Who has a key. It is yours: whatever becomes of the ring, or you try to do to it, other answers stay as they are. */
export interface Owners {
  /** Different nodes, the first owner first: as many as `replicas` says, or all nodes when there are fewer. */
  readonly nodes: readonly string[];

  /** True when there are fewer nodes than replicas: these are all, and not enough. */
  readonly isShort: boolean;
}

/** One step of a change of membership. */
export type Change = ({ add: string } & NodeTraits) | { remove: string };

/** Looks keys up. */
export interface RingView {
  /** The owners of a key, any text, the empty one included. Always answers, on an empty ring with no nodes. */
  get(key: string): Owners;
}

/**
 * All calls are synchronous. Anything outside this contract throws `INVALID_ARGUMENT` and has no effect.
 * The answers of `get` follow from the options and from who is a member now, with which traits; from nothing else:
 * not from the order of the calls, not from the process, not from members that have left.
 */
export interface HashRing extends RingView {
  /**
   * Makes a node, any text but the empty one, a member, and answers whether anything changed.
   * A member that is added again stays as it is. From level 3 it takes the traits handed in, and the defaults
   * of those left out, as if it had joined with them.
   */
  add(node: string, traits?: NodeTraits): boolean;

  /** Ends a membership, and answers whether there was one. */
  remove(node: string): boolean;

  /**
   * From level 3. Makes several changes, in their order, as one: all of them, or none if one of them is not valid.
   * Nobody sees some of them done and others not.
   */
  apply(changes: readonly Change[]): void;

  /** From level 3. The ring as it is now: goes on answering so, whatever changes later. */
  view(): RingView;

  /**
   * From level 4. Gives a key a node to carry it, or keeps the one it has, and answers which.
   * `load` is a whole number from 1, 1 by default; another load than before replaces it.
   * While the ring is empty the key waits, and the answer is undefined.
   */
  place(key: string, load?: number): string | undefined;

  /** From level 4. Forgets a placed key, and answers whether there was one. */
  release(key: string): boolean;

  /** From level 4. The node that carries a placed key now; undefined when it waits or was never placed. */
  carrier(key: string): string | undefined;
}
