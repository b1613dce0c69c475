/**
 * What an in-memory disk holds, and how much of it would survive.
 *
 * A file is its durable bytes plus the changes that no sync has covered; a directory is its durable
 * names plus the name changes that no directory sync has covered:
 *
 *   file       durable ─ change ─ change ─ change      reads see all of it; a kill keeps all of it
 *              └ a power cut keeps this, and any part of the changes
 *
 * Bytes below a file's length are never changed in place, so that copies of the state share them:
 * `copy()` costs a few objects per file, whatever their size.
 */
import { NotFoundError, StorageError } from "../errors.ts";
import { invariant } from "../invariant.ts";
import { roomFor } from "./byte-room.ts";

/** A change of a file that no sync has covered yet. */
export type FileChange =
  | { kind: "write"; order: number; offset: number; bytes: Uint8Array; givenUp: boolean }
  | { kind: "truncate"; order: number; length: number; givenUp: boolean };

/** A change of a directory's names that no directory sync has covered yet. */
export type NameChange =
  | { kind: "link"; order: number; name: string; node: Node }
  | { kind: "rename"; order: number; from: string; to: string; node: Node }
  | { kind: "unlink"; order: number; name: string };

export interface Node {
  readonly kind: "file" | "directory";
  readonly id: number;
}

export interface FileState {
  readonly id: number;
  /** What reads see: the first `length` bytes of `content`. */
  content: Uint8Array;
  length: number;
  /** What a power cut keeps: the first `durableLength` bytes of `durable`. */
  durable: Uint8Array;
  durableLength: number;
  changes: FileChange[];
  /** A sync of it has failed: what is durable may lack what reads show, for ever. */
  hasGivenUp: boolean;
}

export interface DirectoryState {
  readonly id: number;
  names: ReadonlyMap<string, Node>;
  durableNames: ReadonlyMap<string, Node>;
  changes: NameChange[];
  /** `names`, if nobody else can see this map; else it is copied before the next change. */
  ownNames: Map<string, Node> | null;
  /** The same for `durableNames`. */
  ownDurableNames: Map<string, Node> | null;
}

const noBytes = new Uint8Array(0);
const noNames: ReadonlyMap<string, Node> = new Map();
const rootId = 0;

/**
 * The original keeps its room, the copy does not: see `copy`. So at most one of them ever writes
 * into a buffer that both can see, and only behind what the other can see of it.
 */
export class DiskState {
  /** Indexed by id; ids are never used twice. */
  readonly files = new Map<number, FileState>();
  readonly directories = new Map<number, DirectoryState>();
  /** Directories that some life holds locked. */
  readonly locks = new Set<string>();
  /** Grows with every change of what is on the disk or of what would survive. */
  version = 0;
  #nextId = 1;
  #nextOrder = 1;

  constructor() {
    this.directories.set(rootId, emptyDirectory(rootId));
  }

