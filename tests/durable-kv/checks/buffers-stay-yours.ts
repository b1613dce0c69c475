import { bytesOf, scripted } from "../script.ts";

export const buffersStayYours = scripted("durable-kv/buffers-stay-yours", {
  "a value is changed after its put was answered": async (script) => {
    const store = await script.open();
    const value = bytesOf("right");
    await script.does("put k=right", () => store.put(bytesOf("k"), value));
    value.fill(0x78);
    script.tell("the caller fills its value with x", "");
    await script.shows(store, bytesOf("k"), bytesOf("right"));
    await script.does("put other=1", () => store.put(bytesOf("other"), bytesOf("1")));
    await script.kill();
    await script.shows(await script.open(), bytesOf("k"), bytesOf("right"));
  },
  "a key is changed after its put was answered": async (script) => {
    const store = await script.open();
    const key = bytesOf("key");
    await script.does("put key=1", () => store.put(key, bytesOf("1")));
    key.fill(0x78);
    script.tell("the caller fills its key with x", "");
    await script.shows(store, bytesOf("key"), bytesOf("1"));
    await script.shows(store, bytesOf("xxx"), undefined);
    await script.kill();
    await script.shows(await script.open(), bytesOf("key"), bytesOf("1"));
  },
  "an answer of get is changed": async (script) => {
    const store = await script.open();
    await script.does("put k=right", () => store.put(bytesOf("k"), bytesOf("right")));
    const first = await script.does("get k", () => store.get(bytesOf("k")));
    first?.fill(0x78);
    script.tell("the caller fills the answer with x", "");
    await script.shows(store, bytesOf("k"), bytesOf("right"));
    await script.kill();
    const reopened = await script.open();
    const second = await script.does("get k", () => reopened.get(bytesOf("k")));
    second?.fill(0x78);
    script.tell("the caller fills the answer with x", "");
    await script.shows(reopened, bytesOf("k"), bytesOf("right"));
  },
  // Whose slice is no copy.
  "a Buffer of Node is changed": async (script) => {
    const store = await script.open();
    const [key, value] = [Buffer.from("key"), Buffer.from("right")];
    await script.does("put key=right", () => store.put(key, value));
    const goneKey = Buffer.from("gone");
    await script.does("delete gone", () => store.delete(goneKey));
    for (const buffer of [key, value, goneKey]) buffer.fill(0x78);
    script.tell("the caller fills its buffers with x", "");
    await script.shows(store, bytesOf("key"), bytesOf("right"));
    await script.shows(store, bytesOf("xxx"), undefined);
    await script.does("put other=1", () => store.put(bytesOf("other"), bytesOf("1")));
    if (script.level >= 5) await script.does("compact", () => store.compact());
    await script.kill();
    const reopened = await script.open();
    await script.shows(reopened, bytesOf("key"), bytesOf("right"));
    await script.shows(reopened, bytesOf("xxx"), undefined);
  },
  "large values are changed, going in and coming out": async (script) => {
    const store = await script.open();
    for (const size of [65_536, 1_048_576]) {
      const key = bytesOf(`${size}`);
      const right = new Uint8Array(size).fill(size >> 16);
      const value = right.slice();
      await script.does(`put of ${size} bytes`, () => store.put(key, value));
      value.fill(0x78);
      script.tell("the caller fills its value with x", "");
      await script.shows(store, key, right);
      const answer = await script.does(`get of ${size} bytes`, () => store.get(key));
      answer?.fill(0x78);
      script.tell("the caller fills the answer with x", "");
      await script.shows(store, key, right);
    }
  },
  "an answer that a get gave during a compaction is changed": async (script) => {
    if (script.level < 5) return;
    const store = await script.open();
    await script.does("put k=right", () => store.put(bytesOf("k"), bytesOf("right")));
    const [answer] = await script.does("compact, and get k before it is answered", async () => {
      const compacting = store.compact();
      return Promise.all([store.get(bytesOf("k")), compacting]);
    });
    answer?.fill(0x78);
    script.tell("the caller fills the answer with x", "");
    await script.shows(store, bytesOf("k"), bytesOf("right"));
    await script.kill();
    await script.shows(await script.open(), bytesOf("k"), bytesOf("right"));
  },
  "one buffer is used for many puts": async (script) => {
    const store = await script.open();
    const key = new Uint8Array(1);
    const value = new Uint8Array(300);
    for (let round = 0; round < 5; round++) {
      key[0] = 0x61 + round;
      value.fill(round);
      await script.does(`put ${String.fromCharCode(0x61 + round)}`, () => store.put(key, value));
    }
    const check = async (one: typeof store): Promise<void> => {
      for (let round = 0; round < 5; round++) {
        await script.shows(one, Uint8Array.of(0x61 + round), new Uint8Array(300).fill(round));
      }
    };
    await check(store);
    await script.kill();
    await check(await script.open());
  },
  "a delete's key is changed": async (script) => {
    const store = await script.open();
    await script.does("put a=1", () => store.put(bytesOf("a"), bytesOf("1")));
    await script.does("put b=2", () => store.put(bytesOf("b"), bytesOf("2")));
    const key = bytesOf("a");
    await script.does("delete a", () => store.delete(key));
    key.set(bytesOf("b"));
    script.tell("the caller turns its key into b", "");
    await script.shows(store, bytesOf("a"), undefined);
    await script.shows(store, bytesOf("b"), bytesOf("2"));
    await script.kill();
    const reopened = await script.open();
    await script.shows(reopened, bytesOf("a"), undefined);
    await script.shows(reopened, bytesOf("b"), bytesOf("2"));
  },
});
