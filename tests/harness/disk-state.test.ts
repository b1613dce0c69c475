import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type CrashImage,
  forEachCrashImage,
  type NameProfile,
} from "#platform/testing/crash-images.ts";
import { DiskState } from "#platform/testing/disk-state.ts";

const path = "store/log";

function emptyStore(): DiskState {
  return DiskState.fromImage({ directories: ["store"], files: new Map() });
}

/** A disk with one durable, empty file. */
function withFile(): { state: DiskState; file: number } {
  const state = DiskState.fromImage({
    directories: ["store"],
    files: new Map([[path, new Uint8Array(0)]]),
  });
  return { state, file: state.openFile(path, false) };
}

function imagesOf(state: DiskState, names: NameProfile = "core", sectorBytes = 4): CrashImage[] {
  const images: CrashImage[] = [];
  forEachCrashImage(state, { names, sectorBytes }, (image) => images.push(image));
  return images;
}

/** Each image's bytes of the log, as "61 62 63"; "absent" without the name. */
function logs(state: DiskState, sectorBytes = 4): string[] {
  return imagesOf(state, "core", sectorBytes).map(({ image }) => hex(image.files.get(path)));
}

/** Each image's names, as "a b". */
function namesLeft(state: DiskState, profile: NameProfile): string[] {
  const texts = imagesOf(state, profile).map(({ image }) =>
    [...image.files.keys()].sort().join(" "),
  );
  return [...new Set(texts)].map((text) => text.replaceAll("store/", ""));
}

function hex(bytes: Uint8Array | undefined): string {
  return bytes === undefined
    ? "absent"
    : Buffer.from(bytes)
        .toString("hex")
        .replaceAll(/(..)(?!$)/g, "$1 ");
}

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const syncNow = (state: DiskState, file: number): void => state.syncFile(file, state.newestOrder);

