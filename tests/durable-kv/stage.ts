/**
 * Checks in which the disk waits: calls are made, and the stage says which of the disk's calls settle.
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
import type { DurableKv, Subject } from "#katas/durable-kv/contract.ts";
import type { InvariantId } from "#katas/durable-kv/invariants.ts";
import { kata } from "#katas/durable-kv/kata.ts";
import type { HistoryEvent, LoadedSubject } from "../harness/check.ts";
import type { Experiment, Finding, Listener } from "../harness/experiment.ts";
import { describeError } from "./history.ts";
import { directory, type Options } from "./recovery.ts";
import { emptyDisk, type SceneCase, unanswered } from "./script.ts";
import { keyBytes, shortValue, textOf } from "./workload.ts";

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

export function staged(
  promise: InvariantId,
  scenes: Record<string, (stage: Stage) => Promise<void>>,
): Experiment<Subject, SceneCase> {
  return {
    promise,
    kataVersion: kata.version,
    *cases({ seed }) {
      for (const scene of Object.keys(scenes)) yield { scene, seed };
    },
    async run(subject, { scene, seed }, listener) {
      const play = scenes[scene];
      if (play === undefined)
        return { kind: "missed", why: `there is no scene called "${scene}"`, states: 0 };
      const stage = new Stage(subject, await subject.fresh(), { scene, seed, listener });
      try {
        await play(stage);
      } catch (ending) {
        if (!(ending instanceof StageEnd)) throw ending;
        return ending.finding;
      } finally {
        stage.port.fence();
      }
      return { kind: "held", states: 1 };
    },
    smaller: () => [],
  };
}

class StageEnd extends Error {
  readonly finding: Exclude<Finding, { kind: "held" }>;

  constructor(finding: Exclude<Finding, { kind: "held" }>) {
    super(finding.kind);
    this.finding = finding;
  }
}

export class Stage {
  gates = new GateKeeper();
  exports: Subject;
  readonly seed: number;
  port: DiskPort;
  readonly #subject: LoadedSubject<Subject>;
  readonly #scene: string;
  readonly #listener: Listener | undefined;
  #life = 1;
  #isQuiet = false;
  #isRehearsal = false;

  constructor(
    subject: LoadedSubject<Subject>,
    exports: Subject,
    { scene, seed, listener }: SceneCase & { listener?: Listener | undefined },
  ) {
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

  /** Opens the store on the present disk; it must open. */
  async open(options: Options = {}): Promise<DurableKv> {
    const opening = this.opens(options);
    await this.settleAll();
    if (opening.state === "pending") this.hung("openDurableKv was never answered");
    if (opening.state === "rejected")
      this.broken("open", `The store did not open: ${describeError(opening.error)}.`);
    return opening.value as DurableKv;
  }

  /** Calls for the store to open, without waiting for it. */
  opens(options: Options = {}): Answer {
    return this.call("open", () =>
      this.exports.openDurableKv({ disk: this.port, directory, ...options }),
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

  /** Gets of all these keys, each of which must answer with its text, or with undefined. */
  async shows(store: DurableKv, expected: ReadonlyMap<string, string | undefined>): Promise<void> {
    this.quiet(true);
    const gets = [...expected].map(([key, value]) => ({
      get: this.call(`get ${key}`, () => store.get(keyBytes(key))),
      value,
    }));
    await this.settleAll();
    this.quiet(false);
    for (const { get, value } of gets) {
      if (get.state === "pending") this.hung(`${get.what} was never answered`);
      if (get.state === "rejected")
        this.broken(get.what, `${get.what} rejected: ${describeError(get.error)}.`);
      const shown = get.value instanceof Uint8Array ? textOf(get.value) : undefined;
      if (shown === value) continue;
      const therefore = `${get.what} must answer ${shortValue(value)}, and it answered ${shortValue(shown)}.`;
      this.broken(get.what, therefore);
    }
    this.tell(`gets of ${gets.length} keys`, "answered right");
  }

  /** One of many runs that are no part of the story, unless this one ends the scene: then it is told. */
  async rehearse<Outcome>(run: () => Promise<Outcome>): Promise<Outcome> {
    this.#isRehearsal = true;
    try {
      return await run();
    } catch (ending) {
      this.#isRehearsal = false;
      if (ending instanceof StageEnd) await run();
      throw ending;
    } finally {
      this.#isRehearsal = false;
    }
  }

  /** While quiet, nothing is told. */
  quiet(isQuiet: boolean): void {
    this.#isQuiet = isQuiet;
  }

  pendingSyncs(): number {
    return this.gates.pending.filter(isFileSync).length;
  }

  #hear(event: HistoryEvent): void {
    if (!this.#isRehearsal) this.#listener?.(event);
  }

  tell(what: string, detail: string, kind: "note" | "kill" | "power-cut" = "note"): void {
    if (this.#isQuiet) return;
    this.#hear({
      kind,
      life: this.#life,
      client: null,
      what,
      detail,
      remark: null,
      contradiction: false,
    });
  }

  broken(what: string, therefore: string): never {
    this.#hear({
      kind: "note",
      life: this.#life,
      client: null,
      what,
      detail: "",
      remark: null,
      contradiction: true,
    });
    throw new StageEnd({
      kind: "broken",
      states: 1,
      signature: "scene",
      phase: "live",
      therefore,
      features: [this.#scene, withoutParticulars(therefore)],
    });
  }

  hung(what: string): never {
    this.#hear({
      kind: "note",
      life: this.#life,
      client: null,
      ...unanswered(what),
      remark: null,
      contradiction: true,
    });
    throw new StageEnd({
      kind: "hung",
      what: `${what} although the disk had answered everything`,
      states: 1,
    });
  }

  missed(why: string): never {
    throw new StageEnd({ kind: "missed", why, states: 1 });
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
