import type { TestBody } from "../../../harness/learner-test.ts";
import { keysOfEqualHash } from "../../sizes.ts";
import { type Scenes } from "./index.ts";
import { simple } from "./simple.ts";

export const valuesOfEverySize = `
    const edges = [2 ** 13, 2 ** 15, 2 ** 16, 2 ** 17, 2 ** 19].flatMap((edge) => [edge - 1, edge, edge + 1]);
    const sizes = [0, 1, 2, 127, 128, 255, 256, 257, 4095, 4096, ...edges, 1_048_575, 1_048_576];
    const noise = (size: number) => Uint8Array.from({ length: size }, (_, at) => (at * 167 + 89) % 251);
    const pairs = sizes.map((size) => [bytes(\`size-\${size}\`), noise(size)] as const);
`;

export const keysOfEverySize = `
    const sizes = [1, 2, 127, 128, 255, 256, 257, 1023, 1024];
    const noise = (size: number) => Uint8Array.from({ length: size }, (_, at) => (at * 167 + 89) % 251);
    const pairs = sizes.map((size) => [noise(size), bytes(\`\${size}\`)] as const);
`;

export const bytesOfAllKinds: Scenes = {
  "values of every size": roundTrip(valuesOfEverySize),
  "keys of every size": roundTrip(keysOfEverySize),
  "long keys that differ in one byte": roundTrip(`
    const keyOf = (size: number, place: number) => new Uint8Array(size).fill(0x61).fill(0x62, place, place + 1);
    const places = [0, 63, 64, 255, 256, 511, 512, 600, 767, 1023];
    const pairs = [255, 256, 257, 1024].flatMap((size) =>
      [...places.filter((place) => place < size - 1), size - 1, size].map(
        (place) => [keyOf(size, place), bytes(\`\${size}, other at \${place}\`)] as const,
      ),
    );
  `),
  "thousands of small records": roundTrip(`
    const pairs = Array.from(
      { length: 3000 },
      (_, at) => [bytes(\`key-\${at}\`), bytes("x".repeat((at * 7) % 50))] as const,
    );
  `),
  "records that begin just before a block ends": simple(`
    const blockBytes = 65_536; // a multiple of all the sizes in which a log may be read or padded
    const fileBytes = () => Math.max(0, ...disk.state.sizes().values());
    const kept = new Map<string, Uint8Array>();
    const put = async (key: string, size: number) => {
      const value = Uint8Array.from({ length: size }, (_, at) => (at * 167 + 89) % 251);
      kept.set(key, value);
      await store.put(bytes(key), value);
    };
    await put("first", 10);
    const recordBytes = fileBytes() - 10;
    for (let left = 1; left <= 40; left++) {
      await put("space", (2 * blockBytes - left - recordBytes - (fileBytes() % blockBytes)) % blockBytes);
      await put(\`left-\${left}\`, 20);
    }
    const reopened = await open(disk.kill());
    for (const [key, value] of kept) expect(await reopened.get(bytes(key)), key).toEqual(value);
  `),
  "keys that are no text": roundTrip(`
    // In groups that text encodings, joined fields or padded fields would take for one key.
    const keys = [
      ...[[0xff], [0xfe], [0xc3, 0x28], [0xc3, 0x29], [0xef, 0xbf, 0xbd], [0xed, 0xa0, 0x80]],
      ...[[0], [0, 0], [1, 0], [1], [0, 1], [1, 23], [12, 3], [0x61], [0x41], [0x61, 0x3d]],
      ...[[0x0a], [0x0d, 0x0a], [0x22], [0x5c, 0x22], [0x2c], [0x3d]],
      ...[[0xe9], [0xc3, 0xa9], [0x65, 0xcc, 0x81]],
    ];
    const pairs = keys.map((key, index) => [Uint8Array.from(key), bytes(\`key \${index}\`)] as const);
  `),
  "keys that a hash takes for one": roundTrip(`
    const pairsOfKeys = [
      ${Object.entries(keysOfEqualHash)
        .map(([hash, [one, other]]) => `["${one}", "${other}"], // ${hash}`)
        .join("\n      ")}
    ];
    const pairs = pairsOfKeys.flat().map((key) => [bytes(key), bytes(key)] as const);
  `),
  "keys with special names": roundTrip(`
    const names = ["__proto__", "constructor", "toString", "hasOwnProperty", "__deleted__", "null"];
    names.push("undefined", "NaN", "put", "delete");
    const pairs = names.map((name) => [bytes(name), bytes(name)] as const);
  `),
  "values that look like something else": roundTrip(`
    const values = ["", "__deleted__", "null", "undefined", "tombstone", "put", "delete", "D", "-1"];
    values.push("\\n", "a=1\\nb=2\\n", '{"key":"x"}', "\\0", "\\0\\0\\0\\0");
    const pairs = values.map((value, index) => [bytes(\`value-\${index}\`), bytes(value)] as const);
  `),
  "every byte": roundTrip(`
    const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const pairs = [[bytes("ascending"), all] as const, [all, all.slice().reverse()] as const];
  `),
  "every key of one byte, and every value": roundTrip(`
    const pairs = Array.from(
      { length: 256 },
      (_, byte) => [Uint8Array.of(byte), Uint8Array.of(255 - byte)] as const,
    );
  `),
  "views into larger buffers": roundTrip(`
    const pool = Uint8Array.from({ length: 4096 }, (_, at) => (at * 167 + 89) % 251);
    const pairs = [
      [pool.subarray(100, 140), pool.subarray(1000, 1300)] as const,
      [pool.subarray(140, 180), pool.subarray(2000, 2000)] as const,
      [Buffer.from(pool.subarray(180, 220)), Buffer.from("from a Buffer")] as const,
    ];
  `),
};

function roundTrip(pairs: string): TestBody {
  return simple(`
    ${pairs.trim()}
    const expectExactly = (answer: Uint8Array | undefined, key: Uint8Array, value: Uint8Array) => {
      const isExact = answer !== undefined && Buffer.from(answer).equals(value);
      expect(isExact, \`\${value.length} bytes under the key \${key.join(" ").slice(0, 60)}\`).toBe(true);
    };

    for (const [key, value] of pairs) await store.put(key, value);
    for (const [key, value] of pairs) expectExactly(await store.get(key), key, value);
    const reopened = await open(disk.kill());
    for (const [key, value] of pairs) expectExactly(await reopened.get(key), key, value);
  `);
}
