import { kata } from "#katas/durable-kv/kata.ts";
import { together } from "../../harness/experiment.ts";
import { describeError } from "../../harness/in-words.ts";
import { openDuringCompaction } from "../compaction-under-way.ts";
import { bytesOf, type Scene, type Script, scripted } from "../script.ts";
import { staged } from "../searches.ts";

const promise = "durable-kv/one-owner-at-a-time";

const scenes: Readonly<Record<string, Scene>> = {
  "a second open": async (script) => {
    const store = await script.open();
    await script.does("put a=1", () => store.put(bytesOf("a"), bytesOf("1")));
    await isLocked(script);
    await script.does("put b=2", () => store.put(bytesOf("b"), bytesOf("2")));
    await isLocked(script);
    await script.shows(store, bytesOf("a"), bytesOf("1"));
    await script.shows(store, bytesOf("b"), bytesOf("2"));
    await script.kill();
    const reopened = await script.open();
    await script.shows(reopened, bytesOf("a"), bytesOf("1"));
    await script.shows(reopened, bytesOf("b"), bytesOf("2"));
    await script.does("put c=3", () => reopened.put(bytesOf("c"), bytesOf("3")));
    await isLocked(script);
    await script.does("close", () => reopened.close());
    const third = await script.open();
    await script.shows(third, bytesOf("c"), bytesOf("3"));
  },
  "a second open by another process": async (script) => {
    const store = await script.open();
    await script.does("put a=1", () => store.put(bytesOf("a"), bytesOf("1")));
    await script.newProcess();
    await isLocked(script);
    await script.does("put b=2", () => store.put(bytesOf("b"), bytesOf("2")));
    await script.does("close", () => store.close());
    const next = await script.open();
    await script.shows(next, bytesOf("a"), bytesOf("1"));
    await script.shows(next, bytesOf("b"), bytesOf("2"));
  },
  "close after a disk error": freedAfterErrors,
  "another directory is another store": async (script) => {
    const store = await script.open();
    const other = await script.open({}, "other");
    await script.does("put a=1", () => store.put(bytesOf("a"), bytesOf("1")));
    await script.does("put a=2 in other", () => other.put(bytesOf("a"), bytesOf("2")));
    await script.shows(store, bytesOf("a"), bytesOf("1"));
    await script.shows(other, bytesOf("a"), bytesOf("2"));
  },
};

export const oneOwnerAtATime = together(promise, kata.version, [
  scripted(promise, scenes),
  staged(promise, { "a second open during a compaction": openDuringCompaction }),
]);

const callsMax = 60;

/** Each call that one short life makes to the disk fails in turn: afterwards the directory is free. */
async function freedAfterErrors(script: Script): Promise<void> {
  if (script.level < 4) return;
  const store = await script.open();
  await script.does("put a=1", () => store.put(bytesOf("a"), bytesOf("1")));
  await script.kill();
  const { state } = script.port;
  for (let call = 0; call < callsMax; call++) {
    script.nextDisk(state.copy(), { failCall: call });
    const { port } = script;
    const opened = await script.settles("open", () => script.opens());
    if (opened.how === "resolved") {
      const next = opened.value;
      await script.settles("put b=2", () => next.put(bytesOf("b"), bytesOf("2")));
      await script.settles("put c=3", () => next.put(bytesOf("c"), bytesOf("3")));
      await script.settles("delete c", () => next.delete(bytesOf("c")));
      await script.settles("get a", () => next.get(bytesOf("a")));
      if (script.level >= 5) await script.settles("compact", () => next.compact());
      await script.settles("close", () => next.close());
    }
    if (!port.faulted) break;
    port.faults = {};
    const again = await script.settles("open again", () => script.opens());
    if (again.how === "rejected") {
      const life = opened.how === "resolved" ? "A store was closed" : "An open rejected";
      const therefore = `${life} after call ${call + 1} of its life to the disk had failed; the next open rejects: ${describeError(again.error)}.`;
      script.broken("open again", `rejected ${describeError(again.error)}`, therefore);
    }
    // Whether all is there is another promise.
    await script.settles("get a", () => again.value.get(bytesOf("a")));
  }
  script.tell("a life, each of whose calls to the disk fails in turn", "the next open succeeds");
}

function isLocked(script: Script): Promise<void> {
  return script.openIsRefused(["LOCKED"], "while the store is open");
}
