import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeToken, encodeToken, promiseHash } from "./token.ts";

const id = "durable-kv/acked-writes-survive";
const content = {
  clients: [[{ kind: "put", key: "a", value: 1, size: 20 }]],
  schedule: [0, 2, 1],
  sectorBytes: 16,
};
const token = encodeToken(3, id, content);

describe("a token", () => {
  it("gives back what it was made from", () => {
    expect(decodeToken(token)).toEqual({ version: 3, promise: promiseHash(id), content });
  });

  it("gives back any plain data", () => {
    fc.assert(
      fc.property(fc.nat(), fc.jsonValue(), (version, value) => {
        const read = decodeToken(encodeToken(version, id, value));
        expect(read).toEqual({
          version,
          promise: promiseHash(id),
          content: JSON.parse(JSON.stringify(value)) as unknown,
        });
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  it("is one word, made of what survives a command line", () => {
    expect(token).toMatch(/^[\w.-]+$/);
  });

  it("may be pasted with spaces around it", () => {
    expect(decodeToken(` ${token}\n`)).toEqual(decodeToken(token));
  });

  it("is the same each time", () => {
    expect(encodeToken(3, id, structuredClone(content))).toBe(token);
  });
});

describe("a damaged token is refused with a sentence", () => {
  it("wherever it was cut off", () => {
    for (let length = 0; length < token.length; length++) {
      expect(decodeToken(token.slice(0, length))).toHaveProperty("problem");
    }
  });

  it("whichever character was changed", () => {
    for (let at = 0; at < token.length; at++) {
      for (const other of ["A", "b", "7"]) {
        if (token[at] === other) continue;
        const changed = `${token.slice(0, at)}${other}${token.slice(at + 1)}`;
        expect(decodeToken(changed), changed).toHaveProperty("problem");
      }
    }
  });

  it.each(["", "nonsense", "1", "1.3fa9", "1.3fa9.", "a.b.c", "1.3fa9.!!!!", "../../etc/passwd"])(
    "%j",
    (text) => {
      expect(decodeToken(text)).toEqual({ problem: expect.stringContaining("token") as string });
    },
  );

  it("also when it holds more than any history does", () => {
    const bomb = encodeToken(1, id, "0".repeat(2 << 20));
    expect(decodeToken(bomb)).toHaveProperty("problem");
  });
});
