/**
 * Tells a history line by line: who called what, what the disk did for it, what was answered.
 *
 *     put a=1       append log 0–43, answered ok       ← not synced yet
 *
 * A call that nothing overlaps is one line; calls that overlap have a line for each of their events.
 */
import type { DiskCall, DiskPort } from "#platform/testing/disk-port.ts";
import type { HistoryEvent } from "../check.ts";
import type { Listener } from "../experiment.ts";
import { nameOf } from "./disk-subject.ts";
import type { Recovery } from "./recovery.ts";

/** The calls of a history, in words; what a call is, the kata knows. */
export interface CallWords<Call> {
  clientOf(call: Call): number;
  /** "put a=1" */
  describe(call: Call): string;
  /** "answered ok" */
  answerOf(call: Call): string;
  /** Whether it was answered and should outlast a crash from then on. */
  isKept(call: Call): boolean;
  /** Whether bytes, one character each, hold what this call writes. */
  isAmong(call: Call, bytes: string): boolean;
}

/** A history that says what happens in it. */
export interface Audible<Call> {
  onCall: ((call: Call) => void) | null;
  onAnswer: ((call: Call) => void) | null;
}

export class Narrator<Call> {
  readonly #listener: Listener;
  readonly #words: CallWords<Call>;
  #life = 0;
  #port: DiskPort | null = null;
  /** The call that is alone under way, with what the disk has done for it so far. */
  #alone: { call: Call; disk: string[] } | null = null;
  readonly #underWay = new Set<Call>();
  /** What the disk does while no call is under way: opening. */
  #opening: string[] = [];
  #isOpening = false;

  constructor(listener: Listener, words: CallWords<Call>) {
    this.#listener = listener;
    this.#words = words;
  }

  /** From here on `port` and `history` belong to the next life. */
  nextLife(port: DiskPort, history: Audible<Call> | null): void {
    this.#life++;
    this.#port = port;
    this.#alone = null;
    this.#underWay.clear();
    this.#opening = [];
    this.#isOpening = true;
    if (history === null) return;
    history.onCall = (call) => {
      this.#called(call);
    };
    history.onAnswer = (call) => {
      this.#answered(call);
    };
  }

