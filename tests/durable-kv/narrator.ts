/**
 * Tells a history line by line: who called what, what the disk did for it, what was answered.
 *
 *     put a=1       append log 0–43, answered ok       ← not synced yet
 *
 * A call that nothing overlaps is one line; calls that overlap have a line for each of their events.
 */
import type { DiskCall, DiskPort } from "#platform/testing/disk-port.ts";
import type { HistoryEvent } from "../harness/check.ts";
import type { Listener } from "../harness/experiment.ts";
import { type Call, describeError, type History } from "./history.ts";
import { directory, type Recovery } from "./recovery.ts";
import { describe, shortValue, textOf } from "./workload.ts";

export class Narrator {
  readonly #listener: Listener;
  #life = 0;
  #port: DiskPort | null = null;
  /** The call that is alone under way, with what the disk has done for it so far. */
  #alone: { call: Call; disk: string[] } | null = null;
  readonly #underWay = new Set<Call>();
  /** What the disk does while no call is under way: opening. */
  #opening: string[] = [];
  #isOpening = false;

  constructor(listener: Listener) {
    this.#listener = listener;
  }

  /** From here on `port` and `history` belong to the next life. */
  nextLife(port: DiskPort, history: History | null): void {
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
  recovered(recovery: Recovery, isWrong: boolean): void {
    if (recovery.kind === "shown") {
      this.opened(null);
      return;
    }
    const how = recovery.kind === "hung" ? "never answered" : `rejected ${recovery.what}`;
    if (recovery.reading === null) {
      this.opened(how, isWrong ? "expected it to open" : null);
      return;
    }
    this.opened(null);
    const detail = isWrong ? `${how}, expected an answer` : how;
    this.#emit("answer", 0, `get ${recovery.reading}`, detail, null, isWrong);
  }

  crash(kind: "kill" | "power-cut", what: string): void {
    this.#flushAlone();
    if (this.#isOpening) this.opened("no answer yet");
    this.#emit(kind, null, kind === "kill" ? "✂ process killed" : "⚡ power cut", what, null);
  }

  note(what: string, detail: string, contradiction = false): void {
    this.#emit("note", null, what, detail, null, contradiction);
  }

  /** A read after a recovery, against what was expected. */
  read(key: string, value: string | undefined, expected: string | null): void {
    const answer = `answered ${shortValue(value)}`;
    const detail = expected === null ? answer : `${answer}, expected ${expected}`;
    this.#emit("answer", 0, `get ${key}`, detail, null, expected !== null);
  }

  /** Marks the answer of a call as the one that cannot be. */
  contradiction(call: Call, expected: string): void {
    this.#flushAlone();
    this.#emit(
      "note",
      call.client,
      `→ ${describe(call.operation)}`,
      `${answerOf(call)}, ${expected}`,
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
    else this.#emit("call", call.client, describe(call.operation), "called", null);
  }

  #answered(call: Call): void {
    this.#underWay.delete(call);
    const remark = this.#remark(call);
    const alone = this.#alone;
    this.#alone = null;
    if (alone?.call === call) {
      const detail = [...alone.disk, answerOf(call)].join(", ");
      this.#emit("answer", call.client, describe(call.operation), detail, remark);
    } else {
      this.#emit("answer", call.client, describe(call.operation), answerOf(call), remark);
    }
  }

  #flushAlone(): void {
    const alone = this.#alone;
    this.#alone = null;
    if (alone === null) return;
    const detail = alone.disk.length === 0 ? "called" : `called: ${alone.disk.join(", ")}`;
    this.#emit("call", alone.call.client, describe(alone.call.operation), detail, null);
  }

  #remark(call: Call): string | null {
    if (call.outcome !== "ok" || call.operation.kind === "get" || this.#port === null) return null;
    const { files, directories } = this.#port.state;
    if ([...files.values()].some((file) => file.changes.length > 0)) return "not synced yet";
    return [...directories.values()].some((one) => one.changes.length > 0)
      ? "its name is not synced yet"
      : null;
  }

  /** The writes whose values are among the appended bytes. */
  #whose(call: DiskCall): string {
    if (call.kind !== "append") return "";
    const bytes = textOf(call.bytes);
    const owners: string[] = [];
    for (const { operation } of this.#underWay) {
      // Not the end of a longer number.
      const isThere = (number: number): boolean => new RegExp(`(?<!\\d)${number}:`).test(bytes);
      if (operation.kind === "put" && isThere(operation.value)) owners.push(describe(operation));
    }
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

function answerOf(call: Call): string {
  if (call.outcome === "rejected") return `rejected ${describeError(call.error)}`;
  if (call.outcome === "pending") return "never answered";
  return call.operation.kind === "get" ? `answered ${shortValue(call.value)}` : "answered ok";
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

export function nameOf(path: string): string {
  return path.startsWith(`${directory}/`) ? path.slice(directory.length + 1) : path;
}
