import { type Scenes } from "./index.ts";
import { simple } from "./simple.ts";

export const closedStores: Scenes = {
  "every call after close": simple(`
    await store.put(bytes("a"), bytes("1"));
    await store.close();
    const refusal = { code: "CLOSED" };
    await expect(store.put(bytes("a"), bytes("2"))).rejects.toMatchObject(refusal);
    await expect(store.get(bytes("a"))).rejects.toMatchObject(refusal);
    await expect(store.get(bytes("absent"))).rejects.toMatchObject(refusal);
    await expect(store.delete(bytes("a"))).rejects.toMatchObject(refusal);
    await expect(store.delete(bytes("absent"))).rejects.toMatchObject(refusal);
    await store.close(); // closing twice is no error

    const reopened = await open(disk);
    expect(text(await reopened.get(bytes("a")))).toBe("1");
  `),
  "closing twice does not touch the next owner": simple(`
    await store.close();
    const next = await open(disk);
    await store.close();
    await expect(store.put(bytes("a"), bytes("1"))).rejects.toMatchObject({ code: "CLOSED" });
    await expect(open(disk)).rejects.toMatchObject({ code: "LOCKED" });
    await next.put(bytes("b"), bytes("2"));
    expect(text(await next.get(bytes("a")))).toBe(undefined);
    expect(text(await next.get(bytes("b")))).toBe("2");
  `),
  "a store that nothing was written to": simple(`
    await store.close();
    await expect(store.get(bytes("a"))).rejects.toMatchObject({ code: "CLOSED" });
    await store.close(); // closing twice is no error

    const reopened = await open(disk);
    expect(text(await reopened.get(bytes("a")))).toBe(undefined);
  `),
};
