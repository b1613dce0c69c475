import { describe, expect, it } from "vitest";
import { DiskPort, type Faults } from "#platform/testing/disk-port.ts";
import { type CrashPoint, forEachPowerCut, killKey, killStates } from "../crash-explorer.ts";
import { emptyDisk } from "./disk-subject.ts";
import { RecordingPace } from "./recovery.ts";

const bytes = Uint8Array.from({ length: 40 }, (_, index) => index);

function recording(faults: Faults = {}): { disk: DiskPort; pace: RecordingPace } {
  const state = emptyDisk();
  const pace = new RecordingPace(state);
  return { disk: new DiskPort(state, pace, faults), pace };
}

/** The calls under way at each moment kept; a moment that is foreseen stands in brackets. */
function told({ points }: RecordingPace): string[] {
  return points.map(({ underWay, isForeseen }) => {
    const calls = underWay.map(({ kind }) => kind).join(" ");
    return isForeseen ? `(${calls})` : calls;
  });
}

/** The keys of every disk that a crash here may leave. */
function leftBy(point: CrashPoint): string[] {
  const keys = killStates(point).map(({ state }) => `killed ${killKey(state)}`);
  forEachPowerCut(point, { names: "strict", sectorBytes: 16 }, ({ key }) => keys.push(key));
  return keys;
}

describe("a moment before a sync", () => {
  it("is foreseen by the change before it, which a crash may leave carried out", async () => {
    const { disk, pace } = recording();
    const file = await disk.open("store/log", { create: true });
    await file.append(bytes);
    await file.sync();
    await file.truncate(7);
    await file.sync();
    await disk.rename("store/log", "store/old");
    await disk.syncDirectory("store");
    expect(told(pace)).toEqual([
      "open",
      "append",
      "(sync)",
      "truncate",
      "(sync)",
      "rename",
      "(syncDirectory)",
    ]);
    for (const [index, point] of pace.points.entries()) {
      const before = pace.points[index - 1];
      if (!point.isForeseen || before === undefined) continue;
      expect(leftBy(before)).toEqual(expect.arrayContaining(leftBy(point)));
    }
  });

  it("is not foreseen by a sync", async () => {
    const { disk, pace } = recording();
    const file = await disk.open("store/log", { create: true });
    await file.append(bytes);
    await file.sync();
    await disk.syncDirectory("store");
    expect(told(pace).at(-1)).toBe("syncDirectory");
  });

  it("is not foreseen when it has company", async () => {
    const { disk, pace } = recording();
    const file = await disk.open("store/log", { create: true });
    await Promise.all([file.append(bytes), file.append(bytes), file.sync()]);
    await file.append(bytes);
    await Promise.all([file.sync(), file.append(bytes)]);
    const kept = [
      "open",
      "append append sync",
      "append sync",
      "sync",
      "append",
      "sync append",
      "append",
    ];
    expect(told(pace)).toEqual(kept);
  });

  it("is not foreseen by an append that ended half-way", async () => {
    const { disk, pace } = recording({ fullDisk: { append: 0, appends: 1, bytesKept: 9 } });
    const file = await disk.open("store/log", { create: true });
    await expect(file.append(bytes)).rejects.toThrow("full");
    await file.sync();
    expect(told(pace)).toEqual(["open", "append", "sync"]);
  });

  it("is not foreseen by a moment that was not kept", async () => {
    const { disk, pace } = recording();
    const file = await disk.open("store/log", { create: true });
    pace.isRecording = false;
    await file.append(bytes);
    pace.isRecording = true;
    await file.sync();
    expect(told(pace)).toEqual(["open", "sync"]);
  });
});