describe("bytes that no sync covers", () => {
  it("are there after a power cut, or not, or partly", () => {
    const { state, file } = withFile();
    state.append(file, bytes(1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
    const left = logs(state);
    expect(left).toContain("01 02 03 04 05 06 07 08 09 0a");
    expect(left).toContain("");
  });

  it("tear after a sector of the file, wherever the write begins", () => {
    const { state, file } = withFile();
    state.append(file, bytes(1, 2, 3));
    syncNow(state, file);
    state.append(file, bytes(4, 5, 6, 7, 8, 9));
    expect(logs(state)).toContain("01 02 03 04");
    expect(logs(state)).toContain("01 02 03 04 05 06 07 08");
    expect(logs(state)).not.toContain("01 02 03 04 05");
  });

  it("may miss a sector in the middle while later ones are there", () => {
    const { state, file } = withFile();
    state.append(file, bytes(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12));
    expect(logs(state)).toContain("01 02 03 04 00 00 00 00 09 0a 0b 0c");
    expect(logs(state)).toContain("00 00 00 00 05 06 07 08 09 0a 0b 0c");
    expect(logs(state)).toContain("01 02 03 04 05 06 07 08 00 00 00 00");
  });

  it("may be zeros although the file has grown", () => {
    const { state, file } = withFile();
    state.append(file, bytes(1, 2, 3));
    expect(logs(state)).toContain("00 00 00");
  });

  it("may be garbage, in part or whole, the same each time", () => {
    const { state, file } = withFile();
    state.append(file, new Uint8Array(8).fill(7));
    const garbled = logs(state).filter((text) => /[^07 ]/.test(text));
    expect(garbled.some((text) => text.startsWith("07 07 07 07"))).toBe(true);
    expect(garbled.some((text) => !text.includes("07 07"))).toBe(true);
    expect(logs(state)).toEqual(logs(state));
  });

  it("an earlier append may be missing while a later one is there", () => {
    const { state, file } = withFile();
    for (const value of [1, 2, 3]) state.append(file, bytes(value));
    const left = logs(state);
    for (const text of ["01", "01 02", "00 02 03", "01 00 03", "00 00 03", "00 02"])
      expect(left).toContain(text);
  });

  it("a cut of the file may be undone, and what came after it kept", () => {
    const { state, file } = withFile();
    state.append(file, bytes(1, 2, 3, 4));
    syncNow(state, file);
    state.truncate(file, 1);
    state.append(file, bytes(9));
    const left = logs(state);
    for (const text of ["01 09", "01", "01 02 03 04", "01 09 03 04"]) expect(left).toContain(text);
  });

  it("of two files are lost independently of each other", () => {
    const state = emptyStore();
    const files = ["store/a", "store/b"].map((name) => state.openFile(name, true));
    state.syncDirectory("store", state.newestOrder);
    for (const file of files) state.append(file, bytes(1));
    const left = imagesOf(state).map(({ image }) =>
      ["a", "b"].map((name) => image.files.get(`store/${name}`)?.length).join(),
    );
    for (const lengths of ["1,1", "0,0", "1,0", "0,1"]) expect(left).toContain(lengths);
  });
});

describe("a sync", () => {
  it("makes bytes durable, whatever comes later", () => {
    const { state, file } = withFile();
    state.append(file, bytes(1, 2));
    syncNow(state, file);
    expect(logs(state)).toEqual(["01 02"]);
    state.append(file, bytes(3));
    for (const text of logs(state)) expect(text).toMatch(/^01 02/);
  });

  it("covers what had settled when it was called, not what settled while it ran", () => {
    const { state, file } = withFile();
    state.append(file, bytes(1));
    const called = state.newestOrder;
    state.append(file, bytes(2));
    state.syncFile(file, called);
    expect(logs(state)).toContain("01");
    for (const text of logs(state)) expect(text).toMatch(/^01/);
  });

  it("covers one file and not another, and no name", () => {
    const state = emptyStore();
    const one = state.openFile(path, true);
    const other = state.openFile("store/other", true);
    state.append(one, bytes(1));
    state.append(other, bytes(2));
    syncNow(state, one);
    expect(logs(state)).toContain("absent");
    const named = imagesOf(state).filter(({ image }) => image.files.has(path));
    expect(new Set(named.map(({ image }) => hex(image.files.get(path))))).toEqual(new Set(["01"]));
    expect(imagesOf(state).some(({ image }) => image.files.get("store/other")?.length === 0)).toBe(
      true,
    );
  });
});

describe("a failed sync", () => {
  it("leaves its bytes readable, and no later sync makes them durable", () => {
    const { state, file } = withFile();
    state.append(file, bytes(1, 2));
    state.giveUp(file, state.newestOrder);
    expect(hex(state.contents().get(path))).toBe("01 02");
    syncNow(state, file);
    expect(logs(state)).toContain("");
    state.append(file, bytes(3));
    syncNow(state, file);
    expect(hex(state.contents().get(path))).toBe("01 02 03");
    expect(logs(state)).toContain("00 00 03");
    expect(logs(state)).toContain("01 02 03");
  });

  it("takes nothing back from an earlier sync", () => {
    const { state, file } = withFile();
    state.append(file, bytes(1));
    syncNow(state, file);
    state.append(file, bytes(2));
    state.giveUp(file, state.newestOrder);
    for (const text of logs(state)) expect(text).toMatch(/^01/);
  });

  it("does not let bytes that were cut off return over what was synced in their place", () => {
    const { state, file } = withFile();
    state.append(file, bytes(1, 2, 3, 4));
    state.truncate(file, 1);
    state.giveUp(file, state.newestOrder);
    state.append(file, bytes(8, 9));
    syncNow(state, file);
    for (const text of logs(state)) expect(text).toMatch(/^.. 08 09$/);
  });

  it("that gave up a cut leaves it undone however often the file is synced later", () => {
    const { state, file } = withFile();
    state.append(file, bytes(1, 2, 3, 4));
    syncNow(state, file);
    state.truncate(file, 1);
    state.giveUp(file, state.newestOrder);
    syncNow(state, file);
    state.append(file, bytes(9));
    syncNow(state, file);
    expect(hex(state.contents().get(path))).toBe("01 09");
    expect(logs(state)).toEqual(["01 09 03 04"]);
  });
});

describe("names", () => {
  it("of the core profile are lost from the end: a prefix of the operations is there", () => {
    const state = emptyStore();
    for (const name of ["a", "b", "c"]) state.openFile(`store/${name}`, true);
    expect(new Set(namesLeft(state, "core"))).toEqual(new Set(["a b c", "a b", "a", ""]));
  });

  it("of the strict profile may miss any single operation", () => {
    const state = emptyStore();
    for (const name of ["a", "b", "c"]) state.openFile(`store/${name}`, true);
    expect(new Set(namesLeft(state, "strict"))).toEqual(
      new Set(["a b c", "a b", "a", "", "b c", "a c"]),
    );
  });

  it("a rename is whole or not at all, and says nothing about the bytes", () => {
    const { state } = withFile();
    const next = state.openFile("store/next", true);
    state.append(next, bytes(7));
    state.syncDirectory("store", state.newestOrder);
    state.rename("store/next", path);
    const left = imagesOf(state).map(({ image }) =>
      [...image.files]
        .map(([name, content]) => `${name.slice(6)}=${hex(content)}`)
        .sort()
        .join(" "),
    );
    expect(new Set(left.filter((text) => !/log=[^07 ]/.test(text)))).toEqual(
      new Set(["log=07", "log=", "log= next=", "log= next=07", "log=00"]),
    );
  });

  it("a removed file may be there again, with its bytes", () => {
    const { state, file } = withFile();
    state.append(file, bytes(1));
    syncNow(state, file);
    state.remove(path);
    expect(new Set(logs(state))).toEqual(new Set(["absent", "01"]));
  });

  it("a directory sync covers what had settled when it was called", () => {
    const state = emptyStore();
    state.openFile("store/a", true);
    const called = state.newestOrder;
    state.openFile("store/b", true);
    state.syncDirectory("store", called);
    expect(new Set(namesLeft(state, "strict"))).toEqual(new Set(["a b", "a"]));
  });

  it("a directory is there only after a sync of the one above it", () => {
    const state = emptyStore();
    state.makeDirectory("store/below");
    state.openFile("store/below/file", true);
    state.syncDirectory("store/below", state.newestOrder);
    const left = imagesOf(state).map(({ image }) => image.directories.join());
    expect(new Set(left)).toEqual(new Set(["store,store/below", "store"]));
    state.syncDirectory("store", state.newestOrder);
    expect(imagesOf(state).map(({ image }) => [...image.files.keys()].join())).toEqual([
      "store/below/file",
    ]);
  });

  it("a file may not take the name of a directory", () => {
    const state = emptyStore();
    state.makeDirectory("store/below");
    state.openFile("store/file", true);
    expect(() => state.rename("store/file", "store/below")).toThrow("is a directory");
    expect(() => state.openFile("store/below", true)).toThrow("is a directory");
    expect(() => state.openFile("", true)).toThrow("is a directory");
  });
});

describe("losses are told in words", () => {
  it("nothing is said of an image that has everything", () => {
    const { state, file } = withFile();
    state.append(file, bytes(1, 2));
    expect(imagesOf(state)[0]?.losses()).toEqual([]);
  });

  it("bytes, names and tears are named", () => {
    const state = emptyStore();
    const file = state.openFile(path, true);
    state.append(file, bytes(1, 2, 3, 4, 5, 6));
    const told = imagesOf(state).flatMap(({ losses }) =>
      losses().map(({ where, what }) => `${where} ${what}`),
    );
    expect(told).toContain("store loses the name log");
    expect(told).toContain("store/log loses bytes 0–5");
    expect(told).toContain("store/log keeps 0–3 of bytes 0–5");
    expect(told).toContain("store/log has zeros at 4–5 of bytes 0–5");
  });
});

// ── Against an obvious model ──────────────────────────────────────────────────────────────────

interface ModelByte {
  value: number;
  order: number;
  state: "unsynced" | "given up" | "safe";
}

/** One disk with one file; what reads see, and which bytes a power cut must leave, copied byte by byte. */
interface Pair {
  real: DiskState;
  visible: ModelByte[];
}

type Step =
  | { kind: "append"; disk: number; values: number[] }
  | { kind: "truncate" | "sync" | "give up"; disk: number; amount: number }
  | { kind: "copy" | "power cut"; disk: number };

const disk = fc.nat(9);
const amount = fc.double({ min: 0, max: 1, noNaN: true });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("append" as const),
      disk,
      values: fc.array(fc.integer({ min: 1, max: 255 }), { maxLength: 9 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constantFrom("truncate", "sync", "give up"), disk, amount }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("copy", "power cut"), disk }) },
);

