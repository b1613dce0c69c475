/**
 * One spot of the log changes after it had been synced and two later commits were answered. The store must refuse
 * with CORRUPTION, naming file and offset, or answer as if nothing had happened.
 */
import type { Subject } from "#katas/mvcc-store/contract.ts";
import { kata } from "#katas/mvcc-store/kata.ts";
import { type CorruptionError, errorCode } from "#platform/errors.ts";
import { seededRandom } from "#platform/random.ts";
import { barestImage } from "#platform/testing/crash-images.ts";
import { DiskPort } from "#platform/testing/disk-port.ts";
import { type DiskImage, DiskState } from "#platform/testing/disk-state.ts";
import type { LoadedSubject } from "../../harness/check.ts";
import type { Experiment, Finding, Listener } from "../../harness/experiment.ts";
import { describeError } from "../../harness/in-words.ts";
import { outcomeOf } from "../../harness/life.ts";
import { directory, emptyDisk, nameOf } from "../../harness/on-disk/disk-subject.ts";
import { RecordingPace, recover } from "../../harness/on-disk/recovery.ts";
import { type Entries, everything, mvccStore } from "../durable/adapter.ts";
import { drawWork, nameOfWork, sectorOf, type Work, writesInWords } from "../durable/case.ts";
import { History } from "../durable/history.ts";
import { Judgement, stateText } from "../durable/judgement.ts";
import { stateInWords } from "../durable/telling.ts";
import { shorter } from "../script.ts";

export interface RotCase {
  works: Work[];
  sectorBytes: number;
}

export interface Spot {
  path: string;
  position: number;
  kind: "bit" | "zero sector" | "garbage sector";
}

/** Bytes that were durable at some moment, and still are. */
interface Proven {
  path: string;
  length: number;
}

/** Later answered commits that prove a byte to have been synced. */
const laterCommits = 2;
const spotsMax = 400;
const fewKeys = ["a", "b", "c"];
/** So many that later commits do not make up for what is lost of earlier ones. */
const manyKeys = Array.from({ length: 40 }, (_, index) => `k${index}`);

/** What proves the first commit to have been synced stands some nine thousand bytes behind its beginning. */
const longThenShort: Work[] = [
  {
    writes: [
      ["a", 97],
      ["b", 194],
      ["c", 291],
    ],
  },
  { writes: [["d", 1]] },
  { writes: [["e", 2]] },
];

export const rotIsRefused: Experiment<Subject, RotCase> = {
  promise: "mvcc-store/rot-is-refused",
  kataVersion: kata.version,
  *cases({ seed, effort }) {
    const count = Math.max(3, Math.round(8 * effort));
    for (let index = 0; index < count; index++) {
      const random = seededRandom(seed * 65_537 + index);
      const keys = index % 3 === 1 ? manyKeys : fewKeys;
      const mix = { transactions: 4 + index * 2, keys, writes: 3, deletes: 2, reads: 0 };
      yield { works: drawWork(random, mix, 1), sectorBytes: sectorOf(index) };
    }
    yield { works: longThenShort, sectorBytes: 64 };
  },
  run: runRot,
  *smaller(testCase) {
    for (const works of shorter(testCase.works, 1)) yield { ...testCase, works };
  },
};

