/**
 * The disks that a power cut may leave, drawn from what no sync had covered.
 *
 * For k uncovered changes there are 2ᵏ subsets and many tears of each; these are the O(k) of them that
 * tell right stores from wrong ones: everything, nothing, names without bytes, bytes without names,
 * every prefix, all but one, only one, and each tear of each write (cut after a sector, a sector missing
 * in the middle, zeros, garbage, a length that grew without its bytes).
 */
import {
  applyFileChanges,
  applyNameChanges,
  type DirectoryState,
  type DiskImage,
  type DiskState,
  type FileChange,
  type FileState,
  type NameChange,
  type Node,
} from "./disk-state.ts";
import { invariant } from "../invariant.ts";

/**
 * How directory operations may be lost: in the core profile those not yet synced persist in order,
 * so some prefix of them is there; in the strict profile any single one may be missing.
 */
export type NameProfile = "core" | "strict";

export interface CrashImageOptions {
  names: NameProfile;
  /** The unit in which a write tears. */
  sectorBytes: number;
}

/** What a power cut did to one file or directory; in the words that a picture needs. */
export interface Loss {
  /** The path, or the directory's path for lost names. */
  readonly where: string;
  readonly what: string;
}

export interface CrashImage {
  readonly image: DiskImage;
  /** Said only when asked: most images are looked at and forgotten. */
  readonly losses: () => Loss[];
}

interface DataChoice {
  readonly what: () => string;
  readonly changes: readonly FileChange[];
}

interface NameChoice {
  readonly what: () => string;
  readonly changes: readonly NameChange[];
}

/** Calls `see` with every crash image of `state`, the same ones in the same order each time. */
export function forEachCrashImage(
  state: DiskState,
  options: CrashImageOptions,
  see: (image: CrashImage) => void,
): void {
  const dirtyFiles = [...state.files.values()].filter((file) => file.changes.length > 0);
  const dirtyDirectories = [...state.directories.values()].filter(
    (directory) => directory.changes.length > 0,
  );
  const allNames = new Map<number, NameChoice>();
  const allData = new Map<number, DataChoice>();
  for (const directory of dirtyDirectories)
    allNames.set(directory.id, { what: nothing, changes: directory.changes });
  for (const file of dirtyFiles) allData.set(file.id, { what: nothing, changes: file.changes });
  const noNames = new Map<number, NameChoice>();
  const noData = new Map<number, DataChoice>();
  const emit = (
    names: ReadonlyMap<number, NameChoice>,
    data: ReadonlyMap<number, DataChoice>,
  ): void => {
    see(buildImage(state, names, data));
  };

  emit(allNames, allData);
  if (dirtyFiles.length === 0 && dirtyDirectories.length === 0) return;
  emit(noNames, noData);
  if (dirtyFiles.length > 0) emit(allNames, noData);
  if (dirtyDirectories.length > 0) emit(noNames, allData);

  for (const directory of dirtyDirectories) {
    for (const choice of nameChoices(directory, options.names)) {
      const names = new Map(allNames).set(directory.id, choice);
      emit(names, allData);
      if (dirtyFiles.length > 0) emit(names, noData);
    }
  }
  for (const file of dirtyFiles) {
    for (const choice of dataChoices(file, options.sectorBytes)) {
      emit(allNames, new Map(allData).set(file.id, choice));
      if (dirtyFiles.length > 1) emit(allNames, new Map(noData).set(file.id, choice));
    }
  }
}

/** What survives in any case: durable bytes under durable names. */
export function barestImage(state: DiskState): DiskImage {
  return buildImage(state, new Map(), new Map()).image;
}

