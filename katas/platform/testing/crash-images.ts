/**
 * The disks that a power cut may leave, drawn from what no sync had covered.
 *
 * For k uncovered changes there are 2ᵏ subsets and many tears of each; these are the O(k) of them that
 * tell right stores from wrong ones: everything, nothing, names without bytes, bytes without names,
 * every prefix, all but one, only one, and each tear of each write (cut after a sector, a sector missing
 * in the middle, zeros, garbage, a length that grew without its bytes).
 */
import { invariant } from "../invariant.ts";
import { roomFor } from "./byte-room.ts";
import {
  applyFileChanges,
  applyNameChanges,
  type DirectoryState,
  type DiskImage,
  type DiskState,
  durableOf,
  type FileChange,
  type FileState,
  type NameChange,
  type Node,
} from "./disk-state.ts";

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

/** Which of a file's uncovered changes are there. */
interface DataChoice {
  readonly what: () => string;
  /** What the file then holds. */
  readonly bytes: Uint8Array;
}

/** Which of a directory's uncovered changes are there. */
interface NameChoice {
  readonly what: () => string;
  /** What then lies in the directory. */
  readonly names: ReadonlyMap<string, Node>;
}

/** A choice for each file or directory, by its id. Without one it has lost all that no sync covered. */
class Choices<Choice> {
  readonly #usual: ReadonlyMap<number, Choice>;
  readonly #exception: number | undefined;
  readonly #choice: Choice | undefined;

  constructor(usual: ReadonlyMap<number, Choice>, exception?: number, choice?: Choice) {
    this.#usual = usual;
    this.#exception = exception;
    this.#choice = choice;
  }

  of(id: number): Choice | undefined {
    return id === this.#exception ? this.#choice : this.#usual.get(id);
  }

  /** The same but for one file or directory. */
  except(id: number, choice: Choice): Choices<Choice> {
    return new Choices(this.#usual, id, choice);
  }
}

const noNames = new Choices<NameChoice>(new Map());
const noData = new Choices<DataChoice>(new Map());

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
  const allData = new Choices(
    new Map(dirtyFiles.map((file) => [file.id, dataChoice(file, nothing, file.changes)])),
  );
  const allNames = new Choices(
    new Map(dirtyDirectories.map((one) => [one.id, nameChoice(one, nothing, one.changes)])),
  );
  const withAllNames = new Tree(state, allNames);
  const withNoNames = dirtyDirectories.length === 0 ? withAllNames : new Tree(state, noNames);

  see(withAllNames.image(allData));
  if (dirtyFiles.length === 0 && dirtyDirectories.length === 0) return;
  see(withNoNames.image(noData));
  if (dirtyFiles.length > 0) see(withAllNames.image(noData));
  if (dirtyDirectories.length > 0) see(withNoNames.image(allData));

  for (const directory of dirtyDirectories) {
    for (const choice of nameChoices(directory, options.names)) {
      const withSomeNames = new Tree(state, allNames.except(directory.id, choice));
      see(withSomeNames.image(allData));
      if (dirtyFiles.length > 0) see(withSomeNames.image(noData));
    }
  }
  for (const file of dirtyFiles) {
    for (const choice of dataChoices(file, options.sectorBytes)) {
      see(withAllNames.image(allData.except(file.id, choice)));
      if (dirtyFiles.length > 1) see(withAllNames.image(noData.except(file.id, choice)));
    }
  }
}

/** What survives in any case: durable bytes under durable names. */
export function barestImage(state: DiskState): DiskImage {
  return new Tree(state, noNames).image(noData).image;
}

function nameChoice(
  directory: DirectoryState,
  what: () => string,
  changes: readonly NameChange[],
): NameChoice {
  return { what, names: applyNameChanges(directory.durableNames, changes) };
}

