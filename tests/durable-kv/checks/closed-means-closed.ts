import { bytesOf, scripted } from "../script.ts";

const closed = ["CLOSED"];

export const closedMeansClosed = scripted("durable-kv/closed-means-closed", {
  "every call after close": async (script) => {
    const store = await script.open();
    await script.does("put a=1", () => store.put(bytesOf("a"), bytesOf("1")));
    await script.does("close", () => store.close());
    await script.refuses("put a=2", closed, () => store.put(bytesOf("a"), bytesOf("2")));
    await script.refuses("get a", closed, () => store.get(bytesOf("a")));
    await script.refuses("get of an absent key", closed, () => store.get(bytesOf("absent")));
    await script.refuses("delete a", closed, () => store.delete(bytesOf("a")));
    await script.refuses("delete of an absent key", closed, () => store.delete(bytesOf("absent")));
    if (script.level >= 5) await script.refuses("compact", closed, () => store.compact());
    await script.does("close again", () => store.close());
    await script.newProcess();
    const reopened = await script.open();
    await script.shows(reopened, bytesOf("a"), bytesOf("1"));
  },
  "closing twice does not touch the next owner": async (script) => {
    const first = await script.open();
    await script.does("close", () => first.close());
    const second = await script.open();
    await script.does("close of the first store again", () => first.close());
    await script.refuses("put through the first store", closed, () =>
      first.put(bytesOf("a"), bytesOf("1")),
    );
    await script.openIsRefused(["LOCKED"], "while the second store is open");
    await script.does("put b=2 through the second", () => second.put(bytesOf("b"), bytesOf("2")));
    await script.shows(second, bytesOf("a"), undefined);
    await script.shows(second, bytesOf("b"), bytesOf("2"));
  },
  "a store that nothing was written to": async (script) => {
    const store = await script.open();
    await script.does("close", () => store.close());
    await script.refuses("get a", closed, () => store.get(bytesOf("a")));
    await script.does("close again", () => store.close());
    await script.shows(await script.open(), bytesOf("a"), undefined);
  },
});
