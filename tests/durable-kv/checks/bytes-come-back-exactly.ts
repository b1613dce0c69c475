/**
 * Sizes at the edges of length fields, bytes that are no text, keys that a careless encoding would
 * confuse; read live and again after the process was killed.
 */
import { bytesInWords, bytesOf, type Script, scripted } from "../script.ts";

const sizes = [0, 1, 2, 127, 128, 255, 256, 257, 4095, 4096, 65_535, 65_536, 65_537, 1_048_576];

export const bytesComeBackExactly = scripted("durable-kv/bytes-come-back-exactly", {
  "values of every size": async (script) => {
    const pairs = sizes.map(
      (size, index) => [bytesOf(`size-${size}`), noise(script, size, index)] as const,
    );
    await roundTrip(script, pairs);
  },
  "keys of every size": async (script) => {
    const lengths = [1, 2, 127, 128, 255, 256, 257, 1023, 1024];
    await roundTrip(
      script,
      lengths.map(
        (length, index) => [noise(script, length, index + 50), bytesOf(`${length}`)] as const,
      ),
    );
  },
  "long keys that differ at their end": async (script) => {
    const pairs = [255, 256, 257, 1024].flatMap((length, index) => {
      const key = noise(script, length, index + 70);
      const other = key.slice();
      other[length - 1] = (other[length - 1] ?? 0) ^ 1;
      return [[key, bytesOf(`${length}`)] as const, [other, bytesOf(`other ${length}`)] as const];
    });
    await roundTrip(script, pairs);
  },
  "thousands of small records": async (script) => {
    const store = await script.open();
    const count = 3000;
    const valueOf = (index: number): Uint8Array => noise(script, (index * 7) % 50, 0);
    const keyOf = (index: number): Uint8Array => bytesOf(`key-${index}`);
    const values = Array.from({ length: count }, (_, index) => valueOf(index));
    for (let start = 0; start < count; start += 100) {
      await script.quietly(`puts ${start}–${start + 99}`, async () => {
        for (let index = start; index < start + 100; index++)
          await store.put(keyOf(index), values[index] ?? new Uint8Array(0));
      });
    }
    script.tell(`${count} puts of 0–49 bytes`, "answered ok");
    await script.kill();
    const reopened = await script.open();
    for (const [index, value] of values.entries())
      await script.showsQuietly(reopened, keyOf(index), value);
  },
  "keys that are no text": async (script) => {
    // In pairs that text encodings, joined fields or padded fields would take for one key.
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
    ];
    await roundTrip(
      script,
      keys.map((key, index) => [Uint8Array.from(key), bytesOf(`key ${index}`)] as const),
    );
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
  "every byte": async (script) => {
    const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    await roundTrip(script, [
      [bytesOf("ascending"), all],
      [all, all.slice().reverse()],
    ]);
  },
  "views into larger buffers": async (script) => {
    const pool = noise(script, 4096, 99);
    await roundTrip(script, [
      [pool.subarray(100, 140), pool.subarray(1000, 1300)],
      [pool.subarray(140, 180), new Uint8Array(pool.buffer, pool.byteOffset + 2000, 0)],
      [Buffer.from(pool.subarray(180, 220)), Buffer.from("from a Buffer")],
    ]);
  },
});

async function roundTrip(
  script: Script,
  pairs: readonly (readonly [Uint8Array, Uint8Array])[],
): Promise<void> {
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

function noise(script: Script, length: number, salt: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = Math.imul(salt + 1, 0x9e3779b1) ^ script.random.below(0x7fffffff);
  for (let index = 0; index < length; index++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    bytes[index] = state >>> 24;
  }
  return bytes;
}
