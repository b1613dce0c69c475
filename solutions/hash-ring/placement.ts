/**
 * Keys that are carried: each by one node, as early on its walk as there is room. It follows consistent
 * hashing with bounded loads (Mirrokni, Thorup, Zadimoghaddam), except that loads and weights differ.
 *
 *   limit of a node  = (1 + extraLoadMax) × loads of all keys × its weight ÷ weights of all members
 *   a node has room  while it carries less than its limit
 *
 *   walk of k    oak  elm  ash  fir          oak and elm are full: k is carried by ash, prefers both,
 *                full full  k                and is displaced by both
 *
 * After every call two facts hold:
 * - Not too much: no node, its heaviest key set aside, carries its limit.
 * - Not too far: no node that a key prefers to its carrier has room.
 *
 * A call changes loads, limits or walks, and then three steps make the facts true again:
 *
 *   1. shed      nodes that carry too much give up their lightest keys, just enough
 *   2. house     keys without a carrier go to the first node on their walk that has room
 *   3. move up   while a node that displaces a key has room, that key goes to the first node with room
 *
 * There always is room: the limits add up to more than the loads of all keys, so while a key has no
 * carrier, not every node carries its limit.
 *
 * Not too much: step 1 makes it true, and nobody loses it again. A node gains a key only while it has
 * room, and with that key, but without its heaviest, it carries no more than before.
 *
 * Not too far: step 3 ends only when it is true. And it does end: limits stand still meanwhile, and
 * each move takes a key to an earlier node of its walk, so that the ranks of all carriers on the walks
 * of their keys, added up, get smaller with every move, and they cannot fall below zero. A move may free
 * room for the next one; such chains are what limits cost beyond a ring without.
 */
import { invariant } from "#platform/invariant.ts";
import type { Hash } from "./hash.ts";
import { Shelf } from "./shelf.ts";
import type { Table } from "./table.ts";

/** A key that was placed. */
interface Placed {
  readonly key: string;
  readonly position: number;
  load: number;
  carrier: Carrier | undefined;
  /** The nodes before its carrier on its walk; none of them has room. */
  preferred: readonly Carrier[];
}

/** A member, and what it carries. */
interface Carrier {
  readonly node: string;
  readonly weight: number;
  readonly shelf: Shelf<Placed>;
  /** The keys that prefer this node to their carrier: all to be asked when it has room, and no other. */
  readonly displaced: Set<Placed>;
}

export class Placement {
  readonly #extraLoadMax: number;
  #table: Table;

  readonly #placed = new Map<string, Placed>();
  #loadOfAll = 0;
  /** Placed keys without a carrier. Between calls there are some only while there are no members. */
  readonly #homeless = new Set<Placed>();

  #carriers = new Map<string, Carrier>();
  #weightOfAll = 0;

  constructor(table: Table, extraLoadMax: number) {
    this.#table = table;
    this.#extraLoadMax = extraLoadMax;
  }

  // ── Calls ───────────────────────────────────────────────────────────────────────────────────

  place(key: string, load: number, hash: Hash): string | undefined {
    const placed = this.#placed.get(key) ?? newlyPlaced(key, hash(key));
    if (placed.load !== load) {
      this.#placed.set(key, placed);
      this.#loadOfAll += load - placed.load;
      const { carrier, preferred } = placed;
      this.#takeOff(placed);
      placed.load = load;
      // Where it was is where it stays, unless that is too much now.
      if (carrier !== undefined) this.#putOn(carrier, placed, preferred);
      this.#settle();
    }
    return placed.carrier?.node;
  }

  release(key: string): boolean {
    const placed = this.#placed.get(key);
    if (placed === undefined) return false;
    this.#takeOff(placed);
    this.#homeless.delete(placed);
    this.#placed.delete(key);
    this.#loadOfAll -= placed.load;
    this.#settle();
    return true;
  }

  carrierOf(key: string): string | undefined {
    return this.#placed.get(key)?.carrier?.node;
  }

  /** The members have changed. Any walk may be another now, so all keys are entered anew. */
  follow(table: Table): void {
    this.#table = table;
    this.#carriers = new Map();
    this.#weightOfAll = 0;
    for (const { node, weight } of table.members.values()) {
      this.#carriers.set(node, { node, weight, shelf: new Shelf(), displaced: new Set() });
      this.#weightOfAll += weight;
    }
    for (const placed of this.#placed.values()) {
      const carrier = placed.carrier && this.#carriers.get(placed.carrier.node);
      placed.carrier = undefined;
      if (carrier === undefined) this.#homeless.add(placed);
      else this.#putOn(carrier, placed, this.#nodesBefore(carrier, placed));
    }
    this.#settle();
  }

  // ── Not too much, not too far ───────────────────────────────────────────────────────────────

  #settle(): void {
    if (this.#carriers.size === 0) return;
    for (const carrier of this.#carriers.values()) this.#shed(carrier);
    for (const placed of this.#homeless) this.#house(placed);
    this.#moveUp();
  }

  #shed(carrier: Carrier): void {
    const { shelf } = carrier;
    const limit = this.#limitOf(carrier);
    while (shelf.lightest !== undefined && shelf.loadWithoutHeaviest >= limit)
      this.#takeOff(shelf.lightest);
  }

  #house(placed: Placed): void {
    const full: Carrier[] = [];
    for (const { node } of this.#table.walkFrom(placed.position)) {
      const carrier = this.#carrierCalled(node);
      if (this.#hasRoom(carrier)) {
        this.#putOn(carrier, placed, full);
        return;
      }
      full.push(carrier);
    }
    invariant(false, "while a key has no carrier, some node has room");
  }

  #moveUp(): void {
    let hasMoved: boolean;
    do {
      hasMoved = false;
      for (const carrier of this.#carriers.values()) {
        for (const placed of carrier.displaced) {
          if (!this.#hasRoom(carrier)) break;
          this.#takeOff(placed);
          this.#house(placed);
          hasMoved = true;
        }
      }
      // A move may have freed room at a node that was passed already.
    } while (hasMoved);
  }

  #limitOf(carrier: Carrier): number {
    return ((1 + this.#extraLoadMax) * this.#loadOfAll * carrier.weight) / this.#weightOfAll;
  }

  #hasRoom(carrier: Carrier): boolean {
    return carrier.shelf.load < this.#limitOf(carrier);
  }

  // ── Both ends of the same fact ──────────────────────────────────────────────────────────────

  #putOn(carrier: Carrier, placed: Placed, preferred: readonly Carrier[]): void {
    placed.carrier = carrier;
    placed.preferred = preferred;
    carrier.shelf.insert(placed);
    for (const node of preferred) node.displaced.add(placed);
    this.#homeless.delete(placed);
  }

  #takeOff(placed: Placed): void {
    placed.carrier?.shelf.delete(placed);
    for (const node of placed.preferred) node.displaced.delete(placed);
    placed.carrier = undefined;
    placed.preferred = [];
    this.#homeless.add(placed);
  }

  #nodesBefore(carrier: Carrier, placed: Placed): Carrier[] {
    const nodes: Carrier[] = [];
    for (const { node } of this.#table.walkFrom(placed.position)) {
      if (node === carrier.node) break;
      nodes.push(this.#carrierCalled(node));
    }
    return nodes;
  }

  #carrierCalled(node: string): Carrier {
    const carrier = this.#carriers.get(node);
    invariant(carrier !== undefined, "whoever is on a walk is a member");
    return carrier;
  }
}

/** As if it had been there with a load of nothing. */
function newlyPlaced(key: string, position: number): Placed {
  return { key, position, load: 0, carrier: undefined, preferred: [] };
}