function apply(pairs: Pair[], command: Step): void {
  const pair = pairs[command.disk % pairs.length];
  if (pair === undefined) return;
  const { real, visible } = pair;
  const file = real.openFile(path, false);
  if (command.kind === "append") {
    real.append(file, Uint8Array.from(command.values));
    const order = real.newestOrder;
    visible.push(
      ...command.values.map((value): ModelByte => ({ value, order, state: "unsynced" })),
    );
  } else if (command.kind === "truncate") {
    visible.length = Math.floor(command.amount * visible.length);
    real.truncate(file, visible.length);
  } else if (command.kind === "sync" || command.kind === "give up") {
    const order = Math.round(command.amount * real.newestOrder);
    const becomes = command.kind === "sync" ? "safe" : "given up";
    if (command.kind === "sync") real.syncFile(file, order);
    else real.giveUp(file, order);
    for (const byte of visible)
      if (byte.state === "unsynced" && byte.order <= order) byte.state = becomes;
  } else if (command.kind === "copy") {
    pairs.push({ real: real.copy(), visible: visible.map((byte) => ({ ...byte })) });
  } else {
    const images = imagesOf(real);
    const left = images[Math.min(1, images.length - 1)]?.image;
    if (left === undefined) return;
    const content = [...(left.files.get(path) ?? [])];
    pairs.push({
      real: DiskState.fromImage(left),
      visible: content.map((value) => ({ value, order: 0, state: "safe" })),
    });
  }
}

