import type { DurableKv } from "#katas/durable-kv/contract.ts";
import { kata } from "#katas/durable-kv/kata.ts";
import { seededRandom } from "#platform/random.ts";
import { together } from "../../harness/experiment.ts";
import { valueText } from "../../harness/key-value/workload.ts";
import { keyBytes, valueBytes } from "../adapter.ts";
import { bytesOf, type Scene, type Script, scripted } from "../script.ts";
import { staged, type Stage } from "../searches.ts";
import { describeError } from "../../harness/in-words.ts";
import { outcomeOf } from "../../harness/life.ts";
import { emptyDisk } from "../../harness/on-disk/disk-subject.ts";

const promise = "durable-kv/only-the-disk-remembers";

const scenes: Readonly<Record<string, Scene>> = {
  "a new disk after a full life": async (script) => {
    const store = await script.open();
    await script.does("put a=1", () => store.put(bytesOf("a"), bytesOf("1")));
    await script.does("close", () => store.close());
    script.tell("an empty disk takes the place of the old one", "");
    script.nextDisk(emptyDisk());
    const next = await script.open();
    await script.shows(next, bytesOf("a"), undefined);
    await script.does("put b=2", () => next.put(bytesOf("b"), bytesOf("2")));
    await script.shows(next, bytesOf("a"), undefined);
  },
  "a new disk after a kill": async (script) => {
    const store = await script.open();
    await script.does("put a=1", () => store.put(bytesOf("a"), bytesOf("1")));
    script.tell("the process goes on with an empty disk", "");
    script.nextDisk(emptyDisk());
    await script.shows(await script.open(), bytesOf("a"), undefined);
  },
  "an older copy of the disk": async (script) => {
    const store = await script.open();
    await script.does("put a=1", () => store.put(bytesOf("a"), bytesOf("1")));
    const backup = script.port.state.copy();
    await script.does("put a=2", () => store.put(bytesOf("a"), bytesOf("2")));
    await script.does("put b=2", () => store.put(bytesOf("b"), bytesOf("2")));
    await script.does("delete a", () => store.delete(bytesOf("a")));
    await script.does("close", () => store.close());
    script.tell("a copy of the disk, made when a=1 was all, is put back", "");
    script.nextDisk(backup);
    const next = await script.open();
    await script.shows(next, bytesOf("a"), bytesOf("1"));
    await script.shows(next, bytesOf("b"), undefined);
  },
  "two directories": async (script) => {
    const store = await script.open();
    await script.does("put a=1", () => store.put(bytesOf("a"), bytesOf("1")));
    const other = await script.open({}, "other");
    await script.shows(other, bytesOf("a"), undefined);
    await script.does("put b=2 in other", () => other.put(bytesOf("b"), bytesOf("2")));
    await script.shows(store, bytesOf("b"), undefined);
    await script.kill();
    await script.shows(await script.open(), bytesOf("b"), undefined);
    await script.shows(await script.open({}, "other"), bytesOf("a"), undefined);
  },
  "another store waits for a disk that is silent": async (script) => {
    // With room for two writers each: whoever counts the writers of both together has one too many.
    const options = { writersWaitingMax: 2 };
    const silent = await script.open(options);
    await script.does("put a=1", () => silent.put(bytesOf("a"), bytesOf("1")));
    script.port.fence();
    script.tell("the disk of this store answers nothing any more", "");
    for (const value of script.takesOneCall ? ["2"] : ["2", "3"]) {
      silent.put(bytesOf("a"), bytesOf(value)).catch(() => undefined);
      script.tell(`put a=${value}`, "called");
    }
    if (script.level >= 5) {
      silent.compact().catch(() => undefined);
      script.tell("compact", "called");
    }
    script.tell("another store is opened on an empty disk", "");
    script.nextDisk(emptyDisk());
    const other = await script.open(options);
    await goesOn(script, "put b=2", other.put(bytesOf("b"), bytesOf("2")));
    await script.shows(other, bytesOf("b"), bytesOf("2"));
    await script.does("delete b", () => other.delete(bytesOf("b")));
    await script.shows(other, bytesOf("a"), undefined);
    if (script.level >= 5) await goesOn(script, "compact", other.compact());
    await script.does("close", () => other.close());
  },
  "the disk of another store has failed": async (script) => {
    if (script.level < 4) return;
    const failed = await script.open();
    script.port.faults = { failSync: script.port.counts.syncs };
    await script.settles("put a=1", () => failed.put(bytesOf("a"), bytesOf("1")));
    script.tell("put a=1", "called, and the sync that it needs fails");
    script.tell("another store is opened on an empty disk", "");
    script.nextDisk(emptyDisk());
    const other = await script.open();
    await script.does("put b=2", () => other.put(bytesOf("b"), bytesOf("2")));
    await script.does("delete a", () => other.delete(bytesOf("a")));
    await script.shows(other, bytesOf("b"), bytesOf("2"));
    await script.does("close", () => other.close());
  },
  "a directory whose name has numbers in it": async (script) => {
    const numbered = "log-000007.1";
    script.nextDisk(emptyDisk([numbered]));
    for (const value of ["1", "2", "3"]) {
      const store = await script.open({}, numbered);
      await script.does(`put a=${value}`, () => store.put(bytesOf("a"), bytesOf(value)));
      await script.does(`put ${value}`, () => store.put(bytesOf(value), bytesOf(value)));
      script.nextDisk(script.port.state.afterKill());
    }
    const next = await script.open({}, numbered);
    await script.shows(next, bytesOf("a"), bytesOf("3"));
    for (const key of ["1", "2", "3"]) await script.shows(next, bytesOf(key), bytesOf(key));
  },
  "a freshly loaded module": async (script) => {
    const store = await script.open();
    await script.does("put a=1", () => store.put(bytesOf("a"), bytesOf("1")));
    await script.does("put b=2", () => store.put(bytesOf("b"), bytesOf("2")));
    await script.does("delete b", () => store.delete(bytesOf("b")));
    await script.does("close", () => store.close());
    await script.newProcess();
    const next = await script.open();
    await script.shows(next, bytesOf("a"), bytesOf("1"));
    await script.shows(next, bytesOf("b"), undefined);
  },
};

