/**
 * A session with the code under judgement: rings are made, changed and asked, one call after the other.
 *
 * Each call is told as a line of the history, with its answer. A call can be given a judge; the first answer
 * that breaks the promise, and the first error where an answer is due, end the session.
 */
import type {
  Change,
  HashRing,
  NodeTraits,
  Owners,
  RingView,
  Subject,
} from "#katas/hash-ring/contract.ts";
import { kata } from "#katas/hash-ring/kata.ts";
import { describeError } from "../harness/in-words.ts";
import type { HistoryEvent } from "../harness/check.ts";
import type { Finding, Listener } from "../harness/experiment.ts";
import { type CaseOptions, replicasOf, type Step, traitsOf } from "./case.ts";
import { type Hash, hashFamily, hashInWords, hashNamed } from "./hashes.ts";
import { counted, inText, listed, shown, traitsInWords } from "./words.ts";

/** Why an answer breaks the promise. */
export interface Problem {
  /** The kind of contradiction: shrinking keeps it. */
  signature: string;
  /** One sentence, without "therefore". */
  therefore: string;
  /** What would have been right, for the line of the answer. */
  expected?: string;
}

/** Nothing, where the answer is as promised. */
export type Judge<Answer> = (answer: Answer) => Problem | undefined;

/** Ends a session with what it has found. */
export class SessionEnd extends Error {
  readonly finding: Exclude<Finding, { kind: "held" }>;

  constructor(finding: Exclude<Finding, { kind: "held" }>) {
    super(finding.kind);
    this.finding = finding;
  }
}

export class Session {
  /** Answers that were looked at. */
  answers = 0;
  /** Steps of the case that were taken, where nothing after them matters. */
  stepsTaken: number | null = null;
  /** Coarse properties of what happens, for "looks like". */
  readonly features = new Set<string>();
  readonly #exports: Subject;
  readonly #fresh: () => Promise<Subject>;
  readonly #listener: Listener | undefined;

  constructor(exports: Subject, fresh: () => Promise<Subject>, listener: Listener | undefined) {
    this.#exports = exports;
    this.#fresh = fresh;
    this.#listener = listener;
  }

  get level(): number {
    return this.#exports.level ?? kata.levels.length;
  }

  /** Whether somebody hears the lines. */
  get isTold(): boolean {
    return this.#listener !== undefined;
  }

  /** A new ring; `speaker` names it in the history where there are several. */
  ring(options: CaseOptions, setting: RingSetting = {}): RingInUse {
    const { speaker = "", hash, copy = this.#exports, isTold = true } = setting;
    this.features.add(hash === undefined ? hashFamily(options.hash) : "hash with a will");
    const given = hash ?? (options.hash === undefined ? undefined : hashNamed(options.hash));
    const prefix = speaker === "" ? "" : `${speaker}: `;
    const what = `${prefix}createHashRing`;
    const { hash: _, ...numbers } = options;
    const made = this.call(what, () =>
      copy.createHashRing({ ...numbers, ...(given === undefined ? {} : { hash: given }) }),
    );
    const missing = methodsMissing(made);
    if (missing !== undefined)
      this.broken(what, shown(made), { signature: "no ring", therefore: missing });
    if (isTold) this.tell(what, optionsInWords(options, given !== undefined), "open");
    const ring = new RingInUse(this, made, prefix, options);
    ring.isTold = isTold;
    return ring;
  }

  /** A call of the factory as JavaScript allows it. */
  makeUntyped(given: readonly unknown[]): unknown {
    const make = this.#exports.createHashRing as (...given: readonly unknown[]) => unknown;
    return make(...given);
  }

  /** The exports of another copy of the code, as another process would load it. */
  async anotherProcess(): Promise<Subject> {
    this.features.add("another process");
    return this.#fresh();
  }

  /** The same, for a session of its own. */
  anotherCopy(): Promise<Subject> {
    return this.#fresh();
  }

  // ── Telling ─────────────────────────────────────────────────────────────────────────────────

  tell(what: string, detail = "", kind: HistoryEvent["kind"] = "call", remark?: string): void {
    this.#listener?.(event({ kind, what, detail, remark: remark ?? null }));
  }

  /** A call that must return. */
  call<Answer>(what: string, call: () => Answer): Answer {
    this.answers++;
    try {
      return call();
    } catch (error) {
      if (error instanceof SessionEnd) throw error;
      const thrown = describeError(error);
      this.broken(what, `threw ${thrown}`, {
        signature: `${what.replace(/^.*: /, "").split(" ")[0] ?? ""} threw`,
        therefore: `${what} must be answered, and it threw ${thrown}.`,
      });
    }
  }

  /** Tells the line of an answer that is right, or ends the session with one that is not. */
  settle<Answer>(what: string, answer: Answer, detail: string, judge?: Judge<Answer>): Answer {
    const problem = judge?.(answer);
    if (problem !== undefined) this.broken(what, detail, problem);
    this.tell(what, detail);
    return answer;
  }

  broken(what: string, detail: string, { signature, therefore, expected }: Problem): never {
    const told = expected === undefined ? detail : `${detail}, expected ${expected}`;
    this.#listener?.(event({ kind: "answer", what, detail: told, contradiction: true }));
    throw new SessionEnd({
      kind: "broken",
      states: this.answers,
      signature,
      phase: "live",
      therefore,
      features: [signature, ...this.features],
      ...(this.stepsTaken === null ? {} : { schedule: [this.stepsTaken] }),
    });
  }

  missed(why: string): never {
    throw new SessionEnd({ kind: "missed", why, states: this.answers });
  }
}

export interface RingSetting {
  speaker?: string;
  /** In place of the one that the options name. */
  hash?: Hash;
  /** Whose function makes the ring. */
  copy?: Subject;
  /** False for rings that are used by the thousand. */
  isTold?: boolean;
}

/** A ring whose calls are told, and who should be its members. */
export class RingInUse {
  /** Members with their traits, in the order of joining. */
  readonly members = new Map<string, NodeTraits>();
  readonly replicas: number;
  readonly options: CaseOptions;
  /** The ring itself, for calls that nobody tells. */
  readonly itself: HashRing;
  /** False for lookups by the thousand. */
  isTold = true;
  /** Whether add or remove has denied a change, or claimed one: then nobody knows who is a member. */
  isInDoubt = false;
  readonly #session: Session;
  readonly #prefix: string;

