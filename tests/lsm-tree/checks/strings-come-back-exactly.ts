/**
 * Sizes at the edges of length fields, characters of every length, keys and values that a careless encoding would
 * confuse; read from the memtable, from a table, and from level 3 after the process was killed,
 * with a flush before it and without.
 */
import type { Entry, LsmTree } from "#katas/lsm-tree/contract.ts";
import { emptyDisk } from "../../harness/on-disk/disk-subject.ts";
import { Model } from "../model.ts";
import { type Script, scripted, textInWords } from "../script.ts";
import {
  keySizes,
  longKeys,
  namedKeys,
  sortedKeys,
  specialValues,
  textOfBytes,
  valueSizes,
} from "../strings.ts";

export const stringsComeBackExactly = scripted("lsm-tree/strings-come-back-exactly", {
  "values of every size": (script) =>
    roundTrip(
      script,
      valueSizes.map((size, index) => [`size ${size}`, textOfBytes(size, index)]),
    ),
  "keys of every size": (script) =>
    roundTrip(
      script,
      keySizes.map((size, index) => [textOfBytes(size, index + 50), `${size}`]),
    ),
  "long keys that differ in one character": (script) =>
    roundTrip(
      script,
      longKeys.map((key, index) => [key, `${index}`]),
    ),
  "keys with special names": (script) =>
    roundTrip(
      script,
      namedKeys.map((key) => [key, key]),
    ),
  "keys in every order of bytes": (script) =>
    roundTrip(
      script,
      [...sortedKeys, "a\nb", "a\r\nb", 'a"b', "a\\b", "a,b", "a=b", "a:b", "e\u0301"].map(
        (key, index) => [key, `value ${index}`],
      ),
    ),
  "values that look like something else": (script) =>
    roundTrip(
      script,
      [
        ...[
          ...specialValues,
          "tombstone",
          "\n",
          "a=1\nb=2\n",
          '{"key":"x"}',
          "\0\0\0\0",
          "D",
          "-1",
        ],
        ...["\ufeff", "\u{10ffff}", "\ufffd", "\r\n", "[]", "false", "put", "delete", "\u{7f}"],
      ].map((value, index) => [`value ${index}`, value]),
    ),
  "thousands of entries of all kinds": async (script) => {
    const entries: Entry[] = Array.from({ length: 3000 }, (_, index) => [
      // Tables of many blocks, which begin with characters that compare otherwise by UTF-16 units.
      `${["", "\u{ff5e}", "\u{1f600}"][index % 3] ?? ""}${index * 7919}${textOfBytes(index % 40, index)}`,
      textOfBytes((index * 7) % 120, index + 1),
    ]);
    await roundTrip(script, entries, 500);
  },
});

async function roundTrip(
  script: Script,
  entries: readonly Entry[],
  memtableThreshold = 7,
): Promise<void> {
  const tree = await script.open({ memtableThreshold });
  for (const [key, value] of entries)
    await script.quietly(`put ${textInWords(key)}=${textInWords(value)}`, () =>
      tree.put(key, value),
    );
  script.tell(`puts of ${entries.length} keys`, "answered ok");
  await readsThem(script, tree, entries);
  await script.does("flush", () => tree.flush());
  await readsThem(script, tree, entries);
  if (script.level < 3) return;
  await script.kill();
  await readsThem(script, await script.open({ memtableThreshold }), entries);
  await fromTheLog(script, entries);
}

/** What no flush has seen has another way back, and another encoding. */
async function fromTheLog(script: Script, entries: readonly Entry[]): Promise<void> {
  script.nextDisk(emptyDisk());
  await script.newProcess();
  const options = { memtableThreshold: 100_000 };
  const tree = await script.open(options);
  for (const [key, value] of entries)
    await script.quietly(`put ${textInWords(key)}=${textInWords(value)}`, () =>
      tree.put(key, value),
    );
  script.tell(`puts of ${entries.length} keys`, "answered ok, and never flushed");
  await script.kill();
  await readsThem(script, await script.open(options), entries);
}

async function readsThem(script: Script, tree: LsmTree, entries: readonly Entry[]): Promise<void> {
  for (const [key, value] of entries) await script.showsQuietly(tree, key, value);
  script.tell(`gets of ${entries.length} keys`, "answered right");
  if (script.level < 2) return;
  const model = new Model();
  for (const [key, value] of entries) model.set(key, value);
  await script.ranges(tree, {}, model.range(), { inAnyOrder: true });
}
