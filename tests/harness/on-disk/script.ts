/**
 * A script: a subject is used step by step, and every call must be answered as the script says.
 *
 * The disk settles each call at once and in order.
 */
import { errorCode } from "#platform/errors.ts";
import { seededRandom, type Random } from "#platform/random.ts";
import { barestImage } from "#platform/testing/crash-images.ts";
import { DiskPort, type Faults } from "#platform/testing/disk-port.ts";
import { DiskState } from "#platform/testing/disk-state.ts";
import type { HistoryEvent, LoadedSubject } from "../check.ts";
import type { Listener } from "../experiment.ts";
import { describeError } from "../in-words.ts";
import { outcomeOf } from "../life.ts";
import { quiescence } from "#platform/testing/gates.ts";
import { type Claims, directory, type DiskSubject, emptyDisk } from "./disk-subject.ts";
import { RecordingPace } from "./recovery.ts";
import { lineOfScene, SceneEnd, unanswered } from "./scene.ts";

/** What a script is played on. */
export interface ScriptSetting<Exports> {
  subject: LoadedSubject<Exports>;
  /** The copy of the module that lives the first life. */
  exports: Exports;
  seed: number;
  listener?: Listener | undefined;
}

/** After so many calls the event loop gets a turn, so that whoever watches sees that they go on. */
const callsInATurnMax = 100;

export class Script<Exports extends Claims, Store, Options extends object> {
  readonly random: Random;
  /** Stores opened so far. */
  lives = 0;
  port: DiskPort;
  readonly #declared: DiskSubject<Exports, Store, Options>;
  readonly #subject: LoadedSubject<Exports>;
  readonly #listener: Listener | undefined;
  /** The copy of the module in which the present life is lived. */
  protected exports: Exports;
  #callsInThisTurn = 0;

  constructor(
    declared: DiskSubject<Exports, Store, Options>,
    { subject, exports, seed, listener }: ScriptSetting<Exports>,
  ) {
    this.#declared = declared;
    this.#subject = subject;
    this.exports = exports;
    this.#listener = listener;
    this.random = seededRandom(seed);
    this.port = portOn(emptyDisk());
  }

  get level(): number {
    return this.exports.level ?? this.#declared.kata.levels.length;
  }

  // ── Lives ───────────────────────────────────────────────────────────────────────────────────

  /** A fresh copy of the module, as a new process would load it. */
  async newProcess(): Promise<void> {
    this.exports = await this.#subject.fresh();
  }

  /** Opens the store on the present disk; it must open. */
  async open(options?: Options, place = directory): Promise<Store> {
    this.lives++;
    const opened = await this.#outcomeOf(() => this.opens(options, place));
    if (opened.how === "hung") this.hung(`${this.#declared.factory} was never answered`);
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
  async openIsRefused(codes: readonly string[], why: string, options?: Options): Promise<void> {
    await this.refuses(`open ${why}`, codes, () => this.opens(options));
  }

  /** Calls for the store to open, and expects nothing of it. */
  opens(options?: Options, place = directory): Promise<Store> {
    const given = options ?? ({} as Options); // every option of a store may be left out
    return this.#declared.open(this.exports, { disk: this.port, directory: place }, given);
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
    const outcome = await this.#outcomeOf(call);
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
    const outcome = await this.#outcomeOf(call);
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
    const outcome = await this.#outcomeOf(call);
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

  /** A call whose answer must be right. */
  async answers(
    what: string,
    call: () => Promise<unknown>,
    expected: ExpectedAnswer,
  ): Promise<void> {
    const value = await this.quietly<unknown>(what, call);
    const answer = expected.inWords(value);
    if (!expected.isRight(value))
      this.broken(
        what,
        `answered ${answer}, expected ${expected.wanted}`,
        `${what} must answer ${expected.wanted}, and it answered ${answer}.`,
      );
    this.tell(what, `answered ${answer}`);
  }

  tell(what: string, detail: string, kind: "note" | "kill" | "power-cut" = "note"): void {
    this.#hear({ kind, what, detail, contradiction: false });
  }

  broken(what: string, detail: string, therefore: string, signature = what): never {
    this.#hear({ kind: "note", what, detail, contradiction: true });
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
    this.#hear({ kind: "note", ...unanswered(what), contradiction: true });
    throw new SceneEnd({
      kind: "hung",
      what: `${what} although the disk had answered everything`,
      states: this.lives,
    });
  }

  missed(why: string): never {
    throw new SceneEnd({ kind: "missed", why, states: this.lives });
  }

  async #outcomeOf<Answer>(call: () => Promise<Answer>) {
    if (++this.#callsInThisTurn >= callsInATurnMax) await this.turn();
    return outcomeOf(promised(call));
  }

  /** Lets the event loop have a turn. For calls by the thousand that a scene makes within one step. */
  async turn(): Promise<void> {
    this.#callsInThisTurn = 0;
    await quiescence();
  }

  #hear(line: Pick<HistoryEvent, "kind" | "what" | "detail" | "contradiction">): void {
    this.#listener?.(lineOfScene({ ...line, life: this.lives }));
  }
}

/** What a call must answer, and how an answer reads. */
export interface ExpectedAnswer {
  isRight(value: unknown): boolean;
  wanted: string;
  inWords(value: unknown): string;
}

/** A call that throws instead of rejecting counts as rejecting. */
async function promised<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  return call();
}

function portOn(state: DiskState, faults: Faults = {}): DiskPort {
  const pace = new RecordingPace(state);
  pace.isRecording = false;
  return new DiskPort(state, pace, faults);
}