  constructor(session: Session, ring: HashRing, prefix: string, options: CaseOptions) {
    this.#session = session;
    this.itself = ring;
    this.#prefix = prefix;
    this.options = options;
    this.replicas = replicasOf(options);
  }

  /** How many owners a key must have. */
  get ownersDue(): number {
    return Math.min(this.replicas, this.members.size);
  }

  // ── Steps of a case ─────────────────────────────────────────────────────────────────────────

  /** Does what a step says, unless it would change nothing. */
  take(step: Step): void {
    if ("get" in step) this.get(step.get);
    else if ("place" in step) this.place(step.place, step.load);
    else if ("release" in step) this.release(step.release);
    else if ("apply" in step) this.apply(step.apply);
    else if (!this.changesNothing(step)) this.change(step);
  }

  change(change: Change): boolean {
    return "add" in change ? this.add(change.add, traitsOf(change)) : this.remove(change.remove);
  }

  changesNothing(change: Change): boolean {
    if ("remove" in change) return !this.members.has(change.remove);
    const { weight, zone } = this.members.get(change.add) ?? { weight: Number.NaN };
    return (weight ?? 1) === (change.weight ?? 1) && zone === change.zone;
  }

  // ── Calls ───────────────────────────────────────────────────────────────────────────────────

  add(node: string, traits?: NodeTraits, judge?: Judge<boolean>): boolean {
    const what = `${this.#prefix}add ${inText(node)}${traitsInWords(traits)}`;
    const added = this.#session.call(what, () =>
      traits === undefined ? this.itself.add(node) : this.itself.add(node, { ...traits }),
    );
    if (!this.members.has(node) && !isTrue(added)) this.isInDoubt = true;
    this.members.set(node, traits ?? {});
    return this.#settle(what, added, shown(added), judge);
  }

  remove(node: string, judge?: Judge<boolean>): boolean {
    const what = `${this.#prefix}remove ${inText(node)}`;
    const removed = this.#session.call(what, () => this.itself.remove(node));
    if (this.members.delete(node) && !isTrue(removed)) this.isInDoubt = true;
    return this.#settle(what, removed, shown(removed), judge);
  }

  apply(changes: readonly Change[]): void {
    const what = `${this.#prefix}apply ${changes.map(changeInWords).join(", ")}`;
    this.#session.call(what, () => this.itself.apply(changes.map((change) => ({ ...change }))));
    this.note(changes);
    if (this.isTold) this.#session.tell(what, "done");
  }

  /** Takes down who is a member after these changes. */
  note(changes: readonly Change[]): void {
    for (const change of changes) {
      if ("remove" in change) this.members.delete(change.remove);
      else this.members.set(change.add, traitsOf(change) ?? {});
    }
  }

  /** The owners of a key; their own list, not a copy. */
  get(key: string, judge?: Judge<Owners>): readonly string[] {
    return this.lookUp(key, judge).nodes;
  }

