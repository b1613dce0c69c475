/**
 * Small segments, compactions in between and at the same time, and every crash, with and without one
 * disk error before it.
 */
import { kata } from "#katas/durable-kv/kata.ts";
import { together } from "../../harness/experiment.ts";
import { emptyDisk } from "../../harness/on-disk/disk-subject.ts";
import { compacting, keyBytes, valueBytes } from "../adapter.ts";
import { type Script, scripted } from "../script.ts";
import { livesOf, hunting, staged } from "../searches.ts";
import { busyLives } from "../compaction-under-way.ts";
import { manyClients, oneClient, secondLife } from "../../harness/key-value/hunting.ts";
import type { Operation } from "../../harness/key-value/workload.ts";
import type { Faults } from "#platform/testing/disk-port.ts";
import type { Phase } from "../../harness/check.ts";

const keys = ["a", "b", "c"];
const put = (key: string, value: number, size: number): Operation => ({
  kind: "put",
  key,
  value,
  size,
});

const faultOf = (index: number): Faults | null => {
  const at = Math.floor(index / 4);
  if (index % 4 === 1) return { failSync: 2 + (at % 9) };
  if (index % 4 === 3)
    return at % 2 === 0
      ? { failCall: 12 + ((at * 5) % 50) }
      : {
          fullDisk: { append: 2 + (at % 8), appends: at % 4 === 1 ? 1 : 1000, bytesKept: at % 30 },
        };
  return null;
};

/** Each case looks at crashes; in turn they look at what may come after one. */
const phasesOf = (index: number): Phase[] => {
  const later: Phase[] = ["kill, then power cut", "second crash", "crash in recovery"];
  return ["crash", "second life", later[index % 3] ?? "second crash"];
};

export const compactionSurvivesCrashes = together(
  "durable-kv/compaction-survives-crashes",
  kata.version,
  [
    hunting({
      promise: "durable-kv/compaction-survives-crashes",
      hunt: {
        wants: ["lost", "invented", "refused", "hidden", "unsettled"],
        phases: [
          "crash",
          "second life",
          "second crash",
          "kill, then power cut",
          "crash in recovery",
        ],
        names: "strict",
        errorsInRecovery: true,
      },
      cases: 60,
      always: [
        {
          clients: [
            [
              put("a", 1, 500),
              put("b", 2, 500),
              put("a", 3, 500),
              { kind: "delete", key: "b" },
              { kind: "compact" },
              put("c", 4, 500),
            ],
          ],
          second: [...secondLife(keys), { kind: "compact" }],
          thinning: 4,
          options: { segmentBytesMax: 1024 },
          sectorBytes: 64,
        },
        // One of these syncs is the one that the compaction needs.
        ...[1, 2, 3].map((failSync) => ({
          clients: [[put("a", 1, 500), { kind: "compact" } satisfies Operation]],
          phases: ["crash"] satisfies Phase[],
          options: { segmentBytesMax: 1024 },
          sectorBytes: 64,
          faults: { failSync },
        })),
      ],
      draw: (random, index) => {
        const faults = faultOf(index);
        const shared = {
          second: [...secondLife(keys), { kind: "compact" } as const],
          phases: phasesOf(index),
          thinning: 24,
          options: { segmentBytesMax: 1024 },
          sectorBytes: 64,
          ...(faults === null ? {} : { faults }),
        };
        if (index % 2 === 0) {
          const mix = {
            operations: 10,
            keys,
            gets: 0,
            deletes: 0.2,
            others: compacting(0.15),
            sizes: [100, 300, 500],
          };
          const [operations = []] = oneClient(random, mix);
          operations.splice(5 + (index % 4), 0, { kind: "compact" });
          return { clients: [operations], ...shared };
        }
        const mix = { operations: 4, keys, gets: 0, deletes: 0.2, sizes: [200, 500] };
        const clients = [
          ...manyClients(random, 2, mix),
          [{ kind: "compact" }, { kind: "compact" }] satisfies Operation[],
        ];
        return { clients, draw: { index, seed: random.below(1_000_000) }, ...shared };
      },
    }),
    livesOf({
      promise: "durable-kv/compaction-survives-crashes",
      crash: "power cut",
      deletes: 0.25,
      names: "strict",
      cases: 120,
      others: compacting(0.3),
      sizes: [60, 300, 500],
      options: { segmentBytesMax: 1024 },
    }),
    staged("durable-kv/compaction-survives-crashes", { "one busy life after another": busyLives }),
    scripted("durable-kv/compaction-survives-crashes", {
      "one call fails, and then the power": oneCallFails,
    }),
  ],
);

const callsMax = 120;
const faultInWords = {
  failCall: "call",
  failSync: "sync of a file",
  failDirectorySync: "sync of the directory",
} as const;

/**
 * Each call of a life of a few segments and a compaction fails in turn, each sync of a file and of the
 * directory too; what was answered nevertheless survives the loss of whatever no sync has covered.
 */
async function oneCallFails(script: Script): Promise<void> {
  const options = { segmentBytesMax: 1024 };
  for (const fault of ["failCall", "failSync", "failDirectorySync"] as const) {
    for (let at = 0; at < callsMax; at++) {
      script.nextDisk(emptyDisk(), { [fault]: at });
      const { port } = script;
      const opened = await script.settles("open", () => script.opens(options));
      if (opened.how === "rejected") continue;
      const store = opened.value;
      const answered: string[] = [];
      for (let index = 0; index < 8; index++) {
        if (index === 5) await script.settles("compact", () => store.compact());
        const key = `k${index}`;
        const put = await script.settles(`put ${key}`, () =>
          store.put(keyBytes(key), valueBytes(index, 500)),
        );
        if (put.how === "resolved") answered.push(key);
      }
      if (!port.faulted) break;
      script.tell(
        `${faultInWords[fault]} ${at + 1} fails`,
        `${answered.length} of 8 puts answered`,
      );
      await script.powerCut();
      const reopened = await script.open(options);
      for (const key of answered)
        await script.showsQuietly(reopened, keyBytes(key), valueBytes(Number(key.slice(1)), 500));
    }
  }
}
