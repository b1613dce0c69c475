/**
 * Three ways into the middle of a change. The hash looks keys up in the ring that has called it: whole lists, from
 * before or after. The hash throws: the call throws the same error, and a change that did has not happened. One of
 * several changes is not valid: if the call refuses it, none of its neighbours has happened.
 *
 * A ring may put work off until it is asked, so the hash goes on in the first lookup after the change. Only calls
 * from outside are interrupted: what the hash itself asks for is answered in peace.
 */
import type { Change } from "#katas/hash-ring/contract.ts";
import { describeError } from "../../harness/in-words.ts";
import { badChanges, valueAsCode } from "../bad-calls.ts";
import { type RingCase, shorter, smallerCases, traitsOf } from "../case.ts";
import { hashNamed } from "../hashes.ts";
import { areEqual, sameList } from "../model.ts";
import { ringExperiment, rounds } from "../ring-experiment.ts";
import { changeInWords, type RingInUse, type Session } from "../session.ts";
import { WilfulHash } from "../wilful-hash.ts";
import { inText, listed, shown } from "../words.ts";
import {
  drawKeys,
  drawNames,
  drawTraits,
  drawWeight,
  joins,
  keysFrom,
  picked,
  randomOf,
  shuffled,
  withTraits,
} from "../workload.ts";

export type Trouble =
  | { kind: "lookups" }
  /** The hash throws at this call of it, counted from the change on; once, or until it is well again. */
  | { kind: "throws"; at: number; isLasting: boolean }
  /** A bad change, written as code, stands at this place among the others. */
  | { kind: "bad change"; at: number; bad: string };

export interface ChangeCase extends RingCase {
  /** One is made with add or remove, several with apply. */
  changes: Change[];
  /** Keys that are placed before, where the code has come to level 4 and the hash throws. */
  placed: string[];
  trouble: Trouble;
}

export const changesAreWhole = ringExperiment<ChangeCase>({
  promise: "hash-ring/changes-are-whole",

  *cases(budget) {
    for (let round = 0; round < rounds(budget, 240); round++) {
      const random = randomOf(budget.seed, round);
      const names = drawNames(random, 2 + random.below(5));
      const traits = drawTraits(random, names, { zones: 3, weighted: true });
      const hasTraits = random.below(3) === 0;
      const joined = names.slice(0, 1 + random.below(names.length));
      const free = [...names.slice(joined.length), "x", "y"];
      const isOne = round % 3 !== 2 && random.below(2) === 0;
      const drawn: Change[] = [
        ...free.map((name) => ({ add: name })),
        ...joined.slice(1).map((name) => ({ remove: name })),
        ...(hasTraits ? [{ add: joined[0] ?? "", weight: drawWeight(random) }] : []),
      ];
      const pointsPerNode = picked(random, [1, 2, 4, 8]);
      yield {
        options: {
          replicas: 1 + random.below(4),
          pointsPerNode,
          hash: `good ${random.below(1000)}`,
        },
        steps: hasTraits ? withTraits(joins(joined), traits) : joins(joined),
        changes: isOne
          ? shuffled(random, drawn).slice(0, 1)
          : effective([...thereAndBack(), ...shuffled(random, drawn)], joined).slice(
              0,
              2 + random.below(3),
            ),
        keys: drawKeys(random, 8),
        placed: round % 3 === 1 ? keysFrom(round, random.below(4)) : [],
        trouble: drawTrouble(),
      };

      /** Two changes that mean nothing together, unless somebody changes their order. */
      function thereAndBack(): Change[] {
        const stranger = { add: "z" };
        const [member = ""] = joined;
        if (random.below(2) === 0) return [stranger, { remove: stranger.add }];
        return random.below(2) === 0 ? [{ remove: member }, { add: member }] : [];
      }

      function drawTrouble(): Trouble {
        if (round % 3 === 0) return { kind: "lookups" };
        if (round % 3 === 2)
          return {
            kind: "bad change",
            at: random.below(5),
            bad: valueAsCode(picked(random, badChanges)),
          };
        const at =
          1 +
          random.below(
            picked(random, [1, 4, pointsPerNode + 3, pointsPerNode * (names.length + 2)]),
          );
        return { kind: "throws", at, isLasting: random.below(2) === 0 };
      }
    }
  },

  judge(session, testCase) {
    if (testCase.changes.length === 0) return;
    session.features.add(testCase.trouble.kind);
    switch (testCase.trouble.kind) {
      case "lookups":
        lookedUpInTheMiddle(session, testCase);
        break;
      case "throws":
        interrupted(session, testCase, testCase.trouble);
        break;
      case "bad change":
        refusedAsOne(session, testCase, testCase.trouble);
    }
  },

  *smaller(testCase) {
    const { changes, placed, trouble } = testCase;
    for (const fewer of shorter(placed)) yield { ...testCase, placed: fewer };
    for (const fewer of shorter(changes, 1)) yield { ...testCase, changes: fewer };
    if (trouble.kind === "throws") {
      for (const at of [1, Math.floor(trouble.at / 2), trouble.at - 1])
        if (at >= 1 && at < trouble.at) yield { ...testCase, trouble: { ...trouble, at } };
      if (trouble.isLasting) yield { ...testCase, trouble: { ...trouble, isLasting: false } };
    }
    if (trouble.kind === "bad change" && trouble.at > 0)
      yield { ...testCase, trouble: { ...trouble, at: trouble.at - 1 } };
    for (const [index, change] of changes.entries()) {
      if (!("add" in change) || traitsOf(change) === undefined) continue;
      yield { ...testCase, changes: changes.with(index, { add: change.add }) };
    }
    yield* smallerCases(testCase);
  },
});