  /** The state after a power cut: these files and directories, all of them durable. */
  static fromImage(image: DiskImage): DiskState {
    const state = new DiskState();
    for (const path of image.directories) state.makeDirectory(path);
    for (const [path, bytes] of image.files) {
      const file = state.#newFile();
      file.content = file.durable = bytes;
      file.length = file.durableLength = bytes.length;
      ownNames(state.#directoryOf(path)).set(baseName(path), { kind: "file", id: file.id });
    }
    for (const directory of state.directories.values()) {
      directory.durableNames = directory.names;
      directory.ownNames = directory.ownDurableNames = null;
      directory.changes = [];
    }
    return state;
  }

  /** The same disk at the same moment, free to go another way. Nobody holds a lock in it. */
  copy(): DiskState {
    const copy = new DiskState();
    copy.#nextId = this.#nextId;
    copy.#nextOrder = this.#nextOrder;
    copy.version = this.version;
    for (const file of this.files.values()) {
      // Without room behind it: the first append to the copy moves it to a buffer of its own.
      const content = contentOf(file);
      copy.files.set(file.id, { ...file, content, changes: file.changes.slice() });
    }
    for (const directory of this.directories.values()) {
      directory.ownNames = directory.ownDurableNames = null;
      copy.directories.set(directory.id, { ...directory, changes: directory.changes.slice() });
    }
    return copy;
  }

  /**
   * The disk as the process after a killed one finds it: everything that settled is there, and what it
   * can read it can sync, even where a sync of the dead process had failed.
   */
  afterKill(): DiskState {
    const next = this.copy();
    for (const file of next.files.values()) {
      if (file.changes.some((change) => change.givenUp)) {
        file.changes = file.changes.map((change) => ({ ...change, givenUp: false }));
      }
    }
    return next;
  }

  /** The order of the newest change: a sync called now covers changes up to this one. */
  get newestOrder(): number {
    return this.#nextOrder - 1;
  }

  // ── Files ───────────────────────────────────────────────────────────────────────────────────

  file(id: number): FileState {
    const file = this.files.get(id);
    invariant(file !== undefined, "a handle belongs to a file of its disk");
    return file;
  }

  append(id: number, bytes: Uint8Array): void {
    this.version++;
    const file = this.file(id);
    const offset = file.length;
    const end = offset + bytes.length;
    if (end > file.content.length) {
      const roomier = roomFor(Math.max(256, end * 2));
      roomier.set(file.content.subarray(0, offset));
      file.content = roomier;
    }
    file.content.set(bytes, offset);
    file.length = end;
    const written = file.content.subarray(offset, end);
    file.changes.push({
      kind: "write",
      order: this.#nextOrder++,
      offset,
      bytes: written,
      givenUp: false,
    });
  }

  truncate(id: number, length: number): void {
    this.version++;
    const file = this.file(id);
    if (length > file.length) {
      throw new StorageError(
        `Expected a length up to the file's ${file.length} bytes, got ${length}.`,
      );
    }
    file.content = file.content.slice(0, length);
    file.length = length;
    file.changes.push({ kind: "truncate", order: this.#nextOrder++, length, givenUp: false });
  }

  /** Makes durable the changes up to `order`, except those that a failed sync has given up. */
  syncFile(id: number, order: number): void {
    this.version++;
    const file = this.file(id);
    if (file.changes.length === 0) return;
    const everything = file.changes.every((change) => change.order <= order);
    if (everything && !file.hasGivenUp) {
      file.durable = file.content;
      file.durableLength = file.length;
      file.changes = [];
      return;
    }
    const settled = file.changes.filter((change) => change.order <= order);
    const covered = settled.filter((change) => !change.givenUp);
    const durable = applyFileChanges(durableOf(file), covered);
    file.durable = durable;
    file.durableLength = durable.length;
    file.changes = file.changes
      .filter((change) => change.order > order || change.givenUp)
      .flatMap((change) => (change.order > order ? [change] : cutBehind(change, settled)));
  }

  /** A sync failed: what it should have covered stays readable, and no later sync makes it durable. */
  giveUp(id: number, order: number): void {
    this.version++;
    const file = this.file(id);
    if (!file.changes.some((change) => change.order <= order)) return;
    file.hasGivenUp = true;
    file.changes = file.changes.map((change) =>
      change.order <= order ? { ...change, givenUp: true } : change,
    );
  }

  directory(id: number): DirectoryState {
    const directory = this.directories.get(id);
    invariant(directory !== undefined, "a name leads to a node of its disk");
    return directory;
  }

  // ── Names ───────────────────────────────────────────────────────────────────────────────────

  lookUp(path: string): Node | undefined {
    const directory = this.#findDirectory(parentPath(path));
    return directory?.names.get(baseName(path));
  }

  /** The id of the file, made if absent and wished for. */
  openFile(path: string, create: boolean): number {
    const directory = this.#directoryOf(path);
    const name = baseName(path);
    const node = directory.names.get(name);
    if (name === "" || node?.kind === "directory")
      throw new StorageError(`${path} is a directory.`);
    if (node !== undefined) return node.id;
    if (!create) throw new NotFoundError(`There is no file ${path}.`);
    this.version++;
    const file = this.#newFile();
    const made: Node = { kind: "file", id: file.id };
    ownNames(directory).set(name, made);
    directory.changes.push({ kind: "link", order: this.#nextOrder++, name, node: made });
    return file.id;
  }

  rename(from: string, to: string): void {
    this.version++;
    if (parentPath(from) !== parentPath(to)) {
      throw new StorageError(`Expected two names in one directory, got ${from} and ${to}.`);
    }
    const directory = this.#directoryOf(from);
    const node = directory.names.get(baseName(from));
    if (node === undefined) throw new NotFoundError(`There is no file ${from}.`);
    if (from === to) return;
    if (baseName(to) === "" || directory.names.get(baseName(to))?.kind === "directory") {
      throw new StorageError(`${to} is a directory.`);
    }
    const names = ownNames(directory);
    names.delete(baseName(from));
    names.set(baseName(to), node);
    directory.changes.push({
      kind: "rename",
      order: this.#nextOrder++,
      from: baseName(from),
      to: baseName(to),
      node,
    });
  }

  remove(path: string): void {
    this.version++;
    const directory = this.#directoryOf(path);
    const name = baseName(path);
    if (directory.names.get(name)?.kind !== "file")
      throw new NotFoundError(`There is no file ${path}.`);
    ownNames(directory).delete(name);
    directory.changes.push({ kind: "unlink", order: this.#nextOrder++, name });
  }

  list(path: string): string[] {
    // No promised order: sorted by a hash, so that nobody gets used to one.
    return [...this.#directory(path).names.keys()].sort((a, b) => nameHash(a) - nameHash(b));
  }

  makeDirectory(path: string): void {
    if (path === "") return;
    this.version++;
    const parent = this.#directoryOf(path);
    const name = baseName(path);
    const present = parent.names.get(name);
    if (present?.kind === "directory") return;
    if (present !== undefined) throw new StorageError(`${path} is a file.`);
    const directory = emptyDirectory(this.#nextId++);
    this.directories.set(directory.id, directory);
    const node: Node = { kind: "directory", id: directory.id };
    ownNames(parent).set(name, node);
    parent.changes.push({ kind: "link", order: this.#nextOrder++, name, node });
  }

  syncDirectory(path: string, order: number): void {
    this.version++;
    const directory = this.#directory(path);
    const covered = directory.changes.filter((change) => change.order <= order);
    changeNames(ownDurableNames(directory), covered);
    directory.changes = directory.changes.filter((change) => change.order > order);
  }

  /** Every file's path and size, in a fixed order: what `space` is measured from. */
  sizes(): Map<string, number> {
    const sizes = [...this.contents()].map(([path, bytes]) => [path, bytes.length] as const);
    return new Map(sizes.sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** The files as reads see them: what another process would find after this one was killed. */
  contents(): ReadonlyMap<string, Uint8Array> {
    return this.asImage().files;
  }

  /** The same with the directories: what reads see of the whole disk. */
  asImage(): DiskImage {
    const directories: string[] = [];
    const files = new Map<string, Uint8Array>();
    this.#addTo(directories, files, "", this.directory(rootId));
    return { directories, files };
  }

  #addTo(
    directories: string[],
    files: Map<string, Uint8Array>,
    path: string,
    { names }: DirectoryState,
  ): void {
    for (const [name, node] of names) {
      const below = path === "" ? name : `${path}/${name}`;
      if (node.kind === "file") {
        files.set(below, contentOf(this.file(node.id)));
      } else {
        directories.push(below);
        this.#addTo(directories, files, below, this.directory(node.id));
      }
    }
  }

  #newFile(): FileState {
    const id = this.#nextId++;
    const file = {
      id,
      content: noBytes,
      length: 0,
      durable: noBytes,
      durableLength: 0,
      changes: [],
      hasGivenUp: false,
    };
    this.files.set(id, file);
    return file;
  }

  #directoryOf(path: string): DirectoryState {
    return this.#directory(parentPath(path));
  }

  #directory(path: string): DirectoryState {
    const directory = this.#findDirectory(path);
    if (directory === undefined) throw new NotFoundError(`There is no directory ${path}.`);
    return directory;
  }

  #findDirectory(path: string): DirectoryState | undefined {
    let directory = this.directories.get(rootId);
    if (path === "") return directory;
    for (let start = 0; start <= path.length;) {
      const slash = path.indexOf("/", start);
      const end = slash === -1 ? path.length : slash;
      const node = directory?.names.get(path.slice(start, end));
      if (node?.kind !== "directory") return undefined;
      directory = this.directories.get(node.id);
      start = end + 1;
    }
    return directory;
  }
}

/** What a power cut leaves: paths and bytes, all durable. */
export interface DiskImage {
  readonly directories: readonly string[];
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** `durable` with some of its changes made: a change left out leaves a hole of zeros, or the old bytes. */
export function applyFileChanges(durable: Uint8Array, changes: readonly FileChange[]): Uint8Array {
  let length = durable.length;
  let lengthMax = length;
  for (const change of changes) {
    length =
      change.kind === "write"
        ? Math.max(length, change.offset + change.bytes.length)
        : Math.min(length, change.length);
    lengthMax = Math.max(lengthMax, length);
  }
  const bytes = roomFor(lengthMax);
  bytes.set(durable);
  length = durable.length;
  for (const change of changes) {
    if (change.kind === "write") {
      bytes.set(change.bytes, change.offset);
      length = Math.max(length, change.offset + change.bytes.length);
    } else if (change.length < length) {
      bytes.fill(0, change.length, length);
      length = change.length;
    }
  }
  return length === lengthMax ? bytes : bytes.subarray(0, length);
}

/**
 * What is left of a given-up write after a later sync: what the file has been cut by since cannot come
 * back, for bytes that this sync made durable may lie there now.
 */
function cutBehind(change: FileChange, settled: readonly FileChange[]): FileChange[] {
  if (change.kind === "truncate") return [];
  let end = change.offset + change.bytes.length;
  for (const later of settled) {
    if (later.kind === "truncate" && later.order > change.order) end = Math.min(end, later.length);
  }
  return end <= change.offset
    ? []
    : [{ ...change, bytes: change.bytes.subarray(0, end - change.offset) }];
}

export function applyNameChanges(
  durable: ReadonlyMap<string, Node>,
  changes: readonly NameChange[],
): Map<string, Node> {
  const names = new Map(durable);
  changeNames(names, changes);
  return names;
}

function changeNames(names: Map<string, Node>, changes: readonly NameChange[]): void {
  for (const change of changes) {
    if (change.kind === "link") names.set(change.name, change.node);
    else if (change.kind === "unlink") names.delete(change.name);
    else {
      names.delete(change.from);
      names.set(change.to, change.node);
    }
  }
}

/** One spelling for each path: no leading `./`, no doubled or trailing slashes. */
export function plainPath(path: string): string {
  if (!/^\.?\/|\/\/|\/$|\/\.\.?(\/|$)|^\.\.?$/.test(path)) return path;
  const names: string[] = [];
  for (const name of path.split("/")) {
    if (name === "" || name === ".") continue;
    if (name === "..") names.pop();
    else names.push(name);
  }
  return names.join("/");
}

function emptyDirectory(id: number): DirectoryState {
  return {
    id,
    names: noNames,
    durableNames: noNames,
    changes: [],
    ownNames: null,
    ownDurableNames: null,
  };
}

/** The names of a directory, to be changed. */
function ownNames(directory: DirectoryState): Map<string, Node> {
  if (directory.ownNames === null) directory.names = directory.ownNames = new Map(directory.names);
  return directory.ownNames;
}

/** What reads see of a file, without the room behind it. */
function contentOf({ content, length }: FileState): Uint8Array {
  return content.length === length ? content : content.subarray(0, length);
}

/** What a power cut keeps of a file in any case. */
export function durableOf({ durable, durableLength }: FileState): Uint8Array {
  return durable.length === durableLength ? durable : durable.subarray(0, durableLength);
}

function parentPath(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash === -1 ? "" : path.slice(0, slash);
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function nameHash(name: string): number {
  let hash = 2166136261;
  for (let index = 0; index < name.length; index++)
    hash = Math.imul(hash ^ name.charCodeAt(index), 16777619);
  return hash >>> 0;
}

/** The durable names of a directory, to be changed. */
function ownDurableNames(directory: DirectoryState): Map<string, Node> {
  if (directory.ownDurableNames === null)
    directory.durableNames = directory.ownDurableNames = new Map(directory.durableNames);
  return directory.ownDurableNames;
}
