import { type Scenes } from "./index.ts";
import { scene, simple } from "./simple.ts";

const untouched = `
    expect(text(await store.get(bytes("k")))).toBe("before");
    expect(text(await store.get(bytes("x")))).toBe(undefined);
    await store.put(bytes("x"), bytes("after"));

    const reopened = await open(disk.kill());
    expect(text(await reopened.get(bytes("k")))).toBe("before");
    expect(text(await reopened.get(bytes("x")))).toBe("after");
`;

export const badArguments: Scenes = {
  "bad keys": simple(`
    await store.put(bytes("k"), bytes("before"));
    const refusal = { code: "INVALID_ARGUMENT" };
    const badKeys = [bytes(""), new Uint8Array(1025).fill(0x61), "k", undefined, null, 7, [0x6b]];
    for (const bad of badKeys) {
      const key = bad as Uint8Array; // as JavaScript would call it
      await expect(store.put(key, bytes("v"))).rejects.toMatchObject(refusal); // rejects, never throws
      await expect(store.get(key)).rejects.toMatchObject(refusal);
      await expect(store.delete(key)).rejects.toMatchObject(refusal);
    }
    ${untouched.trim()}
  `),
  "bad values": simple(`
    await store.put(bytes("k"), bytes("before"));
    const badValues = [new Uint8Array(1_048_577), "v", undefined, null, 7, [1, 2, 3], new Uint16Array(4)];
    for (const bad of badValues) {
      const value = bad as Uint8Array; // as JavaScript would call it
      await expect(store.put(bytes("k"), value)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    }
    ${untouched.trim()}
  `),
  "bad options": scene(`
    // Each option from the level on that brings it.
    const file: Record<string, unknown> = { ...(await import("./durable-kv.ts")) };
    const level = typeof file.level === "number" ? file.level : 5;
    const noNumbers = [NaN, Infinity, "4096" as unknown as number];
    const badOptions = [
      ...[0, -1, 1.5, ...noNumbers].map((writersWaitingMax) => ({ writersWaitingMax, from: 4 })),
      ...[0, 1023, -1, 2048.5, ...noNumbers].map((segmentBytesMax) => ({ segmentBytesMax, from: 5 })),
    ];
    for (const { from, ...options } of badOptions.filter((bad) => bad.from <= level)) {
      const opening = (async () =>
        openDurableKv({ disk: createCrashDisk(), directory: "store", ...options }))();
      await expect(opening, JSON.stringify(options)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    }
  `),
};