function nameChoices(directory: DirectoryState, profile: NameProfile): NameChoice[] {
  const { changes } = directory;
  const choices: NameChoice[] = [];
  for (let count = 1; count < changes.length; count++) {
    const lost = changes.slice(count);
    choices.push({
      what: () => `loses ${lost.map(describeNameChange).join(", ")}`,
      changes: changes.slice(0, count),
    });
  }
  if (profile === "strict") {
    for (let index = 0; index < changes.length - 1; index++) {
      const missing = changes[index];
      invariant(missing !== undefined, "the index lies within the changes");
      choices.push({
        what: () => `loses ${describeNameChange(missing)}, keeps what came after it`,
        changes: changes.filter((change) => change !== missing),
      });
    }
  }
  return choices;
}

function dataChoices(file: FileState, sectorBytes: number): DataChoice[] {
  const { changes } = file;
  const choices: DataChoice[] = [];
  for (let count = 1; count < changes.length; count++) {
    choices.push({
      what: () => `keeps its first ${count} of ${changes.length} changes`,
      changes: changes.slice(0, count),
    });
  }
  if (changes.length > 1) {
    for (let index = 0; index < changes.length; index++) {
      const one = changes[index];
      invariant(one !== undefined, "the index lies within the changes");
      const rest = changes.filter((change) => change !== one);
      choices.push({
        what: () => `loses ${describeFileChange(one)}, keeps what came after it`,
        changes: rest,
      });
      if (index > 0)
        choices.push({ what: () => `keeps only ${describeFileChange(one)}`, changes: [one] });
    }
  }
  for (let index = 0; index < changes.length; index++) {
    const change = changes[index];
    invariant(change !== undefined, "the index lies within the changes");
    if (change.kind !== "write" || change.bytes.length === 0) continue;
    const before = changes.slice(0, index);
    const after = changes.slice(index + 1);
    for (const tear of tears(change, sectorBytes)) {
      choices.push({ what: tear.what, changes: [...before, tear.change] });
      if (after.length > 0) {
        choices.push({
          what: () => `${tear.what()}, keeps what came after it`,
          changes: [...before, tear.change, ...after],
        });
      }
    }
  }
  return choices;
}

type Write = Extract<FileChange, { kind: "write" }>;

function tears(write: Write, sectorBytes: number): { what: () => string; change: Write }[] {
  const { offset, bytes } = write;
  const end = offset + bytes.length;
  const range = (): string => `bytes ${offset}–${end - 1}`;
  const boundaries: number[] = [];
  for (let at = (Math.floor(offset / sectorBytes) + 1) * sectorBytes; at < end; at += sectorBytes) {
    boundaries.push(at - offset);
  }
  const torn: { what: () => string; change: Write }[] = [];
  const push = (what: () => string, content: Uint8Array): void => {
    torn.push({ what, change: { ...write, bytes: content } });
  };
  for (const cut of spread(boundaries, 6)) {
    push(() => `keeps ${offset}–${offset + cut - 1} of ${range()}`, bytes.subarray(0, cut));
  }
  for (const start of spread([0, ...boundaries], 5)) {
    const stop = nextBoundary(boundaries, start) ?? bytes.length;
    if (stop - start === bytes.length) continue;
    push(
      () => `has zeros at ${offset + start}–${offset + stop - 1} of ${range()}`,
      replaced(bytes, start, stop, zero),
    );
    push(
      () => `has garbage at ${offset + start}–${offset + stop - 1} of ${range()}`,
      replaced(bytes, start, stop, garbage),
    );
  }
  push(() => `has grown by ${range()} without them: zeros`, replaced(bytes, 0, bytes.length, zero));
  push(() => `has garbage at ${range()}`, replaced(bytes, 0, bytes.length, garbage));
  const half = boundaries[Math.floor(boundaries.length / 2)];
  if (half !== undefined) {
    push(
      () => `has zeros from ${offset + half} of ${range()}`,
      replaced(bytes, half, bytes.length, zero),
    );
  }
  return torn;
}

const zero = (): number => 0;

/** Deterministic noise per position and byte. */
function garbage(at: number, was: number): number {
  const mixed = Math.imul((at + 1) * 0x9e3779b1, was | 1) ^ 0x5bd1e995;
  return (mixed >>> 13) & 0xff;
}

