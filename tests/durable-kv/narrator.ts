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
import { directory } from "./recovery.ts";
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
    if (history === null) return;
    history.onCall = (call) => {
      this.#called(call);
    };
    history.onAnswer = (call) => {
      this.#answered(call);
    };
  }

  diskSettled(call: DiskCall, error: unknown): void {
    const what = describeCall(call, this.#port);
    if (what === null && error === undefined) return;
    const text = error === undefined ? (what ?? call.kind) : `${what ?? call.kind} fails`;
    if (this.#alone !== null) this.#alone.disk.push(text);
    else if (this.#underWay.size === 0) this.#opening.push(text);
    else this.#emit("disk", null, "", `${text}${this.#whose(call)}`, null);
  }

  opened(refusal: string | null): void {
    const disk = this.#opening.splice(0).join(", ");
    const answer = refusal === null ? "answered ok" : `rejected ${refusal}`;
    this.#emit("open", null, "open", disk === "" ? answer : `${disk}, ${answer}`, null);
  }

  crash(kind: "kill" | "power-cut", what: string): void {
    this.#flushAlone();
    if (this.#opening.length > 0)
      this.#emit(
        "open",
        null,
        "open",
        `${this.#opening.splice(0).join(", ")}, no answer yet`,
        null,
      );
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
      if (operation.kind === "put" && bytes.includes(`${operation.value}:`))
        owners.push(describe(operation));
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
  return call.operation.kind === "get" ? `answered ${shortValue(call.value)}` : "answered ok";
}

/** What a call did to the disk; null for calls that only look. */
function describeCall(call: DiskCall, port: DiskPort | null): string | null {
  const name = nameOf(call.path);
  switch (call.kind) {
    case "append": {
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
