/**
 * One spot of the log changes after it had been synced and two later writes were answered. The store
 * must refuse with CORRUPTION, naming file and offset, or answer as if nothing had happened.
 */
import { type CorruptionError, errorCode } from "#platform/errors.ts";
import { seededRandom } from "#platform/random.ts";
import { barestImage } from "#platform/testing/crash-images.ts";
import { type DiskImage, DiskState } from "#platform/testing/disk-state.ts";
import type { Subject } from "#katas/durable-kv/contract.ts";
import { kata } from "#katas/durable-kv/kata.ts";
import type { LoadedSubject } from "../../harness/check.ts";
import type { Experiment, Finding, Listener } from "../../harness/experiment.ts";
import { outcomeOf } from "../../harness/life.ts";
import { describeError } from "../../harness/in-words.ts";
import { isWrite, written } from "../../harness/key-value/history.ts";
import { performOn, readAll } from "../../harness/key-value/store-kata.ts";
import { sectorOf } from "../../harness/key-value/hunting.ts";
import { nameOf, directory, emptyDisk } from "../../harness/on-disk/disk-subject.ts";
import { durableKv, type Options } from "../adapter.ts";
import { RecordingPace } from "../../harness/on-disk/recovery.ts";
import {
  describe,
  drawOperations,
  keysOf,
  type Operation,
  shortValue,
} from "../../harness/key-value/workload.ts";
import { DiskPort } from "#platform/testing/disk-port.ts";

interface RotCase {
  operations: Operation[];
  options: Options;
  /** Damage only this spot; every spot without it. */
  spot?: { path: string; position: number; kind: DamageKind };
  sectorBytes: number;
  /** Of all spots at most so many bits, and sectors in proportion. */
  spotsMax?: number;
}

type DamageKind = "bit" | "zero sector" | "garbage sector";

/** Bytes that were durable at some moment, and still are. */
interface Proven {
  path: string;
  length: number;
}

/** Later answered writes that prove a byte to have been synced. */
const laterWrites = 2;
const spotsMaxOfAll = 500;
const fewKeys = ["a", "b", "c"];
/** So many that later writes do not make up for what is lost of earlier ones. */
const manyKeys = Array.from({ length: 40 }, (_, index) => `k${index}`);

/** What proves the first record to have been synced lies thousands of bytes behind the damage. */
const oneLargeRecord: RotCase = {
  operations: [
    { kind: "put", key: "a", value: 1, size: 20_000 },
    ...[2, 3, 4, 5].map((value): Operation => ({ kind: "put", key: "b", value, size: 12 })),
  ],
  options: {},
  sectorBytes: 64,
  spotsMax: 60,
};

/** And hundreds of kilobytes behind it. */
const oneVeryLargeRecord: RotCase = {
  operations: [
    { kind: "put", key: "a", value: 1, size: 300_000 },
    ...[2, 3, 4].map((value): Operation => ({ kind: "put", key: "b", value, size: 12 })),
  ],
  options: {},
  sectorBytes: 64,
  spotsMax: 3,
};

export const rotIsRefused: Experiment<Subject, RotCase> = {
  promise: "durable-kv/rot-is-refused",
  kataVersion: kata.version,
  *cases({ seed, effort }) {
    const count = Math.max(3, Math.round(9 * effort));
    for (let index = 0; index < count; index++) {
      const random = seededRandom(seed * 65_537 + index);
      const isSegmented = index % 3 === 2;
      const mix = {
        operations: isSegmented ? 40 : 5 + index,
        keys: index % 6 === 2 ? manyKeys : fewKeys,
        gets: 0,
        deletes: 0.15,
        sizes: isSegmented ? [90, 200] : [4, 12, 40, 90],
      };
      const operations = drawOperations(random, mix, 1);
      if (isSegmented) operations.splice(25, 0, { kind: "compact" });
      yield {
        operations,
        options: isSegmented ? { segmentBytesMax: 1024 } : {},
        sectorBytes: sectorOf(index),
      };
    }
    yield oneLargeRecord;
    yield oneVeryLargeRecord;
  },
  run: runRot,
  *smaller(testCase) {
    const { operations } = testCase;
    for (let size = operations.length >> 1; size >= 1; size >>= 1) {
      for (let start = 0; start + size <= operations.length; start += size) {
        yield {
          ...testCase,
          operations: [...operations.slice(0, start), ...operations.slice(start + size)],
        };
      }
    }
  },
};

