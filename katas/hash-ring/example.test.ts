/**
 * The visible tests: how to run the ring and what a failure looks like.
 * The grade tries much more; these are for reading, and for copying into your own test file.
 *
 * `#subject` is your file. A test that is red prints its name, what was expected, what came, and the line.
 */
import { expect, test } from "vitest";
import * as file from "#subject";
import type { HashRing, Subject } from "./contract.ts";

const subject = file as Subject;
const { createHashRing } = subject;
const level = levelOf(subject);
const keys = Array.from({ length: 1000 }, (_, index) => `key-${index}`);

test("a key has three different owners", () => {
  const { nodes, isShort } = ringOf(["a", "b", "c", "d", "e"]).get("colour");
  expect(nodes).toHaveLength(3);
  expect(new Set(nodes).size).toBe(3);
  expect(isShort).toBe(false);
});

test("two nodes cannot give three owners, and the answer says so", () => {
  const { nodes, isShort } = ringOf(["a", "b"]).get("colour");
  expect([...nodes].sort()).toEqual(["a", "b"]);
  expect(isShort).toBe(true);
});

test("a ring without nodes answers, too", () => {
  expect(createHashRing().get("colour")).toEqual({ nodes: [], isShort: true });
});

test("the order of joining does not matter", () => {
  const ring = ringOf(["a", "b", "c", "d"]);
  const other = ringOf(["d", "b", "a", "c"]);
  for (const key of keys) expect(other.get(key).nodes, key).toEqual(ring.get(key).nodes);
});

test("when the first owner leaves, the second takes over", () => {
  const ring = ringOf(["a", "b", "c", "d"]);
  const [first = "", second] = ring.get("colour").nodes;
  expect(ring.remove(first)).toBe(true);
  expect(ring.get("colour").nodes[0]).toBe(second);
});

test("a member that is added again changes nothing", () => {
  const ring = ringOf(["a", "b", "c", "d"]);
  const before = keys.map((key) => ring.get(key).nodes);
  expect(ring.add("b")).toBe(false);
  expect(keys.map((key) => ring.get(key).nodes)).toEqual(before);
});

test.runIf(level >= 2)("from level 2: a newcomer takes keys, and nobody else does", () => {
  const ring = ringOf(["a", "b", "c", "d", "e"]);
  const before = new Map(keys.map((key) => [key, ring.get(key).nodes[0]]));
  ring.add("newcomer");
  for (const key of keys) {
    const [first] = ring.get(key).nodes;
    if (first !== before.get(key)) expect(first, key).toBe("newcomer");
  }
});

test.runIf(level >= 3)("from level 3: owners are in different zones", () => {
  const ring = createHashRing();
  for (const zone of ["north", "south", "west"]) {
    for (const number of [1, 2, 3]) ring.add(`${zone}-${number}`, { zone });
  }
  for (const key of keys) {
    const zones = ring.get(key).nodes.map((node) => node.split("-")[0]);
    expect(new Set(zones).size, `${key} is in ${zones.join(", ")}`).toBe(3);
  }
});

test.runIf(level >= 4)("from level 4: no node carries more than a quarter beyond its share", () => {
  const ring = ringOf(["a", "b", "c", "d", "e"]);
  for (const key of keys) ring.place(key);
  const loads = new Map<string | undefined, number>();
  for (const key of keys) {
    const carrier = ring.carrier(key);
    loads.set(carrier, (loads.get(carrier) ?? 0) + 1);
  }
  expect(Math.max(...loads.values())).toBeLessThanOrEqual(1.25 * (keys.length / 5));
});

function ringOf(nodes: readonly string[]): HashRing {
  const ring = createHashRing();
  for (const node of nodes) ring.add(node);
  return ring;
}

/** Without a level of its own, a file claims them all. */
function levelOf(file: Subject): number {
  return file.level ?? Number.POSITIVE_INFINITY;
}
