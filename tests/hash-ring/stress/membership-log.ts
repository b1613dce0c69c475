/**
 * The list of changes that all threads follow: epochs, one after the other, each with changes that commute.
 *
 *   epoch 0   add n1, add n2, add n3, …            whoever makes them in another order
 *   epoch 1   remove n2, add n9                    has the same members
 *   epoch 2   add n4 with weight 2, remove n1      at the end of each epoch
 */
import { type Random, seededRandom } from "#platform/random.ts";
import type { Change } from "#katas/hash-ring/contract.ts";

/** No node is in two changes of an epoch. */
export type Epoch = readonly Change[];

const nodesAtFirst = 12;
const epochCount = 16;
const changesMax = 4;

/** The log of a round; with weights and zones from level 3. */
export function membershipLog(seed: number, round: number, level: number): readonly Epoch[] {
  const random = seededRandom(seed * 1_000_003 + round * 7919);
  const members = new Set<string>();
  const traits = () => (level >= 3 ? drawTraits(random) : {});
  let joined = 0;
  const join = (): Change => {
    const node = `node-${++joined}`;
    members.add(node);
    return { add: node, ...traits() };
  };

  const epochs: Epoch[] = [Array.from({ length: nodesAtFirst }, join)];
  while (epochs.length < epochCount) {
    const changed = new Set<string>();
    const changes: Change[] = [];
    for (let count = 1 + random.below(changesMax); count > 0; count--) {
      const node = [...members].filter((name) => !changed.has(name))[random.below(members.size)];
      if (node === undefined || random.below(2) === 0) changes.push(join());
      else if (level >= 3 && random.below(3) === 0) changes.push({ add: node, ...traits() });
      else {
        changes.push({ remove: node });
        members.delete(node);
      }
      const last = changes.at(-1) as Change;
      changed.add("add" in last ? last.add : last.remove);
    }
    epochs.push(changes);
  }
  return epochs;
}

/** The members after an epoch. */
export function membersAfter(before: ReadonlySet<string>, epoch: Epoch): Set<string> {
  const after = new Set(before);
  for (const change of epoch) {
    if ("add" in change) after.add(change.add);
    else after.delete(change.remove);
  }
  return after;
}

function drawTraits(random: Random): { weight: number; zone?: string } {
  const weight = 1 + random.below(3);
  return random.below(4) === 0 ? { weight } : { weight, zone: `zone-${random.below(4)}` };
}
