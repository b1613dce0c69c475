/**
 * Life after life is cut off in its flush or in its open, in which much is written again of what came in once; then one
 * open is left to finish, and what lies in the directory when the disk has nothing more to do is measured.
 */
import type { LsmTree } from "#katas/lsm-tree/contract.ts";
import { type Random, seededRandom } from "#platform/random.ts";
import { DiskState } from "#platform/testing/disk-state.ts";
import { forEachPowerCut } from "../../harness/crash-explorer.ts";
import type { Answer } from "../../harness/on-disk/stage.ts";
import { type Stage, staged } from "../searches.ts";

interface Plan {
  lives: number;
  crash: "kill" | "power cut";
  cutOff: "flush" | "open";
}

const bigKeys = 3;
const valueSize = 12_000;

/** What the brief allows for each write besides its bytes, and in any case. */
const overheadBytes = 64;
const roomBytes = 64 * 1024;

export const orphansAreRemoved = staged("lsm-tree/orphans-are-removed", {
  "lives killed in their flushes": (stage) =>
    measure(stage, { lives: 150, crash: "kill", cutOff: "flush" }),
  "lives killed while they open": (stage) =>
    measure(stage, { lives: 150, crash: "kill", cutOff: "open" }),
  "lives that lost their power in their flushes": (stage) =>
    measure(stage, { lives: 60, crash: "power cut", cutOff: "flush" }),
  "lives that lost their power while they opened": (stage) =>
    measure(stage, { lives: 60, crash: "power cut", cutOff: "open" }),
});

async function measure(stage: Stage, { lives, crash, cutOff }: Plan): Promise<void> {
  const random = seededRandom(stage.seed);
  let bytes = 0;
  let puts = 0;
  const write = async (tree: LsmTree, keys: number, size: number): Promise<void> => {
    for (let index = 0; index < keys; index++) {
      const [key, value] = [`key ${index}`, `${puts}:`.padEnd(size, "x")];
      bytes += key.length + value.length;
      puts++;
      await tree.put(key, value);
    }
  };
  /** Whether the large values may lie in a table already, so that a flush would write little. */
  let isFlushed = true;
  stage.quiet(true);
  for (let life = 0; life < lives; life++) {
    const opening = stage.opens();
    await settle(stage, cutOff === "open" && life > 0 ? random.below(16) : Infinity, opening);
    if (opening.state === "resolved") {
      const tree = opening.value as LsmTree;
      if (isFlushed || cutOff === "open") {
        await settle(
          stage,
          Infinity,
          stage.call("puts", () => write(tree, bigKeys, valueSize)),
        );
        isFlushed = false;
      } else
        await settle(
          stage,
          Infinity,
          stage.call("a put", () => write(tree, 1, 3)),
        );
      if (cutOff === "flush") {
        const flush = stage.call("flush", () => tree.flush());
        await settle(stage, random.below(10), flush);
        isFlushed = flush.state === "resolved";
      }
    } else if (opening.state === "rejected") {
      // That it opens is another promise.
      stage.missed("the tree did not open");
    }
    await cut(stage, crash, random);
  }
  stage.quiet(false);
  const how = cutOff === "flush" ? "most of them in a flush" : "most of them in their open";
  stage.tell(
    `${lives} lives with ${puts} puts of ${bytes} bytes`,
    `each ended by a ${crash}, ${how}`,
  );
  await stage.open();
  await stage.settleAll();
  const bound = 4 * (bytes + overheadBytes * puts) + roomBytes;
  const held = [...stage.port.state.sizes().values()].reduce((sum, size) => sum + size, 0);
  stage.tell("open", `the directory holds ${held} bytes, allowed are ${bound}`);
  if (held <= bound) return;
  const therefore = `After ${lives} lives that were cut off, and an open, the directory holds ${held} bytes; for ${puts} writes of ${bytes} bytes at most ${bound} are allowed.`;
  stage.broken(`${held} bytes`, therefore);
}

/** Lets the disk answer so many calls, or until this one is answered. */
async function settle(stage: Stage, steps: number, answer: Answer): Promise<void> {
  let step = 0;
  await stage.settleAll(undefined, () => step++ >= steps || answer.state !== "pending");
  if (steps === Infinity && answer.state === "pending")
    stage.hung(`${answer.what} was never answered`);
}

async function cut(stage: Stage, crash: Plan["crash"], random: Random): Promise<void> {
  const point = { state: stage.port.state.copy(), underWay: stage.gates.underWay() };
  if (crash === "kill") {
    await stage.kill();
    return;
  }
  const cuts: (() => DiskState)[] = [];
  forEachPowerCut(point, { names: "core", sectorBytes: 64 }, ({ image }) => {
    cuts.push(() => DiskState.fromImage(image));
  });
  const chosen = cuts[random.below(cuts.length)] ?? (() => point.state.afterKill());
  await stage.kill();
  stage.nextLife(chosen());
}
