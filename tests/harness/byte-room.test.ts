import { describe, expect, it } from "vitest";
import { roomFor } from "#platform/testing/byte-room.ts";

const lengths = [0, 1, 64, 100, 4096, 4097, 70_000];

describe("room for bytes", () => {
  it("is so many zeros, also where others have written before", () => {
    for (let round = 0; round < 40; round++) {
      for (const length of lengths) {
        const room = roomFor(length);
        expect(room.length).toBe(length);
        expect(room.every((byte) => byte === 0)).toBe(true);
        room.fill(0xff);
      }
    }
  });

  it("is shared with nobody", () => {
    const rooms = Array.from({ length: 200 }, (_, index) => {
      const room = roomFor(lengths[index % lengths.length] ?? 0);
      return room.fill(index);
    });
    for (const [index, room] of rooms.entries())
      expect(room.every((byte) => byte === index)).toBe(true);
  });
});
