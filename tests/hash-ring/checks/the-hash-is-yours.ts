/**
 * Hashes that tell the ring little.
 *
 * Deaf to keys: one number for every text, or a good one that reads every key as the same word. The ring cannot tell
 * keys apart then, unless it asks somebody else.
 *
 * Deaf to nodes: good for keys, and one number for all other texts. Names decide then, by their order: two rings
 * whose nodes differ in nothing else answer alike. They are compared only if the nodes of a key depend on the key;
 * a ring in which they do not has taken every node for the same.
 */
import { type RingCase, smallerCases } from "../case.ts";
import { type Hash, hashNamed } from "../hashes.ts";
import { areEqual } from "../model.ts";
import { ringExperiment, rounds } from "../ring-experiment.ts";
import type { Session } from "../session.ts";
import { inText, listed } from "../words.ts";
import { drawNames, joins, letter, picked, randomOf } from "../workload.ts";

export interface DeafCase extends RingCase {
  deafTo: "everything" | "keys" | "nodes";
}

export const theHashIsYours = ringExperiment<DeafCase>({
  promise: "hash-ring/the-hash-is-yours",

  *cases(budget) {
    for (let round = 0; round < rounds(budget, 60); round++) {
      const random = randomOf(budget.seed, round);
      const always = picked(random, [0, 0xffff_ffff, 1, 123_456_789]);
      yield {
        options: {
          replicas: 1 + random.below(4),
          pointsPerNode: picked(random, [1, 2, 8, 16]),
          hash: round % 3 === 0 ? `all ${always}` : `good ${round}`,
        },
        steps: joins(
          round % 3 === 2
            ? Array.from({ length: 2 + random.below(8) }, (_, index) => letter(index))
            : drawNames(random, 2 + random.below(8)),
        ),
        // Equally long, so that no label gives them away by its length.
        keys: Array.from({ length: 20 }, (_, index) => `key-${index + 10}`),
        deafTo: round % 3 === 0 ? "everything" : round % 3 === 1 ? "keys" : "nodes",
      };
    }
  },

  judge(session, testCase) {
    session.features.add(`deaf to ${testCase.deafTo}`);
    if (testCase.deafTo === "nodes") deafToNodes(session, testCase);
    else deafToKeys(session, testCase);
  },

  smaller: smallerCases,
});

function deafToKeys(session: Session, { options, steps, keys, deafTo }: DeafCase): void {
  const deaf = new DeafHash(hashNamed(options.hash ?? "all 0"), deafTo);
  const ring = session.ring(options, { hash: deaf.hash });
  session.tell("the hash", descriptions[deafTo], "note");
  for (const step of steps) ring.take(step);
  // Whatever a ring puts off until it is asked is done now.
  ring.itself.get("other");
  let first: { key: string; nodes: readonly string[]; asked: string[] } | undefined;
  for (const key of keys) {
    deaf.listen();
    const nodes = ring.get(key, (owners) => {
      if (first === undefined || areEqual(owners.nodes, first.nodes)) return undefined;
      // A ring that puts keys into words of its own has been told other numbers.
      if (deafTo === "keys" && !areEqual(deaf.asked(), first.asked)) return undefined;
      return {
        signature: "tells keys apart",
        expected: listed(first.nodes),
        therefore: `The hash does not tell ${inText(key)} and ${first.key} apart, and yet their owners differ.`,
      };
    });
    first ??= { key, nodes: [...nodes], asked: deaf.asked() };
  }
}

function deafToNodes(session: Session, { options, steps, keys, deafTo }: DeafCase): void {
  const setting = { hash: new DeafHash(hashNamed(options.hash ?? "good 0"), deafTo).hash };
  const ring = session.ring(options, { ...setting, speaker: "one" });
  session.tell("the hash", descriptions[deafTo], "note");
  for (const step of steps) ring.take(step);
  const lists = ring.ownersOf(keys);
  const [first = [], ...others] = lists.values();
  if (others.every((list) => areEqual(list, first))) return;
  const other = session.ring(options, { ...setting, speaker: "other" });
  for (const name of ring.members.keys()) other.add(renamed(name));
  for (const [key, list] of lists) {
    other.get(key, ({ nodes }) => {
      if (areEqual(nodes, list.map(renamed))) return undefined;
      return {
        signature: "tells nodes apart",
        expected: listed(list.map(renamed)),
        therefore: `The hash does not tell nodes apart, the order of names is the same in both rings, and yet ${inText(key)} has other owners in one than in the other.`,
      };
    });
  }
}

/** Another name with the same place in the order of names. */
export function renamed(name: string): string {
  return String.fromCharCode(name.charCodeAt(0) + 12);
}

const descriptions = {
  everything: "gives every text the same number",
  keys: 'reads "key-10" and "key-11" alike',
  nodes: "is good for keys, and one number otherwise",
} as const;

/** Does not hear all of what it is asked, and remembers it as it was heard. */
class DeafHash {
  #asked: string[] = [];
  readonly #hash: Hash;
  readonly #deafTo: DeafCase["deafTo"];

  constructor(hash: Hash, deafTo: DeafCase["deafTo"]) {
    this.#hash = hash;
    this.#deafTo = deafTo;
  }

  readonly hash: Hash = (text) => {
    const heard = this.#heard(text);
    this.#asked.push(heard);
    return this.#hash(heard);
  };

  listen(): void {
    this.#asked = [];
  }

  /** The texts since, as they were heard. */
  asked(): string[] {
    return this.#asked.toSorted();
  }

  #heard(text: string): string {
    if (this.#deafTo === "nodes") return /^key-\d\d$/.test(text) ? text : "";
    return text.replace(/key-\d\d/g, "key");
  }
}