/** Those that change something, each after the ones before it. */
function effective(changes: readonly Change[], joined: readonly string[]): Change[] {
  const inside = new Set(joined);
  return changes.filter((change) => {
    if ("remove" in change) return inside.delete(change.remove);
    const isNew = !inside.has(change.add);
    inside.add(change.add);
    return isNew || change.weight !== undefined;
  });
}

function ringWith(session: Session, { options, steps }: ChangeCase) {
  const wilful = new WilfulHash(hashNamed(options.hash ?? "good 0"));
  const ring = session.ring(options, { hash: wilful.hash });
  for (const step of steps) ring.take(step);
  return { ring, wilful };
}

function make(ring: RingInUse, changes: readonly Change[]): void {
  const [only] = changes;
  if (changes.length === 1 && only !== undefined) ring.change(only);
  else ring.apply(changes);
}

// ── The hash looks keys up ────────────────────────────────────────────────────────────────────

const lookupsMax = 300;

/** What a ring answers to which the same changes happened one after the other. */
function sameOneByOne(ring: RingInUse, twin: RingInUse, testCase: ChangeCase): void {
  const { steps, changes, keys } = testCase;
  for (const step of [...steps, ...changes]) twin.take(step);
  for (const key of keys) {
    const expected = twin.get(key);
    ring.get(key, ({ nodes }) => {
      const why = "The expected list is that of a ring with the same changes one by one";
      const problem = sameList(key, nodes, expected, why);
      return problem && { ...problem, signature: "apply is not its changes in their order" };
    });
  }
}

interface Glance {
  key: string;
  call: number;
  nodes: readonly string[];
  error: unknown;
}

function lookedUpInTheMiddle(session: Session, testCase: ChangeCase): void {
  const { keys, changes } = testCase;
  const { ring, wilful } = ringWith(session, testCase);
  const before = ring.ownersOf(keys);
  const glances: Glance[] = [];
  wilful.act = (call) => {
    const key = keys[call % keys.length] ?? "";
    if (glances.length < lookupsMax) glances.push({ key, call, ...glanceAt(ring, key) });
  };
  make(ring, changes);
  ring.get(keys[0] ?? "");
  wilful.act = null;
  if (changes.length > 1)
    sameOneByOne(ring, session.ring(testCase.options, { isTold: false }), testCase);
  const after = ring.ownersOf(keys);
  for (const { key, call, nodes, error } of glances) {
    session.answers++;
    const what = `get ${inText(key)} meanwhile`;
    const [old, now] = [before.get(key) ?? [], after.get(key) ?? []];
    if (error !== undefined) {
      const thrown = describeError(error);
      session.broken(what, `threw ${thrown}`, {
        signature: "no answer in the middle",
        therefore: `The hash, in its call ${call} after the change began, looked ${inText(key)} up in the same ring, and that threw ${thrown}.`,
      });
    }
    if (areEqual(nodes, old) || areEqual(nodes, now)) continue;
    session.broken(what, listed(nodes), {
      signature: "half a change is seen",
      expected: areEqual(old, now) ? listed(old) : `${listed(old)} or ${listed(now)}`,
      therefore: `The hash, in its call ${call} after the change began, looked ${inText(key)} up in the same ring, and the answer is neither from before the change nor from after it.`,
    });
  }
}

function glanceAt(ring: RingInUse, key: string): Pick<Glance, "nodes" | "error"> {
  try {
    return { nodes: [...ring.itself.get(key).nodes], error: undefined };
  } catch (error) {
    return { nodes: [], error };
  }
}

// ── The hash throws ───────────────────────────────────────────────────────────────────────────

