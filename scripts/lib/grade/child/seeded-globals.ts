/**
 * Replaces what a program takes chance and time from, before any subject is loaded: the same seed
 * gives the same numbers. A clock that is read moves on by a millisecond, so that a loop that waits
 * for a moment ends. Asynchronous randomness is left alone: the simulated world reports it.
 */
import crypto from "node:crypto";
import { syncBuiltinESMExports } from "node:module";
import { performance } from "node:perf_hooks";
import { seededRandom, type Random } from "#platform/random.ts";

const startMs = Date.UTC(2024, 0, 1);

let random: Random = seededRandom(1);
let elapsedMs = 0;

/** Begins the sequences that belong to a seed and a name. */
export function reseed(seed: number, name: string): void {
  let mixed = seed | 0;
  for (let index = 0; index < name.length; index += 1) {
    mixed = Math.imul(mixed ^ name.charCodeAt(index), 0x01000193);
  }
  random = seededRandom(mixed);
  elapsedMs = 0;
}

export function replaceGlobals(): void {
  replaceClocks();
  replaceRandomness();
  syncBuiltinESMExports();
}

function replaceClocks(): void {
  const RealDate = Date;
  const now = (): number => startMs + (elapsedMs += 1);
  // A proxy and not a subclass: every date, also one that `structuredClone` makes, is of one class.
  const SeededDate = new Proxy(RealDate, {
    // `Date()` without `new` is a string.
    apply: () => new RealDate(now()).toString(),
    construct: (target, parts: unknown[], newTarget) =>
      Reflect.construct(target, parts.length === 0 ? [now()] : parts, newTarget) as Date,
    get: (target, name, receiver): unknown =>
      name === "now" ? now : Reflect.get(target, name, receiver),
  });
  RealDate.prototype.constructor = SeededDate;
  globalThis.Date = SeededDate;

  const seededNow = (): number => (elapsedMs += 1);
  performance.now = seededNow;
  globalThis.performance.now = seededNow;
  const hrtime = (since?: [number, number]): [number, number] => {
    const nowMs = seededNow();
    const seconds = Math.floor(nowMs / 1000) - (since?.[0] ?? 0);
    const nanoseconds = (nowMs % 1000) * 1e6 - (since?.[1] ?? 0);
    return nanoseconds < 0 ? [seconds - 1, nanoseconds + 1e9] : [seconds, nanoseconds];
  };
  process.hrtime = Object.assign(hrtime, { bigint: () => BigInt(seededNow()) * 1_000_000n });
}

function replaceRandomness(): void {
  Math.random = () => random.next();
  const real = { randomBytes: crypto.randomBytes, randomInt: crypto.randomInt };
  const fill = <Target extends ArrayBufferView>(target: Target): Target => {
    const bytes = new Uint8Array(target.buffer, target.byteOffset, target.byteLength);
    for (let index = 0; index < bytes.length; index += 1) bytes[index] = random.below(256);
    return target;
  };
  const randomUUID = (): ReturnType<typeof crypto.randomUUID> => {
    const bytes = fill(Buffer.alloc(16));
    bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
    bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
    const hex = bytes.toString("hex");
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  };
  const randomBytes = (size: number, callback?: (error: Error | null, bytes: Buffer) => void) =>
    callback === undefined ? fill(Buffer.alloc(size)) : real.randomBytes(size, callback);
  const randomInt = (...parts: unknown[]): unknown => {
    if (typeof parts.at(-1) === "function") return Reflect.apply(real.randomInt, crypto, parts);
    const [first, second] = parts as number[];
    const from = second === undefined ? 0 : (first ?? 0);
    return from + random.below((second ?? first ?? 0) - from);
  };
  const getRandomValues = fill;
  Object.assign(crypto, { randomBytes, randomUUID, randomInt });
  crypto.randomFillSync = fill;
  Object.assign(globalThis.crypto, { randomUUID, getRandomValues });
}
