/**
 * The life that a hunt crashes: the store is opened on an empty disk and the clients do their work, while a scheduler
 * decides in which order the disk answers.
 */
import type { MvccStore, Subject } from "#katas/mvcc-store/contract.ts";
import { errorCode } from "#platform/errors.ts";
import { type DiskCall, DiskPort } from "#platform/testing/disk-port.ts";
import { GateKeeper } from "#platform/testing/gates.ts";
import type { CrashPoint } from "../../harness/crash-explorer.ts";
import { describeError } from "../../harness/in-words.ts";
import { type LifeEnd, runLife } from "../../harness/life.ts";
import { directory, emptyDisk } from "../../harness/on-disk/disk-subject.ts";
import type { Narrator } from "../../harness/on-disk/narrator.ts";
import { mvccStore } from "./adapter.ts";
import { type DurableCase, nameOfWork, schedulerFor } from "./case.ts";
import { type Deed, History, seenInWords } from "./history.ts";

export interface LiveViolation {
  signature: string;
  therefore: string;
  /** The transaction whose answer cannot be. */
  name: string | null;
  expected: string;
}

export class DurableLife {
  readonly history = new History();
  readonly port: DiskPort;
  /** How many gates have opened. */
  step = 0;
  end: LifeEnd | null = null;
  openError: { error: unknown } | null = null;
  isOpen = false;
  readonly #gates = new GateKeeper();
  readonly #case: DurableCase;

  constructor(testCase: DurableCase) {
    this.#case = testCase;
    this.port = new DiskPort(emptyDisk([directory]), this.#gates, { ...testCase.faults });
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
    exports: Subject,
    goesOn: () => Promise<boolean>,
    narrator?: Narrator<Deed>,
  ): Promise<void> {
    if (narrator !== undefined) {
      narrator.nextLife(this.port, this.history);
      this.history.onRead = (deed) => {
        narrator.note(`${deed.name} reads`, seenInWords(deed));
      };
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

  async #program(exports: Subject, narrator: Narrator<Deed> | undefined): Promise<void> {
    const { options = {}, clients, closes } = this.#case;
    let store: MvccStore;
    try {
      store = await mvccStore.open(exports, { disk: this.port, directory }, options);
    } catch (error) {
      this.openError = { error };
      return;
    }
    this.isOpen = true;
    narrator?.opened(null);
    const isConcurrent = clients.length > 1;
    const working = clients.map(async (works, client) => {
      const pause = isConcurrent ? () => this.#gates.begin(client) : undefined;
      for (const [index, work] of works.entries()) {
        // A call may come at any moment, not only right after the answer to the one before.
        await pause?.();
        await this.history.perform(store, { name: nameOfWork(client, index), client, work }, pause);
      }
    });
    await Promise.all(working);
    if (closes === true) await this.history.close(store);
  }

  // ── What is wrong with it, whatever the promise ─────────────────────────────────────────────

  violation(): LiveViolation | null {
    const nothingFailed = "although nothing had failed";
    if (this.openError !== null && !this.port.faulted) {
      const therefore = `The first open of an empty directory rejected: ${describeError(this.openError.error)}.`;
      return { signature: "refused", therefore, name: null, expected: nothingFailed };
    }
    const wrong = this.history.deeds.find((deed) => this.#mayNotReject(deed));
    if (wrong !== undefined) {
      const therefore = `The commit of ${wrong.name} rejected ${nothingFailed}: ${describeError(wrong.error)}.`;
      return { signature: "rejected", therefore, name: wrong.name, expected: nothingFailed };
    }
    const { closing } = this.history;
    if (closing?.isAnswered !== true) return null;
    if (closing.error !== undefined && !this.port.faulted) {
      const therefore = `close rejected ${nothingFailed}: ${describeError(closing.error)}.`;
      return { signature: "close rejected", therefore, name: null, expected: nothingFailed };
    }
    if (this.port.state.locks.size === 0) return null;
    const therefore = "close was answered, and the directory is still locked.";
    return { signature: "locked", therefore, name: null, expected: "it to be free" };
  }

  /** What was never answered although nothing more would happen. */
  forgotten(): { what: string; name: string | null } | null {
    if (this.end?.how !== "hung") return null;
    const deed = this.history.deeds.find(({ outcome }) => outcome === "pending");
    if (deed !== undefined)
      return { what: `the commit of ${deed.name} was never answered`, name: deed.name };
    const call = this.isOpen ? "close" : mvccStore.factory;
    return { what: `${call} was never answered`, name: null };
  }

  #mayNotReject({ outcome, error }: Deed): boolean {
    if (outcome !== "rejected") return false;
    // Once the disk has failed, a store may refuse to go on, with any code.
    if (this.port.faulted) return false;
    const code = errorCode(error);
    // A lone client waits for each answer: nobody is in its way, and nobody waits beside it.
    const isAlone = this.#case.clients.length === 1;
    if (code === "CONFLICT") return isAlone;
    if (code === "OVERLOADED")
      return isAlone || this.#case.options?.commitsWaitingMax === undefined;
    return true;
  }
}
