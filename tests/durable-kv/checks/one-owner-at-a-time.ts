import { bytesOf, type Script, scripted } from "../script.ts";

export const oneOwnerAtATime = scripted("durable-kv/one-owner-at-a-time", {
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
  "another directory is another store": async (script) => {
    const store = await script.open();
    const other = await script.open({}, "other");
    await script.does("put a=1", () => store.put(bytesOf("a"), bytesOf("1")));
    await script.does("put a=2 in other", () => other.put(bytesOf("a"), bytesOf("2")));
    await script.shows(store, bytesOf("a"), bytesOf("1"));
    await script.shows(other, bytesOf("a"), bytesOf("2"));
  },
});

function isLocked(script: Script): Promise<void> {
  return script.openIsRefused(["LOCKED"], "while the store is open");
}
