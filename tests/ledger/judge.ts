/**
 * Judges the history of a ledger: every answer against every promise about answers.
 *
 * Entries are known only by the answers that name them, so the judge puts the batches in the order of their
 * versions and replays them on the model. What a promise other than the one in question says wrongly, the model
 * follows: an outcome that is answered counts as it was answered, and what comes later is judged from there.
 *
 *   version 1   version 2   version 3 (nobody was answered: one of the open batches)   version 4
 */
import { isDeepStrictEqual } from "node:util";
import type { Outcome } from "#katas/ledger/contract.ts";
import type { CommitRecord, HistoryRecord, PlanRecord, ReadRecord, Seen } from "./history.ts";
import { commitBatch, Model, type Right, type RuleSet } from "./model.ts";
import { describeError } from "../harness/in-words.ts";
import { itemInWords, shown } from "./script.ts";

/** What kind of contradiction it is; checks say which of them are the matter of their promise. */
export type Kind =
  | "accounts"
  | "verdict"
  | "funds"
  | "limits"
  | "schema"
  | "atomic"
  | "rule"
  | "slow"
  | "version"
  | "winner"
  | "effect"
  | "memory"
  | "moved"
  | "stale"
  | "race"
  | "pause"
  | "hurry"
  | "order"
  | "overload"
  | "abort"
  | "unknown"
  | "repeat"
  | "id"
  | "sources"
  | "threw";

export interface Problem {
  kind: Kind;
  what: string;
  detail: string;
  client: number | null;
  /** One sentence. */
  therefore: string;
}

const openEndings = new Set(["TIMED_OUT"]);
const triesMax = 60;

export function judgeHistory(
  records: readonly HistoryRecord[],
  rules: RuleSet,
  final: ReadRecord,
  ruleErrors: readonly string[],
): Problem[] {
  const commits = records.filter((record) => record.kind === "commit");
  const problems: Problem[] = [];
  const byVersion = new Map<number, CommitRecord>();
  for (const commit of commits) {
    const { ending } = commit;
    if (ending.how !== "answered" || ending.value.version === null) continue;
    const { version } = ending.value;
    const other = byVersion.get(version);
    if (other !== undefined && isTheSameAtOnce(commit, other)) continue;
    if (other !== undefined)
      problems.push(
        problem(
          "winner",
          commit,
          `version ${version}`,
          `Entry ${version} was answered to two batches: ${other.what}, and ${commit.what}.`,
        ),
      );
    else byVersion.set(version, commit);
    if (version > final.seen.version)
      problems.push(
        problem(
          "version",
          commit,
          `version ${version}`,
          `A batch was answered with version ${version}, and afterwards the ledger is at version ${final.seen.version}.`,
        ),
      );
  }
  problems.push(...versionProblems(commits));
  const holes = Array.from({ length: final.seen.version }, (_, index) => index + 1).filter(
    (version) => !byVersion.has(version),
  );
  const open = commits.filter(isOpen);
  const mayBe = (commit: CommitRecord, version: number): boolean =>
    versionKnown(records, commit.calledAt) < version && !isShownLater(records, commit, version);
  let best: Problem[] | undefined;
  for (const filling of fillings(holes, open, mayBe)) {
    const entries = new Map([...byVersion, ...filling]);
    const found = replay(records, entries, rules, final, ruleErrors);
    if (best === undefined || found.length < best.length) best = found;
    if (best.length === 0) break;
  }
  if (best === undefined) {
    const hole = holes.at(-1) ?? 0;
    const suspect = commits.find(({ ending }) => ending.how === "refused");
    if (suspect === undefined)
      problems.push(
        problem(
          "version",
          final,
          `version ${final.seen.version}`,
          `The ledger is at version ${final.seen.version}, and no batch that was answered became entry ${hole}.`,
        ),
      );
    else
      problems.push(
        problem(
          "effect",
          final,
          `version ${final.seen.version}`,
          `The ledger is at version ${final.seen.version}, and no batch that was answered became entry ${hole}; one was refused with ${codeOf(suspect)}, which promises that it has had no effect: ${suspect.what}.`,
        ),
      );
    best = replay(records, byVersion, rules, final, ruleErrors);
  }
  return [...problems, ...best];
}

