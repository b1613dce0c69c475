/** Scripts as kept tests: the same calls beside a few lines that know what each must answer. */
import type { InvariantId } from "#katas/mvcc-store/invariants.ts";
import { block } from "../../harness/source-text.ts";
import type { ApartCase } from "../checks/stores-are-apart.ts";
import type { InnocentCase } from "../checks/the-innocent-commit.ts";
import {
  type Footprint,
  footprintOf,
  namesIn,
  reads,
  type Script,
  type Step,
  touch,
} from "../script.ts";
import {
  clockLines,
  openLine,
  text,
  usedIn,
  variableOf,
  watchedCall,
  watchedCalls,
  watchedStore,
} from "./text.ts";

/** A transaction of a script, with its place in it. */
interface Placed {
  name: string;
  isSerializable: boolean;
  beginsAt: number;
  endsAt: number;
  commits: boolean;
  footprint: Footprint;
}

export function scriptAsTest(id: InvariantId, script: Script): string[] {
  const calls = watchedCalls(begunOnly(script.steps));
  const after = afterwards(id, script);
  return [
    ...(script.known === undefined ? [] : [`// ${script.known}`]),
    ...opening(script, calls),
    ...calls,
    ...(after.length === 0 ? [] : ["", ...after]),
  ];
}

/** Steps of transactions that have begun. */
export function begunOnly(steps: readonly Step[]): Step[] {
  const begun = new Set<string>();
  return steps.filter((step) => {
    if (step.do === "begin") begun.add(step.t);
    return !("t" in step) || begun.has(step.t);
  });
}

function opening(script: Script, calls: readonly string[]): string[] {
  const hasClock =
    script.ageMsMax !== undefined ||
    script.hasClock === true ||
    calls.some((line) => line.startsWith("clock."));
  return [...(hasClock ? clockLines() : []), openLine(script), ...watchedStore(usedIn(calls)), ""];
}

/** What must hold of the commits, when all is over. */
function afterwards(id: InvariantId, script: Script): string[] {
  const placed = placedIn(script.steps);
  switch (id) {
    case "mvcc-store/no-lost-updates":
      return atMostOne(
        placed,
        (one, other) =>
          [...one.footprint.keysWritten].some((key) => other.footprint.keysWritten.has(key)),
        "Both overlap and write the same key.",
      );
    case "mvcc-store/no-write-skew":
    case "mvcc-store/no-phantoms":
      return atMostOne(
        placed,
        (one, other) =>
          one.isSerializable &&
          other.isSerializable &&
          missed(one.footprint, other.footprint) &&
          missed(other.footprint, one.footprint),
        "Both overlap, and each has read what the other writes.",
      );
    case "mvcc-store/the-innocent-commit":
    case "mvcc-store/isolation-costs-only-the-guilty":
      return [...innocents(placed), ...rivals(placed, (script as InnocentCase).rivalsFor)];
    default:
      return [];
  }
}

function placedIn(steps: readonly Step[]): Placed[] {
  return namesIn(steps).map((name) => {
    const own = steps.flatMap((step, at) => ("t" in step && step.t === name ? [{ step, at }] : []));
    const begin = own.find(({ step }) => step.do === "begin");
    const end = own.find(({ step }) => step.do === "commit" || step.do === "rollback");
    return {
      name,
      isSerializable: begin?.step.do === "begin" && begin.step.isolation === "serializable",
      beginsAt: begin?.at ?? Number.POSITIVE_INFINITY,
      endsAt: end?.at ?? Number.POSITIVE_INFINITY,
      commits: end?.step.do === "commit",
      footprint: footprintOf(steps.slice(0, (end?.at ?? steps.length) + 1), name),
    };
  });
}

function overlap(one: Placed, other: Placed): boolean {
  return one.beginsAt < other.endsAt && other.beginsAt < one.endsAt;
}

function missed(reader: Footprint, writer: Footprint): boolean {
  return [...writer.keysWritten].some((key) => reads(reader, key));
}

