/** A stage for stores of keys and values: besides calls, it can ask what keys show. */
import { describeError } from "../in-words.ts";
import type { Claims } from "../on-disk/disk-subject.ts";
import { Stage, type StageSetting } from "../on-disk/stage.ts";
import type { StoreKata } from "./store-kata.ts";
import { shortValue } from "./workload.ts";

export class StoreStage<Exports extends Claims, Store, Options extends object> extends Stage<
  Exports,
  Store,
  Options
> {
  readonly #kata: StoreKata<Exports, Store, Options>;

  constructor(kata: StoreKata<Exports, Store, Options>, setting: StageSetting<Exports>) {
    super(kata, setting);
    this.#kata = kata;
  }

  /** Gets of all these keys, each of which must answer with its text, or with undefined. */
  async shows(store: Store, expected: ReadonlyMap<string, string | undefined>): Promise<void> {
    this.quiet(true);
    const gets = [...expected].map(([key, value]) => ({
      get: this.call(`get ${key}`, () => this.#kata.get(store, key)),
      value,
    }));
    await this.settleAll();
    this.quiet(false);
    for (const { get, value } of gets) {
      if (get.state === "pending") this.hung(`${get.what} was never answered`);
      if (get.state === "rejected")
        this.broken(get.what, `${get.what} rejected: ${describeError(get.error)}.`);
      const shown = this.#textShown(get.what, get.value);
      if (shown === value) continue;
      const therefore = `${get.what} must answer ${shortValue(value)}, and it answered ${shortValue(shown)}.`;
      this.broken(get.what, therefore);
    }
    this.tell(`gets of ${gets.length} keys`, "answered right");
  }

  #textShown(what: string, answer: unknown): string | undefined {
    try {
      return this.#kata.textOf(answer);
    } catch (error) {
      return this.broken(what, `${what} answered what is no value: ${describeError(error)}.`);
    }
  }
}
