import { type Scenes } from "./index.ts";
import { simple } from "./simple.ts";

export const closing: Scenes = {
  "close is called twice while a put waits": simple(`
    const outcomes = new Map<string, string>();
    const watch = async (what: string, call: Promise<unknown>) => {
      outcomes.set(
        what,
        await call.then(
          () => "ok",
          (error) => error.code,
        ),
      );
    };
    const endSyncs = disk.holdSyncs();
    const put = watch("put a", store.put(bytes("a"), bytes("1")));
    await stillness();
    const closes = [watch("close", store.close()), watch("close again", store.close())];
    const refused = [
      watch("put b", store.put(bytes("b"), bytes("2"))),
      watch("delete a", store.delete(bytes("a"))),
      watch("get a", store.get(bytes("a"))),
    ];
    await stillness();
    const opening = watch("open", open(disk));
    await stillness();
    expect(outcomes.get("close"), "close, while a put called before it waits").toBe(undefined);
    expect(outcomes.get("close again"), "another close").toBe(undefined);
    expect(outcomes.get("open"), "an open before close is answered").toBe("LOCKED");

    endSyncs();
    await Promise.all([put, ...closes, ...refused, opening]);
    expect(outcomes.get("put a")).toBe("ok");
    expect(outcomes.get("close")).toBe("ok");
    expect(outcomes.get("close again")).toBe("ok");
    for (const what of ["put b", "delete a", "get a"]) {
      expect(outcomes.get(what), \`\${what} after close\`).toBe("CLOSED");
    }
    const reopened = await open(disk);
    expect(text(await reopened.get(bytes("a")))).toBe("1");
    expect(text(await reopened.get(bytes("b")))).toBe(undefined);
  `),
  "close is called in the same turn as writes": simple(`
    await store.put(bytes("a"), bytes("1"));
    const writes = [store.put(bytes("b"), bytes("2")), store.delete(bytes("a"))];
    await Promise.all([...writes, store.close()]); // called before it, they are carried out

    const reopened = await open(disk);
    expect(text(await reopened.get(bytes("a")))).toBe(undefined);
    expect(text(await reopened.get(bytes("b")))).toBe("2");
  `),
};