async function runRot(
  subject: LoadedSubject<Subject>,
  { works, sectorBytes }: RotCase,
  listener?: Listener,
): Promise<Finding> {
  const tell = (what: string, detail: string, contradiction = false): void => {
    listener?.({ kind: "note", life: 1, client: null, what, detail, remark: null, contradiction });
  };
  const first = await subject.fresh();
  const later = await subject.fresh();
  const state = emptyDisk([directory]);
  const port = quietPort(state);
  const opened = await outcomeOf(mvccStore.open(first, { disk: port, directory }, {}));
  if (opened.how !== "resolved")
    return { kind: "missed", why: "the store did not open", states: 0 };

  const history = new History();
  /** What was durable after each answered commit. */
  const durable: DiskImage[] = [];
  for (const [index, work] of works.entries()) {
    const name = nameOfWork(0, index);
    await outcomeOf(history.perform(opened.value, { name, client: 0, work }));
    if (history.deeds.at(-1)?.outcome !== "ok")
      return { kind: "missed", why: `the commit of ${name} was not answered`, states: 0 };
    tell(`${name} commit ${writesInWords(work)}`, "answered ok");
    durable.push(barestImage(state));
  }
  port.fence();
  // Nothing is lost: rot and a crash never come together.
  const image = state.asImage();
  const expected = new Judgement(history).example();
  const proven = provenParts(durable, image.files);
  const spots = spotsOf(proven, sectorBytes);
  if (spots.length === 0)
    return { kind: "missed", why: "no byte was proven to have been synced", states: 0 };

  let states = 0;
  for (const spot of spots) {
    states++;
    const bytes = image.files.get(spot.path) ?? new Uint8Array(0);
    const provenLength = proven.find(({ path }) => path === spot.path)?.length ?? 0;
    const changed = damage(bytes, spot, sectorBytes, provenLength);
    // Of several changed bytes a store may have use for the last one only, and cannot know of the others.
    const position = changed.findLastIndex((byte, at) => byte !== bytes[at]);
    if (position === -1) continue;
    const files = new Map(image.files).set(spot.path, changed);
    const place = { path: spot.path, position };
    const wrong = await judgeDamage(later, { ...image, files }, place, expected);
    if (wrong === null) continue;
    const where = `${nameOf(spot.path)} byte ${spot.position}`;
    tell(`✱ ${spot.kind === "bit" ? "a bit" : `a sector (${spot.kind})`} rots`, where);
    tell(wrong.what, wrong.detail, true);
    return {
      kind: "broken",
      states,
      signature: wrong.signature,
      phase: "crash",
      therefore: `${where} was synced before ${laterCommits} later commits were answered, and it changed: ${wrong.therefore}`,
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
  place: { path: string; position: number },
  expected: string,
): Promise<Wrongness | null> {
  const state = DiskState.fromImage(image);
  const found = await recover(everything(), exports, state);
  if (found.kind === "hung") {
    const therefore = `${found.what}.`;
    return { signature: "hung", what: "open", detail: "never answered", therefore };
  }
  if (found.kind === "shown") {
    found.port.fence();
    return wrongEntries("open", found.seen, expected);
  }
  const refusal = judgeRefusal(found.error, place, found.by === "open" ? "open" : "range");
  if (refusal !== null || found.by !== "open") return refusal;
  // Asked again, it must refuse again: nothing has been mended, and nobody holds the directory.
  const again = await recover(everything(), exports, state);
  if (again.kind === "hung") return null;
  if (again.kind === "refused") return judgeRefusal(again.error, place, "open again");
  again.port.fence();
  return wrongEntries("open again", again.seen, expected);
}

function wrongEntries(what: string, seen: Entries, expected: string): Wrongness | null {
  if (stateText(seen) === expected) return null;
  const wanted = stateInWords(JSON.parse(expected) as Entries);
  return {
    signature: "wrong answer",
    what,
    detail: `shows ${stateInWords(seen)}, expected ${wanted} or CORRUPTION`,
    therefore: `the store shows ${stateInWords(seen)} where only ${wanted} or CORRUPTION is right.`,
  };
}

/** A refusal must carry the code, the file and an offset not behind the damage. */
function judgeRefusal(
  error: unknown,
  { path, position }: { path: string; position: number },
  what: string,
): Wrongness | null {
  if (errorCode(error) !== "CORRUPTION") {
    const detail = `rejected ${describeError(error)}, expected CORRUPTION`;
    const therefore = `the refusal must have the code CORRUPTION, and it was ${describeError(error)}.`;
    return { signature: "other error", what, detail, therefore };
  }
  const { file, offset } = error as Partial<CorruptionError>;
  const isNamed = typeof file === "string" && samePath(file, path);
  const isPlaced =
    typeof offset === "number" && Number.isInteger(offset) && offset >= 0 && offset <= position;
  if (isNamed && isPlaced) return null;
  return {
    signature: "misplaced",
    what,
    detail: `rejected CORRUPTION with file ${String(file)} and offset ${String(offset)}`,
    therefore: `the error must name the file ${path} and an offset from 0 to ${position}; it says file ${String(file)}, offset ${String(offset)}.`,
  };
}

function samePath(named: string, path: string): boolean {
  return named.replace(/^\.?\/+/, "").replace(/\/+/g, "/") === path;
}

/** The beginnings of files that were durable before the last commits and have not changed since. */
function provenParts(
  durable: readonly DiskImage[],
  atEnd: ReadonlyMap<string, Uint8Array>,
): Proven[] {
  const before = durable.at(-1 - laterCommits);
  return [...(before?.files ?? [])].flatMap(([path, bytes]): Proven[] => {
    const now = atEnd.get(path);
    if (now === undefined) return [];
    const differs = bytes.findIndex((byte, at) => byte !== now[at]);
    const length = differs === -1 ? bytes.length : differs;
    return length === 0 ? [] : [{ path, length }];
  });
}

function spotsOf(proven: readonly Proven[], sectorBytes: number): Spot[] {
  const spots: Spot[] = [];
  for (const { path, length } of proven) {
    const stride = Math.max(1, Math.ceil((length * proven.length) / spotsMax));
    for (let position = 0; position < length; position += stride)
      spots.push({ path, position, kind: "bit" });
    const sectorStride = Math.max(sectorBytes, stride * 4);
    for (let position = 0; position < length; position += sectorStride)
      spots.push(
        { path, position, kind: "zero sector" },
        { path, position, kind: "garbage sector" },
      );
  }
  return spots;
}

/** Changes what lies in the proven part only. */
function damage(
  bytes: Uint8Array,
  { kind, position: start }: Spot,
  sectorBytes: number,
  provenLength: number,
): Uint8Array {
  const copy = bytes.slice();
  const at = (position: number): number => copy[position] ?? 0;
  if (kind === "bit") {
    copy[start] = at(start) ^ (1 << (start % 8));
    return copy;
  }
  const end = Math.min(provenLength, start + sectorBytes);
  for (let position = start; position < end; position++)
    copy[position] =
      kind === "zero sector" ? 0 : (at(position) ^ Math.imul(position + 1, 0x9e3779b1)) & 0xff;
  return copy;
}

function quietPort(state: DiskState): DiskPort {
  const pace = new RecordingPace(state);
  pace.isRecording = false;
  return new DiskPort(state, pace);
}
