/**
 * Scripts for trees whose keys and values are strings.
 */
import type { Entry, LsmTree, Subject } from "#katas/lsm-tree/contract.ts";
import type { InvariantId } from "#katas/lsm-tree/invariants.ts";
import { kata } from "#katas/lsm-tree/kata.ts";
import type { Experiment } from "../harness/experiment.ts";
import { inWords } from "../harness/in-words.ts";
import { playing, type SceneCase } from "../harness/on-disk/scene.ts";
import { Script as DiskScript, type ScriptSetting } from "../harness/on-disk/script.ts";
import { entriesOf, lsmTree, type Options } from "./adapter.ts";
import { type Bounds, compareKeys } from "./model.ts";

export type Scene = (script: Script) => Promise<void>;

export function scripted(
  promise: InvariantId,
  scenes: Readonly<Record<string, Scene>>,
): Experiment<Subject, SceneCase> {
  return playing<Subject>(
    promise,
    kata.version,
    Object.keys(scenes),
    async (subject, { scene, seed }, listener) => {
      const exports = await subject.fresh();
      const script = new Script({ subject, exports, seed, listener });
      await scenes[scene]?.(script);
      return script.lives;
    },
  );
}

export class Script extends DiskScript<Subject, LsmTree, Options> {
  /** Whether nothing may be called before the last call is answered. */
  readonly takesOneCallAtATime: boolean;

  constructor(setting: ScriptSetting<Subject>) {
    super(lsmTree, setting);
    this.takesOneCallAtATime = setting.exports.singleThreaded !== undefined;
  }

  /** Refused means that the promise rejects, and never that the call throws. */
  override async refuses(
    what: string,
    codes: readonly string[],
    call: () => Promise<unknown>,
  ): Promise<void> {
    const thrown: unknown[] = [];
    await super.refuses(what, codes, () => {
      try {
        return call();
      } catch (error) {
        thrown.push(error);
        throw error;
      }
    });
    if (thrown.length > 0)
      this.broken(
        what,
        "threw, and answered no promise",
        `${what} must answer with a promise that rejects, and the call itself threw.`,
      );
  }

  /** A get that must answer with this value, or undefined. */
  async shows(tree: LsmTree, key: string, expected: string | undefined): Promise<void> {
    await this.answers(`get ${textInWords(key)}`, () => tree.get(key), {
      isRight: (value) => value === expected,
      wanted: answerInWords(expected),
      inWords: answerInWords,
    });
  }

  /** The same, not told unless it is wrong: for reads by the thousand. */
  async showsQuietly(tree: LsmTree, key: string, expected: string | undefined): Promise<void> {
    const value: unknown = await this.quietly(`get ${textInWords(key)}`, () => tree.get(key));
    if (value !== expected) await this.shows(tree, key, expected);
  }

  /** A range that must answer with exactly these entries; `inAnyOrder` where order is another promise. */
  async ranges(
    tree: LsmTree,
    bounds: Bounds,
    expected: readonly Entry[],
    { inAnyOrder = false }: { inAnyOrder?: boolean } = {},
  ): Promise<void> {
    const what = rangeInWords(bounds);
    const entries = await this.quietly(what, () => entriesOf(tree.range(bounds.start, bounds.end)));
    if (inAnyOrder) entries.sort(([left], [right]) => compareKeys(left, right));
    const place = firstDifference(entries, expected);
    if (place === -1) {
      this.tell(what, `answered ${entriesInWords(entries)}`);
      return;
    }
    const wanted = entryInWords(expected[place]);
    const got = entryInWords(entries[place]);
    this.broken(
      what,
      `answered ${entriesInWords(entries)}, expected ${entriesInWords(expected)}`,
      `${what} must answer ${wanted} as entry ${place + 1}, and it answered ${got}.`,
      "range",
    );
  }
}

/** The place of the first entry in which they differ, or -1. */
export function firstDifference(entries: readonly Entry[], others: readonly Entry[]): number {
  const length = Math.max(entries.length, others.length);
  for (let place = 0; place < length; place++)
    if (!isSameEntry(entries[place], others[place])) return place;
  return -1;
}

export function isSameEntry(entry: Entry | undefined, other: Entry | undefined): boolean {
  return entry?.[0] === other?.[0] && entry?.[1] === other?.[1];
}

// ── Words ─────────────────────────────────────────────────────────────────────────────────────

const charactersShown = 14;
const entriesShown = 6;

/** Short texts as they are written in code, long ones by their length. */
export function textInWords(text: string): string {
  if (text.length > charactersShown) return `(${text.length} characters)`;
  return /^[\w.-]+$/.test(text) ? text : JSON.stringify(text);
}

export function answerInWords(value: unknown): string {
  return typeof value === "string" ? textInWords(value) : inWords(value);
}

export function entryInWords(entry: Entry | undefined): string {
  return entry === undefined ? "the end" : `${textInWords(entry[0])}=${textInWords(entry[1])}`;
}

export function entriesInWords(entries: readonly Entry[]): string {
  if (entries.length === 0) return "nothing";
  const shown = entries.slice(0, entriesShown).map(entryInWords).join(" ");
  const more = entries.length - entriesShown;
  return more > 0 ? `${shown} and ${more} more` : shown;
}

/** "range a–k10", "range" */
export function rangeInWords({ start, end }: Bounds): string {
  if (start === undefined && end === undefined) return "range";
  const text = (bound: string | undefined): string =>
    bound === undefined ? "" : textInWords(bound);
  return `range ${text(start)}–${text(end)}`;
}