function atMostOne(
  placed: readonly Placed[],
  clash: (one: Placed, other: Placed) => boolean,
  why: string,
): string[] {
  const pairs = placed.flatMap((one, index) =>
    placed
      .slice(index + 1)
      .filter((other) => one.commits && other.commits && overlap(one, other) && clash(one, other))
      .map((other) => [one, other] as const),
  );
  if (pairs.length === 0) return [];
  return [
    `// ${why}`,
    ...pairs.map(([one, other]) => {
      const names = `${variableOf(one.name)}.outcome, ${variableOf(other.name)}.outcome`;
      return `expect([${names}], ${text(`${one.name} and ${other.name}`)}).not.toEqual(["ok", "ok"]);`;
    }),
  ];
}

function innocents(placed: readonly Placed[]): string[] {
  const lines = placed
    .filter((one) => isInnocent(one, placed))
    .filter(({ commits, footprint }) => commits || footprint.keysWritten.size > 0)
    .map(({ name, commits }) => {
      const right = commits ? 'toBe("ok")' : 'not.toBe("CONFLICT")';
      return `expect(${variableOf(name)}.outcome, ${text(name)}).${right};`;
    });
  return lines.length === 0 ? [] : ["// These are in nobody's way.", ...lines];
}

function isInnocent(one: Placed, placed: readonly Placed[]): boolean {
  if (one.footprint.keysWritten.size === 0) return !one.isSerializable;
  return placed.every(
    (other) =>
      other === one ||
      !overlap(one, other) ||
      other.footprint.keysWritten.size === 0 ||
      !touch(one.footprint, other.footprint),
  );
}

function rivals(placed: readonly Placed[], key: string | undefined): string[] {
  if (key === undefined) return [];
  const all = placed.filter(
    ({ footprint, name }) =>
      name !== "T0" &&
      footprint.keysWritten.has(key) &&
      footprint.keysRead.size === 0 &&
      footprint.rangesRead.length === 0,
  );
  const areRivals = all.every(
    (one) => one.commits && all.every((other) => one === other || overlap(one, other)),
  );
  if (all.length < 2 || !areRivals) return [];
  const outcomes = all.map(({ name }) => `${variableOf(name)}.outcome`).join(", ");
  return [
    "// Rivals for one key: one of them wins.",
    `expect([${outcomes}].filter((outcome) => outcome === "ok")).toHaveLength(1);`,
  ];
}

// ── Losers ────────────────────────────────────────────────────────────────────────────────────

/** After each step, whoever was refused is called again. */
export function losersAsTest(script: Script): string[] {
  const names = namesIn(script.steps);
  const begun: string[] = [];
  const calls = begunOnly(script.steps).flatMap((step) => {
    if (step.do === "begin") begun.push(variableOf(step.t));
    const call = watchedCall(step);
    const mayRefuse = step.do === "commit" || step.do === "put" || step.do === "delete";
    return mayRefuse ? [call, `await staysOver(${variableOf(step.t)});`] : [call];
  });
  const overness = block(
    "const staysOver = async (loser: Watched) => {",
    [
      'if (loser.outcome !== "CONFLICT") return;',
      "const over = expect.objectContaining({ code: expect.stringMatching(/^(CLOSED|CONFLICT)$/) });",
      'const [key = "a"] = loser.writes.keys();',
      "expect(() => loser.itself.get(key)).toThrow(over);",
      "expect(() => { loser.itself.put(key, 999); }).toThrow(over);",
      "await expect(loser.itself.commit()).rejects.toEqual(over);",
    ],
    "};",
  );
  const uses = usedIn(calls);
  return names.length === 0
    ? []
    : [openLine(script), ...watchedStore(uses), ...overness, "", ...calls];
}

// ── Ages ──────────────────────────────────────────────────────────────────────────────────────

