/**
 * Notices when code under judgement waits for something that the simulated world does not have:
 * timers, the real file system, asynchronous compression or cryptography, channels, processes.
 *
 * Two nets: the functions that leave are replaced by ones that note their caller while a watch is on and
 * then do what they always did; and `async_hooks` sees resources that were made some other way. It cannot
 * tell `deflateSync` from `deflate`, or `randomBytes` with a callback from one without, so these have the
 * first net only. It is laid out as soon as this file is imported: before any subject is loaded, so that
 * a subject keeps no originals.
 *
 * Microtasks, `nextTick`, `setImmediate`, synchronous crypto and zlib belong to the world and are free.
 */
import { createHook } from "node:async_hooks";
import { createRequire, syncBuiltinESMExports } from "node:module";
import { subjectCallSite } from "./subject-loader.ts";

export interface OutsideCall {
  what: string;
  /** "file:line:column" of the subject's own line. */
  callSite: string;
}

export interface Watch {
  /** Ends the watch; the first call out of the world, if there was one. */
  end(): OutsideCall | undefined;
}

let seen: OutsideCall | undefined;
let isOn = false;

const resourcesOutside = new Map([
  ["Timeout", "a timer"],
  ["HASHREQUEST", "asynchronous cryptography"],
  ["FSREQCALLBACK", "the real file system"],
  ["FSREQPROMISE", "the real file system"],
  ["FILEHANDLE", "the real file system"],
  ["MESSAGEPORT", "a message channel"],
  ["WORKER", "a worker thread"],
  ["PROCESSWRAP", "another process"],
  ["TCPWRAP", "the network"],
  ["UDPWRAP", "the network"],
  ["GETADDRINFOREQWRAP", "the network"],
  ["DNSCHANNEL", "the network"],
]);

const hook = createHook({
  init(_id, type) {
    const what = resourcesOutside.get(type);
    if (what !== undefined) note(what);
  },
});

/** The second net costs time at every promise; `thoroughly: false` leaves it out. */
export function watchOutsideWorld({ thoroughly = true } = {}): Watch {
  seen = undefined;
  isOn = true;
  if (thoroughly) hook.enable();
  return {
    end() {
      hook.disable();
      isOn = false;
      const first = seen;
      seen = undefined;
      return first;
    },
  };
}

function note(what: string): void {
  if (!isOn || seen !== undefined) return;
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 40;
  const { stack } = new Error("outside the world");
  Error.stackTraceLimit = stackTraceLimit;
  // Timers of the test runner or the grader are none of the subject's business.
  const callSite = subjectCallSite(stack);
  if (callSite === undefined) return;
  seen = { what: `The code uses ${what}, which the simulated world does not have`, callSite };
}

// ── The first net ─────────────────────────────────────────────────────────────────────────────

interface Exit {
  /** Where its functions are found. */
  holder: object;
  /** How a message names the holder: "fs." */
  prefix: string;
  what: string;
  /** Whether a call of this name with these arguments waits for the outside. */
  leaves: (name: string, given: readonly unknown[]) => boolean;
}

const require = createRequire(import.meta.url);
const always = (): boolean => true;
const isNoClass = (name: string): boolean => !/^[A-Z_]/.test(name);
const among =
  (...names: string[]) =>
  (name: string): boolean =>
    names.includes(name);

const exits: readonly Exit[] = [
  moduleExit("fs", "the real file system", isNoClass),
  moduleExit("fs/promises", "the real file system", isNoClass),
  moduleExit("timers", "a timer", among("setTimeout", "setInterval")),
  moduleExit("timers/promises", "a timer", among("setTimeout", "setInterval")),
  moduleExit("child_process", "another process", isNoClass),
  moduleExit(
    "zlib",
    "asynchronous compression",
    (name) => isNoClass(name) && !/Sync$|^crc32$/.test(name),
  ),
  // Without a callback the very same functions answer at once.
  moduleExit(
    "crypto",
    "asynchronous cryptography",
    (_, given) => typeof given.at(-1) === "function",
  ),
  {
    holder: subtleCrypto(),
    prefix: "crypto.subtle.",
    what: "asynchronous cryptography",
    leaves: always,
  },
  { holder: globalThis, prefix: "", what: "a timer", leaves: among("setTimeout", "setInterval") },
  { holder: globalThis, prefix: "", what: "the network", leaves: among("fetch") },
  { holder: Atomics, prefix: "Atomics.", what: "another thread", leaves: among("waitAsync") },
];

type Callable = (this: unknown, ...given: unknown[]) => unknown;

for (const exit of exits) replaceFunctions(exit);
syncBuiltinESMExports();

function moduleExit(module: string, what: string, leaves: Exit["leaves"]): Exit {
  return { holder: require(`node:${module}`) as object, prefix: `${module}.`, what, leaves };
}

function subtleCrypto(): object {
  return Object.getPrototypeOf(globalThis.crypto.subtle) as object;
}

function replaceFunctions({ holder, prefix, what, leaves }: Exit): void {
  for (const name of Object.getOwnPropertyNames(holder)) {
    const descriptor = Object.getOwnPropertyDescriptor(holder, name);
    const original: unknown = descriptor?.value;
    if (
      typeof original !== "function" ||
      descriptor?.configurable !== true ||
      name === "constructor"
    )
      continue;
    // What never leaves, whatever it is given, stays as it is.
    if (!leaves(name, [always])) continue;
    const called = `${what} (${prefix}${name})`;
    const replacement: Callable = function (...given) {
      if (isOn && leaves(name, given)) note(called);
      return (original as Callable).apply(this, given);
    };
    Object.defineProperties(replacement, Object.getOwnPropertyDescriptors(original));
    Object.defineProperty(holder, name, { ...descriptor, value: replacement });
  }
}
