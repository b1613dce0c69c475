import { bytesOf, scripted } from "../script.ts";
import { describeError } from "../../harness/in-words.ts";
import { outcomeOf } from "../../harness/life.ts";
import { emptyDisk } from "../../harness/on-disk/disk-subject.ts";

export const onlyTheDiskRemembers = scripted("durable-kv/only-the-disk-remembers", {
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
    script.tell("another store is opened on an empty disk", "");
    script.nextDisk(emptyDisk());
    const other = await script.open(options);
    const put = await outcomeOf(other.put(bytesOf("b"), bytesOf("2")));
    if (put.how === "hung") {
      const therefore = "put b=2 is never answered: it waits for the disk of another store.";
      script.broken("put b=2", "never answered", therefore);
    }
    if (put.how === "rejected") {
      const therefore = `put b=2 rejects with ${describeError(put.error)} although it is another store that waits.`;
      script.broken("put b=2", `rejected ${describeError(put.error)}`, therefore);
    }
    script.tell("put b=2", "called");
    await script.shows(other, bytesOf("b"), bytesOf("2"));
    await script.does("delete b", () => other.delete(bytesOf("b")));
    await script.shows(other, bytesOf("a"), undefined);
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
});
