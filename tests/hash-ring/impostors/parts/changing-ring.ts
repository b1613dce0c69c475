/** A ring that reads changes and keeps its members, a new map for each membership; what follows from them it leaves open. */
import type { Change, HashRingOptions, NodeTraits } from "#katas/hash-ring/contract.ts";
import {
  readChanges,
  readNode,
  readOptions,
  readTraits,
  type Settings,
  type Step,
  type Traits,
} from "./arguments.ts";
import { UpToLevel3 } from "./unwritten.ts";

export interface Member extends Traits {
  readonly node: string;
}

export type Members = ReadonlyMap<string, Member>;

export abstract class ChangingRing extends UpToLevel3 {
  protected readonly settings: Settings;
  protected members: Members = new Map();

  constructor(options: HashRingOptions) {
    super();
    this.settings = readOptions(options);
  }

  add(node: string, traits?: NodeTraits): boolean {
    return this.#change([{ node: readNode(node), traits: readTraits(traits) }]);
  }

  remove(node: string): boolean {
    return this.#change([{ node: readNode(node), traits: undefined }]);
  }

  apply(changes: readonly Change[]): void {
    this.#change(readChanges(changes));
  }

  /** Prepares for these members, who replace those before as soon as it has. */
  protected abstract prepare(members: Members): void;

  #change(steps: readonly Step[]): boolean {
    const members = new Map(this.members);
    let isOther = false;
    for (const { node, traits } of steps) {
      const member = members.get(node);
      if (member?.weight === traits?.weight && member?.zone === traits?.zone) continue;
      isOther = true;
      if (traits === undefined) members.delete(node);
      else members.set(node, { node, ...traits });
    }
    if (!isOther) return false;
    this.prepare(members);
    this.members = members;
    return true;
  }
}
