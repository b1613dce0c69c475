/** Clients commit, and at every moment the process is killed or the power goes; and again inside the recovery. */
import type { MvccStore } from "#katas/mvcc-store/contract.ts";
import { kata } from "#katas/mvcc-store/kata.ts";
import { DiskPort } from "#platform/testing/disk-port.ts";
import { directory, emptyDisk } from "../../harness/on-disk/disk-subject.ts";
import { Stage } from "../../harness/on-disk/stage.ts";
import { together } from "../../harness/experiment.ts";
import { isDeepStrictEqual } from "node:util";
import { drawWork, secondLife, sectorOf } from "../durable/case.ts";
import {
  committing,
  entriesText,
  type MvccScript,
  type MvccStage,
  mvccStore,
  scripted,
  staged,
} from "../durable/adapter.ts";
import { hunting } from "../durable/hunt.ts";
import { specialKeys, valueNamed, values } from "../values.ts";
import { keyInWords } from "../script.ts";
import { shown } from "../words.ts";

const promise = "mvcc-store/commits-survive-whole";
const keys = ["a", "b", "c", "key"];

const powerCuts = hunting({
  promise,
  hunt: {
    wants: ["not whole", "refused", "stuck"],
    phases: ["crash", "crash in recovery"],
    names: "strict",
    hang: "tolerated",
  },
  cases: 48,
  always: [
    { clients: [[{ writes: [["a", 1]] }]], sectorBytes: 16 },
    {
      clients: [
        [
          {
            writes: [
              ["a", 1],
              ["b", 2],
              ["c", 3],
            ],
          },
          {
            writes: [
              ["a", null],
              ["b", 5],
            ],
          },
        ],
      ],
      sectorBytes: 16,
    },
    // One commit of many keys, longer than any buffer of a page.
    {
      clients: [
        [
          {
            writes: Array.from({ length: 24 }, (_, index): [string, number] => [
              `k${index}`,
              200 + index,
            ]),
          },
          { writes: [["a", 1]] },
        ],
      ],
      thinning: 8,
      sectorBytes: 64,
    },
    // Long values: an append of thousands of bytes, torn far behind its beginning.
    {
      clients: [
        [
          {
            writes: [
              ["a", 97],
              ["b", 194],
              ["c", 291],
            ],
          },
        ],
      ],
      thinning: 8,
      sectorBytes: 64,
    },
  ],
  draw: (random, index) => {
    const clients = [1, 1, 2, 3, 4][index % 5] ?? 1;
    const transactions = clients === 1 ? 2 + random.below(4) : 1 + random.below(2);
    const mix = { transactions, keys, writes: 3, deletes: 2, reads: 0 };
    return {
      clients: Array.from({ length: clients }, (_, client) =>
        drawWork(random, mix, client * 100 + 1),
      ),
      second: [...secondLife],
      thinning: clients === 1 ? 4 : 8,
      draw: { index, seed: random.below(1_000_000) },
      sectorBytes: sectorOf(index),
    };
  },
});

export const commitsSurviveWhole = together(promise, kata.version, [
  powerCuts,
  staged(promise, { "a large commit is killed on its way": largeOnItsWay }),
  scripted(promise, {
    "values of every kind, under every key": everyValue,
    "thousands of writes, in large transactions": manyWrites,
    "a store that was closed": afterClose,
    "a hundred commits in one life": (script) => manyTurns(script, { lives: 1, commits: 120 }),
    "many lives, each with a power cut": (script) => manyTurns(script, { ending: "power cut" }),
    "many lives, each killed": (script) => manyTurns(script, { ending: "kill" }),
    "many lives, each closed": (script) => manyTurns(script, { ending: "close" }),
    "as many writes as a byte can count": countsOfWrites,
    "more than a buffer holds": muchAtOnce,
    "a few commits in each of some lives": (script) => manyTurns(script, { lives: 6, commits: 4 }),
  }),
]);

async function everyValue(script: MvccScript): Promise<void> {
  const store = await script.open();
  const names = Object.keys(values);
  const entries = [
    ...specialKeys.map((key, index) => [key, names[index % names.length] ?? "null"] as const),
    ...names.map((name) => [`value: ${name}`, name] as const),
  ];
  await script.does("commit a value of every kind", async () => {
    const writer = store.begin();
    for (const [key, name] of entries) writer.put(key, valueNamed(name));
    await writer.commit();
  });
  await script.powerCut();
  const reader = (await script.open()).begin();
  for (const [key, name] of entries) {
    const answer = reader.get(key);
    if (isDeepStrictEqual(answer, valueNamed(name))) continue;
    const what = `get ${keyInWords(key)}`;
    const wanted = shown(valueNamed(name));
    script.broken(
      what,
      `answered ${shown(answer)}, expected ${wanted}`,
      `${name} was put under ${keyInWords(key)} and committed, and it must come back equal after the crash.`,
    );
  }
}

async function manyWrites(script: MvccScript): Promise<void> {
  const store = await script.open();
  const expected = new Map<string, number>();
  for (let round = 0; round < 4; round++) {
    await script.does("commit a thousand writes", async () => {
      const writer = store.begin();
      for (let index = 0; index < 1000; index++) {
        const key = `key-${(round * 300 + index * 7) % 2000}`;
        if ((index + round) % 5 === 4) {
          writer.delete(key);
          expected.delete(key);
        } else {
          writer.put(key, round * 1000 + index);
          expected.set(key, round * 1000 + index);
        }
      }
      await writer.commit();
    });
  }
  await script.kill();
  const range = (await script.open()).begin().range();
  const wanted = [...expected].sort(([one], [other]) => (one < other ? -1 : 1));
  const wrong = wanted.findIndex((entry, index) => !isDeepStrictEqual(range[index], entry));
  if (wrong === -1 && range.length === wanted.length) return;
  const [key = "nothing more", value] = wanted[wrong] ?? [];
  script.broken(
    "range",
    `${range.length} keys, expected ${wanted.length}`,
    `After the kill ${key} must be ${shown(value)}, and the range holds ${shown(range[wrong])} in its place.`,
  );
}

