/**
 * Checks that follow a script: a few named scenes in which a store is used step by step.
 *
 * Every step is told, every call must be answered, and the first fact that does not hold ends the scene.
 * The disk settles each call at once and in order.
 */
import { errorCode } from "#platform/errors.ts";
import { seededRandom, type Random } from "#platform/random.ts";
import { barestImage } from "#platform/testing/crash-images.ts";
import { DiskPort, type Faults } from "#platform/testing/disk-port.ts";
import { type DiskImage, DiskState } from "#platform/testing/disk-state.ts";
import type { DurableKv, DurableKvOptions, Subject } from "#katas/durable-kv/contract.ts";
import type { InvariantId } from "#katas/durable-kv/invariants.ts";
import { kata } from "#katas/durable-kv/kata.ts";
import type { LoadedSubject } from "../harness/check.ts";
import type { Experiment, Finding, Listener } from "../harness/experiment.ts";
import { outcomeOf } from "../harness/life.ts";
import { describeError } from "./history.ts";
import { directory, type Options, RecordingPace } from "./recovery.ts";

/** Which scene, and the seed it draws from. */
export interface SceneCase {
  scene: string;
  seed: number;
}

export type Scene = (script: Script) => Promise<void>;

export function scripted(
  promise: InvariantId,
  scenes: Record<string, Scene>,
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
      const script = new Script(subject, await subject.fresh(), seed, listener);
      try {
        await play(script);
      } catch (ending) {
        if (!(ending instanceof SceneEnd)) throw ending;
        return ending.finding;
      }
      return { kind: "held", states: script.lives };
    },
    smaller: () => [],
  };
}

/** Ends a scene with what it has found. */
class SceneEnd extends Error {
  readonly finding: Exclude<Finding, { kind: "held" }>;

  constructor(finding: Exclude<Finding, { kind: "held" }>) {
    super(finding.kind);
    this.finding = finding;
  }
}

export class Script {
  readonly random: Random;
  /** Stores opened so far. */
  lives = 0;
  port: DiskPort;
  readonly #subject: LoadedSubject<Subject>;
  readonly #listener: Listener | undefined;
  #exports: Subject;

  constructor(
    subject: LoadedSubject<Subject>,
    exports: Subject,
    seed: number,
    listener: Listener | undefined,
  ) {
    this.#subject = subject;
    this.#exports = exports;
    this.#listener = listener;
    this.random = seededRandom(seed);
    this.port = portOn(emptyDisk());
  }

  get level(): number {
    return this.#exports.level ?? kata.levels.length;
  }

  // ── Lives ───────────────────────────────────────────────────────────────────────────────────

  /** A fresh copy of the module, as a new process would load it. */
  async newProcess(): Promise<void> {
    this.#exports = await this.#subject.fresh();
  }

  /** Opens the store on the present disk; it must open. */
  async open(options: Options = {}, place = directory): Promise<DurableKv> {
    this.lives++;
    const opened = await outcomeOf(
      promised(() =>
        this.#exports.openDurableKv({ disk: this.port, directory: place, ...options }),
      ),
    );
    if (opened.how === "hung") this.hung("openDurableKv was never answered");
    if (opened.how === "rejected") {
      this.broken(
        "open",
        `rejected ${describeError(opened.error)}`,
        `The store did not open: ${describeError(opened.error)}.`,
      );
    }
    this.tell("open", place === directory ? "answered ok" : `${place}, answered ok`);
    return opened.value;
  }

  /** An open that must reject with one of these codes. */
  async openIsRefused(
    codes: readonly string[],
    why: string,
    options: Partial<DurableKvOptions> = {},
  ): Promise<void> {
    const open = (): Promise<unknown> =>
      this.#exports.openDurableKv({ disk: this.port, directory, ...options });
    await this.refuses(`open ${why}`, codes, open);
  }

  /** The process ends here; the next life finds everything that settled. */
  async kill(): Promise<void> {
    this.tell("✂ process killed", "every call had settled", "kill");
    this.nextDisk(this.port.state.afterKill());
    await this.newProcess();
  }

  /** The power goes, and takes with it whatever no sync has covered. */
  async powerCut(): Promise<void> {
    this.tell("⚡ power cut", "what no sync has covered is gone", "power-cut");
    this.nextDisk(DiskState.fromImage(barestImage(this.port.state)));
    await this.newProcess();
  }

  nextDisk(state: DiskState, faults: Faults = {}): void {
    this.port.fence();
    this.port = portOn(state, faults);
  }

  // ── Steps ───────────────────────────────────────────────────────────────────────────────────

  /** A call that must resolve. */
  async does<Answer>(what: string, call: () => Promise<Answer>): Promise<Answer> {
    const outcome = await outcomeOf(promised(call));
    if (outcome.how === "hung") this.hung(`${what} was never answered`);
    if (outcome.how === "rejected") {
      const error = describeError(outcome.error);
      this.broken(
        what,
        `rejected ${error}`,
        `${what} must be answered, and it rejected with ${error}.`,
      );
    }
    this.tell(what, "answered ok");
    return outcome.value;
  }

