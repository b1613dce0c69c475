/**
 * One spot of a file changes after it had been synced, two more flushes and two more writes were answered, and the tree
 * was closed. The tree must refuse with CORRUPTION, naming the file, or answer as if nothing had happened.
 */
import type { Entry, LsmTree, Subject } from "#katas/lsm-tree/contract.ts";
import { kata } from "#katas/lsm-tree/kata.ts";
import { type CorruptionError, errorCode } from "#platform/errors.ts";
import { seededRandom } from "#platform/random.ts";
import { DiskPort } from "#platform/testing/disk-port.ts";
import { type DiskImage, DiskState } from "#platform/testing/disk-state.ts";
import type { LoadedSubject } from "../../harness/check.ts";
import type { Experiment, Finding, Listener } from "../../harness/experiment.ts";
import { describeError } from "../../harness/in-words.ts";
import { isWrite, written } from "../../harness/key-value/history.ts";
import { performOn } from "../../harness/key-value/store-kata.ts";
import {
  describe,
  drawOperations,
  keysOf,
  type Operation,
} from "../../harness/key-value/workload.ts";
import { outcomeOf } from "../../harness/life.ts";
import { directory, emptyDisk, nameOf } from "../../harness/on-disk/disk-subject.ts";
import { RecordingPace } from "../../harness/on-disk/recovery.ts";
import { entryOf, lsmTree, type Options } from "../adapter.ts";
import { Model } from "../model.ts";
import { answerInWords, entryInWords, isSameEntry, textInWords } from "../script.ts";

export interface DamageCase {
  operations: Operation[];
  options: Options;
  /** Damage only this spot; every spot without it. */
  spot?: Spot;
}

interface Spot {
  path: string;
  position: number;
  kind: DamageKind;
}

type DamageKind = "a flipped bit" | "a zero" | "zeros" | "garbage" | "its bytes in another order";

/** The beginning of a file that had been synced when a flush was answered, and is still the same. */
interface Proven {
  path: string;
  length: number;
}

/** Later flushes of new writes, and later writes, that prove a byte to have been synced. */
export const laterFlushes = 2;
export const laterWrites = 2;
export const runBytes = 64;
const spotsMax = 200;
const largeBytes = 20_000;
const levelOfCompact = 5;

const flush: Operation = { kind: "flush" };
const compact: Operation = { kind: "compact" };

export const damageIsRefused: Experiment<Subject, DamageCase> & { readonly damages: true } = {
  damages: true,
  promise: "lsm-tree/damage-is-refused",
  kataVersion: kata.version,
  *cases({ seed, effort }) {
    const count = Math.max(3, Math.round(8 * effort));
    for (let index = 0; index < count; index++) {
      const random = seededRandom(seed * 65_537 + index);
      const isLarge = index % 4 === 3;
      // Three tables in all, which hardly any tree merges: the bytes of the first stay where they are.
      const isFewTables = index % 4 === 2;
      const keys = Array.from(
        { length: isLarge ? 40 : isFewTables ? 12 : 3 + (index % 4) * 2 },
        (_, key) => `k${key}`,
      );
      const some = (operations: number, firstValue: number): Operation[] =>
        drawOperations(
          random,
          { operations, keys, gets: 0, deletes: 0.15, sizes: isLarge ? [400, 900] : [4, 20, 60] },
          firstValue,
        );
      // Every key once, so that some of them are in the first table only.
      const operations: Operation[] = isFewTables
        ? keys.map((key, place) => ({ kind: "put", key, value: 100 + place, size: 20 }))
        : [];
      operations.push(...some(isLarge ? 60 : 8 + index, 1));
      if (index % 2 === 1) operations.splice(operations.length >> 1, 0, flush);
      const later: Operation[] = [];
      for (let round = 0; round < laterFlushes; round++)
        later.push(...some(2, 200 + round * 10), flush);
      later.push(...some(laterWrites, 300));
      const memtableThreshold = isFewTables ? 100 : isLarge ? 25 : 3 + (index % 3);
      const options = { memtableThreshold };
      yield { operations: [...operations, flush, ...later], options };
      // What vouches for the beginning of a large value says nothing of its end.
      if (index === 0) {
        const large: Operation = { kind: "put", key: "large", value: 50, size: largeBytes };
        yield {
          operations: [large, ...operations, flush, ...later],
          options: { memtableThreshold: 100 },
        };
      }
      // A tree that makes a table at its open has four by then, and may merge them before anybody has asked the first one.
      // One of them has been merged before, from level 5 on: it and three young ones are left alone.
      if (isFewTables)
        yield { operations: [...operations, flush, compact, flush, ...later], options };
    }
  },
  run: runDamage,
  *smaller(testCase) {
    const { operations } = testCase;
    for (let size = operations.length >> 1; size >= 1; size >>= 1) {
      for (let start = 0; start + size <= operations.length; start += size)
        yield { ...testCase, operations: operations.toSpliced(start, size) };
    }
  },
};