function interrupted(
  session: Session,
  testCase: ChangeCase,
  { at, isLasting }: Extract<Trouble, { kind: "throws" }>,
): void {
  const { keys, changes } = testCase;
  const { ring, wilful } = ringWith(session, testCase);
  const placed = session.level >= 4 ? testCase.placed : [];
  for (const key of placed) ring.place(key);
  const carriers = new Map(placed.map((key) => [key, ring.carrier(key)] as const));
  const before = ring.ownersOf(keys);
  const twin = twinOf(session, ring);
  const illness = new Error("the hash is ill");
  let throws = 0;
  wilful.act = (call) => {
    if (isLasting ? call < at : call !== at) return;
    throws++;
    throw illness;
  };

  /** Whether the call went through; if not, it threw what the hash threw. */
  const goesThrough = (what: string, call: () => void): boolean => {
    throws = 0;
    session.answers++;
    let error: unknown;
    try {
      call();
    } catch (thrown) {
      error = thrown ?? "nothing";
    }
    if (throws === 0 && error === undefined) return true;
    if (throws > 0 && error === illness) {
      session.tell(what, "threw the error of the hash");
      return false;
    }
    const threw = error === undefined ? "answered" : `threw ${describeError(error)}`;
    session.broken(what, threw, {
      signature: "another error than that of the hash",
      ...(throws > 0 ? { expected: "the error of the hash" } : {}),
      therefore:
        throws > 0
          ? `The hash threw in this call, and the call must throw the same error.`
          : `Nothing that the ring was handed threw in this call.`,
    });
  };

  const inWords = wordsOf(changes);
  const isDone = goesThrough(inWords, () => makeUntold(ring, changes));
  if (isDone) {
    ring.note(changes);
    session.tell(inWords, "done");
  }
  make(twin, changes);
  const after = twin.ownersOf(keys);
  const [anyKey = ""] = keys;
  let seen: readonly string[] = [];
  const lookup = `get ${inText(anyKey)}`;
  const isAnswered = goesThrough(lookup, () => (seen = ring.itself.get(anyKey).nodes));
  const due = isDone ? after : before;
  if (isAnswered)
    session.settle(lookup, seen, listed(seen), (nodes) => unharmed(anyKey, nodes, due, isDone));
  wilful.act = null;
  session.tell("the hash", "is well again", "note");
  for (const key of keys) ring.get(key, ({ nodes }) => unharmed(key, nodes, due, isDone));
  if (isDone) return;
  for (const [key, carrier] of carriers)
    ring.carrier(key, (now) => (now === carrier ? undefined : displaced(key, carrier)));
  make(ring, changes);
  for (const key of keys) ring.get(key, ({ nodes }) => unharmed(key, nodes, after, true));
}

/** A ring with the same members whose hash never throws. */
function twinOf(session: Session, ring: RingInUse): RingInUse {
  const twin = session.ring(ring.options, { isTold: false });
  for (const [name, traits] of ring.members) twin.add(name, traitsOf(traits));
  return twin;
}

function makeUntold({ itself }: RingInUse, changes: readonly Change[]): void {
  const [only] = changes;
  if (changes.length !== 1 || only === undefined) itself.apply(changes);
  else if ("remove" in only) itself.remove(only.remove);
  else itself.add(only.add, traitsOf(only));
}

function displaced(key: string, carrier: string | undefined) {
  return {
    signature: "a change that threw has moved keys",
    expected: shown(carrier),
    therefore: `The change threw, so it has not happened, and ${inText(key)} has another carrier.`,
  };
}

function unharmed(
  key: string,
  nodes: readonly string[],
  due: ReadonlyMap<string, string[]>,
  isDone: boolean,
) {
  const why = isDone ? "The change was made" : "The change threw, so it has not happened";
  const problem = sameList(key, nodes, due.get(key) ?? [], why);
  const signature = isDone ? "a change is lost" : "a change that threw has happened";
  return problem && { ...problem, signature };
}

// ── One change is not valid ───────────────────────────────────────────────────────────────────

function refusedAsOne(
  session: Session,
  testCase: ChangeCase,
  { at, bad }: Extract<Trouble, { kind: "bad change" }>,
): void {
  const { keys, changes } = testCase;
  const { ring } = ringWith(session, testCase);
  const before = ring.ownersOf(keys);
  const badChange = badChanges.find((change) => valueAsCode(change) === bad);
  const all: unknown[] = changes.toSpliced(at, 0, badChange as Change);
  const place = Math.min(at, changes.length);
  const inWords = changes.map(changeInWords).toSpliced(place, 0, bad).join(", ");
  try {
    ring.itself.apply(all as Change[]);
  } catch (error) {
    session.tell(`apply ${inWords}`, `threw ${describeError(error)}`);
    for (const [key, list] of before)
      ring.get(key, ({ nodes }) => unharmed(key, nodes, new Map([[key, list]]), false));
    return;
  }
  // That it must be refused is another promise.
  session.missed(`apply accepted ${bad}`);
}

function wordsOf(changes: readonly Change[]): string {
  const words = changes.map(changeInWords).join(", ");
  return changes.length === 1 ? words : `apply ${words}`;
}
