/**
 * A crowd whose store stands on a disk: commits wait for it, a scheduler decides which of its calls settles next, and
 * between any two of them every client may make a call.
 */
import type { MvccStore, Subject } from "#katas/mvcc-store/contract.ts";
import type { InvariantId } from "#katas/mvcc-store/invariants.ts";
import { kata } from "#katas/mvcc-store/kata.ts";
import { errorCode } from "#platform/errors.ts";
import type { Random } from "#platform/random.ts";
import { seededRandom } from "#platform/random.ts";
import { DiskPort } from "#platform/testing/disk-port.ts";
import { GateKeeper } from "#platform/testing/gates.ts";
import type { Experiment, Finding } from "../../harness/experiment.ts";
import type { AnomalyKind } from "../../harness/isolation/anomaly.ts";
import type { IsolationModel } from "../../harness/isolation/judge.ts";
import { runLife } from "../../harness/life.ts";
import { directory, emptyDisk } from "../../harness/on-disk/disk-subject.ts";
import { following, schedulerOf } from "../../harness/scheduler.ts";
import { Crowd, judgeHistory, keysIn } from "../crowd.ts";
import { shorter, type Step } from "../script.ts";
import { type Outcome, Session, SessionEnd } from "../session.ts";
import { rounds } from "../store-experiment.ts";
import { beginning, drawBounds, pick } from "../workload.ts";
import { mvccStore } from "./adapter.ts";

export interface DiskCrowdCase {
  /** What each client does, one transaction after the other. */
  clients: Step[][];
  /** The choices of the scheduler; first-come beyond their end. */
  schedule?: number[];
  /** Instead of choices: which of the search's schedules to draw. */
  draw?: { index: number; seed: number };
}

export interface DiskCrowdPlan {
  promise: InvariantId;
  model: IsolationModel;
  histories: number;
  wants: (kind: AnomalyKind) => boolean;
}

/** What comes of conflicts that nobody has noticed; everything else is about what is read. */
const ofConflicts = new Set<AnomalyKind>(["G0", "lost-update", "write-skew", "phantom"]);

export function isOfConflicts(kind: AnomalyKind): boolean {
  return ofConflicts.has(kind);
}

/** Asked only of those who have come to the level of the disk. */
export const durableLevel = 5;

export function crowdOnDisk(plan: DiskCrowdPlan): Experiment<Subject, DiskCrowdCase> {
  const { promise, model, histories, wants } = plan;
  return {
    promise,
    kataVersion: kata.version,
    *cases(budget) {
      for (let index = 0; index < rounds(budget, histories); index++) {
        const random = seededRandom(budget.seed * 1_000_003 + 700_000 + index);
        yield {
          clients: drawClients(random, model, 2 + (index % 4)),
          draw: { index, seed: random.below(1_000_000) },
        };
      }
    },
    async run(subject, testCase, listener): Promise<Finding> {
      if ((subject.exports.level ?? durableLevel) < durableLevel)
        return { kind: "held", states: 0 };
      const fresh = () => subject.fresh();
      const session = new Session({ promise, exports: await fresh(), fresh, listener });
      let schedule: number[] = [];
      try {
        schedule = await live(session, testCase, (crowd) => {
          judgeHistory(session, crowd.history(), model, wants);
        });
      } catch (ending) {
        if (!(ending instanceof SessionEnd)) throw ending;
        const { finding } = ending;
        const made = schedules.get(session) ?? schedule;
        return finding.kind === "broken" ? { ...finding, schedule: made } : finding;
      }
      return { kind: "held", states: session.answers };
    },
    *smaller(testCase) {
      const { clients, schedule } = testCase;
      for (const fewer of shorter(clients, 1)) yield { ...testCase, clients: fewer };
      for (const [client, steps] of clients.entries()) {
        const names = [...new Set(steps.flatMap((step) => ("t" in step ? [step.t] : [])))];
        for (const kept of shorter(names)) {
          const left = steps.filter((step) => "t" in step && kept.includes(step.t));
          yield { ...testCase, clients: clients.with(client, left) };
        }
        for (const left of shorter(steps.filter((step) => step.do !== "begin"))) {
          const kept = new Set<Step>(left);
          const fewer = steps.filter((step) => step.do === "begin" || kept.has(step));
          yield { ...testCase, clients: clients.with(client, fewer) };
        }
      }
      if (schedule !== undefined) yield { clients };
      for (let index = 0; index < 4; index++) yield { clients, draw: { index, seed: 1 } };
    },
    withSchedule: ({ clients }, schedule) => ({ clients, schedule }),
  };
}

const schedules = new WeakMap<Session, number[]>();

async function live(
  session: Session,
  { clients, draw, schedule }: DiskCrowdCase,
  judge: (crowd: Crowd) => void,
): Promise<number[]> {
  const gates = new GateKeeper();
  const port = new DiskPort(emptyDisk([directory]), gates);
  const steps = clients.flat();
  const scheduler =
    draw === undefined
      ? following(schedule ?? [])
      : schedulerOf(draw.index, draw.seed, 3 * steps.length);
  let crowd: Crowd | undefined;
  const program = async (): Promise<void> => {
    const store: MvccStore = await mvccStore.open(session.exports, { disk: port, directory }, {});
    const members = new Crowd(session, store, settledByGates);
    crowd = members;
    const working = clients.map(async (own, client) => {
      for (const step of own) {
        await gates.begin(client);
        await members.take(step);
      }
    });
    await Promise.all(working);
    await members.finish(keysIn(steps));
  };
  const end = await runLife(program, { gates, scheduler });
  port.fence();
  schedules.set(session, end.schedule);
  if (end.how === "hung") session.missed("a commit was never answered");
  if (end.error instanceof SessionEnd) throw end.error;
  if (end.error !== undefined)
    session.threw("openMvccStore", end.error, "openMvccStore must answer with a store");
  if (crowd !== undefined) judge(crowd);
  return end.schedule;
}

async function settledByGates(_what: string, call: () => Promise<void>): Promise<Outcome<void>> {
  try {
    await call();
    return { how: "answered", value: undefined };
  } catch (error) {
    return { how: "refused", code: errorCode(error), error };
  }
}

function drawClients(random: Random, model: IsolationModel, count: number): Step[][] {
  const keys = ["a", "b", "c", "d"].slice(0, model === "serializable" ? 3 : 2 + random.below(2));
  let transactions = 0;
  let elements = 0;
  return Array.from({ length: count }, () =>
    Array.from({ length: 1 + random.below(3) }, (): Step[] => {
      const t = `T${++transactions}`;
      const isReader = random.below(10) < 3;
      const calls = Array.from({ length: 1 + random.below(3) }, (): Step => {
        const key = pick(random, keys);
        if (random.below(5) === 0) return { t, do: "range", ...drawBounds(random, keys) };
        return isReader || random.below(2) === 0
          ? { t, do: "get", key }
          : { t, do: "append", key, element: `${++elements}` };
      });
      const isolation = model === "serializable" ? "serializable" : undefined;
      return [beginning(t, isolation), ...calls, { t, do: "commit" }];
    }).flat(),
  );
}
