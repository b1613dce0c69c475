/** What the machinery for subjects on a disk has to know of this kata. */
import type { MvccStore, MvccStoreOptions, Subject } from "#katas/mvcc-store/contract.ts";
import type { InvariantId } from "#katas/mvcc-store/invariants.ts";
import { kata } from "#katas/mvcc-store/kata.ts";
import type { DiskPort } from "#platform/testing/disk-port.ts";
import type { Experiment } from "../../harness/experiment.ts";
import { describeError } from "../../harness/in-words.ts";
import { directory, type DiskSubject } from "../../harness/on-disk/disk-subject.ts";
import { playing, type SceneCase, SceneEnd } from "../../harness/on-disk/scene.ts";
import { Script } from "../../harness/on-disk/script.ts";
import type { Observation } from "../../harness/on-disk/recovery.ts";
import { Stage } from "../../harness/on-disk/stage.ts";
import { shown } from "../words.ts";
import { keyInWords } from "../script.ts";

export type DurableOptions = Omit<MvccStoreOptions, "disk" | "directory">;

export const mvccStore: DiskSubject<Subject, MvccStore, DurableOptions> = {
  kata,
  factory: "openMvccStore",
  open: (exports, place, options) => exports.openMvccStore({ ...options, ...place }),
};

/** All entries that a recovery shows, as plain data. */
export type Entries = [key: string, value: unknown][];

/** Opens the store and reads everything in one transaction. */
export function everything(options: DurableOptions = {}): Observation<Entries, Subject, MvccStore> {
  return {
    factory: mvccStore.factory,
    open: (exports, disk: DiskPort) => mvccStore.open(exports, { disk, directory }, options),
    async observe(store, asks) {
      asks("begin");
      const reader = store.begin();
      asks("range");
      const entries = reader.range();
      reader.rollback();
      return entries;
    },
  };
}

export type MvccStage = Stage<Subject, MvccStore, DurableOptions>;
export type MvccScript = Script<Subject, MvccStore, DurableOptions>;

/** Scenes in which the disk waits. */
export function staged(
  promise: InvariantId,
  scenes: Readonly<Record<string, (stage: MvccStage) => Promise<void>>>,
): Experiment<Subject, SceneCase> {
  return playing(promise, kata.version, Object.keys(scenes), async (subject, played, listener) => {
    const exports = await subject.fresh();
    const stage = new Stage(mvccStore, { ...played, subject, exports, listener });
    try {
      await scenes[played.scene]?.(stage);
    } catch (error) {
      if (error instanceof SceneEnd) throw error;
      stage.broken("a call", thrownInWords(error));
    } finally {
      stage.port.fence();
    }
    return 1;
  });
}

/** Scenes in which the disk answers at once. */
export function scripted(
  promise: InvariantId,
  scenes: Readonly<Record<string, (script: MvccScript) => Promise<void>>>,
): Experiment<Subject, SceneCase> {
  return playing(
    promise,
    kata.version,
    Object.keys(scenes),
    async (subject, { scene, seed }, listener) => {
      const exports = await subject.fresh();
      const script = new Script(mvccStore, { subject, exports, seed, listener });
      try {
        await scenes[scene]?.(script);
      } catch (error) {
        if (error instanceof SceneEnd) throw error;
        script.broken("a call", `threw ${describeError(error)}`, thrownInWords(error));
      }
      return script.lives;
    },
  );
}

function thrownInWords(error: unknown): string {
  return `No call of this history may throw, and one threw ${describeError(error)}.`;
}

/** One transaction that puts these entries, and its commit. */
export function committing(store: MvccStore, entries: Readonly<Record<string, unknown>>) {
  return async (): Promise<void> => {
    const writer = store.begin();
    for (const [key, value] of Object.entries(entries)) writer.put(key, value);
    await writer.commit();
  };
}

/** "a=1 b=2" */
export function entriesText(entries: Readonly<Record<string, unknown>>): string {
  return Object.entries(entries)
    .map(([key, value]) => `${keyInWords(key)}=${shown(value)}`)
    .join(" ");
}

/** Everything that the store holds must be this. */
export function holds(
  scene: Pick<MvccStage, "tell"> & { broken(what: string, therefore: string): never },
  store: MvccStore,
  expected: Readonly<Record<string, unknown>>,
): void {
  const reader = store.begin();
  const found = entriesText(Object.fromEntries(reader.range()));
  reader.rollback();
  const wanted = entriesText(expected);
  if (found !== wanted)
    scene.broken("range", `The store must hold ${wanted}, and it holds ${found || "nothing"}.`);
  scene.tell("range", found);
}