function nameChoices(directory: DirectoryState, profile: NameProfile): NameChoice[] {
  const { changes } = directory;
  const choices: NameChoice[] = [];
  for (let count = 1; count < changes.length; count++) {
    const lost = changes.slice(count);
    choices.push(
      nameChoice(
        directory,
        () => `loses ${lost.map(describeNameChange).join(", ")}`,
        changes.slice(0, count),
      ),
    );
  }
  if (profile === "strict") {
    for (let index = 0; index < changes.length - 1; index++) {
      const missing = changes[index];
      invariant(missing !== undefined, "the index lies within the changes");
      choices.push(
        nameChoice(
          directory,
          () => `loses ${describeNameChange(missing)}, keeps what came after it`,
          changes.filter((change) => change !== missing),
        ),
      );
    }
  }
  return choices;
}

function dataChoice(
  file: FileState,
  what: () => string,
  changes: readonly FileChange[],
): DataChoice {
  return { what, bytes: applyFileChanges(durableOf(file), changes) };
}

function dataChoices(file: FileState, sectorBytes: number): DataChoice[] {
  const { changes } = file;
  const choices: DataChoice[] = [];
  for (let count = 1; count < changes.length; count++) {
    choices.push(
      dataChoice(
        file,
        () => `keeps its first ${count} of ${changes.length} changes`,
        changes.slice(0, count),
      ),
    );
  }
  if (changes.length > 1) {
    for (let index = 0; index < changes.length; index++) {
      const one = changes[index];
      invariant(one !== undefined, "the index lies within the changes");
      choices.push(
        dataChoice(
          file,
          () => `loses ${describeFileChange(one)}, keeps what came after it`,
          changes.filter((change) => change !== one),
        ),
      );
      if (index > 0)
        choices.push(dataChoice(file, () => `keeps only ${describeFileChange(one)}`, [one]));
    }
  }
  for (let index = 0; index < changes.length; index++) {
    const change = changes[index];
    invariant(change !== undefined, "the index lies within the changes");
    if (change.kind !== "write" || change.bytes.length === 0) continue;
    const before = changes.slice(0, index);
    const after = changes.slice(index + 1);
    for (const tear of tears(change, sectorBytes)) {
      choices.push(dataChoice(file, tear.what, [...before, tear.change]));
      if (after.length > 0) {
        choices.push(
          dataChoice(file, () => `${tear.what()}, keeps what came after it`, [
            ...before,
            tear.change,
            ...after,
          ]),
        );
      }
    }
  }
  return choices;
}

type Write = Extract<FileChange, { kind: "write" }>;

interface Tear {
  readonly what: () => string;
  readonly change: Write;
}

function tears(write: Write, sectorBytes: number): Tear[] {
  const { offset, bytes } = write;
  const end = offset + bytes.length;
  const boundaries: number[] = [];
  for (let at = (Math.floor(offset / sectorBytes) + 1) * sectorBytes; at < end; at += sectorBytes) {
    boundaries.push(at - offset);
  }
  const torn: Tear[] = [];
  for (const cut of spread(boundaries, 6)) {
    torn.push(
      tear(() => `keeps ${offset}–${offset + cut - 1} of ${rangeOf(write)}`, {
        ...write,
        bytes: bytes.subarray(0, cut),
      }),
    );
  }
  for (const start of spread([0, ...boundaries], 5)) {
    const stop = nextBoundary(boundaries, start) ?? bytes.length;
    if (stop - start === bytes.length) continue;
    torn.push(
      tear(
        () => `has zeros at ${offset + start}–${offset + stop - 1} of ${rangeOf(write)}`,
        replaced(write, start, stop, zero),
      ),
      tear(
        () => `has garbage at ${offset + start}–${offset + stop - 1} of ${rangeOf(write)}`,
        replaced(write, start, stop, garbage),
      ),
    );
  }
  torn.push(
    tear(
      () => `has grown by ${rangeOf(write)} without them: zeros`,
      replaced(write, 0, bytes.length, zero),
    ),
    tear(() => `has garbage at ${rangeOf(write)}`, replaced(write, 0, bytes.length, garbage)),
  );
  const half = boundaries[Math.floor(boundaries.length / 2)];
  if (half !== undefined) {
    torn.push(
      tear(
        () => `has zeros from ${offset + half} of ${rangeOf(write)}`,
        replaced(write, half, bytes.length, zero),
      ),
    );
  }
  return torn;
}