function isOpen({ ending }: CommitRecord): boolean {
  if (ending.how === "lost") return true;
  return ending.how === "refused" && openEndings.has(ending.code ?? "");
}

function codeOf({ ending }: CommitRecord): string {
  return ending.how === "refused" ? (ending.code ?? "an error") : "nothing";
}

function problem(
  kind: Kind,
  { what, client }: { what: string; client: number | null },
  detail: string,
  therefore: string,
): Problem {
  return { kind, what, client, detail, therefore };
}

/** Whether somebody who asked when it was over saw the ledger without that entry: a put has no effect later. */
function isShownLater(
  records: readonly HistoryRecord[],
  { settledAt }: CommitRecord,
  version: number,
): boolean {
  return records.some((record) => {
    if (record.calledAt <= settledAt) return false;
    if (record.kind === "read") return record.seen.version < version;
    if (record.kind === "plan") return record.version <= version;
    return record.ending.how === "answered" && (record.ending.value.version ?? version) < version;
  });
}

/** The same batch, handed in twice at once: both may say that it is entry so-and-so. */
function isTheSameAtOnce(one: CommitRecord, other: CommitRecord): boolean {
  return isOverlapping(one, other) && isDeepStrictEqual(one.transactions, other.transactions);
}

function isOverlapping(one: CommitRecord, other: CommitRecord): boolean {
  return one.calledAt < other.settledAt && other.calledAt < one.settledAt;
}

/** Which open batches may have become the entries that nobody was answered. */
function* fillings(
  holes: readonly number[],
  open: readonly CommitRecord[],
  mayBe: (commit: CommitRecord, version: number) => boolean,
): Iterable<[number, CommitRecord][]> {
  const [first, ...rest] = holes;
  if (first === undefined) {
    yield [];
    return;
  }
  let tries = 0;
  for (const commit of open) {
    if (!mayBe(commit, first)) continue;
    for (const others of fillings(
      rest,
      open.filter((other) => other !== commit),
      mayBe,
    )) {
      if (tries++ >= triesMax) return;
      yield [[first, commit], ...others];
    }
  }
}

/** What the numbers alone show. */
function versionProblems(commits: readonly CommitRecord[]): Problem[] {
  const problems: Problem[] = [];
  for (const commit of commits) {
    if (commit.ending.how !== "answered") continue;
    const { version, outcomes } = commit.ending.value;
    const hasAccepted = outcomes.some(({ status }) => status === "accepted");
    if (hasAccepted && version === null)
      problems.push(
        problem(
          "version",
          commit,
          "version null",
          "The batch has an accepted transaction, so it takes a version, and it was answered with null.",
        ),
      );
    if (!hasAccepted && version !== null)
      problems.push(
        problem(
          "version",
          commit,
          `version ${version}`,
          `The batch has no accepted transaction, so it takes no version, and it was answered with ${version}.`,
        ),
      );
    if (version === null) continue;
    const earlier = commits.find(
      (other) =>
        other.settledAt < commit.calledAt &&
        other.ending.how === "answered" &&
        (other.ending.value.version ?? 0) >= version,
    );
    if (earlier !== undefined && earlier.ending.how === "answered")
      problems.push(
        problem(
          "version",
          commit,
          `version ${version}`,
          `Version ${String(earlier.ending.value.version)} had been answered before this batch was handed in, and it was answered with version ${version}.`,
        ),
      );
    if (commit.plan !== undefined && commit.plan.version !== version)
      problems.push(
        problem(
          "winner",
          commit,
          `version ${version}`,
          `The plan was for version ${commit.plan.version}, and it was answered with version ${version}.`,
        ),
      );
  }
  return problems;
}

// ── Replay ────────────────────────────────────────────────────────────────────────────────────

