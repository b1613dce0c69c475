/** The pure specification: what each operation has to answer, in the simplest words that are right. */
import type { Answer, Operation } from "./workload.ts";

/** Scaffold: the model of the kata. */
export class Model {
  readonly #items = new Set<string>();

  perform({ kind, item }: Operation): Answer {
    if (kind === "has") return this.#items.has(item);
    this.#items.add(item);
    return undefined;
  }
}
