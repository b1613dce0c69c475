/** Each bad call once, to a ring that is in use: it throws INVALID_ARGUMENT, and the ring answers as before. */
import { errorCode } from "#platform/errors.ts";
import { describeError } from "../../harness/in-words.ts";
import { badCalls, callAsCode } from "../bad-calls.ts";
import { type CaseOptions, shorter } from "../case.ts";
import { ringExperiment } from "../ring-experiment.ts";
import type { RingInUse, Session } from "../session.ts";
import { sameList } from "../model.ts";
import { shown } from "../words.ts";

export interface BadCallCase {
  /** The call as code. */
  call: string;
  nodes: string[];
  keys: string[];
}

/** More replicas than nodes: whoever becomes a member by mistake is in every list. */
export const optionsOfBadCalls: CaseOptions = { replicas: 8, pointsPerNode: 16 };

export const badArgumentsAreRefused = ringExperiment<BadCallCase>({
  promise: "hash-ring/bad-arguments-are-refused",

  *cases() {
    for (const call of badCalls) {
      yield { call: callAsCode(call), nodes: ["a", "b", "c"], keys: ["k1", "k2", "k3", "k4"] };
    }
  },

  judge(session, { call, nodes, keys }) {
    const bad = badCalls.find((one) => callAsCode(one) === call);
    if (bad === undefined || bad.level > session.level) return;
    if (bad.call === "createHashRing") {
      const make = () => session.makeUntyped(bad.given);
      refused(session, call, make);
      return;
    }
    const { call: method, given } = bad;
    const ring = session.ring(optionsOfBadCalls);
    for (const node of nodes) ring.add(node);
    if (bad.level >= 4) for (const key of keys) ring.place(key);
    const before = ring.ownersOf(keys);
    const carriers = bad.level >= 4 ? keys.map((key) => ring.carrier(key)) : [];
    refused(session, call, () => callUntyped(ring, method, given));
    sameAsBefore(ring, before);
    if (bad.level < 4) return;
    for (const [index, key] of keys.entries()) {
      ring.carrier(key, (carrier) =>
        carrier === carriers[index]
          ? undefined
          : {
              signature: `${method} was refused and has an effect`,
              expected: shown(carriers[index]),
              therefore: `${call} was refused, and yet a key has another carrier.`,
            },
      );
    }

    function sameAsBefore(one: RingInUse, lists: ReadonlyMap<string, string[]>): void {
      for (const [key, list] of lists) {
        one.get(key, ({ nodes: now }) => {
          const problem = sameList(key, now, list, `${call} was refused`);
          return problem && { ...problem, signature: `${method} was refused and has an effect` };
        });
      }
    }
  },

  *smaller(testCase) {
    for (const nodes of shorter(testCase.nodes)) yield { ...testCase, nodes };
    for (const keys of shorter(testCase.keys)) yield { ...testCase, keys };
  },
});

/** A method by its name, as JavaScript allows it. */
function callUntyped({ itself }: RingInUse, method: string, given: readonly unknown[]): unknown {
  const isOfView = method.startsWith("view().");
  const [owner, name] = isOfView ? [itself.view(), "get"] : [itself, method];
  const callable = Reflect.get(owner, name) as (...given: readonly unknown[]) => unknown;
  return callable.apply(owner, [...given]);
}

function refused(session: Session, call: string, make: () => unknown): void {
  const expected = "INVALID_ARGUMENT";
  const name = /^(?:view\(\)\.)?\w+/.exec(call)?.[0] ?? call;
  session.answers++;
  let answer: unknown;
  try {
    answer = make();
  } catch (error) {
    const thrown = describeError(error);
    if (errorCode(error) === expected) {
      session.tell(call, `threw ${expected}`);
      return;
    }
    session.broken(call, `threw ${thrown}`, {
      signature: `${name} threw another error`,
      expected,
      therefore: `${call} is outside the contract: it must throw an error with the code ${expected}, and it threw ${thrown}.`,
    });
  }
  session.broken(call, name === "createHashRing" ? "made a ring" : `answered ${shown(answer)}`, {
    signature: `${name} accepts anything`,
    expected,
    therefore: `${call} is outside the contract: it must throw an error with the code ${expected}, and it did not.`,
  });
}
