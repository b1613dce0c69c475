/**
 * One source, from where the ledger has stopped. An entry holds what some candidates have done *and* the
 * offset behind them, so there is no moment at which one is there without the other.
 *
 *   source ─► feed ─► chunk ─► slow rules ─► judge ─► entry { transactions, nextOffset, quarantined }
 *
 * Batch and stream differ in one line: when a chunk is full. Whoever loses a race looks at the offset
 * again: if another processor was faster, there may be nothing left to do.
 */
import type { Clock } from "#platform/clock.ts";
import type {
  Candidate,
  Outcome,
  ProcessOptions,
  Quarantined,
  Rule,
  Source,
} from "#katas/ledger/contract.ts";
import type { Entry } from "./entry.ts";
import { Feed } from "./feed.ts";
import { Judge } from "./judge.ts";
import { abortedError, unlessAborted } from "./patience.ts";
import type { SlowRules } from "./slow-rules.ts";
import type { Table } from "./table.ts";

export interface ProcessorWorld {
  readonly table: Table;
  readonly rules: readonly Rule[];
  readonly clock: Clock;
  readonly slowRules: SlowRules;
  append(propose: (commitName: string) => Entry | null): Promise<number | null>;
}

const chunkLengthMax = 256;
const microBatchMsDefault = 1000;

/** What slow rules say of a candidate; "POISON" is one on which they failed. */
type SlowVerdict = { readonly reason: string | undefined } | "POISON";

export class Processor {
  readonly #source: Source;
  readonly #options: ProcessOptions;
  readonly #world: ProcessorWorld;
  readonly #feed: Feed;
  #nextOffset: number;

  constructor(source: Source, options: ProcessOptions, world: ProcessorWorld) {
    this.#source = source;
    this.#options = options;
    this.#world = world;
    this.#nextOffset = this.#committedOffset();
    this.#feed = new Feed(source.reader, this.#nextOffset, {
      lengthMax: chunkLengthMax,
      clock: world.clock,
    });
  }

  async run(): Promise<{ nextOffset: number }> {
    try {
      for (;;) {
        await this.#chunkIsFull();
        const chunk = this.#feed.take();
        if (chunk.length === 0) return { nextOffset: this.#nextOffset };
        await this.#commit(chunk);
      }
    } finally {
      this.#feed.stop();
    }
  }

  /** In a stream a chunk is full, too, when its first candidate has waited long enough. */
  async #chunkIsFull(): Promise<void> {
    const { signal, mode, microBatchMs = microBatchMsDefault } = this.#options;
    const { clock } = this.#world;
    let timer: Promise<void> | undefined;
    while (!this.#feed.isFull && !this.#feed.hasEnded) {
      const news = this.#feed.news();
      const since = this.#feed.waitsSince;
      if (mode === "batch" || since === undefined) {
        await unlessAborted(news, signal);
        continue;
      }
      const restMs = since + microBatchMs - clock.now();
      if (restMs <= 0) break;
      timer ??= clock.sleep(restMs).then(() => {
        timer = undefined;
      });
      await unlessAborted(Promise.race([news, timer]), signal);
    }
    if (signal?.aborted === true) throw abortedError();
  }

  async #commit(chunk: readonly Candidate[]): Promise<void> {
    const { signal } = this.#options;
    const verdicts = await unlessAborted(
      Promise.all(chunk.map(({ transaction }) => this.#askSlowRules(transaction))),
      signal,
    );
    await this.#world.append((commit) => this.#entryOf(commit, chunk, verdicts));
    this.#nextOffset = (chunk.at(-1)?.offset ?? -1) + 1;
  }

  #entryOf(
    commit: string,
    chunk: readonly Candidate[],
    verdicts: readonly SlowVerdict[],
  ): Entry | null {
    const judge = new Judge(this.#world.table, this.#world.rules);
    const done = this.#committedOffset();
    const quarantined: Quarantined[] = [];
    let nextOffset = done;
    for (const [at, { offset, transaction }] of chunk.entries()) {
      if (offset < done) continue;
      nextOffset = offset + 1;
      const reason = reasonOf(judge, transaction, verdicts[at] ?? "POISON");
      if (reason !== undefined) quarantined.push({ offset, reason });
    }
    if (nextOffset === done) return null;
    const progress = { source: this.#source.name, nextOffset, quarantined };
    return { commit, transactions: judge.accepted, progress };
  }

  async #askSlowRules(transaction: unknown): Promise<SlowVerdict> {
    try {
      return { reason: await this.#world.slowRules.reasonFor(transaction) };
    } catch {
      return "POISON";
    }
  }

  #committedOffset(): number {
    return this.#world.table.sources.get(this.#source.name)?.nextOffset ?? 0;
  }
}

/** Why a candidate belongs into quarantine; undefined when it does not. */
function reasonOf(judge: Judge, transaction: unknown, verdict: SlowVerdict): string | undefined {
  if (verdict === "POISON") return "POISON";
  let outcome: Outcome;
  try {
    outcome = judge.judge(transaction, verdict.reason);
  } catch {
    return "POISON";
  }
  return outcome.status === "rejected" ? outcome.reason : undefined;
}