  /** The same, not told unless it fails. */
  async quietly<Answer>(what: string, call: () => Promise<Answer>): Promise<Answer> {
    const outcome = await outcomeOf(promised(call));
    if (outcome.how === "resolved") return outcome.value;
    if (outcome.how === "hung") this.hung(`${what} was never answered`);
    const error = describeError(outcome.error);
    this.broken(
      what,
      `rejected ${error}`,
      `${what} must be answered, and it rejected with ${error}.`,
    );
  }

  /** A call that must reject with one of these codes. */
  async refuses(
    what: string,
    codes: readonly string[],
    call: () => Promise<unknown>,
  ): Promise<void> {
    const outcome = await outcomeOf(promised(call));
    const expected = codes.join(" or ");
    if (outcome.how === "hung") this.hung(`${what} was never answered`);
    if (outcome.how === "resolved") {
      this.broken(
        what,
        `answered ok, expected ${expected}`,
        `${what} must reject with ${expected}, and it was answered.`,
      );
    }
    const code = errorCode(outcome.error);
    if (code === undefined || !codes.includes(code)) {
      const error = describeError(outcome.error);
      this.broken(
        what,
        `rejected ${error}, expected ${expected}`,
        `${what} must reject with the code ${expected}, and it rejected with ${error}.`,
      );
    }
    this.tell(what, `rejected ${code}`);
  }

  /** A get that must answer with these bytes, or undefined. */
  async shows(
    store: DurableKv,
    key: Uint8Array,
    expected: Uint8Array | undefined,
    name = bytesInWords(key),
  ): Promise<void> {
    const what = `get ${name}`;
    const outcome = await outcomeOf(promised(() => store.get(key)));
    if (outcome.how === "hung") this.hung(`${what} was never answered`);
    if (outcome.how === "rejected") {
      const error = describeError(outcome.error);
      this.broken(
        what,
        `rejected ${error}`,
        `${what} must be answered, and it rejected with ${error}.`,
      );
    }
    const value: unknown = outcome.value;
    const isRight =
      expected === undefined
        ? value === undefined
        : value instanceof Uint8Array &&
          value.length === expected.length &&
          Buffer.compare(value, expected) === 0;
    const answer = value instanceof Uint8Array ? bytesInWords(value) : String(value);
    const wanted = expected === undefined ? "undefined" : bytesInWords(expected);
    if (!isRight)
      this.broken(
        what,
        `answered ${answer}, expected ${wanted}`,
        `${what} must answer ${wanted}, and it answered ${answer}.`,
      );
    this.tell(what, `answered ${answer}`);
  }

  /** The same, not told unless it is wrong: for reads by the thousand. */
  async showsQuietly(
    store: DurableKv,
    key: Uint8Array,
    expected: Uint8Array | undefined,
  ): Promise<void> {
    const value: unknown = await this.quietly(`get ${bytesInWords(key)}`, () => store.get(key));
    const isRight =
      expected === undefined
        ? value === undefined
        : value instanceof Uint8Array && Buffer.compare(value, expected) === 0;
    if (!isRight) await this.shows(store, key, expected);
  }

  tell(what: string, detail: string, kind: "note" | "kill" | "power-cut" = "note"): void {
    this.#listener?.({
      kind,
      life: this.lives,
      client: null,
      what,
      detail,
      remark: null,
      contradiction: false,
    });
  }

  broken(what: string, detail: string, therefore: string, signature = what): never {
    this.#listener?.({
      kind: "note",
      life: this.lives,
      client: null,
      what,
      detail,
      remark: null,
      contradiction: true,
    });
    throw new SceneEnd({
      kind: "broken",
      states: this.lives,
      signature,
      phase: "live",
      therefore,
      features: [signature],
    });
  }

  hung(what: string): never {
    this.#listener?.({
      kind: "note",
      life: this.lives,
      client: null,
      ...unanswered(what),
      remark: null,
      contradiction: true,
    });
    throw new SceneEnd({
      kind: "hung",
      what: `${what} although the disk had answered everything`,
      states: this.lives,
    });
  }

  missed(why: string): never {
    throw new SceneEnd({ kind: "missed", why, states: this.lives });
  }
}

/** A call that throws instead of rejecting counts as rejecting. */
async function promised<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  return call();
}

/** "put a=1 was never answered" in two columns. */
export function unanswered(sentence: string): { what: string; detail: string } {
  const what = sentence.replace(/ was never answered$/, "");
  return { what, detail: what === sentence ? "" : "never answered" };
}

export function emptyDisk(directories: readonly string[] = [directory, "other"]): DiskState {
  return DiskState.fromImage({ directories, files: new Map() } satisfies DiskImage);
}

function portOn(state: DiskState, faults: Faults = {}): DiskPort {
  const pace = new RecordingPace(state);
  pace.isRecording = false;
  return new DiskPort(state, pace, faults);
}

/** Few bytes as text or hex, many by their number. */
export function bytesInWords(bytes: Uint8Array): string {
  if (bytes.length === 0) return "(empty)";
  if (bytes.length > 12) return `(${bytes.length} bytes)`;
  const isPlain = bytes.every((byte) => byte > 32 && byte < 127);
  return isPlain
    ? Buffer.from(bytes).toString("latin1")
    : `0x${Buffer.from(bytes).toString("hex")}`;
}

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
