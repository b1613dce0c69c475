/** A cycle of the graph as a named anomaly whose every step is explained. */
import type { Anomaly, AnomalyKind, Dependency } from "./anomaly.ts";
import type { DependencyGraph, EdgeKind } from "./dependency-graph.ts";
import { nameOf } from "./transaction.ts";
import type { ListVersions, Versions } from "./versions.ts";
import { describeList, describeText } from "./words.ts";

interface Step {
  readonly kind: Exclude<EdgeKind, "within" | "onward">;
  readonly from: number;
  readonly to: number;
  readonly list: number;
}

/** `cycle`: numbers of edges, each leading to where the next begins. */
export function nameCycle(
  versions: Versions,
  graph: DependencyGraph,
  cycle: readonly number[],
): Anomaly {
  const steps = beginningWithRead(stepsOf(graph, cycle));
  const kind = kindOf(steps);
  return {
    kind,
    needsRealTime: steps.some((step) => step.kind === "real-time"),
    transactions: [...new Set(steps.map(({ from }) => from))],
    cycle: steps.map((step) => dependencyOf(versions, step)),
    sentence: sentenceOf(versions, kind, steps),
  };
}

/** From transaction to transaction; what leads within one or through an auxiliary node is left out. */
function stepsOf(graph: DependencyGraph, cycle: readonly number[]): Step[] {
  const begin = cycle.findIndex((edge) => {
    const kind = graph.kind(edge);
    return kind !== "within" && kind !== "onward";
  });
  const edges = [...cycle.slice(begin), ...cycle.slice(0, begin)];
  const steps: Step[] = [];
  let open: { kind: Step["kind"]; from: number; list: number } | undefined;
  for (const edge of edges) {
    const kind = graph.kind(edge);
    if (kind === "within") continue;
    if (kind !== "onward") {
      open = { kind, from: graph.transactionOf(graph.from(edge)), list: graph.list(edge) };
    }
    const to = graph.transactionOf(graph.to(edge));
    if (to === -1 || open === undefined) continue;
    steps.push({ ...open, to });
    open = undefined;
  }
  return steps;
}

/** A reader who missed something is where the story begins. */
function beginningWithRead(steps: readonly Step[]): readonly Step[] {
  const first = Math.max(0, steps.findIndex(isReadBefore));
  return [...steps.slice(first), ...steps.slice(0, first)];
}

function isReadBefore({ kind }: Step): boolean {
  return kind === "rw" || kind === "phantom";
}

function kindOf(steps: readonly Step[]): AnomalyKind {
  const data = steps.filter(({ kind }) => kind !== "real-time");
  const readsBefore = data.filter(isReadBefore);
  if (readsBefore.length === 0) return data.every(({ kind }) => kind === "ww") ? "G0" : "G1c";
  if (readsBefore.length === 1) {
    if (data.length === 1) return "stale-read";
    const oneList = data.every(({ list }) => list === data[0]?.list);
    const isOverwritten = data.every((step) => step.kind === "ww" || isReadBefore(step));
    return oneList && isOverwritten ? "lost-update" : "read-skew";
  }
  const isAdjacent = steps.some(
    (step, index) => isReadBefore(step) && isReadBefore(steps[(index + 1) % steps.length] as Step),
  );
  if (!isAdjacent) return "long-fork";
  return readsBefore.some(({ kind }) => kind === "phantom") ? "phantom" : "write-skew";
}

function sentenceOf(versions: Versions, kind: AnomalyKind, steps: readonly Step[]): string {
  const name = (index: number): string => nameOf(versions.transactions, index);
  const [first] = steps;
  const readBefore = steps.find(isReadBefore);
  const names = steps.map(({ from }) => name(from));
  const all = `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
  const key = describeText(versions.lists[readBefore?.list ?? first?.list ?? 0]?.key ?? "");
  const reader = name(readBefore?.from ?? 0);
  const writer = name(readBefore?.to ?? 0);
  switch (kind) {
    case "lost-update":
      return `${reader} read ${key}, ${writer} appended to it, and ${reader} appended to it without having seen that.`;
    case "read-skew":
      return `${reader} saw one effect of the others, but not what ${writer} appended to ${key}: no single moment shows both.`;
    case "stale-read":
      return `${reader} was begun after ${writer} was answered, and did not see what ${writer} appended to ${key}.`;
    case "long-fork":
      return `${all} saw appends that do not depend on each other in opposite orders.`;
    case "write-skew":
      return steps.every(isReadBefore)
        ? `${all} each missed what the next one appended: one at a time, one of them would have seen it.`
        : `${all} each depend on the next or missed what it appended: one at a time, one of them would have seen more.`;
    case "phantom":
      return `${reader} read a range in which ${key} was absent, and ${writer} appended to ${key}: one at a time, ${all} would not have seen what they saw.`;
    case "G0":
      return `${all} appended to the same lists in opposite orders.`;
    default:
      return `${all} each depend on the other${steps.length > 2 ? "s" : ""}.`;
  }
}

function dependencyOf(versions: Versions, step: Step): Dependency {
  const { kind, from, to } = step;
  const list = versions.lists[step.list];
  const because =
    list === undefined ? realTimeWords(versions, from, to) : dataWords(versions, list, step);
  const type = kind === "phantom" ? "rw" : kind;
  return { type, from, to, key: list?.key, because };
}

function realTimeWords({ transactions }: Versions, from: number, to: number): string {
  const settledAt = transactions[from]?.settledAt ?? 0;
  const calledAt = transactions[to]?.calledAt ?? 0;
  return `${nameOf(transactions, from)} was answered (at ${settledAt}) before ${nameOf(transactions, to)} was begun (at ${calledAt})`;
}

function dataWords(
  { transactions }: Versions,
  list: ListVersions,
  { kind, from, to }: Step,
): string {
  const [earlier, later] = [nameOf(transactions, from), nameOf(transactions, to)];
  const key = describeText(list.key);
  if (kind === "ww") {
    const isKnown = appendedBy(list, to).some(({ position }) => position !== -1);
    const wrote = `${later} appended ${elementsBy(list, to)} to ${key}`;
    if (isKnown) return `${wrote} right after ${earlier}'s ${elementsBy(list, from)}`;
    if (appendedBy(list, from).some(({ position }) => position !== -1))
      return `${wrote}, which no read shows, so it comes after ${earlier}'s ${elementsBy(list, from)}, which one does`;
    return `${wrote}, and ${earlier} ${elementsBy(list, from)}, which it does not follow: ${earlier} read ${key} without it, or the opposite order fails as well`;
  }
  const read = list.reads.find(({ transaction }) => transaction === (kind === "wr" ? to : from));
  const seen = describeList(list.order.slice(0, read?.length ?? 0).map(({ element }) => element));
  if (kind === "wr")
    return `${later} read ${key} as ${seen}, which ends with what ${earlier} appended`;
  if (kind === "phantom")
    return `${earlier} read a range and found no ${key}, to which ${later} appended ${elementsBy(list, to)}`;
  return `${earlier} read ${key} as ${seen}, without ${elementsBy(list, to)}, which ${later} appended`;
}

function appendedBy(list: ListVersions, transaction: number) {
  return [...list.appends.values()].filter((append) => append.transaction === transaction);
}

function elementsBy(list: ListVersions, transaction: number): string {
  return appendedBy(list, transaction)
    .map(({ element }) => describeText(element))
    .join(" and ");
}
