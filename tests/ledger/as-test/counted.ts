/** What is counted, as tests: pauses after lost races, and calls to the store. */
import type { Script } from "../script.ts";
import { batchText, lines, worldLines } from "./text.ts";

/** Two validators lose the same races, many of them; the pauses are looked at. */
export function pausesAsTest(): string[] {
  return lines(
    ...worldLines(),
    "const pausesOf = async (seed) => {",
    "  const store = createFlakyStore();",
    "  const rival = validatorOn(store.another());",
    "  const pauses = [];",
    "  let time = 0;",
    "  let lostAt;",
    "  const overtaken = {",
    "    get: (name) => store.get(name),",
    "    list: (prefix) => store.list(prefix),",
    "    async putIfAbsent(name, bytes) {",
    "      if (lostAt !== undefined) pauses.push(time - lostAt);",
    "      lostAt = undefined;",
    "      if (pauses.length < 20) {",
    "        const account = `rival-${pauses.length}`;",
    '        await rival.commit({ transactions: [{ kind: "open", id: account, account }] });',
    "      }",
    "      try {",
    "        await store.putIfAbsent(name, bytes);",
    "      } catch (error) {",
    '        if (error.code === "ALREADY_EXISTS") lostAt = time;',
    "        throw error;",
    "      }",
    "    },",
    "  };",
    "  const watched = {",
    "    now: () => time,",
    "    async sleep(ms) {",
    '      expect(ms, "a pause").toBeLessThanOrEqual(10_000);',
    "      time += ms;",
    "    },",
    "  };",
    "  const validator = validatorOn(overtaken, { clock: watched, random: seededRandom(seed), attemptsMax: 21 });",
    '  await validator.commit({ transactions: [{ kind: "open", id: "o-ann", account: "ann" }] });',
    "  return pauses;",
    "};",
    "const [one, other] = [await pausesOf(1001), await pausesOf(2002)];",
    'for (const ms of [...one, ...other]) expect(ms, "from a lost race to the next put").toBeGreaterThan(0);',
    'expect(one, "the pauses of two validators").not.toEqual(other);',
  );
}

/** Others commit, and the calls of the next read or commit are counted. */
export function readingAsTest({ clients }: Script): string[] {
  const steps = clients[0] ?? [];
  const text = [
    ...worldLines(),
    "const store = createFlakyStore();",
    "const validator = validatorOn(store);",
    "const other = validatorOn(store.another());",
    "let entries = 0;",
    "let calls = 0;",
    "const count = (what) => {",
    "  expect(store.counts.calls - calls, `calls for ${entries} new entries, ${what}`).toBeLessThanOrEqual(3 * entries + 6);",
    "  entries = 0;",
    "  calls = store.counts.calls;",
    "};",
    "let made = 0;",
  ];
  let isFirst = true;
  const counted = (what: string): string => {
    const line = isFirst ? "(entries = 0), (calls = store.counts.calls);" : `count("${what}");`;
    isFirst = false;
    return line;
  };
  // What it knows in the end is read as well.
  for (const step of [...steps, { do: "read" } as const]) {
    if (step.do === "others")
      text.push(
        `for (let left = ${step.count}; left > 0; left--, entries++)`,
        '  await other.commit({ transactions: [{ kind: "open", id: `other-${++made}`, account: `other-${made}` }] });',
      );
    if (step.do === "read")
      text.push(
        "expect((await validator.readMetadata()).version).toBe((await validatorOn(store.another()).readMetadata()).version);",
        counted("readMetadata"),
      );
    if (step.do === "commit")
      text.push(
        ...lines(`await validator.commit(${batchText(step.batch, step.policy)});`),
        counted("commit"),
      );
  }
  return text;
}