function replaced(
  bytes: Uint8Array,
  start: number,
  stop: number,
  replace: (at: number, was: number) => number,
): Uint8Array {
  const copy = bytes.slice();
  for (let at = start; at < stop; at++) copy[at] = replace(at, bytes[at] ?? 0);
  return copy;
}

/** At most `count` of the items: the first, the last and some between. */
function spread<Item>(items: readonly Item[], count: number): Item[] {
  if (items.length <= count) return [...items];
  const chosen: Item[] = [];
  for (let index = 0; index < count; index++) {
    const item = items[Math.round((index * (items.length - 1)) / (count - 1))];
    if (item !== undefined) chosen.push(item);
  }
  return chosen;
}

function nextBoundary(boundaries: readonly number[], after: number): number | undefined {
  return boundaries.find((boundary) => boundary > after);
}

function buildImage(
  state: DiskState,
  names: ReadonlyMap<number, NameChoice>,
  data: ReadonlyMap<number, DataChoice>,
): CrashImage {
  const directories: string[] = [];
  const files = new Map<string, Uint8Array>();
  const visit = (path: string, directory: DirectoryState): void => {
    for (const [name, node] of namesAfterCut(directory, names.get(directory.id))) {
      const below = path === "" ? name : `${path}/${name}`;
      if (node.kind === "file") {
        const file = state.file(node.id);
        files.set(below, bytesAfterCut(file, data.get(file.id)));
      } else {
        directories.push(below);
        visit(below, state.directory(node.id));
      }
    }
  };
  visit("", state.directory(0));
  return { image: { directories, files }, losses: () => lossesOf(state, names, data) };
}

/** A directory without a choice has lost every change that no sync covered; so has a file. */
function namesAfterCut(
  directory: DirectoryState,
  choice: NameChoice | undefined,
): ReadonlyMap<string, Node> {
  if (directory.changes.length === 0 || choice === undefined) return directory.durableNames;
  return applyNameChanges(directory.durableNames, choice.changes);
}

function bytesAfterCut(file: FileState, choice: DataChoice | undefined): Uint8Array {
  const durable = file.durable.subarray(0, file.durableLength);
  if (file.changes.length === 0 || choice === undefined) return durable;
  return applyFileChanges(durable, choice.changes);
}

function lossesOf(
  state: DiskState,
  names: ReadonlyMap<number, NameChoice>,
  data: ReadonlyMap<number, DataChoice>,
): Loss[] {
  const losses: Loss[] = [];
  const add = (where: string, what: string): void => {
    if (what !== "") losses.push({ where, what });
  };
  const visit = (path: string, directory: DirectoryState): void => {
    const choice = names.get(directory.id);
    if (choice !== undefined) add(path, choice.what());
    else if (directory.changes.length > 0)
      add(path, `loses ${directory.changes.map(describeNameChange).join(", ")}`);
    for (const [name, node] of namesAfterCut(directory, choice)) {
      const below = path === "" ? name : `${path}/${name}`;
      if (node.kind === "directory") {
        visit(below, state.directory(node.id));
        continue;
      }
      const file = state.file(node.id);
      const kept = data.get(file.id);
      if (kept !== undefined) add(below, kept.what());
      else if (file.changes.length > 0)
        add(below, `loses ${file.changes.map(describeFileChange).join(", ")}`);
    }
  };
  visit("", state.directory(0));
  return losses;
}

const nothing = (): string => "";

function describeFileChange(change: FileChange): string {
  if (change.kind === "truncate") return `the cut to ${change.length} bytes`;
  if (change.bytes.length === 0) return "an empty write";
  return `bytes ${change.offset}–${change.offset + change.bytes.length - 1}`;
}

function describeNameChange(change: NameChange): string {
  if (change.kind === "link") return `the name ${change.name}`;
  if (change.kind === "unlink") return `the removal of ${change.name}`;
  return `the renaming of ${change.from} to ${change.to}`;
}