function replay(
  records: readonly HistoryRecord[],
  entries: ReadonlyMap<number, CommitRecord>,
  rules: RuleSet,
  final: ReadRecord,
  ruleErrors: readonly string[],
): Problem[] {
  const problems: Problem[] = [];
  const states = [new Model()];
  for (let version = 1; version <= final.seen.version; version++) {
    const model = (states.at(-1) as Model).copy();
    const commit = entries.get(version);
    if (commit?.ending.how === "answered") {
      const isAtOnce = (first: number): boolean => {
        const other = entries.get(first);
        return other !== undefined && isOverlapping(commit, other);
      };
      const { outcomes } = commit.ending.value;
      problems.push(...follow(model, commit, outcomes, rules, version, isAtOnce));
      model.seal();
    } else if (commit === undefined) model.seal();
    else if (!commitBatch(model, commit, rules).isEntry) {
      model.seal();
      problems.push(
        problem(
          "effect",
          commit,
          `entry ${version}`,
          `Only this batch can be entry ${version}, and judged there it has nothing that may happen.`,
        ),
      );
    }
    states.push(model);
  }
  const stateAt = (version: number): Model => states[Math.min(version, states.length - 1)] as Model;
  const known = (at: number): number => versionKnown(records, at);

  for (const record of records) {
    if (record.kind === "read")
      problems.push(
        ...readProblems(
          record,
          stateAt(record.seen.version),
          known(record.calledAt),
          final.seen.version,
        ),
      );
    else if (record.kind === "plan")
      problems.push(...planProblems(record, stateAt, rules, known(record.calledAt)));
    else if (record.ending.how === "refused")
      problems.push(
        ...refusalProblems(record, {
          stateAt,
          rules,
          entries,
          lowest: known(record.calledAt),
          final,
          ruleErrors,
        }),
      );
    else if (record.ending.how === "answered") {
      problems.push(...raceProblems(record));
      if (record.ending.value.version === null)
        problems.push(
          ...nothingProblems(record, record.ending.value.outcomes, {
            stateAt,
            rules,
            entries,
            lowest: known(record.calledAt),
            final,
          }),
        );
    }
  }
  problems.push(...orderProblems(records));
  return problems;
}

/** The highest version that somebody had been told of. */
function versionKnown(records: readonly HistoryRecord[], at: number): number {
  let version = 0;
  for (const record of records) {
    if (record.settledAt >= at) continue;
    if (record.kind === "read") version = Math.max(version, record.seen.version);
    if (record.kind === "commit" && record.ending.how === "answered")
      version = Math.max(version, record.ending.value.version ?? 0);
  }
  return version;
}

/** Judges the outcomes of a batch from a state, which follows what was answered. */
function follow(
  model: Model,
  record: CommitRecord | PlanRecord,
  outcomes: readonly Outcome[],
  rules: RuleSet,
  version: number,
  isAtOnce: (version: number) => boolean = () => false,
): Problem[] {
  const problems: Problem[] = [];
  const { transactions, policy } = record;
  const happened = new Set<number>();
  const mayWithhold =
    policy === "all-or-nothing" && outcomes.some(({ status }) => status === "rejected");
  const draft = model.copy();
  for (const [at, transaction] of transactions.entries()) {
    const outcome = outcomes[at] as Outcome;
    const right = draft.rightOf(transaction, rules);
    const line = (kind: Kind, therefore: string): void => {
      problems.push(problem(kind, record, outcomeInWords(outcome), therefore));
    };
    const it = itemInWords(transaction);
    // Handed in twice at once, either may say that it was accepted; it has happened already.
    if (
      outcome.status === "accepted" &&
      right.status === "repeated" &&
      right.version !== null &&
      isAtOnce(right.version)
    )
      continue;
    if (outcome.status === "accepted") happened.add(at);
    const isTaken = outcome.status === "accepted" || outcome.status === "withheld";
    if (outcome.status === "withheld" && !mayWithhold)
      line(
        "atomic",
        `Nothing of the batch is rejected, or its policy is "valid-only", and ${it} is withheld.`,
      );
    else if (outcome.status === "accepted" && mayWithhold)
      line(
        "atomic",
        `Another transaction of the "all-or-nothing" batch is rejected, and ${it} is accepted.`,
      );
    else if (!isFitting(outcome, right, version, mayWithhold))
      line(kindOf(outcome, right), sentenceOf(it, outcome, right));
    if (isTaken && right.status !== "repeated") draft.accept(transaction);
  }
  for (const [at, transaction] of transactions.entries())
    if (happened.has(at)) model.accept(transaction);
  return problems;
}

