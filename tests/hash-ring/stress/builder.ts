/**
 * A thread that builds rings along the membership log, in an order of its own, and says after each epoch who
 * owns the keys. Started by stress.ts from a bundle; ends when it is terminated.
 */
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { parentPort, workerData } from "node:worker_threads";
import { type Random, seededRandom } from "#platform/random.ts";
import type { Change, HashRing, Subject } from "#katas/hash-ring/contract.ts";
import { type Epoch, membersAfter, membershipLog } from "./membership-log.ts";
import type { BuilderOptions, Report } from "./report.ts";

const { subject, thread, seed, level } = workerData as BuilderOptions;
const replicas = 3;
const pointsPerNode = 32;
const keys = Array.from({ length: 48 }, (_, index) => `key-${index * 31}`);
let lookups = 0;

async function build(): Promise<void> {
  const { createHashRing } = await load();
  const random = seededRandom(seed * 31 + thread);
  for (let round = 0; ; round++) {
    const ring = createHashRing({ replicas, pointsPerNode });
    let members = new Set<string>();
    for (const [epoch, changes] of membershipLog(seed, round, level).entries()) {
      const after = membersAfter(members, changes);
      changeTo(ring, changes, { random, known: new Set([...members, ...after]) });
      members = after;
      const owners = keys.map((key) => ownersOf(ring, key, members).join(", "));
      report({ kind: "owners", thread, round, epoch, keys, owners, lookups });
    }
  }
}

async function load(): Promise<Subject> {
  // A subject that awaits at its top level is a module; every other one is a script.
  if (subject.endsWith(".mjs")) return (await import(pathToFileURL(subject).href)) as Subject;
  return createRequire(import.meta.url)(subject) as Subject;
}

/** All changes in an order of this thread, now and then with somebody who only passes through. */
function changeTo(
  ring: HashRing,
  changes: Epoch,
  { random, known }: { random: Random; known: Set<string> },
): void {
  const steps: Change[] = shuffled(changes, random);
  const passer = `passer-${thread}`;
  known.add(passer);
  if (random.below(3) === 0) {
    const joins = random.below(steps.length + 1);
    steps.splice(joins, 0, { add: passer });
    steps.splice(joins + 1 + random.below(steps.length - joins), 0, { remove: passer });
  }
  if (level >= 3 && random.below(2) === 0) {
    ring.apply(steps);
    return;
  }
  for (const step of steps) {
    if ("remove" in step) ring.remove(step.remove);
    else {
      const { add: node, ...traits } = step;
      ring.add(node, traits);
    }
    ownersOf(ring, keys[random.below(keys.length)] as string, known);
  }
}

/** The owners of a key; throws when they cannot be right whatever the placement. */
function ownersOf(ring: HashRing, key: string, known: ReadonlySet<string>): readonly string[] {
  lookups++;
  const { nodes } = ring.get(key);
  const isRight = new Set(nodes).size === nodes.length && nodes.every((node) => known.has(node));
  if (isRight) return nodes;
  throw new RangeError(`get ${key} answered ${nodes.join(", ")}: not different members.`);
}

function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  const left = [...items];
  return items.map(() => left.splice(random.below(left.length), 1)[0] as Item);
}

function report(message: Report): void {
  parentPort?.postMessage(message);
}

try {
  await build();
} catch (error) {
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  report({ kind: "problem", thread, what, lookups });
}
