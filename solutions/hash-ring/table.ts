/**
 * The ring at one moment: who is a member, and who owns which keys. A table never changes, so whoever
 * holds one sees neither half of a change nor anything of the next.
 *
 * The keys of an arc have one answer. It is made when somebody first asks for one of them, then frozen
 * and handed to all: most arcs of most tables are never asked for, and one answer is as good as a copy
 * for everybody.
 */
import type { Owners } from "#katas/hash-ring/contract.ts";
import { Circle } from "./circle.ts";
import { isSameMember, type Member } from "./member.ts";
import { fateOf, ownersOn } from "./owners.ts";

export class Table {
  readonly members: ReadonlyMap<string, Member>;
  readonly #circle: Circle;
  readonly #replicas: number;
  readonly #ownerCount: number;
  readonly #fateCount: number;
  /** The owners of each arc, if anybody has asked. All that ever changes here, and nobody can tell. */
  readonly #owners: (Owners | undefined)[];

  static empty(replicas: number): Table {
    return new Table(replicas, new Map(), Circle.empty);
  }

  private constructor(replicas: number, members: ReadonlyMap<string, Member>, circle: Circle) {
    this.members = members;
    this.#circle = circle;
    this.#replicas = replicas;
    this.#ownerCount = Math.min(replicas, members.size);
    this.#fateCount = new Set([...members.values()].map(fateOf)).size;
    this.#owners = new Array<undefined>(circle.arcCount).fill(undefined);
  }

  // ── The next table ──────────────────────────────────────────────────────────────────────────

  /** The table with this member, or with these traits of it. The table itself if nothing is new. */
  with(member: Member, makePositions: () => Uint32Array): Table {
    const present = this.members.get(member.node);
    if (present !== undefined && isSameMember(present, member)) return this;
    const rest = this.without(member.node);
    const members = new Map(rest.members).set(member.node, member);
    return new Table(this.#replicas, members, rest.#circle.with(member, makePositions()));
  }

  /** The table without this node. The table itself if that is no member. */
  without(node: string): Table {
    const member = this.members.get(node);
    if (member === undefined) return this;
    const members = new Map(this.members);
    members.delete(node);
    return new Table(this.#replicas, members, this.#circle.without(member));
  }

  // ── Look up ─────────────────────────────────────────────────────────────────────────────────

  /**
   * The arc that a position lies in. A step of its own, so that it is small enough to be compiled into
   * whoever looks up, together with the hash: handed over in a call, most positions would be numbers on
   * the heap, and cost as much as all the rest.
   */
  arcAt(position: number): number {
    return this.#circle.arcAt(position);
  }

  /** The owners of the keys of an arc. */
  ownersOf(arc: number): Owners {
    return this.#owners[arc] ?? this.#makeOwners(arc);
  }

  /** All members, in the order in which they take over the keys at a position. */
  walkFrom(position: number): Iterable<Member> {
    return this.#circle.walk(this.#circle.arcAt(position));
  }

  #makeOwners(arc: number): Owners {
    const walk = this.#circle.walk(arc);
    const nodes = Object.freeze(ownersOn(walk, this.#ownerCount, this.#fateCount));
    const owners = Object.freeze({ nodes, isShort: nodes.length < this.#replicas });
    this.#owners[arc] = owners;
    return owners;
  }
}