async function runDamage(
  subject: LoadedSubject<Subject>,
  testCase: DamageCase,
  listener?: Listener,
): Promise<Finding> {
  const tell = (what: string, detail: string, contradiction = false): void => {
    listener?.({ kind: "note", life: 1, client: null, what, detail, remark: null, contradiction });
  };
  const missed = (why: string): Finding => ({ kind: "missed", why, states: 0 });
  const { operations, options } = testCase;
  const { level = kata.levels.length } = subject.exports;
  if (operations.some(({ kind }) => kind === "compact") && level < levelOfCompact)
    return { kind: "held", states: 0 };
  const first = await subject.fresh();
  const later = await subject.fresh();
  const state = emptyDisk([directory]);
  const port = portOn(state);
  const opened = await outcomeOf(lsmTree.open(first, { disk: port, directory }, options));
  if (opened.how !== "resolved") return missed("the tree did not open");
  tell("open", "answered ok");

  const expected = new Model();
  /** What was durable when each flush was answered. */
  const flushes: { durable: Map<number, Uint8Array>; writesBefore: number }[] = [];
  let writes = 0;
  for (const operation of [...operations, { kind: "close" }]) {
    const outcome = await outcomeOf(performOn(lsmTree, opened.value, operation));
    if (outcome.how !== "resolved") return missed(`${describe(operation)} was not answered`);
    tell(describe(operation), "answered ok");
    if (isWrite(operation)) {
      writes++;
      expected.set(operation.key, written(operation));
    } else if (operation.kind === "flush") {
      if (flushes.at(-1)?.writesBefore === writes) flushes.pop();
      flushes.push({ durable: durableBytes(state), writesBefore: writes });
    }
  }
  port.fence();
  const last = flushes.at(-1);
  const proving = flushes.at(-1 - laterFlushes);
  if (last === undefined || proving === undefined || writes < last.writesBefore + laterWrites)
    return missed("too few flushes and writes came later");
  // Nothing is lost: damage and a crash never come together.
  const image = state.asImage();
  const proven = provenParts(proving.durable, state, image);
  const spots = testCase.spot === undefined ? spotsOf(proven) : [testCase.spot];
  // A tree that has merged everything since keeps no byte for so long that it could be damaged: its promise holds.
  if (spots.length === 0) return { kind: "held", states: 1 };

  const names = [...keysOf([operations]), "absent"];
  let states = 0;
  for (const spot of spots) {
    const bytes = image.files.get(spot.path);
    const end = proven.find(({ path }) => path === spot.path)?.length ?? 0;
    if (bytes === undefined || spot.position >= end) continue;
    const changed = damaged(bytes, spot, end);
    if (Buffer.compare(changed, bytes) === 0) continue;
    states++;
    const files = new Map(image.files).set(spot.path, changed);
    const wrong = await judgeDamage(
      later,
      { ...image, files },
      spot.path,
      names,
      expected,
      options,
    );
    if (wrong === null) continue;
    const where = `${nameOf(spot.path)} byte ${spot.position}`;
    tell(`✱ ${spot.kind}`, where);
    tell(wrong.what, wrong.detail, true);
    const what = `${where} was synced before ${laterFlushes} later flushes and ${laterWrites} later writes were answered, and it changed into ${spot.kind}`;
    return {
      kind: "broken",
      states,
      signature: wrong.signature,
      phase: "crash",
      therefore: `${what}: ${wrong.therefore}`,
      features: [wrong.signature, spot.kind],
    };
  }
  return { kind: "held", states };
}

function portOn(state: DiskState): DiskPort {
  const pace = new RecordingPace(state);
  pace.isRecording = false;
  return new DiskPort(state, pace);
}

// ── Judging ───────────────────────────────────────────────────────────────────────────────────

interface Wrongness {
  signature: string;
  what: string;
  detail: string;
  therefore: string;
}

async function judgeDamage(
  exports: Subject,
  image: DiskImage,
  path: string,
  names: readonly string[],
  expected: Model,
  options: Options,
): Promise<Wrongness | null> {
  const port = portOn(DiskState.fromImage(image));
  try {
    let opened = await outcomeOf(lsmTree.open(exports, { disk: port, directory }, options));
    if (opened.how === "rejected") {
      const refusal = judgeRefusal(opened.error, path, "open");
      if (refusal !== null) return refusal;
      // Asked again, it refuses again or has harmed nothing, and nobody holds the directory.
      opened = await outcomeOf(lsmTree.open(exports, { disk: port, directory }, options));
      if (opened.how === "rejected") return judgeRefusal(opened.error, path, "open again");
    }
    if (opened.how === "hung") return neverAnswered("open");
    for (const name of names) {
      const wrong = await judgeGet(opened.value, name, expected.get(name), path);
      if (wrong !== null) return wrong;
    }
    return await judgeRange(opened.value, expected.range(), path);
  } finally {
    port.fence();
  }
}

