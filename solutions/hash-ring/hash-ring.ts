/**
 * A consistent hash ring: which nodes have a key, with as little change as can be when nodes come and go.
 *
 *   add, remove, apply ─▶ the next table, made completely ─▶ one reference is swapped ─▶ placed keys follow
 *   get                ─▶ hash ─▶ table of now ─▶ owners
 *   view               ─▶ hash ─▶ table of then ─▶ owners
 *   place              ─▶ hash ─▶ the first node on the key's walk that has room
 *
 * Guarantees:
 * - Owners follow from the options and from who is a member, with which traits. A table has one order
 *   of points, by position and then by name, and nothing else is consulted.
 * - A join or departure puts points into this order or takes them out. It moves no other.
 * - Others' code, the hash, runs only while nothing has changed yet. If it throws, nothing has happened;
 *   if it looks a key up, it is answered from the ring as it was.
 * - A placed key sits as early on its walk as there is room, and no node carries too much.
 *
 * Reading order: hash.ts and member.ts (where a node stands), circle.ts (all points in order), owners.ts
 * (from a walk to a list), table.ts (the ring at one moment), this file; then level 4, placement.ts and
 * shelf.ts. arguments.ts refuses what is outside the contract.
 */
import type {
  Change,
  HashRing,
  HashRingOptions,
  NodeTraits,
  Owners,
  RingView,
} from "#katas/hash-ring/contract.ts";
import {
  readChanges,
  readKey,
  readLoad,
  readMember,
  readNode,
  readOptions,
  readPosition,
  type Settings,
} from "./arguments.ts";
import type { Hash } from "./hash.ts";
import { type Member, positionsOf } from "./member.ts";
import { Placement } from "./placement.ts";
import { Table } from "./table.ts";

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new Ring(readOptions(options));
}

class Ring implements HashRing {
  readonly #hash: Hash;
  readonly #pointsPerNode: number;
  readonly #placement: Placement;
  /** The ring as it is now. Replaced by the next one, never changed. */
  #table: Table;

  constructor({ hash, pointsPerNode, replicas, extraLoadMax }: Settings) {
    this.#hash = hash;
    this.#pointsPerNode = pointsPerNode;
    this.#table = Table.empty(replicas);
    this.#placement = new Placement(this.#table, extraLoadMax);
  }

  // ── Members come and go ─────────────────────────────────────────────────────────────────────

  add(node: string, traits: NodeTraits = {}): boolean {
    return this.#become(this.#tableWith(this.#table, readMember(node, traits)));
  }

  remove(node: string): boolean {
    return this.#become(this.#table.without(readNode(node)));
  }

  apply(changes: readonly Change[]): void {
    let next = this.#table;
    for (const step of readChanges(changes))
      next = "joins" in step ? this.#tableWith(next, step.joins) : next.without(step.leaves);
    this.#become(next);
  }

  #tableWith(table: Table, member: Member): Table {
    // A hash whose numbers are none is found out here: it errs with points, too, and lookups are short
    // enough to notice a doubt.
    const hash = (label: string): number => readPosition(this.#hash(label));
    return table.with(member, () => positionsOf(member, this.#pointsPerNode, hash));
  }

  /** The only place where a ring changes. Up to here it was as before, and nothing from here on can fail. */
  #become(next: Table): boolean {
    if (next === this.#table) return false;
    this.#table = next;
    this.#placement.follow(next);
    return true;
  }

  // ── Look up ─────────────────────────────────────────────────────────────────────────────────

  get(key: string): Owners {
    const table = this.#table;
    return table.ownersOf(table.arcAt(this.#hash(readKey(key))));
  }

  view(): RingView {
    const hash = this.#hash;
    const table = this.#table;
    return { get: (key) => table.ownersOf(table.arcAt(hash(readKey(key)))) };
  }

  // ── Keys that are carried ───────────────────────────────────────────────────────────────────

  place(key: string, load = 1): string | undefined {
    readLoad(load);
    return this.#placement.place(readKey(key), load, this.#hash);
  }

  release(key: string): boolean {
    return this.#placement.release(readKey(key));
  }

  carrier(key: string): string | undefined {
    return this.#placement.carrierOf(readKey(key));
  }
}