/** Transactions that have become too old give EXPIRED; what follows from it is worked out here. */
export function agesAsTest(script: Script): string[] {
  const { ageMsMax = Number.POSITIVE_INFINITY } = script;
  const begunAt = new Map<string, number>();
  const over = new Set<string>();
  let now = 0;
  const isOld = (name: string): boolean => now - (begunAt.get(name) ?? 0) > ageMsMax;
  const calls = begunOnly(script.steps).flatMap((step): string[] => {
    if (step.do === "time") now += step.ms;
    if (!("t" in step)) return [watchedCall(step)];
    if (step.do === "begin") begunAt.set(step.t, now);
    if (over.has(step.t)) return [];
    if (step.do === "commit" || step.do === "rollback") over.add(step.t);
    if (step.do === "rollback" || !isOld(step.t)) return [watchedCall(step)];
    over.add(step.t);
    return [expired(step)];
  });
  const hasClock =
    calls.some((line) => line.includes("clock")) || openLine(script).includes("clock");
  return [
    ...(hasClock ? clockLines() : []),
    openLine(script),
    ...watchedStore(usedIn(calls)),
    "",
    ...calls,
    ...innocents(placedByAge(script, begunAt)),
  ];
}

/** Transactions end when they become too old. */
function placedByAge(script: Script, begunAt: ReadonlyMap<string, number>): Placed[] {
  const { steps, ageMsMax = Number.POSITIVE_INFINITY } = script;
  const endsOf = (name: string, from: number): number => {
    let now = begunAt.get(name) ?? 0;
    for (let at = from; at < steps.length; at++) {
      const step = steps[at];
      if (step?.do === "time") now += step.ms;
      if (now - (begunAt.get(name) ?? 0) > ageMsMax) return at;
    }
    return Number.POSITIVE_INFINITY;
  };
  return placedIn(steps).map((placed) => {
    const tooOldAt = endsOf(placed.name, placed.beginsAt);
    if (tooOldAt > placed.endsAt) return placed;
    return { ...placed, endsAt: tooOldAt, commits: false };
  });
}

function expired(step: Extract<Step, { t: string }>): string {
  const itself = `${variableOf(step.t)}.itself`;
  const error = 'expect.objectContaining({ code: "EXPIRED" })';
  switch (step.do) {
    case "commit":
      return `await expect(${itself}.commit()).rejects.toEqual(${error});`;
    case "get":
      return `expect(() => ${itself}.get(${text(step.key)})).toThrow(${error});`;
    case "put":
      return `expect(() => { ${itself}.put(${text(step.key)}, ${step.value}); }).toThrow(${error});`;
    case "delete":
      return `expect(() => { ${itself}.delete(${text(step.key)}); }).toThrow(${error});`;
    default:
      return `expect(() => ${itself}.range()).toThrow(${error});`;
  }
}

// ── Two stores ────────────────────────────────────────────────────────────────────────────────

export function apartAsTest({ inTurn, steps }: ApartCase): string[] {
  const isOfSecond = (step: Step): boolean => "t" in step && step.t.startsWith("U");
  const line = (step: Step): string => {
    const [store, state] = isOfSecond(step) ? ["second", "ofSecond"] : ["first", "ofFirst"];
    const call = watchedCall(step, `${store}.store`);
    return call
      .replace(/= begin\(/, `= ${state}.begin(`)
      .replace(/^(await )?(get|range|write|commit|rollback)\(/, `$1${state}.$2(`);
  };
  const calls = begunOnly(steps);
  const helper = watchedStore(() => true);
  return [
    "/** A store, and transactions on it that know what they must see. */",
    ...block(
      "const watched = async () => {",
      [
        "const store = await openMvccStore();",
        ...helper,
        "return { store, begin, get, range, write, commit, rollback };",
      ],
      "};",
    ),
    "const first = await watched();",
    "const ofFirst = first;",
    ...(inTurn ? [] : ["const second = await watched();", "const ofSecond = second;"]),
    ...(inTurn
      ? [
          ...calls.filter((step) => !isOfSecond(step)).map(line),
          "await first.store.close();",
          "const second = await watched();",
          "const ofSecond = second;",
          ...calls.filter(isOfSecond).map(line),
        ]
      : calls.map(line)),
  ];
}
