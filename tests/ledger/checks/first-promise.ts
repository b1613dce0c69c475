import { seededRandom } from "#platform/random.ts";
import type { Subject } from "#katas/ledger/contract.ts";
import { kata } from "#katas/ledger/kata.ts";
import type { LoadedSubject } from "../../harness/check.ts";
import type { Experiment, Finding, Listener } from "../../harness/experiment.ts";
import { describeError } from "../../harness/in-words.ts";
import { Model } from "../model.ts";
import { type Answer, describe, drawOperations, type Operation, perform } from "../workload.ts";

const cases = 100;
const operations = 12;

/** Scaffold: how this check tries to break its promise. A case is plain data: it is also a replay token. */
export const firstPromise: Experiment<Subject, Operation[]> = {
  promise: "ledger/first-promise",
  kataVersion: kata.version,
  *cases({ seed, effort }) {
    const random = seededRandom(seed);
    for (let index = 0; index < cases * effort; index++) yield drawOperations(random, operations);
  },
  run: compareWithModel,
  *smaller(testCase) {
    for (const index of testCase.keys()) yield testCase.toSpliced(index, 1);
  },
};

async function compareWithModel(
  subject: LoadedSubject<Subject>,
  testCase: readonly Operation[],
  listener?: Listener,
): Promise<Finding> {
  const tell = (what: string, detail: string, contradiction: boolean): void =>
    listener?.({ kind: "call", life: 1, client: 1, what, detail, remark: null, contradiction });
  const broken = (what: string, detail: string, therefore: string): Finding => {
    tell(what, detail, true);
    return { kind: "broken", states: 0, signature: what, phase: "live", therefore, features: [] };
  };
  const { createLedger } = await subject.fresh();
  const model = new Model();
  try {
    const made = createLedger();
    for (const operation of testCase) {
      const what = describe(operation);
      const [answer, expected] = [perform(made, operation), model.perform(operation)];
      if (answer !== expected) {
        const detail = `${inWords(answer)}, expected ${String(expected)}`;
        return broken(what, detail, `${what} must answer ${String(expected)}.`);
      }
      tell(what, inWords(answer), false);
    }
  } catch (error) {
    const detail = `threw ${describeError(error)}`;
    return broken("a call", detail, `No call may throw here, and one ${detail}.`);
  }
  return { kind: "held", states: 0 };
}

function inWords(answer: Answer): string {
  return answer === undefined ? "answered" : `answered ${answer}`;
}
