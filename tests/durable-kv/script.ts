/**
 * Scripts for stores whose keys and values are bytes.
 */
import type { DurableKv, Subject } from "#katas/durable-kv/contract.ts";
import type { InvariantId } from "#katas/durable-kv/invariants.ts";
import { kata } from "#katas/durable-kv/kata.ts";
import type { Experiment } from "../harness/experiment.ts";
import { outcomeOf } from "../harness/life.ts";
import { playing, type SceneCase } from "../harness/on-disk/scene.ts";
import { Script as DiskScript } from "../harness/on-disk/script.ts";
import { durableKv, type Options } from "./adapter.ts";

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
      const script = new Script(durableKv, { subject, exports, seed, listener });
      await scenes[scene]?.(script);
      return script.lives;
    },
  );
}

/** How a call may end, unless it is never answered. */
export type Settled<Answer = unknown> =
  { how: "resolved"; value: Answer } | { how: "rejected"; error: unknown };

export class Script extends DiskScript<Subject, DurableKv, Options> {
  /** Whether this store declines calls that overlap. */
  get takesOneCall(): boolean {
    return this.exports.singleThreaded !== undefined;
  }

  /** A call of a store must reject: one that throws leaves a caller who only catches rejections in the lurch. */
  override async refuses(
    what: string,
    codes: readonly string[],
    call: () => Promise<unknown>,
  ): Promise<void> {
    const made = { threw: false };
    await super.refuses(what, codes, () => {
      try {
        return call();
      } catch (error) {
        made.threw = true;
        throw error;
      }
    });
    if (!made.threw) return;
    const therefore = `${what} must return a promise that rejects, and it threw instead.`;
    this.broken(what, "threw, expected a promise that rejects", therefore);
  }

  /** What becomes of a call that may be answered or rejected; it must not throw, and be settled. */
  async settles<Answer>(what: string, call: () => Promise<Answer>): Promise<Settled<Answer>> {
    let made: Promise<Answer>;
    try {
      made = call();
    } catch {
      const therefore = `${what} must return a promise, and it threw instead.`;
      this.broken(what, "threw, expected a promise", therefore);
    }
    const outcome = await outcomeOf(made);
    if (outcome.how === "hung") this.hung(`${what} was never answered`);
    return outcome;
  }

  /** A get that must answer with these bytes, or undefined. */
  async shows(
    store: DurableKv,
    key: Uint8Array,
    expected: Uint8Array | undefined,
    name = bytesInWords(key),
  ): Promise<void> {
    await this.answers(`get ${name}`, () => store.get(key), {
      isRight: (value) => isSame(value, expected),
      wanted: expected === undefined ? "undefined" : bytesInWords(expected),
      inWords: (value) => (value instanceof Uint8Array ? bytesInWords(value) : String(value)),
    });
  }

  /** The same, not told unless it is wrong: for reads by the thousand. */
  async showsQuietly(
    store: DurableKv,
    key: Uint8Array,
    expected: Uint8Array | undefined,
  ): Promise<void> {
    const value: unknown = await this.quietly(`get ${bytesInWords(key)}`, () => store.get(key));
    if (!isSame(value, expected)) await this.shows(store, key, expected);
  }
}

function isSame(value: unknown, expected: Uint8Array | undefined): boolean {
  if (expected === undefined) return value === undefined;
  return value instanceof Uint8Array && Buffer.compare(value, expected) === 0;
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