export const onlyTheDiskRemembers = together(promise, kata.version, [
  scripted(promise, scenes),
  staged(promise, { "two stores write at once": twoStoresAtOnce }),
]);

/** A call that is answered whatever becomes of the other store. */
async function goesOn(script: Script, what: string, answer: Promise<void>): Promise<void> {
  const outcome = await outcomeOf(answer);
  if (outcome.how === "hung") {
    const therefore = `${what} is never answered: it waits for the disk of another store.`;
    script.broken(what, "never answered", therefore);
  }
  if (outcome.how === "rejected") {
    const error = describeError(outcome.error);
    const therefore = `${what} rejects with ${error} although it is another store that waits.`;
    script.broken(what, `rejected ${error}`, therefore);
  }
  script.tell(what, "answered ok");
}

/** Nothing that one store prepares for the disk, or has in hand, gets in the way of the other. */
async function twoStoresAtOnce(stage: Stage): Promise<void> {
  const random = seededRandom(stage.seed);
  const places = ["store", "other"];
  const stores: DurableKv[] = [];
  for (const place of places) stores.push(await stage.open({}, place));
  const shown = places.map(() => new Map<string, string | undefined>());
  for (let round = 0; round < 9; round++) {
    const key = `k${round % 4}`;
    const calls = stores.map((store, index) => {
      // Of different lengths, and never the same in both.
      const [value, size] = [round * 2 + index, 20 + 30 * ((round + index) % 3)];
      const isDelete = round === 5;
      shown[index]?.set(key, isDelete ? undefined : valueText(value, size));
      return isDelete
        ? stage.call(`delete ${key} in ${places[index] ?? ""}`, () => store.delete(keyBytes(key)))
        : stage.call(`put ${key}=${value} in ${places[index] ?? ""}`, () =>
            store.put(keyBytes(key), valueBytes(value, size)),
          );
    });
    await stage.settleAll((pending) => random.below(pending.length));
    for (const { what, state, error } of calls) {
      if (state === "pending") stage.hung(`${what} was never answered`);
      if (state === "rejected") stage.broken(what, `${what} rejected: ${describeError(error)}.`);
    }
    for (const [index, store] of stores.entries())
      await stage.shows(store, shown[index] ?? new Map());
  }
  await stage.kill();
  for (const [index, place] of places.entries())
    await stage.shows(await stage.open({}, place), shown[index] ?? new Map());
}