  diskSettled(call: DiskCall, error: unknown): void {
    const what = describeCall(call, this.#port, error === undefined);
    if (what === null && error === undefined) return;
    const text = error === undefined ? (what ?? call.kind) : `${what ?? call.kind} fails`;
    if (this.#alone !== null) this.#alone.disk.push(text);
    else if (this.#underWay.size === 0) this.#opening.push(text);
    else this.#emit("disk", null, "", `${text}${this.#whose(call)}`, null);
  }

  /** How the open has ended, and what was expected when it cannot end so. */
  opened(refusal: string | null, expected: string | null = null): void {
    this.#isOpening = false;
    const detail = [...this.#opening.splice(0), refusal ?? "answered ok"];
    if (expected !== null) detail.push(expected);
    this.#emit("open", null, "open", detail.join(", "), null, expected !== null);
  }

  /** How a recovery has ended. One that shows nothing and `isWrong` ends with what cannot be. */
  recovered(recovery: Recovery<unknown>, isWrong: boolean): void {
    if (recovery.kind === "shown") {
      this.opened(null);
      return;
    }
    const how = recovery.kind === "hung" ? "never answered" : `rejected ${recovery.what}`;
    if (recovery.asking === null) {
      this.opened(how, isWrong ? "expected it to open" : null);
      return;
    }
    this.opened(null);
    const detail = isWrong ? `${how}, expected an answer` : how;
    this.#emit("answer", 0, recovery.asking, detail, null, isWrong);
  }

  crash(kind: "kill" | "power-cut", what: string): void {
    this.#flushAlone();
    if (this.#isOpening) this.opened("no answer yet");
    this.#emit(kind, null, kind === "kill" ? "✂ process killed" : "⚡ power cut", what, null);
  }

  note(what: string, detail: string, contradiction = false): void {
    this.#emit("note", null, what, detail, null, contradiction);
  }

  /** What a call after a recovery has answered, against what was expected. */
  shown(call: string, value: string, expected: string | null): void {
    const answer = `answered ${value}`;
    const detail = expected === null ? answer : `${answer}, expected ${expected}`;
    this.#emit("answer", 0, call, detail, null, expected !== null);
  }

  /** Marks the answer of a call as the one that cannot be. */
  contradiction(call: Call, expected: string): void {
    this.#flushAlone();
    this.#emit(
      "note",
      this.#words.clientOf(call),
      `→ ${this.#words.describe(call)}`,
      `${this.#words.answerOf(call)}, ${expected}`,
      null,
      true,
    );
  }

  finish(): void {
    this.#flushAlone();
  }

  #called(call: Call): void {
    this.#flushAlone();
    this.#underWay.add(call);
    if (this.#underWay.size === 1) this.#alone = { call, disk: this.#opening.splice(0) };
    else this.#emit("call", this.#words.clientOf(call), this.#words.describe(call), "called", null);
  }

  #answered(call: Call): void {
    this.#underWay.delete(call);
    const remark = this.#remark(call);
    const alone = this.#alone;
    this.#alone = null;
    if (alone?.call === call) {
      const detail = [...alone.disk, this.#words.answerOf(call)].join(", ");
      this.#emit("answer", this.#words.clientOf(call), this.#words.describe(call), detail, remark);
    } else {
      this.#emit(
        "answer",
        this.#words.clientOf(call),
        this.#words.describe(call),
        this.#words.answerOf(call),
        remark,
      );
    }
  }

  #flushAlone(): void {
    const alone = this.#alone;
    this.#alone = null;
    if (alone === null) return;
    const detail = alone.disk.length === 0 ? "called" : `called: ${alone.disk.join(", ")}`;
    this.#emit(
      "call",
      this.#words.clientOf(alone.call),
      this.#words.describe(alone.call),
      detail,
      null,
    );
  }

  #remark(call: Call): string | null {
    if (!this.#words.isKept(call) || this.#port === null) return null;
    const { files, directories } = this.#port.state;
    if ([...files.values()].some((file) => file.changes.length > 0)) return "not synced yet";
    return [...directories.values()].some((one) => one.changes.length > 0)
      ? "its name is not synced yet"
      : null;
  }

  /** The calls of which the appended bytes hold something. */
  #whose(call: DiskCall): string {
    if (call.kind !== "append") return "";
    const bytes = Buffer.from(call.bytes).toString("latin1");
    const owners = [...this.#underWay]
      .filter((one) => this.#words.isAmong(one, bytes))
      .map((one) => this.#words.describe(one));
    return owners.length === 0 ? "" : `  (${owners.join(", ")})`;
  }

  #emit(
    kind: HistoryEvent["kind"],
    client: number | null,
    what: string,
    detail: string,
    remark: string | null,
    contradiction = false,
  ): void {
    this.#listener({ kind, life: this.#life, client, what, detail, remark, contradiction });
  }
}

/** What a call did to the disk, or was to do; null for calls that only look. */
function describeCall(call: DiskCall, port: DiskPort | null, isDone: boolean): string | null {
  const name = nameOf(call.path);
  switch (call.kind) {
    case "append": {
      // Where it would have ended is not known: a full disk takes a beginning of it, or nothing.
      if (!isDone) return `append ${name}, ${call.bytes.length} bytes,`;
      const end = port?.state.file(call.file).length ?? call.bytes.length;
      return `append ${name} ${end - call.bytes.length}–${end - 1}`;
    }
    case "truncate":
      return `cut ${name} to ${call.length}`;
    case "sync":
      return `sync ${name}`;
    case "rename":
      return `rename ${name} to ${nameOf(call.to)}`;
    case "remove":
      return `remove ${name}`;
    case "makeDirectory":
      return `make directory ${name}`;
    case "syncDirectory":
      return "sync directory";
    case "open":
      return call.create ? `open ${name}` : null;
    default:
      return null;
  }
}