/** What is wrong with the outcomes of an entry, which the model enters; undefined when nothing is. */
export function enterAnswered(
  model: Model,
  { transactions, policy }: Pick<CommitRecord, "transactions" | "policy">,
  outcomes: readonly Outcome[],
  rules: RuleSet,
  version: number,
): string | undefined {
  const record: PlanRecord = {
    kind: "plan",
    what: "",
    client: null,
    transactions,
    policy,
    calledAt: 0,
    settledAt: 0,
    version,
    outcomes,
  };
  const [first] = follow(model, record, outcomes, rules, version);
  model.seal();
  return first?.therefore;
}

function isFitting(outcome: Outcome, right: Right, version: number, mayWithhold: boolean): boolean {
  switch (right.status) {
    case "accepted":
      return outcome.status === "accepted" || outcome.status === "withheld";
    case "rejected":
      return outcome.status === "rejected" && right.reasons.includes(outcome.reason);
    case "repeated":
      if (right.version === null)
        return mayWithhold
          ? outcome.status === "withheld"
          : outcome.status === "repeated" && outcome.version === version;
      return outcome.status === "repeated" && outcome.version === right.version;
    case "poison":
      return false;
  }
}

const ledgersReasons: Readonly<Record<string, Kind>> = {
  SCHEMA: "schema",
  ID_CONFLICT: "id",
  ACCOUNT_EXISTS: "verdict",
  UNKNOWN_ACCOUNT: "verdict",
  SAME_ACCOUNT: "verdict",
  INSUFFICIENT_FUNDS: "funds",
  OVERFLOW: "funds",
};

function kindOfReason(reason: string): Kind {
  return ledgersReasons[reason] ?? (/slowly|odd/.test(reason) ? "slow" : "rule");
}

function kindOf(outcome: Outcome, right: Right): Kind {
  if (right.status === "poison") return right.isSlow ? "slow" : "rule";
  if (right.status === "rejected" && right.reasons.includes("ID_CONFLICT")) return "id";
  if (right.status === "repeated" || outcome.status === "repeated") return "repeat";
  if (right.status === "rejected") return kindOfReason(right.reasons[0] ?? "");
  return outcome.status === "rejected" ? kindOfReason(outcome.reason) : "verdict";
}

function outcomeInWords(outcome: Outcome): string {
  if (outcome.status === "rejected") return `rejected, ${shown(outcome.reason)}`;
  return outcome.status === "repeated" ? `repeated, version ${outcome.version}` : outcome.status;
}

function sentenceOf(it: string, outcome: Outcome, right: Right): string {
  const got = outcomeInWords(outcome);
  switch (right.status) {
    case "accepted":
      return `Nothing is wrong with ${it}, and it is ${got}.`;
    case "rejected":
      return `${it} has to be rejected, ${right.reasons.map(shown).join(" or ")}, and it is ${got}.`;
    case "repeated":
      return right.version === null
        ? `The same transaction stands in this batch before, so ${it} is repeated, and it is ${got}.`
        : `The same transaction was accepted in entry ${right.version}, so ${it} is repeated, and it is ${got}.`;
    case "poison":
      return `A rule fails on ${it}, and it is ${got}.`;
  }
}

// ── Reads and plans ───────────────────────────────────────────────────────────────────────────