function tear(what: () => string, change: Write): Tear {
  return { what, change };
}

function rangeOf({ offset, bytes }: Write): string {
  return `bytes ${offset}–${offset + bytes.length - 1}`;
}

const zero = (): number => 0;

/** Deterministic noise per position and byte. */
function garbage(at: number, was: number): number {
  const mixed = Math.imul((at + 1) * 0x9e3779b1, was | 1) ^ 0x5bd1e995;
  return (mixed >>> 13) & 0xff;
}

function replaced(
  write: Write,
  start: number,
  stop: number,
  replace: (at: number, was: number) => number,
): Write {
  const bytes = roomFor(write.bytes.length);
  bytes.set(write.bytes);
  for (let at = start; at < stop; at++) bytes[at] = replace(at, bytes[at] ?? 0);
  return { ...write, bytes };
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

/** The directories as a power cut leaves them, and the files to which their names lead. */
class Tree {
  readonly #state: DiskState;
  readonly #names: Choices<NameChoice>;
  readonly #directories: string[] = [];
  readonly #files: { path: string; file: FileState }[] = [];

  constructor(state: DiskState, names: Choices<NameChoice>) {
    this.#state = state;
    this.#names = names;
    this.#add("", state.directory(0));
  }

  #add(path: string, directory: DirectoryState): void {
    const names = this.#names.of(directory.id)?.names ?? directory.durableNames;
    for (const [name, node] of names) {
      const below = path === "" ? name : `${path}/${name}`;
      if (node.kind === "file") {
        this.#files.push({ path: below, file: this.#state.file(node.id) });
      } else {
        this.#directories.push(below);
        this.#add(below, this.#state.directory(node.id));
      }
    }
  }

  /** These names, with what the power cut has left of the bytes. */
  image(data: Choices<DataChoice>): CrashImage {
    const files = new Map<string, Uint8Array>();
    for (const { path, file } of this.#files)
      files.set(path, data.of(file.id)?.bytes ?? durableOf(file));
    const image = { directories: this.#directories, files };
    return crashImage(image, () => this.#losses("", this.#state.directory(0), data));
  }

  #losses(path: string, directory: DirectoryState, data: Choices<DataChoice>): Loss[] {
    const choice = this.#names.of(directory.id);
    const losses = lossOf(path, choice, directory.changes.map(describeNameChange));
    for (const [name, node] of choice?.names ?? directory.durableNames) {
      const below = path === "" ? name : `${path}/${name}`;
      if (node.kind === "directory") {
        losses.push(...this.#losses(below, this.#state.directory(node.id), data));
      } else {
        const { id, changes } = this.#state.file(node.id);
        losses.push(...lossOf(below, data.of(id), changes.map(describeFileChange)));
      }
    }
    return losses;
  }
}

function crashImage(image: DiskImage, losses: () => Loss[]): CrashImage {
  return { image, losses };
}

function lossOf(
  where: string,
  choice: NameChoice | DataChoice | undefined,
  changes: readonly string[],
): Loss[] {
  const everything = changes.length === 0 ? "" : `loses ${changes.join(", ")}`;
  const what = choice === undefined ? everything : choice.what();
  return what === "" ? [] : [{ where, what }];
}

const nothing = (): string => "";

function describeFileChange(change: FileChange): string {
  if (change.kind === "truncate") return `the cut to ${change.length} bytes`;
  return change.bytes.length === 0 ? "an empty write" : rangeOf(change);
}

function describeNameChange(change: NameChange): string {
  if (change.kind === "link") return `the name ${change.name}`;
  if (change.kind === "unlink") return `the removal of ${change.name}`;
  return `the renaming of ${change.from} to ${change.to}`;
}
