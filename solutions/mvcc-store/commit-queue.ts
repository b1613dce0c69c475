/**
 * The commits that wait for the disk.
 *
 *   commit ──▶ queue ──▶ one batch ──▶ append ──▶ sync ──▶ visible ──▶ answered
 *
 * Guarantees:
 * - Commits reach the log, become visible and are answered in the order in which they were decided.
 * - A commit becomes visible when it is safe, and is answered after that.
 * - Once the disk has failed a batch, nothing is written until the next open.
 */
import type { Buffer } from "node:buffer";
import { OverloadedError, StorageError } from "#platform/errors.ts";
import type { Log } from "./log.ts";

/** A batch does not exceed this, unless a single commit does. */
const batchBytesMax = 8 * 1024 * 1024;

interface WaitingCommit {
  readonly number: number;
  readonly body: Buffer;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

interface CommitQueueOptions {
  readonly log: Log;
  readonly commitsWaitingMax: number;
  /** Makes all commits up to this number visible. */
  readonly publish: (number: number) => void;
}

export class CommitQueue {
  readonly #log: Log;
  readonly #commitsWaitingMax: number;
  readonly #publish: (number: number) => void;
  /** Commits that no batch has taken yet. */
  #queue: WaitingCommit[] = [];
  /** Commits that are not answered: those in the queue and those in the batch under way. */
  #waitingCount = 0;
  #batchSizeBefore = 0;
  /** Runs while the queue is not empty. Never rejects. */
  #writing: Promise<void> | undefined;
  /** Set by the first batch that the disk failed. */
  #failure: StorageError | undefined;

  constructor(options: CommitQueueOptions) {
    this.#log = options.log;
    this.#commitsWaitingMax = options.commitsWaitingMax;
    this.#publish = options.publish;
  }

  /** Throws when there is no room for another commit. Asked before it is decided: it must have no effect. */
  refuseIfOverloaded(): void {
    if (this.#waitingCount < this.#commitsWaitingMax) return;
    throw new OverloadedError(
      `Expected at most ${this.#commitsWaitingMax} commits to wait, got one more.`,
    );
  }

  refuseIfFailed(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Resolves when the commit is safe and visible. Commits are handed over in the order of their numbers. */
  add(number: number, body: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waitingCount += 1;
      this.#queue.push({ number, body, resolve, reject });
      this.#writing ??= this.#writeQueue();
    });
  }

  /** Waits until all commits are answered, then gives the log back. */
  async close(): Promise<void> {
    await this.#writing;
    await this.#log.close();
  }

  async #writeQueue(): Promise<void> {
    while (this.#queue.length > 0) {
      await this.#letCommitsGather();
      await this.#write(this.#takeBatch());
    }
    // No await between the last look at the queue and this line: nobody can queue in between.
    this.#writing = undefined;
  }

  /**
   * Waits a moment before a batch is taken. The clients whom the last batch answered are about to commit
   * again; a batch that starts at once leaves without them, and from then on two groups take turns, each
   * waiting for two syncs. A lone client has nobody to wait for.
   */
  async #letCommitsGather(): Promise<void> {
    if (this.#batchSizeBefore > 1 || this.#queue.length > 1) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #takeBatch(): WaitingCommit[] {
    let count = 0;
    let bytes = 0;
    for (const { body } of this.#queue) {
      bytes += body.length;
      if (count > 0 && bytes > batchBytesMax) break;
      count += 1;
    }
    return this.#queue.splice(0, count);
  }

  async #write(batch: readonly WaitingCommit[]): Promise<void> {
    this.#batchSizeBefore = batch.length;
    try {
      await this.#log.append(batch.map(({ body }) => body));
    } catch (cause) {
      this.#fail(batch, cause);
      return;
    }
    // From here on a crash may not take the batch back. Shown before anybody is told, so that whoever
    // begins after an answer sees what was answered.
    this.#publish(batch.at(-1)?.number ?? 0);
    this.#waitingCount -= batch.length;
    for (const { resolve } of batch) resolve();
  }

  /**
   * Nobody knows what of this batch is on the disk, and a sync that succeeded now would not tell. So
   * nothing is tried again: all who wait are told, and the next open looks at what is there. The commits
   * that were decided are never published; in this life nobody sees them.
   */
  #fail(batch: readonly WaitingCommit[], cause: unknown): void {
    const failure = new StorageError("The disk failed a commit; open the store again to go on.", {
      cause,
    });
    this.#failure = failure;
    const waiting = [...batch, ...this.#queue];
    this.#queue = [];
    this.#waitingCount -= waiting.length;
    for (const { reject } of waiting) reject(failure);
  }
}
