/**
 * After each call: what `place` answers is what `carrier` answers, a member; nobody, where there is none. A
 * released key has no carrier, and was there once. A call that threw because the hash did has placed or released
 * nothing, and what is placed in one ring is nothing to another. Whether the carrier is the right one is not asked.
 */
import type { RingCase, Step } from "../case.ts";
import { hashNamed } from "../hashes.ts";
import { drawPlacing, PlacingRing, smallerPlacing } from "../placing.ts";
import { ringExperiment, rounds } from "../ring-experiment.ts";
import type { RingInUse, Session } from "../session.ts";
import { WilfulHash } from "../wilful-hash.ts";
import { inText, shown } from "../words.ts";
import { randomOf } from "../workload.ts";

export interface KeptPlaces extends RingCase {
  /** Whether there is a second ring, to which nobody hands the keys. */
  hasNeighbour: boolean;
}

export const aPlaceIsKept = ringExperiment<KeptPlaces>({
  promise: "hash-ring/a-place-is-kept",

  *cases(budget) {
    for (let round = 0; round < rounds(budget, 60); round++) {
      const random = randomOf(budget.seed, round);
      const keys = 2 + random.below(10);
      const draw = { keys, length: 30, hasLoads: false, hasWeights: false, hasZones: false };
      const isOftenEmpty = round % 2 === 0;
      const drawn = {
        ...drawPlacing(random, { ...draw, isOftenEmpty, hasOddKeys: true }),
        hasNeighbour: round % 3 === 1,
      };
      if (round % 3 > 0) {
        yield drawn;
        continue;
      }
      const options = { ...drawn.options, hash: `good ${round}` };
      const steps = drawn.steps.map((step) => {
        const canFail = "place" in step || "release" in step;
        return canFail && random.below(3) === 0 ? { ...step, illAt: 1 + random.below(4) } : step;
      });
      yield { ...drawn, options, steps };
    }
  },

  judge(session, { options, steps, hasNeighbour }) {
    const neighbour = hasNeighbour ? session.ring(options, { speaker: "neighbour" }) : undefined;
    neighbour?.add(neighboursNode);
    const wilful = options.hash === undefined ? undefined : new WilfulHash(hashNamed(options.hash));
    const setting = wilful === undefined ? {} : { hash: wilful.hash };
    const placing = new PlacingRing(session, options, setting);
    for (const step of steps) {
      if (
        ("place" in step || "release" in step) &&
        step.illAt !== undefined &&
        wilful !== undefined
      )
        if (attempt(session, placing, step, wilful) === "done") continue;
      if ("place" in step) place(placing, step.place);
      else if ("release" in step) release(session, placing, step);
      else placing.take(step);
      keepTheirPlaces(placing);
    }
    if (neighbour !== undefined) knowsNothing(neighbour, placing);
  },

  *smaller(testCase) {
    if (testCase.hasNeighbour) yield { ...testCase, hasNeighbour: false };
    yield* smallerPlacing(testCase);
  },
});

/** The only member of the second ring; no member of the first is called so. */
export const neighboursNode = "elsewhere";

/** Two rings know nothing of each other: what is placed in one of them is nothing to the other. */
function knowsNothing(neighbour: RingInUse, placing: PlacingRing): void {
  const carried = (key: string, expected: string | undefined) => (carrier: string | undefined) =>
    carrier === expected
      ? undefined
      : {
          signature: "placed in another ring",
          expected: shown(expected),
          therefore: `What became of ${inText(key)} in the first ring is nothing to another one, whose only member is ${neighboursNode}.`,
        };
  for (const key of placing.loads.keys()) {
    neighbour.carrier(key, carried(key, undefined));
    neighbour.place(key, undefined, carried(key, neighboursNode));
    neighbour.carrier(key, carried(key, neighboursNode));
  }
  keepTheirPlaces(placing);
}

/** Makes a call during which the hash throws; if it has failed, nothing has happened, and it is made again. */
function attempt(
  session: Session,
  placing: PlacingRing,
  step: Extract<Step, { place: string } | { release: string }>,
  wilful: WilfulHash,
): "done" | "failed" {
  const { ring, loads } = placing;
  const [method, key] = "place" in step ? ["place", step.place] : ["release", step.release];
  const what = `${method} ${inText(key)}`;
  const { carriers } = placing.placement();
  wilful.act = (call) => {
    if (call === step.illAt) throw new Error("the hash is ill");
  };
  try {
    if (method === "place") ring.itself.place(key);
    else ring.itself.release(key);
    placing.note(step);
    session.tell(what, "done");
    return "done";
  } catch {
    session.tell(what, "threw, as its hash did");
  } finally {
    wilful.act = null;
  }
  for (const [placed, before] of carriers)
    ring.carrier(placed, (now) => (now === before ? undefined : hasHappened(what, shown(before))));
  if (!loads.has(key)) {
    ring.carrier(key, (now) => (now === undefined ? undefined : hasHappened(what, "undefined")));
    ring.release(key, (answer) => (answer ? hasHappened(what, "false") : undefined));
  }
  return "failed";
}

function hasHappened(what: string, expected: string) {
  return {
    signature: "a call that threw has placed or released",
    expected,
    therefore: `${what} threw what the hash threw, so it has not happened.`,
  };
}

function place(placing: PlacingRing, key: string): void {
  const { ring, loads } = placing;
  const wasPlaced = loads.has(key);
  const before = wasPlaced ? ring.carrier(key) : undefined;
  const answered = ring.place(key, undefined, (answer) =>
    !wasPlaced || answer === before
      ? undefined
      : {
          signature: "placing again moves",
          expected: shown(before),
          therefore: `${inText(key)} was placed already, with the same load: it must keep its carrier ${shown(before)}.`,
        },
  );
  placing.note({ place: key });
  ring.carrier(key, (carrier) =>
    carrier === answered
      ? undefined
      : {
          signature: "place and carrier disagree",
          expected: shown(answered),
          therefore: `place answered that ${inText(key)} is carried by ${shown(answered)}, and carrier says otherwise.`,
        },
  );
}

function release(
  session: Session,
  placing: PlacingRing,
  step: Extract<Step, { release: string }>,
): void {
  const { ring, loads } = placing;
  const key = step.release;
  const name = inText(key);
  const answering = (expected: boolean) => (answer: boolean) =>
    answer === expected
      ? undefined
      : {
          signature: "release answers otherwise",
          expected: `${expected}`,
          therefore: `${name} ${expected ? "was placed" : "was not placed any more"}, so release must answer ${expected}, and it answered ${String(answer)}.`,
        };
  ring.release(key, answering(loads.has(key)));
  placing.note(step);
  ring.carrier(key, (carrier) =>
    carrier === undefined
      ? undefined
      : {
          signature: "a released key has a carrier",
          expected: "undefined",
          therefore: `${name} was released, and ${shown(carrier)} still carries it.`,
        },
  );
  session.answers++;
  ring.release(key, answering(false));
}

function keepTheirPlaces({ ring, loads }: PlacingRing): void {
  for (const key of loads.keys()) {
    ring.carrier(key, (carrier) => {
      const isEmpty = ring.members.size === 0;
      if (isEmpty ? carrier === undefined : ring.members.has(carrier ?? "")) return undefined;
      const name = inText(key);
      return {
        signature: isEmpty ? "nobody is left and somebody carries" : "carried by no member",
        expected: isEmpty ? "undefined" : "a member",
        therefore: isEmpty
          ? `There is no member, so ${name} waits and has no carrier.`
          : `${name} is placed, so a member must carry it: ${[...ring.members.keys()].map(inText).join(" or ")}.`,
      };
    });
  }
}
