/**
 * Carriers that change as little as they must, in three steps: nodes with too much give some up, keys
 * without a carrier find one, keys that find room earlier on their walks move there.
 */
import { limitsIn, type Scene } from "./ring-with-carriers.ts";

export class Settling {
  readonly carriers = new Map<string, string>();
  readonly #scene: Scene;
  readonly #carried: Map<string, number>;
  readonly #limitOf: (node: string) => number;

  constructor(scene: Scene, limit = (_node: string, limitOfNode: number): number => limitOfNode) {
    const { carried, limitOf } = limitsIn(scene);
    this.#scene = scene;
    this.#carried = carried;
    this.#limitOf = (node) => limit(node, limitOf(node));
    for (const [key, { carrier }] of scene.keys) {
      if (carrier !== undefined && carried.has(carrier)) this.#move(key, carrier);
    }
  }

  settled(): Map<string, string> {
    this.shed();
    this.house();
    this.moveUp();
    return this.carriers;
  }

  shed(): void {
    const keysOf = new Map<string, string[]>();
    for (const [key, carrier] of this.carriers) {
      const keys = keysOf.get(carrier) ?? [];
      keys.push(key);
      keysOf.set(carrier, keys);
    }
    for (const [node, keys] of keysOf) {
      // The lightest first; among equals, who came last.
      const leaving = keys.reverse().sort((a, b) => this.#loadOf(a) - this.#loadOf(b));
      const heaviest = this.#loadOf(leaving.at(-1) ?? "");
      for (const key of leaving) {
        if (this.#carriedBy(node) - heaviest < this.#limitOf(node)) break;
        this.#move(key, undefined);
      }
    }
  }

  house(): void {
    for (const key of this.#scene.keys.keys()) {
      if (this.carriers.has(key)) continue;
      const walk = this.#scene.walk(key);
      this.#move(key, walk.find((node) => this.#hasRoom(node)) ?? walk[0]);
    }
  }

  moveUp(): void {
    while (this.moveUpOnce());
  }

  /** Whether any key has moved. */
  moveUpOnce(): boolean {
    let hasMoved = false;
    for (const [key, carrier] of this.carriers) {
      const node = this.#scene.walk(key).find((one) => one === carrier || this.#hasRoom(one));
      if (node === carrier) continue;
      this.#move(key, node);
      hasMoved = true;
    }
    return hasMoved;
  }

  #move(key: string, to: string | undefined): void {
    const from = this.carriers.get(key);
    const load = this.#loadOf(key);
    if (from !== undefined) this.#carried.set(from, this.#carriedBy(from) - load);
    if (to === undefined) {
      this.carriers.delete(key);
      return;
    }
    this.#carried.set(to, this.#carriedBy(to) + load);
    this.carriers.set(key, to);
  }

  #hasRoom(node: string): boolean {
    return this.#carriedBy(node) < this.#limitOf(node);
  }

  #carriedBy(node: string): number {
    return this.#carried.get(node) ?? 0;
  }

  #loadOf(key: string): number {
    return this.#scene.keys.get(key)?.load ?? 0;
  }
}