async function afterClose(script: MvccScript): Promise<void> {
  const store = await script.open();
  await script.does("commit a=1", async () => {
    const writer = store.begin();
    writer.put("a", 1);
    await writer.commit();
  });
  const open = store.begin();
  open.put("b", 2);
  script.tell("put b=2", "not committed");
  await script.does("close", () => store.close());
  const range = (await script.open()).begin().range();
  if (isDeepStrictEqual(range, [["a", 1]])) return;
  script.broken(
    "range",
    `answered ${shown(range)}, expected a=1`,
    "What was committed must be there after close and open, and nothing else.",
  );
}

const endings = ["power cut", "kill", "close"] as const;

/** Whatever is numbered gets numbers of two and three digits. Lives end as said, or in each way in turn. */
async function manyTurns(
  script: MvccScript,
  {
    lives = 24,
    commits = 1,
    ending,
  }: { lives?: number; commits?: number; ending?: (typeof endings)[number] },
): Promise<void> {
  const expected = new Map<string, number>();
  let value = 0;
  for (let life = 1; life <= lives; life++) {
    const store = await script.open();
    for (let index = 0; index < commits; index++) {
      value++;
      expected.set("a", value).set(`b${value % 3}`, value);
      expected.delete(`b${(value + 1) % 3}`);
      await script.quietly(`commit a=${value}`, async () => {
        const writer = store.begin();
        writer.put("a", value);
        writer.put(`b${value % 3}`, value);
        writer.delete(`b${(value + 1) % 3}`);
        await writer.commit();
      });
    }
    script.tell(`commits up to a=${value}`, "answered ok");
    await endLife(script, store, ending ?? endings[life % endings.length] ?? "kill");
    const next = await script.open();
    const found = new Map(next.begin().range());
    if (!isDeepStrictEqual(found, expected))
      script.broken(
        "range",
        `answered ${entriesText(Object.fromEntries(found))}, expected ${entriesText(Object.fromEntries(expected))}`,
        `${life} lives have ended, and all commits up to a=${value} were answered.`,
      );
    await endLife(script, next, ending ?? "kill");
  }
}

async function endLife(
  script: MvccScript,
  store: MvccStore,
  ending: (typeof endings)[number],
): Promise<void> {
  if (ending === "power cut") await script.powerCut();
  else if (ending === "kill") await script.kill();
  else await script.does("close", () => store.close());
}

/** A log of some megabytes, which nobody reads in one piece; and one commit that is as large. */
async function muchAtOnce(script: MvccScript): Promise<void> {
  const store = await script.open();
  const text = (index: number): string => `${index},`.padEnd(65_536, "64 KiB of text. ");
  let index = 0;
  for (const writes of [...Array.from({ length: 24 }, () => 1), 70, 1]) {
    await script.quietly(`commit ${writes} values of 64 KiB`, async () => {
      const writer = store.begin();
      for (let write = 0; write < writes; write++) {
        writer.put(`k${index}`, text(index));
        index++;
      }
      await writer.commit();
    });
  }
  script.tell(`commits of ${index} values of 64 KiB`, "answered ok");
  await script.powerCut();
  const reader = (await script.open()).begin();
  for (let read = 0; read < index; read++)
    if (reader.get(`k${read}`) !== text(read))
      script.broken(
        `get k${read}`,
        "answered something else",
        `k${read} was put and committed, and after the power cut it is not what it was.`,
      );
}

const momentsMax = 12;

/** One of more than a megabyte: however it gets to the disk, a kill on the way leaves all of it or nothing. */
async function largeOnItsWay(stage: MvccStage): Promise<void> {
  const store = await stage.open();
  const values = 24;
  const large = Object.fromEntries(
    Array.from({ length: values }, (_, index) => [`k${index}`, `${index}`.padEnd(65_536, ".")]),
  );
  stage.call(`commit ${values} values of 64 KiB`, committing(store, large));
  for (let moment = 0; moment < momentsMax; moment++) {
    let calls = 0;
    await stage.settleAll(Stage.neverSyncsAtAll, () => calls++ > 0);
    const disk = new DiskPort(stage.port.state.afterKill());
    const next = await mvccStore.open(stage.exports, { disk, directory }, {});
    const found = next.begin().range().length;
    disk.fence();
    if (found !== 0 && found !== values)
      stage.broken(
        "a kill",
        `Killed now, the store holds ${found} of the ${values} keys of one commit after its next open.`,
      );
    if (Stage.neverSyncsAtAll(stage.gates.pending) === -1) return;
  }
}

/** Around every number at which a count may begin anew, and the most that there are. */
async function countsOfWrites(script: MvccScript): Promise<void> {
  const counts = [1, 127, 128, 255, 256, 257, 512, 999, 1000];
  for (const count of counts) {
    script.nextDisk(emptyDisk());
    const store = await script.open();
    await script.does(`commit of ${count} writes`, async () => {
      const writer = store.begin();
      for (let index = 0; index < count; index++) writer.put(`k${index}`, index);
      await writer.commit();
    });
    await script.powerCut();
    const found = (await script.open()).begin().range().length;
    if (found !== count)
      script.broken(
        "range",
        `${found} keys, expected ${count}`,
        `A commit of ${count} writes was answered, and after the power cut ${found} of them are there.`,
      );
  }
}