  lookUp(key: string, judge?: Judge<Owners>): Owners {
    const what = `${this.#prefix}get ${inText(key)}`;
    const owners = ownersFrom(this.#session, what, this.itself, key);
    return this.#settle(what, owners, this.isTold ? ownersInWords(owners) : "", judge);
  }

  /** The owners of many keys, as copies. */
  ownersOf(keys: readonly string[]): Map<string, string[]> {
    return new Map(keys.map((key) => [key, [...this.get(key)]]));
  }

  view(speaker: string): ViewInUse {
    const what = `${this.#prefix}view`;
    const view = this.#session.call(what, () => this.itself.view());
    this.#session.tell(what, "taken");
    return new ViewInUse(this.#session, view, `${speaker}: `);
  }

  place(key: string, load?: number, judge?: Judge<string | undefined>): string | undefined {
    const what = `${this.#prefix}place ${inText(key)}${load === undefined ? "" : ` load ${load}`}`;
    const carrier = this.#session.call(what, () =>
      load === undefined ? this.itself.place(key) : this.itself.place(key, load),
    );
    return this.#settle(what, carrier, shown(carrier), judge);
  }

  release(key: string, judge?: Judge<boolean>): boolean {
    const what = `${this.#prefix}release ${inText(key)}`;
    const released = this.#session.call(what, () => this.itself.release(key));
    return this.#settle(what, released, shown(released), judge);
  }

  carrier(key: string, judge?: Judge<string | undefined>): string | undefined {
    const what = `${this.#prefix}carrier ${inText(key)}`;
    const carrier = this.#session.call(what, () => this.itself.carrier(key));
    return this.#settle(what, carrier, shown(carrier), judge);
  }

  #settle<Answer>(what: string, answer: Answer, detail: string, judge?: Judge<Answer>): Answer {
    if (this.isTold) return this.#session.settle(what, answer, detail, judge);
    const problem = judge?.(answer);
    if (problem !== undefined) this.#session.broken(what, shown(answer), problem);
    return answer;
  }
}

/** A view of a ring whose lookups are told. */
export class ViewInUse {
  readonly #session: Session;
  readonly #view: RingView;
  readonly #prefix: string;

  constructor(session: Session, view: RingView, prefix: string) {
    this.#session = session;
    this.#view = view;
    this.#prefix = prefix;
  }

  lookUp(key: string, judge?: Judge<Owners>): Owners {
    const what = `${this.#prefix}get ${inText(key)}`;
    const owners = ownersFrom(this.#session, what, this.#view, key);
    return this.#session.settle(what, owners, ownersInWords(owners), judge);
  }
}

function ownersFrom(session: Session, what: string, view: RingView, key: string): Owners {
  const answer: unknown = session.call(what, () => view.get(key));
  if (!isOwners(answer)) {
    session.broken(what, shown(answer), {
      signature: "no list of owners",
      therefore: `${what} must answer with a list of names as nodes, and it answered ${shown(answer)}.`,
    });
  }
  return answer;
}

/** The compiler believes that an answer is what the contract says. */
function isTrue(answer: unknown): boolean {
  return answer === true;
}

function isOwners(answer: unknown): answer is Owners {
  if (typeof answer !== "object" || answer === null || !("nodes" in answer)) return false;
  const { nodes } = answer;
  return Array.isArray(nodes) && nodes.every((node) => typeof node === "string");
}

export function ownersInWords({ nodes, isShort }: Owners): string {
  return isShort ? `${listed(nodes)} (short)` : listed(nodes);
}

// ── Words ─────────────────────────────────────────────────────────────────────────────────────

export function changeInWords(change: Change): string {
  return "add" in change
    ? `add ${inText(change.add)}${traitsInWords(change)}`
    : `remove ${inText(change.remove)}`;
}

function optionsInWords(options: CaseOptions, hasHash: boolean): string {
  const { replicas, pointsPerNode, extraLoadMax, hash } = options;
  const parts = [
    ...(replicas === undefined ? [] : [counted(replicas, "replica")]),
    ...(pointsPerNode === undefined ? [] : [`${counted(pointsPerNode, "point")} a node`]),
    ...(extraLoadMax === undefined ? [] : [`extraLoadMax ${extraLoadMax}`]),
    ...(hash === undefined ? (hasHash ? ["a hash"] : []) : [hashInWords(hash)]),
  ];
  return parts.length === 0 ? "without options" : parts.join(", ");
}

const methods = ["add", "remove", "get"] as const;

function methodsMissing(ring: unknown): string | undefined {
  const expected = "createHashRing must answer with a ring";
  if (typeof ring !== "object" || ring === null) return `${expected}, and it is ${shown(ring)}.`;
  const missing = methods.filter((name) => typeof Reflect.get(ring, name) !== "function");
  return missing.length === 0
    ? undefined
    : `${expected}, and it has no method ${missing[0] ?? ""}.`;
}

function event(
  line: Pick<HistoryEvent, "kind" | "what" | "detail"> & Partial<HistoryEvent>,
): HistoryEvent {
  return { life: 1, client: null, remark: null, contradiction: false, ...line };
}