async function judgeGet(
  tree: LsmTree,
  key: string,
  expected: string | undefined,
  path: string,
): Promise<Wrongness | null> {
  const what = `get ${textInWords(key)}`;
  const got = await outcomeOf<unknown>(tree.get(key));
  if (got.how === "hung") return neverAnswered(what);
  if (got.how === "rejected") return judgeRefusal(got.error, path, what);
  if (got.value === expected) return null;
  return wrongAnswer(what, answerInWords(got.value), answerInWords(expected));
}

/** Every entry is right, up to the end or to the one that is refused. */
async function judgeRange(
  tree: LsmTree,
  expected: readonly Entry[],
  path: string,
): Promise<Wrongness | null> {
  const what = "range";
  const iterator = tree.range()[Symbol.asyncIterator]();
  for (const entry of [...expected, undefined]) {
    const next = await outcomeOf(iterator.next());
    if (next.how === "hung") return neverAnswered(what);
    if (next.how === "rejected") return judgeRefusal(next.error, path, what);
    const got = next.value.done === true ? undefined : entryOf(next.value.value);
    if (!isSameEntry(got, entry)) return wrongAnswer(what, entryInWords(got), entryInWords(entry));
  }
  return null;
}

function wrongAnswer(what: string, got: string, wanted: string): Wrongness {
  return {
    signature: "wrong answer",
    what,
    detail: `answered ${got}, expected ${wanted} or CORRUPTION`,
    therefore: `${what} answers ${got} where only ${wanted} or CORRUPTION is right.`,
  };
}

function neverAnswered(what: string): Wrongness {
  const therefore = `${what} is never answered.`;
  return { signature: "hung", what, detail: "never answered", therefore };
}

/** A refusal must carry the code and the file. */
function judgeRefusal(error: unknown, path: string, what: string): Wrongness | null {
  if (errorCode(error) !== "CORRUPTION") {
    return {
      signature: "other error",
      what,
      detail: `rejected ${describeError(error)}, expected CORRUPTION`,
      therefore: `the refusal of ${what} must have the code CORRUPTION, and it was ${describeError(error)}.`,
    };
  }
  const { file } = error as Partial<CorruptionError>;
  if (typeof file === "string" && file.replace(/^\.?\/+/, "").replace(/\/+/g, "/") === path)
    return null;
  return {
    signature: "misplaced",
    what,
    detail: `rejected CORRUPTION with file ${String(file)}`,
    therefore: `the error must name the file ${path}, and it says ${String(file)}.`,
  };
}

// ── Spots ─────────────────────────────────────────────────────────────────────────────────────

/** What a power cut would keep of each file, by the file's number. */
function durableBytes(state: DiskState): Map<number, Uint8Array> {
  return new Map(
    [...state.files.values()].map(({ id, durable, durableLength }) => [
      id,
      durable.slice(0, durableLength),
    ]),
  );
}

/** The beginnings of files that were durable then and have not changed since; a new file of the same name is another. */
function provenParts(
  durable: ReadonlyMap<number, Uint8Array>,
  state: DiskState,
  image: DiskImage,
): Proven[] {
  const proven: Proven[] = [];
  for (const [path, now] of image.files) {
    const before = durable.get(state.openFile(path, false));
    if (before === undefined) continue;
    let length = 0;
    while (length < before.length && before[length] === now[length]) length++;
    if (length > 0) proven.push({ path, length });
  }
  return proven;
}

function spotsOf(proven: readonly Proven[]): Spot[] {
  const spots: Spot[] = [];
  const whole = proven.reduce((sum, { length }) => sum + length, 0);
  const stride = Math.max(1, Math.ceil(whole / spotsMax));
  for (const { path, length } of proven) {
    // The last bytes of a file are looked at in any case: many formats have a footer.
    const tail = Math.max(0, length - 48);
    for (let position = 0; position < length; position += position < tail ? stride : 1)
      spots.push({ path, position, kind: "a flipped bit" });
    // A filter without one of its bits denies keys; a flipped bit adds as many as it takes.
    for (let position = tail; position < length; position++)
      spots.push({ path, position, kind: "a zero" });
    for (let position = 0; position < length; position += Math.max(runBytes / 2, stride * 4))
      spots.push(
        { path, position, kind: "zeros" },
        { path, position, kind: "garbage" },
        { path, position, kind: "its bytes in another order" },
      );
  }
  return spots;
}

/** Changes what lies in the proven part only. */
function damaged(bytes: Uint8Array, { position, kind }: Spot, provenLength: number): Uint8Array {
  const copy = bytes.slice();
  const at = (place: number): number => copy[place] ?? 0;
  if (kind === "a flipped bit") {
    copy[position] = at(position) ^ (1 << (position % 8));
    return copy;
  }
  if (kind === "a zero") {
    copy[position] = 0;
    return copy;
  }
  const end = Math.min(provenLength, position + runBytes);
  if (kind === "its bytes in another order") {
    // A sum of all bytes does not see it.
    copy.subarray(position, end).reverse();
    return copy;
  }
  for (let place = position; place < end; place++)
    copy[place] =
      kind === "zeros" ? 0 : (at(place) ^ ((Math.imul(place + 1, 0x9e3779b1) >>> 24) | 1)) & 0xff;
  return copy;
}
