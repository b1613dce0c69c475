/** Random batches: mostly right, and wrong in every way that a model knows. */
import { type Random, seededRandom } from "#platform/random.ts";
import type { Item, Step } from "./script.ts";
import { open, openings, pay } from "./script.ts";

export function randomOf(seed: number, round: number): Random {
  return seededRandom(seed * 1_000_003 + round * 7919);
}

export function pick<Of>(random: Random, list: readonly Of[]): Of {
  return list[random.below(list.length)] as Of;
}

export interface Mix {
  names: readonly string[];
  /** Out of ten: transactions that open an account. */
  opens: number;
  /** Out of ten: transfers from the bank, which nearly always go through. */
  gifts: number;
  centsMax: number;
  /** Out of ten: candidates that are no transactions. */
  oddities: number;
  /** Out of ten: what was handed in before, as it was or with another amount. */
  again: number;
}

export const usual: Mix = {
  names: ["bank", "ann", "bob", "eve", "mallory"],
  opens: 2,
  gifts: 4,
  centsMax: 60,
  oddities: 0,
  again: 0,
};

const oddities: readonly Item[] = [null, 5, "transfer", [], {}, { kind: "close", id: "x" }];

/** Draws transactions whose ids are new, unless the mix says otherwise. */
export class Drawer {
  readonly #random: Random;
  readonly #mix: Mix;
  readonly #prefix: string;
  readonly #drawn: Item[] = [];
  #count = 0;

  constructor(random: Random, mix: Partial<Mix> = {}, prefix = "t") {
    this.#random = random;
    this.#mix = { ...usual, ...mix };
    this.#prefix = prefix;
  }

  transaction(): Item {
    const random = this.#random;
    const { names, opens, gifts, centsMax, oddities: odd, again } = this.#mix;
    if (random.below(10) < odd) return pick(random, oddities);
    if (this.#drawn.length > 0 && random.below(10) < again) return this.#again();
    const id = `${this.#prefix}${++this.#count}`;
    const item =
      random.below(10) < opens
        ? this.#opening(id)
        : pay(
            id,
            random.below(10) < gifts ? "bank" : pick(random, names),
            pick(random, names),
            1 + random.below(centsMax),
          );
    this.#drawn.push(item);
    return item;
  }

  batch(lengthMax: number): Item[] {
    return Array.from({ length: 1 + this.#random.below(lengthMax) }, () => this.transaction());
  }

  #opening(id: string): Item {
    const limit = this.#random.below(3) === 0 ? 0 - this.#random.below(40) : undefined;
    return open(pick(this.#random, this.#mix.names), limit, id);
  }

  #again(): Item {
    const item = pick(this.#random, this.#drawn) as Record<string, unknown>;
    if (this.#random.below(3) > 0) return item;
    return "cents" in item
      ? { ...item, cents: Number(item["cents"]) + 1 }
      : { ...item, account: `${String(item["account"])}-x` };
  }
}

/** A session of one validator: accounts first, then batches of both policies, and reads between them. */
export function drawSteps(
  random: Random,
  { batches, lengthMax, mix = {} }: { batches: number; lengthMax: number; mix?: Partial<Mix> },
): Step[] {
  const drawer = new Drawer(random, mix);
  const steps: Step[] = [{ do: "commit", batch: openings }];
  for (let count = 0; count < batches; count++) {
    const batch = drawer.batch(lengthMax);
    const step: Step = { do: "commit", batch };
    steps.push(random.below(2) === 0 ? step : { ...step, policy: "valid-only" });
    if (random.below(3) === 0) steps.push({ do: "read" });
  }
  return steps;
}