function readProblems(
  record: ReadRecord,
  model: Model,
  lowest: number,
  finalVersion: number,
): Problem[] {
  const { seen, live, isByANewOne } = record;
  const problems: Problem[] = [];
  const detail = `version ${seen.version}`;
  if (seen.version < lowest)
    problems.push(
      problem(
        isByANewOne ? "memory" : "stale",
        record,
        detail,
        `Version ${lowest} had been answered before, and what is read is version ${seen.version}.`,
      ),
    );
  if (seen.version > finalVersion)
    problems.push(
      problem(
        "version",
        record,
        detail,
        `It says that the ledger is at version ${seen.version}, and afterwards it is at version ${finalVersion}.`,
      ),
    );
  const wrong = seen.version < lowest ? undefined : accountsProblem(seen, model);
  if (wrong !== undefined)
    problems.push(problem(isByANewOne ? "memory" : "accounts", record, detail, wrong));
  const limit = limitsProblem(seen);
  if (limit !== undefined) problems.push(problem("limits", record, detail, limit));
  const now = movedProblem(seen, live);
  if (now !== undefined) problems.push(problem("moved", record, detail, now));
  return problems;
}

export function accountsProblem(seen: Seen, model: Model): string | undefined {
  for (const [name, { balance, balanceMin }] of model.accounts) {
    const there = seen.accounts.get(name);
    if (there === undefined)
      return `An account ${shown(name)} was opened by version ${seen.version}, and it is not there.`;
    if (there.balance !== balance)
      return `The accepted transactions leave ${shown(name)} with ${balance}, and it has ${there.balance}.`;
    if (there.balanceMin !== balanceMin)
      return `The account ${shown(name)} was opened with a balanceMin of ${balanceMin}, and it has ${there.balanceMin}.`;
  }
  for (const name of seen.accounts.keys())
    if (!model.accounts.has(name))
      return `Nobody has opened an account ${shown(name)}, and it is there.`;
  return undefined;
}

function limitsProblem({ accounts }: Seen): string | undefined {
  let sum = 0n;
  for (const [name, { balance, balanceMin }] of accounts) {
    if (!Number.isSafeInteger(balance))
      return `${shown(name)} has ${balance}, which is no exact number of cents.`;
    if (balance < balanceMin)
      return `${shown(name)} has ${balance}, and its balance may fall to ${balanceMin}.`;
    sum += BigInt(balance);
  }
  return sum === 0n ? undefined : `The sum of all balances is ${sum}, and it is always 0.`;
}

function movedProblem(seen: Seen, live: ReadRecord["live"]): string | undefined {
  if (live.version !== seen.version)
    return `It said version ${seen.version} when it was read, and later it says ${live.version}.`;
  for (const [name, { balance, balanceMin }] of seen.accounts) {
    const there = live.accounts.get(name);
    if (there?.balance !== balance || there.balanceMin !== balanceMin)
      return `It said that ${shown(name)} has ${balance} when it was read, and later it says ${shown(there?.balance)}.`;
  }
  const more = [...live.accounts.keys()].find((name) => !seen.accounts.has(name));
  return more === undefined
    ? undefined
    : `It did not know ${shown(more)} when it was read, and later it does.`;
}

function planProblems(
  record: PlanRecord,
  stateAt: (version: number) => Model,
  rules: RuleSet,
  lowest: number,
): Problem[] {
  const { version, outcomes } = record;
  if (version <= lowest)
    return [
      problem(
        "stale",
        record,
        `for version ${version}`,
        `Version ${lowest} had been answered before, and the plan is for version ${version}.`,
      ),
    ];
  return follow(stateAt(version - 1).copy(), record, outcomes, rules, version);
}

// ── Answers without an entry ──────────────────────────────────────────────────────────────────

interface Surroundings {
  stateAt: (version: number) => Model;
  rules: RuleSet;
  entries: ReadonlyMap<number, CommitRecord>;
  lowest: number;
  final: ReadRecord;
}

/** The versions that may have been the newest at some moment of a call. */
function* versionsDuring(
  { settledAt }: CommitRecord,
  { entries, lowest, final }: Surroundings,
): Iterable<number> {
  yield lowest;
  for (let version = lowest + 1; version <= final.seen.version; version++) {
    if ((entries.get(version)?.calledAt ?? 0) > settledAt) return;
    yield version;
  }
}

function nothingProblems(
  record: CommitRecord,
  outcomes: readonly Outcome[],
  around: Surroundings,
): Problem[] {
  let best: Problem[] | undefined;
  const versions =
    record.plan === undefined ? versionsDuring(record, around) : [record.plan.version - 1];
  for (const version of versions) {
    const found = follow(
      around.stateAt(version).copy(),
      record,
      outcomes,
      around.rules,
      version + 1,
    );
    if (best === undefined || found.length < best.length) best = found;
    if (best.length === 0) return [];
  }
  return best ?? [];
}

