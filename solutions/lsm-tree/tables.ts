/**
 * The tables of an open tree: which of them are read now, how new ones come in, and how they are merged.
 *
 *   add    a memtable's entries ──▶ table ──▶ manifest ──▶ version
 *   merge  several runs ──────────▶ table ──▶ manifest ──▶ version; the old ones go with their last reader
 *
 * Guarantees:
 * - A version becomes visible when its manifest is safe, in one turn with whatever has to change with it.
 * - At any time one merge is under way at most, and one manifest is being written.
 */
import type { Disk } from "#platform/disk.ts";
import { ClosedError, errorCode } from "#platform/errors.ts";
import {
  afterMerge,
  type CompactionStrategy,
  dropsTombstones,
  type MergePlan,
  mergeOfAll,
  runsInLevel0Max,
} from "./compaction.ts";
import { Deferred, UnderWay } from "./deferred.ts";
import type { Failure } from "./failure.ts";
import { pathOf } from "./files.ts";
import { writeManifest } from "./manifest.ts";
import type { Memtable } from "./memtable.ts";
import { Merge } from "./merge.ts";
import { numbersOf, type Recovered, withNewestRun } from "./recovery.ts";
import type { Table } from "./table.ts";
import { writeRun } from "./table-writer.ts";
import { type Levels, Run, tablesOf, Version, wholeRunCursor } from "./version.ts";

export interface TablesOptions extends Recovered {
  readonly disk: Disk;
  readonly directory: string;
  readonly strategy: CompactionStrategy;
  readonly failure: Failure;
}

export class Tables {
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #strategy: CompactionStrategy;
  readonly #failure: Failure;
  #lastNumber: number;

  #version: Version;
  #tabledLog: number;
  /** 0 when there is none yet. */
  #manifestNumber: number;
  /** Settles when the latest manifest has been installed, or has failed. */
  #installing: Promise<void> = Promise.resolve();

  /** Calls that wait for a merge of everything. */
  #callers: Deferred[] = [];
  /** The loop that merges, while it runs. Never rejects. */
  #merging: Promise<void> | undefined;
  /** True when only what somebody has called for is still merged. */
  #isWindingDown = false;
  readonly #discarding = new UnderWay();

  /** Called when a new version can be seen. */
  onChange: () => void = () => undefined;

