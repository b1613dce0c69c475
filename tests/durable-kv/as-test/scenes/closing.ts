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
    const refused = watch("put b", store.put(bytes("b"), bytes("2")));
    await stillness();
    const opening = watch("open", open(disk));
    await stillness();
    expect(outcomes.get("close"), "close, while a put called before it waits").toBe(undefined);
    expect(outcomes.get("close again"), "another close").toBe(undefined);
    expect(outcomes.get("open"), "an open before close is answered").toBe("LOCKED");

    endSyncs();
    await Promise.all([put, ...closes, refused, opening]);
    expect(outcomes.get("put a")).toBe("ok");
    expect(outcomes.get("close")).toBe("ok");
    expect(outcomes.get("close again")).toBe("ok");
    expect(outcomes.get("put b"), "a put after close").toBe("CLOSED");
    const reopened = await open(disk);
    expect(text(await reopened.get(bytes("a")))).toBe("1");
    expect(text(await reopened.get(bytes("b")))).toBe(undefined);
  `),
};
