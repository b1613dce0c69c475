/**
 * Calls outside the contract, by level: what clearly is no name, no number, no change. Values that the contract
 * leaves open, such as null for an option, are left out.
 */
export interface BadCall {
  level: number;
  /** A method of the ring, or the function that makes one. */
  call:
    | "createHashRing"
    | "add"
    | "remove"
    | "get"
    | "view().get"
    | "apply"
    | "place"
    | "release"
    | "carrier";
  given: readonly unknown[];
}

const noTexts: readonly unknown[] = [undefined, null, 7, ["a"], {}];
const noCounts: readonly unknown[] = [0, -1, 1.5, NaN, Infinity, "3"];

function withEach(
  level: number,
  call: BadCall["call"],
  values: readonly unknown[],
  given: (value: unknown) => unknown[],
): BadCall[] {
  return values.map((value) => ({ level, call, given: given(value) }));
}

const badWeights: readonly unknown[] = [0, -1, NaN, Infinity, 101, "2"];
const badZones: readonly unknown[] = ["", 7];

export const badChanges: readonly unknown[] = [
  { add: "" },
  { add: 7 },
  { remove: 7 },
  ...badWeights.map((weight) => ({ add: "x", weight })),
  ...badZones.map((zone) => ({ add: "x", zone })),
  {},
  null,
  "x",
];

export const badCalls: readonly BadCall[] = [
  ...withEach(1, "add", ["", ...noTexts], (node) => [node]),
  ...withEach(1, "remove", noTexts, (node) => [node]),
  ...withEach(1, "get", noTexts, (key) => [key]),
  ...withEach(1, "createHashRing", noCounts, (replicas) => [{ replicas }]),
  ...withEach(1, "createHashRing", [...noCounts, 65_537], (pointsPerNode) => [{ pointsPerNode }]),
  ...withEach(1, "createHashRing", [7, "md5"], (hash) => [{ hash }]),
  ...withEach(3, "add", badWeights, (weight) => ["x", { weight }]),
  ...withEach(3, "add", badWeights, (weight) => ["a", { weight }]),
  ...withEach(3, "add", badZones, (zone) => ["x", { zone }]),
  ...withEach(3, "apply", badChanges, (change) => [[change]]),
  ...withEach(3, "view().get", noTexts, (key) => [key]),
  ...withEach(3, "apply", [undefined, 7], (changes) => [changes]),
  ...withEach(4, "place", noTexts, (key) => [key]),
  ...withEach(4, "place", [0, -1, 1.5, NaN, Infinity, "2"], (load) => ["k9", load]),
  ...withEach(4, "place", [0, -1, 1.5, NaN, Infinity, "2"], (load) => ["k1", load]),
  ...withEach(4, "release", noTexts, (key) => [key]),
  ...withEach(4, "carrier", noTexts, (key) => [key]),
  ...withEach(4, "createHashRing", [0, -1, NaN, Infinity, "0.25"], (extraLoadMax) => [
    { extraLoadMax },
  ]),
];

/** The call as code, which is also its name: `add("x", { weight: NaN })`. */
export function callAsCode({ call, given }: BadCall): string {
  return `${call}(${given.map(valueAsCode).join(", ")})`;
}

export function valueAsCode(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(valueAsCode).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const parts = Object.entries(value).map(([name, each]) => `${name}: ${valueAsCode(each)}`);
    return parts.length === 0 ? "{}" : `{ ${parts.join(", ")} }`;
  }
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
