/**
 * A stage: calls are made, the disk waits, and the stage says which of the disk's calls settle.
 */
import { barestImage } from "#platform/testing/crash-images.ts";
import { DiskPort } from "#platform/testing/disk-port.ts";
import { DiskState } from "#platform/testing/disk-state.ts";
import {
  type Gate,
  GateKeeper,
  isWorthWaiting,
  quiescence,
  stillness,
} from "#platform/testing/gates.ts";
import type { HistoryEvent, LoadedSubject } from "../check.ts";
import type { Listener } from "../experiment.ts";
import { describeError } from "../in-words.ts";
import { type Claims, directory, type DiskSubject, emptyDisk } from "./disk-subject.ts";
import { lineOfScene, type SceneCase, SceneEnd, unanswered } from "./scene.ts";

/** What has become of a call. */
export interface Answer {
  readonly what: string;
  state: "pending" | "resolved" | "rejected";
  value: unknown;
  error: unknown;
}

/** Picks the gate to open next, or -1 to leave all of them closed. */
export type Choice = (pending: readonly Gate[]) => number;

const stepsMax = 200_000;

/** What is played on a stage. */
export interface StageSetting<Exports> extends SceneCase {
  subject: LoadedSubject<Exports>;
  /** The copy of the module that lives the first life. */
  exports: Exports;
  listener?: Listener | undefined;
}

export class Stage<Exports extends Claims, Store, Options extends object> {
  gates = new GateKeeper();
  exports: Exports;
  readonly seed: number;
  port: DiskPort;
  readonly #declared: DiskSubject<Exports, Store, Options>;
  readonly #subject: LoadedSubject<Exports>;
  readonly #scene: string;
  readonly #listener: Listener | undefined;
  #life = 1;
  #isQuiet = false;
  #isRehearsal = false;

  constructor(
    declared: DiskSubject<Exports, Store, Options>,
    { subject, exports, scene, seed, listener }: StageSetting<Exports>,
  ) {
    this.#declared = declared;
    this.#subject = subject;
    this.exports = exports;
    this.#scene = scene;
    this.seed = seed;
    this.#listener = listener;
    this.port = new DiskPort(emptyDisk(), this.gates);
  }

  /** Everything settles in order of arrival. */
  static readonly firstCome: Choice = () => 0;

  /** What was called last settles first. */
  static readonly newestFirst: Choice = (pending) => pending.length - 1;

  /** Syncs of files settle only when nothing else is pending. */
  static readonly syncsLast: Choice = (pending) =>
    Math.max(
      0,
      pending.findIndex((gate) => !isFileSync(gate)),
    );

  /** Syncs of files never settle. */
  static readonly neverSyncs: Choice = (pending) => pending.findIndex((gate) => !isFileSync(gate));

  /** No sync settles, of a file or of a directory. */
  static readonly neverSyncsAtAll: Choice = (pending) =>
    pending.findIndex((gate) => !isFileSync(gate) && gate.call?.kind !== "syncDirectory");

  /** Opens the store on the present disk; it must open. */
  async open(options?: Options, place = directory): Promise<Store> {
    const opening = this.opens(options, place);
    await this.settleAll();
    if (opening.state === "pending") this.hung(`${this.#declared.factory} was never answered`);
    if (opening.state === "rejected")
      this.broken("open", `The store did not open: ${describeError(opening.error)}.`);
    return opening.value as Store;
  }

  /** Calls for the store to open, without waiting for it. */
  opens(options?: Options, place = directory): Answer {
    const given = options ?? ({} as Options); // every option of a store may be left out
    return this.call(place === directory ? "open" : `open of ${place}`, () =>
      this.#declared.open(this.exports, { disk: this.port, directory: place }, given),
    );
  }

  /** Makes a call without waiting for it. */
  call(what: string, call: () => Promise<unknown>): Answer {
    const answer: Answer = { what, state: "pending", value: undefined, error: undefined };
    this.tell(what, "called");
    const settle = async (): Promise<void> => {
      try {
        answer.value = await call();
        answer.state = "resolved";
        this.tell(what, "answered ok");
      } catch (error) {
        answer.error = error;
        answer.state = "rejected";
        this.tell(what, `rejected ${describeError(error)}`);
      }
    };
    void settle();
    return answer;
  }

