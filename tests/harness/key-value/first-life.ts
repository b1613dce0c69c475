/**
 * The life that a hunt crashes: the store is opened on an empty disk and the clients do their work,
 * while a scheduler decides in which order the disk answers.
 */
import { errorCode } from "#platform/errors.ts";
import { type DiskCall, DiskPort } from "#platform/testing/disk-port.ts";
import { GateKeeper } from "#platform/testing/gates.ts";
import type { CrashPoint } from "../crash-explorer.ts";
import { type LifeEnd, runLife } from "../life.ts";
import { type Case, schedulerFor } from "./case.ts";
import { describeError } from "../in-words.ts";
import { type Claims, directory, emptyDisk } from "../on-disk/disk-subject.ts";
import type { Narrator } from "../on-disk/narrator.ts";
import { type Call, History } from "./history.ts";
import type { StoreKata } from "./store-kata.ts";
import { describe, keysOf } from "./workload.ts";

export class FirstLife {
  readonly history: History;
  readonly port: DiskPort;
  /** How many gates have opened. */
  step = 0;
  end: LifeEnd | null = null;
  openError: { error: unknown } | null = null;
  readonly #gates = new GateKeeper();
  readonly #kata: StoreKata;
  readonly #case: Case;

  constructor(kata: StoreKata, testCase: Case) {
    this.#kata = kata;
    this.history = new History(kata);
    this.#case = testCase;
    this.port = new DiskPort(emptyDisk([directory]), this.#gates, { ...testCase.faults });
  }

  /** Whether nothing waits for the disk. */
  get isIdle(): boolean {
    return this.#gates.pending.length === 0;
  }

  /** Whether the store was closed and holds its directory all the same. */
  get keepsTheDirectory(): boolean {
    const isClosed = this.history.calls.some(
      ({ operation, answeredAt }) => operation.kind === "close" && answeredAt !== null,
    );
    return isClosed && this.port.state.locks.size > 0;
  }

  /** Whether a crash would find just what it would have found then. */
  isStillAt({ version, underWay }: { version: number; underWay: readonly DiskCall[] }): boolean {
    const calls = this.#gates.underWay();
    const isSame =
      calls.length === underWay.length && calls.every((call, index) => call === underWay[index]);
    return isSame && version === this.port.state.version;
  }

  /** The disk as it is now, and the calls that are under way. */
  get moment(): CrashPoint {
    return { state: this.port.state.copy(), underWay: this.#gates.underWay() };
  }

  /** Lives until the clients are done, nothing more happens, or `goesOn` says no at a moment of rest. */
  async live(
    exports: Claims,
    goesOn: () => Promise<boolean>,
    narrator?: Narrator<Call>,
  ): Promise<void> {
    if (narrator !== undefined) {
      narrator.nextLife(this.port, this.history);
      this.#gates.onSettled = (call, error) => {
        narrator.diskSettled(call, error);
      };
    }
    this.end = await runLife(() => this.#program(exports, narrator), {
      gates: this.#gates,
      scheduler: schedulerFor(this.#case),
      atRest: (step) => {
        this.step = step;
        return goesOn();
      },
    });
    this.port.fence();
  }

  get #options(): object {
    return this.#case.options ?? {};
  }

  async #program(exports: Claims, narrator: Narrator<Call> | undefined): Promise<void> {
    let store: unknown;
    try {
      store = await this.#kata.open(exports, { disk: this.port, directory }, this.#options);
    } catch (error) {
      this.openError = { error };
      return;
    }
    narrator?.opened(null);
    const isConcurrent = this.#case.clients.length > 1;
    const clients = this.#case.clients.map(async (operations, client) => {
      for (const operation of operations) {
        // A call may come at any moment, not only right after the answer to the one before.
        if (isConcurrent) await this.#gates.begin(client);
        await this.history.perform(store, client, operation);
      }
    });
    await Promise.all(clients);
    if (this.#case.readsAtEnd === true) {
      for (const key of keysOf(this.#case.clients))
        await this.history.perform(store, 0, { kind: "get", key });
    }
    if (this.#case.closes === true) await this.history.perform(store, 0, { kind: "close" });
  }

  // ── What is wrong with it, whatever the promise ─────────────────────────────────────────────

  /** A call that rejected although nothing had failed. */
  unexpectedRejection(): { call: Call | undefined; expected: string; therefore: string } | null {
    const overloaded = this.history.calls.find((one) => this.#isOverloadedAlone(one));
    if (overloaded !== undefined) {
      const what = describe(overloaded.operation);
      const therefore = `${what} rejected with OVERLOADED although no other write was waiting.`;
      return { call: overloaded, expected: "although no other write was waiting", therefore };
    }
    if (this.port.faulted) return null;
    const expected = "although nothing had failed";
    if (this.openError !== null) {
      const error = describeError(this.openError.error);
      return {
        call: undefined,
        expected,
        therefore: `The first open of an empty directory rejected: ${error}.`,
      };
    }
    const call = this.history.calls.find(
      (one) => one.outcome === "rejected" && !this.#mayReject(one),
    );
    if (call === undefined) return null;
    const what = describe(call.operation);
    return {
      call,
      expected,
      therefore: `${what} rejected although nothing had failed: ${describeError(call.error)}.`,
    };
  }

  /** The call that was never answered although nothing more would happen. */
  forgottenCall(): { call: Call | undefined; what: string } | null {
    if (this.end?.how !== "hung") return null;
    const call = this.history.calls.find((one) => one.outcome === "pending");
    return {
      call,
      what: `${call === undefined ? this.#kata.factory : describe(call.operation)} was never answered`,
    };
  }

  /** A client that waits for each answer never meets another that waits, whatever has failed before. */
  #isOverloadedAlone(call: Call): boolean {
    return this.#case.clients.length === 1 && errorCode(call.error) === "OVERLOADED";
  }

  /** Being pushed back by a limit, or having come after close, is an answer. */
  #mayReject(call: Call): boolean {
    const code = errorCode(call.error);
    if (code === "OVERLOADED") return this.#kata.mayPushBack?.(this.#options) === true;
    const close = this.history.calls.find((one) => one.operation.kind === "close");
    return close !== undefined && close.calledAt < call.calledAt && code === "CLOSED";
  }
}
