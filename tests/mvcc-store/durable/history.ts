/** What transactions have done in one life, and what each was told. */
import type { MvccStore, Transaction } from "#katas/mvcc-store/contract.ts";
import { errorCode } from "#platform/errors.ts";
import { describeError } from "../../harness/in-words.ts";
import type { CallWords } from "../../harness/on-disk/narrator.ts";
import { keyInWords } from "../script.ts";
import { shortText, textOf, type Work, writesInWords } from "./case.ts";

export interface Deed {
  readonly name: string;
  readonly client: number;
  readonly work: Work;
  readonly begunAt: number;
  /** What it has read of others. */
  readonly seen: Map<string, unknown>;
  commitCalledAt: number | null;
  answeredAt: number | null;
  outcome: "pending" | "ok" | "rejected";
  error: unknown;
}

/** Codes that promise that nothing has happened. */
const harmless = new Set(["CONFLICT", "EXPIRED", "OVERLOADED", "CLOSED", "INVALID_ARGUMENT"]);

export function hadNoEffect({ error }: Deed): boolean {
  return harmless.has(errorCode(error) ?? "");
}

export class History {
  readonly deeds: Deed[] = [];
  /** Events so far. */
  now = 0;
  onCall: ((deed: Deed) => void) | null = null;
  onAnswer: ((deed: Deed) => void) | null = null;
  onRead: ((deed: Deed) => void) | null = null;
  /** Whether close was called, and answered. */
  closing: { calledAt: number; isAnswered: boolean; error: unknown } | null = null;

  /**
   * A transaction from its begin to the answer of its commit. `pause` comes before the commit is called, so that
   * others can come between.
   */
  async perform(
    store: MvccStore,
    { name, client, work }: Pick<Deed, "name" | "client" | "work">,
    pause?: () => Promise<void>,
  ): Promise<void> {
    const deed: Deed = {
      name,
      client,
      work,
      begunAt: this.now++,
      seen: new Map(),
      commitCalledAt: null,
      answeredAt: null,
      outcome: "pending",
      error: undefined,
    };
    this.deeds.push(deed);
    try {
      const transaction = store.begin();
      this.#read(transaction, deed);
      await pause?.();
      for (const [key, value] of work.writes) {
        if (value === null) transaction.delete(key);
        else transaction.put(key, textOf(value));
      }
      deed.commitCalledAt = this.now++;
      this.onCall?.(deed);
      await transaction.commit();
      deed.outcome = "ok";
    } catch (error) {
      if (deed.commitCalledAt === null) this.onCall?.(deed);
      deed.outcome = "rejected";
      deed.error = error;
    }
    deed.answeredAt = this.now++;
    this.onAnswer?.(deed);
  }

  async close(store: MvccStore): Promise<void> {
    this.closing = { calledAt: this.now++, isAnswered: false, error: undefined };
    try {
      await store.close();
    } catch (error) {
      this.closing.error = error;
    }
    this.closing.isAnswered = true;
  }

  #read(transaction: Transaction, deed: Deed): void {
    const { reads = [] } = deed.work;
    if (reads.length === 0) return;
    for (const key of reads) deed.seen.set(key, transaction.get(key));
    this.now++;
    this.onRead?.(deed);
  }
}

export function seenInWords({ seen }: Deed): string {
  return [...seen].map(([key, value]) => `${keyInWords(key)}=${shortText(value)}`).join(" ");
}

/** For the narrator: the call is the commit. */
export const commitWords: CallWords<Deed> = {
  clientOf: ({ client }) => client,
  describe: ({ name, work }) =>
    work.writes.length === 0 ? `${name} commit` : `${name} commit ${writesInWords(work)}`,
  answerOf({ outcome, error }) {
    if (outcome === "pending") return "no answer yet";
    return outcome === "ok" ? "answered ok" : `rejected ${describeError(error)}`;
  },
  isKept: ({ outcome, work }) => outcome === "ok" && work.writes.length > 0,
  isAmong: ({ work }, bytes) =>
    work.writes.some(([, value]) => value !== null && bytes.includes(`v${value}.`)),
};