async function runRot(
  subject: LoadedSubject<Subject>,
  testCase: RotCase,
  listener?: Listener,
): Promise<Finding> {
  const tell = (what: string, detail: string, contradiction = false): void => {
    listener?.({ kind: "note", life: 1, client: null, what, detail, remark: null, contradiction });
  };
  const isSegmented = testCase.options.segmentBytesMax !== undefined;
  if (isSegmented && (subject.exports.level ?? kata.levels.length) < 5)
    return { kind: "missed", why: "no segments at this level", states: 0 };
  const first = await subject.fresh();
  const later = await subject.fresh();
  const state = emptyDisk([directory]);
  const pace = new RecordingPace(state);
  pace.isRecording = false;
  const port = new DiskPort(state, pace);
  const opened = await outcomeOf(
    first.openDurableKv({ disk: port, directory, ...testCase.options }),
  );
  if (opened.how !== "resolved")
    return { kind: "missed", why: "the store did not open", states: 0 };

  const expected = new Map<string, string | undefined>();
  /** What was durable after each answered write. */
  const durable: DiskImage[] = [];
  for (const operation of testCase.operations) {
    const outcome = await outcomeOf(performOn(durableKv, opened.value, operation));
    if (outcome.how !== "resolved")
      return { kind: "missed", why: `${describe(operation)} was not answered`, states: 0 };
    tell(describe(operation), "answered ok");
    if (!isWrite(operation)) continue;
    expected.set(operation.key, written(operation));
    durable.push(barestImage(state));
  }
  port.fence();
  // Nothing is lost: rot and a crash never come together.
  const image = state.asImage();
  const proven = provenParts(durable, image.files);
  const spots = testCase.spot === undefined ? spotsOf(proven, testCase) : [testCase.spot];
  // A store that writes everything anew with each batch keeps no byte for so long that it could rot: its
  // promise holds. That it answers as it should is for others to find out.
  if (spots.length === 0) {
    return durable.length > laterWrites
      ? { kind: "held", states: 1 }
      : { kind: "missed", why: "too few writes were made", states: 0 };
  }

  const names = keysOf([testCase.operations]);
  let states = 0;
  for (const spot of spots) {
    states++;
    const damaged = new Map(image.files);
    const bytes = image.files.get(spot.path);
    if (bytes === undefined || spot.position >= bytes.length) continue;
    const provenLength = proven.find((one) => one.path === spot.path)?.length ?? 0;
    const changed = damage(bytes, spot, testCase.sectorBytes, provenLength);
    // Of several changed bytes a store may have use for the last one only, and cannot know of the others.
    const lastChanged = changed.findLastIndex((byte, position) => byte !== bytes[position]);
    if (lastChanged === -1) continue;
    damaged.set(spot.path, changed);
    const wrong = await judgeDamage(
      later,
      { ...image, files: damaged },
      { path: spot.path, position: lastChanged },
      names,
      expected,
      testCase.options,
    );
    if (wrong === null) continue;
    const where = `${nameOf(spot.path)} byte ${spot.position}`;
    tell(`✱ ${spot.kind === "bit" ? "a bit" : `a sector (${spot.kind})`} rots`, where);
    tell(wrong.what, wrong.detail, true);
    const what = `${where} was synced before ${laterWrites} later writes were answered, and it changed`;
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

interface Wrongness {
  signature: string;
  what: string;
  detail: string;
  therefore: string;
}

async function judgeDamage(
  exports: Subject,
  image: DiskImage,
  spot: { path: string; position: number },
  names: readonly string[],
  expected: ReadonlyMap<string, string | undefined>,
  options: Options,
): Promise<Wrongness | null> {
  const state = DiskState.fromImage(image);
  const pace = new RecordingPace(state);
  pace.isRecording = false;
  const port = new DiskPort(state, pace);
  const opened = await outcomeOf(exports.openDurableKv({ disk: port, directory, ...options }));
  if (opened.how === "rejected") {
    // Asked again, it must refuse again: nothing has been mended, and nobody holds the directory.
    const again = await outcomeOf(exports.openDurableKv({ disk: port, directory, ...options }));
    const values =
      again.how === "resolved" ? await outcomeOf(readAll(durableKv, again.value, names)) : null;
    port.fence();
    const first = judgeRefusal(opened.error, spot, "open");
    if (first !== null) return first;
    if (again.how === "rejected") return judgeRefusal(again.error, spot, "open again");
    if (
      values?.how === "resolved" &&
      values.value.every((value, at) => value === expected.get(names[at] ?? ""))
    )
      return null;
    const detail = "answered ok, with other values";
    return {
      signature: "mended",
      what: "open again",
      detail,
      therefore: "refused once, it opens the second time and shows other values.",
    };
  }
  if (opened.how === "hung") {
    port.fence();
    return {
      signature: "hung",
      what: "open",
      detail: "never answered",
      therefore: "the open is never answered.",
    };
  }
  for (const name of names) {
    const read = await outcomeOf(readAll(durableKv, opened.value, [name]));
    if (read.how === "rejected") {
      port.fence();
      return judgeRefusal(read.error, spot, `get ${name}`);
    }
    const value = read.how === "resolved" ? read.value[0] : undefined;
    if (value === expected.get(name)) continue;
    port.fence();
    const wanted = shortValue(expected.get(name));
    return {
      signature: "wrong answer",
      what: `get ${name}`,
      detail: `answered ${shortValue(value)}, expected ${wanted} or CORRUPTION`,
      therefore: `get ${name} answers ${shortValue(value)} where only ${wanted} or CORRUPTION is right.`,
    };
  }
  port.fence();
  return null;
}

/** A refusal must carry the code, the file and an offset not behind the damage. */
function judgeRefusal(
  error: unknown,
  spot: { path: string; position: number },
  what: string,
): Wrongness | null {
  if (errorCode(error) !== "CORRUPTION") {
    const detail = `rejected ${describeError(error)}, expected CORRUPTION`;
    return {
      signature: "other error",
      what,
      detail,
      therefore: `the refusal must have the code CORRUPTION, and it was ${describeError(error)}.`,
    };
  }
  const { file, offset } = error as Partial<CorruptionError>;
  const isNamed = typeof file === "string" && samePath(file, spot.path);
  const isPlaced =
    typeof offset === "number" &&
    Number.isInteger(offset) &&
    offset >= 0 &&
    offset <= spot.position;
  if (isNamed && isPlaced) return null;
  const detail = `rejected CORRUPTION with file ${String(file)} and offset ${String(offset)}`;
  const therefore = `the error must name the file ${spot.path} and an offset from 0 to ${spot.position}; it says file ${String(file)}, offset ${String(offset)}.`;
  return { signature: "misplaced", what, detail, therefore };
}

function samePath(named: string, path: string): boolean {
  return named.replace(/^\.?\/+/, "").replace(/\/+/g, "/") === path;
}

/** The beginnings of files that were durable before the last writes and have not changed since. */
function provenParts(
  durable: readonly DiskImage[],
  atEnd: ReadonlyMap<string, Uint8Array>,
): Proven[] {
  const before = durable.at(-1 - laterWrites);
  if (before === undefined) return [];
  const proven: Proven[] = [];
  for (const [path, bytes] of before.files) {
    const now = atEnd.get(path);
    if (now === undefined) continue;
    let length = 0;
    while (length < bytes.length && length < now.length && bytes[length] === now[length]) length++;
    if (length > 0) proven.push({ path, length });
  }
  return proven;
}

function spotsOf(
  proven: readonly Proven[],
  { sectorBytes, spotsMax = spotsMaxOfAll }: RotCase,
): NonNullable<RotCase["spot"]>[] {
  const spots: NonNullable<RotCase["spot"]>[] = [];
  for (const { path, length } of proven) {
    const stride = Math.max(1, Math.ceil((length * proven.length) / spotsMax));
    for (let position = 0; position < length; position += stride)
      spots.push({ path, position, kind: "bit" });
    const sectorStride = Math.max(sectorBytes, stride * 4);
    for (let position = 0; position < length; position += sectorStride) {
      spots.push(
        { path, position, kind: "zero sector" },
        { path, position, kind: "garbage sector" },
      );
    }
  }
  return spots;
}

/** Changes what lies in the proven part only. */
function damage(
  bytes: Uint8Array,
  spot: NonNullable<RotCase["spot"]>,
  sectorBytes: number,
  provenLength: number,
): Uint8Array {
  const copy = bytes.slice();
  const at = (position: number): number => copy[position] ?? 0;
  if (spot.kind === "bit") {
    copy[spot.position] = at(spot.position) ^ (1 << (spot.position % 8));
    return copy;
  }
  const end = Math.min(provenLength, spot.position + sectorBytes);
  for (let position = spot.position; position < end; position++) {
    copy[position] =
      spot.kind === "zero sector" ? 0 : (at(position) ^ Math.imul(position + 1, 0x9e3779b1)) & 0xff;
  }
  return copy;
}
