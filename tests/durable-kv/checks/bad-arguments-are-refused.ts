import { inspect } from "node:util";
import type { DurableKv } from "#katas/durable-kv/contract.ts";
import { bytesOf, type Script, scripted } from "../script.ts";

const refused = ["INVALID_ARGUMENT"];

const badKeys: readonly (readonly [string, unknown])[] = [
  ["an empty key", new Uint8Array(0)],
  ["a key of 1025 bytes", new Uint8Array(1025).fill(0x61)],
  ["a string as key", "k"],
  ["undefined as key", undefined],
  ["null as key", null],
  ["a number as key", 7],
  ["an array as key", [0x6b]],
  ["an ArrayBuffer as key", new ArrayBuffer(4)],
  ["a Uint16Array as key", new Uint16Array(4)],
];

const badValues: readonly (readonly [string, unknown])[] = [
  ["a value of 1048577 bytes", new Uint8Array(1_048_577)],
  ["a string as value", "v"],
  ["undefined as value", undefined],
  ["null as value", null],
  ["a number as value", 7],
  ["an array as value", [1, 2, 3]],
  ["an ArrayBuffer as value", new ArrayBuffer(4)],
  ["a DataView as value", new DataView(new ArrayBuffer(4))],
  ["a Uint16Array as value", new Uint16Array(4)],
];

/** What is no whole number, whatever the limit. */
const noNumbers: readonly unknown[] = [Number.NaN, Number.POSITIVE_INFINITY, "4096"];

/** Calls the store as JavaScript would, without the compiler's protection. */
interface Untyped {
  get(key: unknown): Promise<unknown>;
  put(key: unknown, value: unknown): Promise<unknown>;
  delete(key: unknown): Promise<unknown>;
}

export const badArgumentsAreRefused = scripted("durable-kv/bad-arguments-are-refused", {
  "bad keys": (script) =>
    aroundGoodData(script, async (store) => {
      for (const [name, key] of badKeys) {
        await script.refuses(`put with ${name}`, refused, () => store.put(key, bytesOf("v")));
        await script.refuses(`get with ${name}`, refused, () => store.get(key));
        await script.refuses(`delete with ${name}`, refused, () => store.delete(key));
      }
    }),
  "bad values": (script) =>
    aroundGoodData(script, async (store) => {
      for (const [name, value] of badValues) {
        await script.refuses(`put with ${name}`, refused, () => store.put(bytesOf("k"), value));
      }
    }),
  "bad options": async (script) => {
    if (script.level < 4) return;
    for (const bad of [0, -1, 1.5, ...noNumbers]) {
      const options = { writersWaitingMax: bad as number };
      await script.openIsRefused(refused, `with writersWaitingMax ${inspect(bad)}`, options);
    }
    if (script.level < 5) return;
    for (const bad of [0, 1023, -1, 2048.5, ...noNumbers]) {
      const options = { segmentBytesMax: bad as number };
      await script.openIsRefused(refused, `with segmentBytesMax ${inspect(bad)}`, options);
    }
  },
});

async function aroundGoodData(
  script: Script,
  refuse: (store: Untyped) => Promise<void>,
): Promise<void> {
  const store = await script.open();
  await script.does("put k=before", () => store.put(bytesOf("k"), bytesOf("before")));
  await refuse(store);
  const untouched = async (one: DurableKv): Promise<void> => {
    await script.shows(one, bytesOf("k"), bytesOf("before"));
    await script.shows(one, bytesOf("x"), undefined);
  };
  await untouched(store);
  await script.does("put x=after", () => store.put(bytesOf("x"), bytesOf("after")));
  await script.kill();
  const reopened = await script.open();
  await script.shows(reopened, bytesOf("k"), bytesOf("before"));
  await script.shows(reopened, bytesOf("x"), bytesOf("after"));
}
