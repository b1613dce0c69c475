/**
 * Sizes at the edges of length fields, bytes that are no text, keys that a careless encoding would
 * confuse; read live and again after the process was killed.
 */
import { bytesInWords, bytesOf, type Script, scripted } from "../script.ts";
import {
  keysOfEqualHash,
  keysOfEverySize,
  keysThatDifferInOneByte,
  noise,
  type Pair,
  valuesOfEverySize,
} from "../sizes.ts";

export const bytesComeBackExactly = scripted("durable-kv/bytes-come-back-exactly", {
  "values of every size": (script) => roundTrip(script, valuesOfEverySize(script.random)),
  "keys of every size": (script) => roundTrip(script, keysOfEverySize(script.random)),
  "long keys that differ in one byte": (script) =>
    roundTrip(script, keysThatDifferInOneByte(script.random)),
  "thousands of small records": async (script) => {
    const store = await script.open();
    const count = 3000;
    const valueOf = (index: number): Uint8Array => noise(script.random, (index * 7) % 50, 0);
    const keyOf = (index: number): Uint8Array => bytesOf(`key-${index}`);
    const values = Array.from({ length: count }, (_, index) => valueOf(index));
    for (let start = 0; start < count; start += 100) {
      await script.quietly(`puts ${start}–${start + 99}`, async () => {
        for (let index = start; index < start + 100; index++)
          await store.put(keyOf(index), values[index] ?? new Uint8Array(0));
      });
      await script.turn();
    }
    script.tell(`${count} puts of 0–49 bytes`, "answered ok");
    await script.kill();
    const reopened = await script.open();
    for (const [index, value] of values.entries())
      await script.showsQuietly(reopened, keyOf(index), value);
  },
  "records that begin just before a block ends": async (script) => {
    // 65,536 is a multiple of all the sizes in which a store may read or pad its log.
    const blockBytes = 65_536;
    const fileBytes = (): number => Math.max(0, ...script.port.state.sizes().values());
    const store = await script.open();
    const pairs = new Map<string, Uint8Array>();
    const put = (key: string, value: Uint8Array): Promise<void> => {
      pairs.set(key, value);
      return script.quietly(`put ${key}`, () => store.put(bytesOf(key), value));
    };
    await put("first", noise(script.random, 10, 1));
    const recordBytes = fileBytes() - 10;
    for (let left = 1; left <= 40; left++) {
      const filling =
        (2 * blockBytes - left - recordBytes - (fileBytes() % blockBytes)) % blockBytes;
      await put("space", noise(script.random, filling, left));
      await put(`left-${left}`, noise(script.random, 20, left));
    }
    script.tell(`records that begin 1–40 bytes before a multiple of ${blockBytes}`, "answered ok");
    await script.kill();
    const reopened = await script.open();
    for (const [key, value] of pairs) await script.showsQuietly(reopened, bytesOf(key), value);
  },
  "keys that are no text": async (script) => {
    // In pairs that text encodings, joined, padded or trimmed fields would take for one key.
    const keys: number[][] = [
      [0xff],
      [0xfe],
      [0xc3, 0x28],
      [0xc3, 0x29],
      [0xef, 0xbf, 0xbd],
      [0xed, 0xa0, 0x80],
      [0],
      [0, 0],
      [1, 0],
      [1],
      [0, 1],
      [1, 23],
      [12, 3],
      [0x0a],
      [0x0d, 0x0a],
      [0x22],
      [0x5c, 0x22],
      [0x2c],
      [0x3d],
      [0x61],
      [0x41],
      [0x61, 0x3d],
      [0xe9],
      [0xc3, 0xa9],
      [0x65, 0xcc, 0x81],
      [0x61, 0x20],
      [0x61, 0x0a],
      [0x20, 0x61],
    ];
    await roundTrip(
      script,
      keys.map((key, index) => [Uint8Array.from(key), bytesOf(`key ${index}`)] as const),
    );
  },
  "keys that a hash takes for one": (script) => {
    const keys = Object.entries(keysOfEqualHash).flatMap(([hash, pair]) =>
      pair.map((key): Pair => [bytesOf(key), bytesOf(`${key}, a pair under ${hash}`)]),
    );
    return roundTrip(script, keys);
  },
  "keys with special names": async (script) => {
    const names = [
      "__proto__",
      "constructor",
      "toString",
      "hasOwnProperty",
      "__deleted__",
      "null",
      "undefined",
      "NaN",
      "put",
      "delete",
    ];
    await roundTrip(
      script,
      names.map((name) => [bytesOf(name), bytesOf(name)] as const),
    );
  },
  "values that look like something else": async (script) => {
    const values = [
      "",
      "__deleted__",
      "null",
      "undefined",
      "tombstone",
      "\n",
      "a=1\nb=2\n",
      '{"key":"x"}',
      "\0",
      "\0\0\0\0",
      "put",
      "delete",
      "D",
      "-1",
    ];
    await roundTrip(
      script,
      values.map((value, index) => [bytesOf(`value-${index}`), bytesOf(value)] as const),
    );
  },
  "every key of one byte, and every value": (script) =>
    roundTripQuietly(
      script,
      Array.from({ length: 256 }, (_, byte) => [Uint8Array.of(byte), Uint8Array.of(255 - byte)]),
    ),
  "every byte": async (script) => {
    const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    await roundTrip(script, [
      [bytesOf("ascending"), all],
      [all, all.slice().reverse()],
    ]);
  },
  "views into larger buffers": async (script) => {
    const pool = noise(script.random, 4096, 99);
    await roundTrip(script, [
      [pool.subarray(100, 140), pool.subarray(1000, 1300)],
      [pool.subarray(140, 180), new Uint8Array(pool.buffer, pool.byteOffset + 2000, 0)],
      [Buffer.from(pool.subarray(180, 220)), Buffer.from("from a Buffer")],
    ]);
  },
});

async function roundTripQuietly(script: Script, pairs: readonly Pair[]): Promise<void> {
  const store = await script.open();
  for (const [key, value] of pairs)
    await script.quietly(`put ${bytesInWords(key)}`, () => store.put(key, value));
  script.tell(`${pairs.length} puts`, "answered ok");
  for (const [key, value] of pairs) await script.showsQuietly(store, key, value);
  await script.kill();
  const reopened = await script.open();
  for (const [key, value] of pairs) await script.showsQuietly(reopened, key, value);
}

async function roundTrip(script: Script, pairs: readonly Pair[]): Promise<void> {
  const kept = pairs.map(([key, value]) => [key.slice(), value.slice()] as const);
  const store = await script.open();
  for (const [key, value] of pairs) {
    await script.does(`put ${bytesInWords(key)}=${bytesInWords(value)}`, () =>
      store.put(key, value),
    );
  }
  for (const [key, value] of kept) await script.shows(store, key, value);
  await script.kill();
  const reopened = await script.open();
  for (const [key, value] of kept) await script.shows(reopened, key, value);
}
