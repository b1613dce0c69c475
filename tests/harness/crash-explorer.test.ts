import { describe, expect, it } from "vitest";
import type { DiskCall } from "#platform/testing/disk-port.ts";
import { DiskState } from "#platform/testing/disk-state.ts";
import { forEachPowerCut, imageKey, killKey, killStates } from "./crash-explorer.ts";

const path = "store/log";
const options = { names: "core", sectorBytes: 16 } as const;
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

function withFile(): { state: DiskState; file: number } {
  const state = DiskState.fromImage({ directories: ["store"], files: new Map([[path, bytes()]]) });
  return { state, file: state.openFile(path, false) };
}

function append(file: number, ...values: number[]): DiskCall {
  return { kind: "append", path, file, bytes: bytes(...values) };
}

function powerCuts(state: DiskState, underWay: DiskCall[]): string[] {
  const seen: string[] = [];
  forEachPowerCut({ state, underWay }, options, ({ image }) =>
    seen.push((image.files.get(path) ?? []).join()),
  );
  return seen;
}

describe("a power cut", () => {
  it("finds calls under way carried out, partly, or not at all", () => {
    const { state, file } = withFile();
    const seen = powerCuts(state, [append(file, 1, 2)]);
    for (const content of ["1,2", "", "0,0"]) expect(seen).toContain(content);
  });

  it("finds nothing made durable by a sync under way", () => {
    const { state, file } = withFile();
    state.append(file, bytes(1));
    const sync: DiskCall = { kind: "sync", path, file, order: state.newestOrder };
    expect(powerCuts(state, [sync])).toContain("");
  });

  it("finds a cut of the file under way made or not", () => {
    const { state, file } = withFile();
    state.append(file, bytes(1, 2));
    state.syncFile(file, state.newestOrder);
    const seen = powerCuts(state, [{ kind: "truncate", path, file, length: 1 }]);
    expect(new Set(seen)).toEqual(new Set(["1", "1,2"]));
  });

  it("leaves the disk of the running life as it is", () => {
    const { state, file } = withFile();
    powerCuts(state, [append(file, 1)]);
    expect(state.file(file).length).toBe(0);
  });
});

describe("a kill", () => {
  it("finds everything that settled, with each prefix of the calls under way or one of them alone", () => {
    const { state, file } = withFile();
    state.append(file, bytes(1));
    const killed = killStates({ state, underWay: [append(file, 2), append(file, 3)] });
    const contents = killed.map((one) => (one.state.contents().get(path) ?? []).join());
    expect(contents).toEqual(["1", "1,2", "1,2,3", "1,3"]);
    expect(killed[1]?.what).toBe("append store/log had its effect");
  });

  it("leaves locks free and what was unsynced unsynced", () => {
    const { state, file } = withFile();
    state.locks.add("store");
    state.append(file, bytes(1));
    const [killed] = killStates({ state, underWay: [] });
    const next = killed?.state.copy() ?? expect.unreachable();
    expect(next.locks.size).toBe(0);
    expect(powerCuts(next, [])).toContain("");
  });

  it("forgives a call under way that could not have succeeded", () => {
    const { state } = withFile();
    const underWay: DiskCall[] = [{ kind: "remove", path: "store/absent" }];
    expect(killStates({ state, underWay }).length).toBe(2);
  });
});

describe("the key of an image", () => {
  const keyOf = (files: Record<string, number[]>, directories: string[] = []): string =>
    imageKey({
      directories,
      files: new Map(Object.entries(files).map(([name, content]) => [name, bytes(...content)])),
    });

  it("is the same whatever order the files come in", () => {
    expect(keyOf({ a: [1], b: [2] })).toBe(keyOf({ b: [2], a: [1] }));
  });

  it("differs with any byte, length, name or division among files", () => {
    const keys = [
      keyOf({}),
      keyOf({ a: [] }),
      keyOf({ a: [0] }),
      keyOf({ a: [0, 0] }),
      keyOf({ a: [1] }),
      keyOf({ b: [1] }),
      keyOf({ a: [1], b: [] }),
      keyOf({ a: [], b: [1] }),
      keyOf({ ab: [1] }),
      keyOf({ a: [1] }, ["a"]),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("differs for many images that differ in few bytes", () => {
    const keys = new Set<string>();
    const content = new Uint8Array(40);
    const image = { directories: [], files: new Map([[path, content]]) };
    for (let count = 0; count < 50_000; count++) {
      [content[5], content[17], content[39]] = [
        count & 0xff,
        (count >> 4) & 0xff,
        (count >> 8) & 0xff,
      ];
      keys.add(imageKey(image));
    }
    expect(keys.size).toBe(50_000);
  });
});

describe("the key of a killed disk", () => {
  it("tells apart disks that read alike but would not survive a power cut alike", () => {
    const { state, file } = withFile();
    state.append(file, bytes(1));
    const unsynced = killKey(state);
    const failed = state.copy();
    failed.giveUp(file, failed.newestOrder);
    const synced = state.copy();
    synced.syncFile(file, synced.newestOrder);
    expect(new Set([unsynced, killKey(failed), killKey(synced)]).size).toBe(3);
    expect(killKey(state.copy())).toBe(unsynced);
  });

  it("tells apart a name that is durable from one that is not", () => {
    const { state } = withFile();
    state.openFile("store/new", true);
    const before = killKey(state);
    state.syncDirectory("store", state.newestOrder);
    expect(killKey(state)).not.toBe(before);
  });
});