function refusalProblems(
  record: CommitRecord,
  around: Surroundings & { ruleErrors: readonly string[] },
): Problem[] {
  if (record.ending.how !== "refused") return [];
  const { code, error } = record.ending;
  const { attemptsMax, wrongCalls, lostRaces, isAlone } = record;
  const of = (kind: Kind, therefore: string): Problem[] => [
    problem(kind, record, code ?? "an error", therefore),
  ];
  if (code === "CONFLICT") {
    if (record.plan !== undefined) {
      const taken = around.entries.get(record.plan.version);
      if (taken !== undefined && taken !== record && taken.calledAt < record.settledAt) return [];
      return of(
        "winner",
        `The plan for version ${record.plan.version} rejects with CONFLICT, and nobody else has taken that version.`,
      );
    }
    if (!isAlone || lostRaces >= attemptsMax) return [];
    if (wrongCalls >= attemptsMax) return [];
    return of(
      "race",
      `It has lost ${times(lostRaces, "race")}, and with attemptsMax ${attemptsMax} it gives up only after ${attemptsMax}.`,
    );
  }
  if (code === "ABORTED" && record.isAborted) return [];
  if (code === "TIMED_OUT" || code === "THROTTLED") {
    if (!isAlone || wrongCalls >= attemptsMax) return [];
    if (code === "TIMED_OUT" && record.isAborted && wrongCalls > 0) return [];
    return of(
      "unknown",
      `${times(wrongCalls, "call")} to the store went wrong, fewer than the ${attemptsMax} of attemptsMax, and it rejects with ${code}.`,
    );
  }
  if (code === "ABORTED")
    return of("abort", "Its signal was not aborted, and it rejects with ABORTED.");
  if (code === "OVERLOADED") return [];
  if (code === "WORKER_LOST" && around.ruleErrors.includes("WORKER_LOST")) return [];
  if (code === undefined && error instanceof Error && isRuleError(error.message)) {
    for (const version of versionsDuring(record, around))
      if (commitBatch(around.stateAt(version).copy(), record, around.rules).mayThrow) return [];
  }
  return of("threw", `It must be answered, and it rejects with ${describeError(error)}.`);
}

/** Whether the refusal is one that the judge has something to say about; others are errors where an answer is due. */
export function isJudgedRefusal(code: string | undefined, error: unknown): boolean {
  if (code === undefined) return error instanceof Error && isRuleError(error.message);
  return ["CONFLICT", "ABORTED", "TIMED_OUT", "THROTTLED", "OVERLOADED", "WORKER_LOST"].includes(
    code,
  );
}

function isRuleError(message: string): boolean {
  return /rule fails on 13/.test(message);
}

function raceProblems(record: CommitRecord): Problem[] {
  const { lostRaces, attemptsMax, isAlone, plan } = record;
  if (!isAlone || plan !== undefined || lostRaces < attemptsMax) return [];
  return [
    problem(
      "race",
      record,
      "answered",
      `It has lost ${times(lostRaces, "race")} with attemptsMax ${attemptsMax}, so it rejects with CONFLICT, and it was answered.`,
    ),
  ];
}

/** Batches of one validator are committed in the order of their calls. */
function orderProblems(records: readonly HistoryRecord[]): Problem[] {
  const last = new Map<number, CommitRecord>();
  for (const record of records) {
    if (record.kind !== "commit" || record.ending.how !== "answered" || record.plan !== undefined)
      continue;
    const { version } = record.ending.value;
    if (version === null) continue;
    const before = last.get(record.life);
    if (before?.ending.how === "answered" && (before.ending.value.version ?? 0) > version)
      return [
        problem(
          "order",
          record,
          `version ${version}`,
          `It was called after ${before.what}, which has version ${String(before.ending.value.version)}, and it has version ${version}.`,
        ),
      ];
    last.set(record.life, record);
  }
  return [];
}

export function times(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
