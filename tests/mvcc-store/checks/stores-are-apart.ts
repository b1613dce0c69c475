/**
 * Two scripts, played on two stores, in turns or one store after the other. Each was played alone before, on a copy
 * of the code of its own: what is wrong there as well is the matter of another promise.
 */
import type { InvariantId } from "#katas/mvcc-store/invariants.ts";
import type { Origin } from "../model.ts";
import { type Script, smallerScripts, type Step } from "../script.ts";
import { Play, promiseOfOrigin, Session, SessionEnd } from "../session.ts";
import { rounds, storeExperiment } from "../store-experiment.ts";
import { drawScript, framed, randomOf, scene } from "../workload.ts";

/** Steps of transactions called T… are of the first store, those called U… of the second. */
export interface ApartCase extends Script {
  /** The first store is closed before the second opens; otherwise both are open all the time. */
  inTurn: boolean;
}

const promise: InvariantId = "mvcc-store/stores-are-apart";
const answers = Object.fromEntries(
  Object.keys(promiseOfOrigin).map((origin) => [origin, promise]),
) as Record<Origin, InvariantId>;

export const storesAreApart = storeExperiment<ApartCase>({
  promise,

  *cases(budget) {
    const both = (first: Step[], second: Step[]): Step[] => [...first, ...ofSecond(second)];
    const one = framed({ a: 1, b: 2 }, scene("T1 begin; T1 put c 11; T1 delete a; T1 commit"));
    const other = framed({ a: 3 }, scene("T1 begin; T1 get b; T1 range; T1 put b 12; T1 commit"));
    yield { inTurn: true, steps: both(one, other) };
    yield { inTurn: false, steps: both(one, other) };
    yield { inTurn: false, steps: merged(randomOf(budget.seed, 999_999), one, ofSecond(other)) };
    for (let round = 0; round < rounds(budget, 30); round++) {
      const random = randomOf(budget.seed, round);
      const mix = {
        transactions: 4,
        open: 3,
        keys: ["a", "b", "c"],
        calls: 5,
        ranges: 2,
        deletes: 2,
      };
      const [first, second] = [drawScript(random, mix), ofSecond(drawScript(random, mix))];
      const inTurn = round % 3 === 0;
      yield { inTurn, steps: inTurn ? [...first, ...second] : merged(random, first, second) };
    }
  },

  async judge(session, { inTurn, steps }) {
    const [first, second] = [stepsOf(steps, "T"), stepsOf(steps, "U")];
    if ((await isWrongAlone(session, first)) || (await isWrongAlone(session, second)))
      session.missed("a store is wrong when it is alone as well");
    const open = async (name: string, ofThis: Step[]) => {
      const store = await session.open();
      session.tell(`the ${name} store`, "is open", "open");
      return { store, play: new Play(session, store, { steps: ofThis }, { answers }) };
    };
    const one = await open("first", first);
    if (!inTurn) {
      const other = await open("second", second);
      for (const step of steps) await (isOfSecond(step) ? other : one).play.take(step);
      return;
    }
    await one.play.takeAll(first);
    const closing = await session.settled("close", () => one.store.close());
    if (closing.how === "refused") session.threw("close", closing.error, "close must be answered");
    session.tell("the first store", "is closed");
    const other = await open("second", second);
    await other.play.takeAll(second);
  },

  *smaller(testCase) {
    for (const smaller of smallerScripts(testCase))
      if (smaller.steps.some(isOfSecond) === testCase.steps.some(isOfSecond)) yield smaller;
  },
});

async function isWrongAlone(session: Session, steps: Step[]): Promise<boolean> {
  const fresh = () => session.anotherCopy();
  const alone = new Session({ promise, exports: await fresh(), fresh, listener: undefined });
  try {
    const play = new Play(alone, await alone.open(), { steps }, { answers });
    await play.takeAll(steps);
  } catch (ending) {
    if (!(ending instanceof SessionEnd)) throw ending;
    return true;
  }
  return false;
}

function isOfSecond(step: Step): boolean {
  return "t" in step && step.t.startsWith("U");
}

function stepsOf(steps: readonly Step[], letter: "T" | "U"): Step[] {
  return steps.filter((step) => !("t" in step) || step.t.startsWith(letter));
}

/** The same steps by transactions of the second store, with values of their own. */
function ofSecond(steps: readonly Step[]): Step[] {
  return steps.map((step) => {
    if (!("t" in step)) return step;
    const renamed = { ...step, t: step.t.replace("T", "U") };
    return renamed.do === "put" ? { ...renamed, value: renamed.value + 1000 } : renamed;
  });
}

function merged(random: { below(limit: number): number }, one: Step[], other: Step[]): Step[] {
  const [left, right] = [[...one], [...other]];
  const steps: Step[] = [];
  while (left.length + right.length > 0) {
    const next = (random.below(left.length + right.length) < left.length ? left : right).shift();
    if (next !== undefined) steps.push(next);
  }
  return steps;
}