  /** Lets the chosen gates open, one after the other, until none is left or chosen. `until` ends it early. */
  async settleAll(choose: Choice = Stage.firstCome, until?: () => boolean): Promise<void> {
    for (let step = 0; step < stepsMax; step++) {
      await this.atRest();
      if (until?.() === true || this.gates.pending.length === 0) return;
      const choice = choose(this.gates.pending);
      if (choice === -1) {
        // Whoever yields with setImmediate may still bring a gate that is wanted.
        for (let turn = 0; isWorthWaiting(turn); turn++) await quiescence();
        if (choose(this.gates.pending) === -1) return;
        continue;
      }
      this.gates.open(choice);
    }
    this.hung("the calls never come to rest");
  }

  /** The next life begins on this disk. */
  nextLife(state: DiskState): void {
    this.port.fence();
    this.gates = new GateKeeper();
    this.port = new DiskPort(state, this.gates);
  }

  /** The process ends; the next life finds everything that settled. */
  async kill(): Promise<void> {
    this.tell("✂ process killed", "", "kill");
    await this.#newProcess(this.port.state.afterKill());
  }

  /** The power goes, and takes with it whatever no sync has covered. */
  async powerCut(): Promise<void> {
    this.tell("⚡ power cut", "what no sync has covered is gone", "power-cut");
    await this.#newProcess(DiskState.fromImage(barestImage(this.port.state)));
  }

  async #newProcess(state: DiskState): Promise<void> {
    this.nextLife(state);
    this.#life++;
    this.exports = await this.#subject.fresh();
  }

  /** One of many runs that are no part of the story, unless this one ends the scene: then it is told. */
  async rehearse<Outcome>(run: () => Promise<Outcome>): Promise<Outcome> {
    this.#isRehearsal = true;
    try {
      return await run();
    } catch (ending) {
      this.#isRehearsal = false;
      if (ending instanceof SceneEnd) await run();
      throw ending;
    } finally {
      this.#isRehearsal = false;
    }
  }

  /** While quiet, nothing is told. */
  quiet(isQuiet: boolean): void {
    this.#isQuiet = isQuiet;
  }

  /** The sync of a file that has waited longest ends, and whatever can happen then without another one. */
  async endOneSync(): Promise<void> {
    const first = this.gates.pending.findIndex(isFileSync);
    if (first !== -1) this.gates.open(first);
    await this.settleAll(Stage.neverSyncs);
  }

  pendingSyncs(): number {
    return this.gates.pending.filter(isFileSync).length;
  }

  tell(what: string, detail: string, kind: "note" | "kill" | "power-cut" = "note"): void {
    if (!this.#isQuiet) this.#hear({ kind, what, detail, contradiction: false });
  }

  broken(what: string, therefore: string): never {
    this.#hear({ kind: "note", what, detail: "", contradiction: true });
    throw new SceneEnd({
      kind: "broken",
      states: 1,
      signature: "scene",
      phase: "live",
      therefore,
      features: [this.#scene, withoutParticulars(therefore)],
    });
  }

  hung(what: string): never {
    this.#hear({ kind: "note", ...unanswered(what), contradiction: true });
    throw new SceneEnd({
      kind: "hung",
      what: `${what} although the disk had answered everything`,
      states: 1,
    });
  }

  missed(why: string): never {
    throw new SceneEnd({ kind: "missed", why, states: 1 });
  }

  #hear(line: Pick<HistoryEvent, "kind" | "what" | "detail" | "contradiction">): void {
    if (!this.#isRehearsal) this.#listener?.(lineOfScene({ ...line, life: this.#life }));
  }

  /** Resolves when the store waits for the disk, or for nothing. */
  async atRest(): Promise<void> {
    await stillness();
    for (let turn = 0; this.gates.pending.length === 0 && isWorthWaiting(turn); turn++)
      await quiescence();
  }
}

/** What is wrong, without its numbers and without what the subject says about it after a colon. */
function withoutParticulars(therefore: string): string {
  return therefore.replace(/[:.]( .*)?$/s, "").replace(/\d+/g, "#");
}

function isFileSync(gate: Gate): boolean {
  return gate.call?.kind === "sync";
}