describe("whatever is done to a disk and its copies", () => {
  const history = fc.array(step, { minLength: 1, maxLength: 25 });

  it("each reads what was written to it, and nothing that was written to another", () => {
    fc.assert(
      fc.property(history, (commands) => {
        const pairs: Pair[] = [{ real: withFile().state, visible: [] }];
        for (const command of commands) {
          apply(pairs, command);
          for (const { real, visible } of pairs) {
            expect([...(real.contents().get(path) ?? [])]).toEqual(
              visible.map((byte) => byte.value),
            );
          }
        }
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  it("every image of a power cut has every byte that a sync has covered", () => {
    fc.assert(
      fc.property(history, (commands) => {
        const pairs: Pair[] = [{ real: withFile().state, visible: [] }];
        for (const command of commands) apply(pairs, command);
        for (const { real, visible } of pairs) {
          for (const { image } of imagesOf(real)) {
            const content = image.files.get(path);
            for (const [position, { value, state }] of visible.entries()) {
              if (state === "safe") expect(content?.[position]).toBe(value);
            }
          }
        }
      }),
      { numRuns: 400, seed: 2 },
    );
  });

  it("images that were taken stay as they were while the disk goes on", () => {
    fc.assert(
      fc.property(history, history, (before, after) => {
        const pairs: Pair[] = [{ real: withFile().state, visible: [] }];
        for (const command of before) apply(pairs, command);
        const taken = pairs.flatMap(({ real }) => imagesOf(real));
        const contents = (): string[] => taken.map(({ image }) => hex(image.files.get(path)));
        const then = contents();
        for (const command of after) apply(pairs, command);
        expect(contents()).toEqual(then);
      }),
      { numRuns: 100, seed: 3 },
    );
  });
});