  constructor(options: TablesOptions) {
    this.#disk = options.disk;
    this.#directory = options.directory;
    this.#strategy = options.strategy;
    this.#failure = options.failure;
    this.#lastNumber = options.lastNumber;
    this.#tabledLog = options.tabledLog;
    this.#manifestNumber = options.manifestNumber;
    this.#version = this.#versionOf(options.levels);
    this.#failure.onFailure((error) => {
      for (const caller of this.#callers.splice(0)) caller.reject(error);
    });
    this.#startMerging();
  }

  /** What a read that begins now reads. */
  get version(): Version {
    return this.#version;
  }

  /** Whether so many runs wait for a merge that reads would have to ask too many. */
  get areTooMany(): boolean {
    const [level0 = []] = this.#version.levels;
    return level0.length >= runsInLevel0Max;
  }

  nextNumber(): number {
    this.#lastNumber += 1;
    return this.#lastNumber;
  }

  // ── Add ─────────────────────────────────────────────────────────────────────────────────────

  /**
   * Makes a table of a memtable whose log has this number. `whenVisible` is called in the turn in which
   * the table can be read; when this resolves, the log is needed no more.
   */
  async add(
    memtable: Memtable,
    logNumber: number,
    goOn: () => void,
    whenVisible: () => void,
  ): Promise<void> {
    const tables = await this.#writeRun(new Merge([memtable.cursor()]), false, goOn);
    const change = (levels: Levels): Levels => withNewestRun(levels, new Run(tables));
    await this.#install(change, logNumber, whenVisible);
  }

  /**
   * Makes the next version safe, then visible. One at a time: each is a change of the one before.
   * `tabledLog` only grows, since memtables become tables in the order of their logs.
   */
  async #install(
    change: (levels: Levels) => Levels,
    tabledLog: number,
    whenVisible: () => void = () => undefined,
  ): Promise<void> {
    const before = this.#installing;
    const installed = new Deferred();
    this.#installing = installed.promise;
    await before;
    try {
      // After a failure nobody knows which manifest the next open will find: nothing may follow it.
      this.#failure.throwIfAny();
      const levels = change(this.#version.levels);
      const number = this.nextNumber();
      this.#tabledLog = Math.max(this.#tabledLog, tabledLog);
      await writeManifest(this.#disk, this.#directory, number, {
        tabledLog: this.#tabledLog,
        levels: numbersOf(levels),
      });
      const [versionBefore, manifestBefore] = [this.#version, this.#manifestNumber];
      this.#version = this.#versionOf(levels);
      this.#manifestNumber = number;
      whenVisible();
      versionBefore.letGo();
      this.onChange();
      this.#startMerging();
      if (manifestBefore > 0) await this.removeIfPossible("manifest", manifestBefore);
    } catch (error) {
      // Noted before the next one in line looks.
      this.#failure.note(error);
      throw error;
    } finally {
      installed.resolve();
    }
  }

  #writeRun(source: Merge, drops: boolean, goOn: () => void): Promise<Table[]> {
    return writeRun(source, {
      disk: this.#disk,
      directory: this.#directory,
      nextNumber: () => this.nextNumber(),
      dropsTombstones: drops,
      goOn: () => {
        this.#failure.throwIfAny();
        goOn();
      },
    });
  }

  // ── Merge ───────────────────────────────────────────────────────────────────────────────────

  /** Merges everything that is in tables now. */
  async mergeAll(): Promise<void> {
    this.#failure.throwIfAny();
    const caller = new Deferred();
    this.#callers.push(caller);
    this.#startMerging();
    await caller.promise;
  }

  #startMerging(): void {
    this.#merging ??= this.#mergeWhatIsDue();
  }

  async #mergeWhatIsDue(): Promise<void> {
    // A turn later, so that the loop is known as running before it ends.
    await Promise.resolve();
    while (this.#failure.error === undefined) {
      const callers = this.#callers.splice(0);
      const plan = this.#planFor(callers);
      if (plan === undefined && callers.length === 0) break;
      try {
        if (plan !== undefined) await this.#merge(plan, callers.length > 0);
        for (const caller of callers) caller.resolve();
      } catch (error) {
        // Only a merge that nobody has called for is given up.
        if (this.#isGivenUp(error)) break;
        const failure = this.#failure.note(error);
        for (const caller of callers) caller.reject(failure);
      }
    }
    this.#merging = undefined;
  }

  #planFor(callers: readonly Deferred[]): MergePlan | undefined {
    const { levels } = this.#version;
    if (callers.length > 0) return mergeOfAll(levels, this.#strategy);
    return this.#isWindingDown ? undefined : this.#strategy.nextMerge(levels);
  }

  async #merge(plan: MergePlan, isCalledFor: boolean): Promise<void> {
    const tables = await this.#writeRun(
      new Merge(plan.inputs.map(wholeRunCursor)),
      dropsTombstones(this.#version.levels, plan),
      () => {
        if (this.#isWindingDown && !isCalledFor) throw new ClosedError("The tree was closed.");
      },
    );
    await this.#install((levels) => afterMerge(levels, plan, tables), this.#tabledLog);
  }

  #isGivenUp(error: unknown): boolean {
    return this.#isWindingDown && errorCode(error) === "CLOSED";
  }

  // ── Remove ──────────────────────────────────────────────────────────────────────────────────

  #versionOf(levels: Levels): Version {
    return new Version(levels, (table) => void this.#discarding.during(this.#discard(table)));
  }

  /** Nobody reads the table, and the manifest does not list it. */
  async #discard(table: Table): Promise<void> {
    await table.close().catch(() => undefined);
    await this.removeIfPossible("table", table.number);
  }

  /** What cannot be removed does no harm: the next open tries again. */
  async removeIfPossible(kind: "log" | "table" | "manifest", number: number): Promise<void> {
    await this.#disk.remove(pathOf(this.#directory, kind, number)).catch(() => undefined);
  }

  // ── Close ───────────────────────────────────────────────────────────────────────────────────

  /** Gives up the merge that nobody has called for, and begins no other. */
  async windDown(): Promise<void> {
    this.#isWindingDown = true;
    await this.#merging;
  }

  /** To be called when nobody reads any more. */
  async close(): Promise<void> {
    await this.#discarding.none();
    for (const table of tablesOf(this.#version.levels)) await table.close().catch(() => undefined);
  }
}
