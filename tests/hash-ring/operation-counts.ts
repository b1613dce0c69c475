/** How often the ring asks its hash: evidence for the score, never a verdict. */
import type { Subject } from "#katas/hash-ring/contract.ts";
import type { LoadedSubject } from "../harness/check.ts";
import { hashNamed } from "./hashes.ts";

const nodes = 100;
const points = 128;
const lookups = 1000;

export async function countOperations(
  subject: LoadedSubject<Subject>,
): Promise<Record<string, number>> {
  const { createHashRing } = await subject.fresh();
  const good = hashNamed("good 1");
  let hashes = 0;
  const hash = (text: string): number => {
    hashes++;
    return good(text);
  };
  const during = (calls: () => void): number => {
    const before = hashes;
    calls();
    return hashes - before;
  };
  const lookUp = (count: number): void => {
    for (let key = 0; key < count; key++) ring.get(`key-${key}`);
  };

  const ring = createHashRing({ pointsPerNode: points, hash });
  const ofJoins = during(() => {
    for (let node = 0; node < nodes; node++) ring.add(`node-${node}`);
    // A ring may put the work off until it is asked.
    lookUp(1);
  });
  const ofOneLookup = during(() => lookUp(1));
  const ofLookups = during(() => lookUp(lookups));
  const ofOneMore = during(() => {
    ring.add("newcomer");
    lookUp(1);
  });
  const ofDeparture = during(() => {
    ring.remove("node-7");
    lookUp(1);
  });
  return {
    hashesPerLookupAt100Nodes: Math.round((ofLookups / lookups) * 100) / 100,
    hashesOfTheFirst100Joins: ofJoins - ofOneLookup,
    hashesPerJoinAt100Nodes: ofOneMore - ofOneLookup,
    hashesPerDepartureAt100Nodes: ofDeparture - ofOneLookup,
  };
}
