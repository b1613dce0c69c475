/**
 * The search for a linearization of one key's history: Wing and Gong's search with Lowe's memory of configurations that
 * lead nowhere. It can be interrupted after any number of nodes and goes on where it stopped, and it keeps its own
 * stack, so the length of a history is limited by memory alone.
 *
 * A configuration is (operations no longer available, state). An operation is no longer available when it has been
 * placed, or when it is optional and its window has closed: some placed operation was called after it settled. From a
 * configuration, an available operation may be placed next unless an answered one settled before it was called.
 *
 * What is left out of the search, and why nothing is lost by it
 * - An optional operation that would leave the state as it is: not placing it leaves strictly more possibilities.
 * - Of two optional operations with the same effect, the later one while the earlier, sooner closing one is available.
 * - An operation X placed right after an optional M when X without M ends in the same state: the configuration without
 *   M has been or will be searched, and leaves strictly more possibilities.
 * - Everything but a read that fits the state, once there is one: wherever a linearization has the read, moving it to
 *   the front leaves a linearization, *provided that no window closes by placing it*. Without that proviso:
 *
 *       client 0   ├─ write 1 ─┤
 *       client 1                  ├─ write 2, cut off ─┤
 *       client 2                  ├──────────── read → 2 ────────────────────┤
 *       client 3                  ├──────────── write 1 ─────────────────────┤
 *       client 4                                          ├──── read → 1 ────┤
 *
 *   After write 1 the last read fits; placed there it would close the window of write 2, which the other read needs.
 *   Right is: write 1, write 2, read → 2, write 1, read → 1.
 *
 *   The proof of each is the same: the shortest way to the end from a configuration left out is no shorter than from one
 *   that is searched. The tests compare every verdict with an oracle that leaves nothing out.
 */
import type { Model, ModelState, Operation } from "./judge.ts";

/** The positions in a frame's walk over the candidates. */
const notYetWalked = -1;

/** Dead ends remembered at most; further ones may be searched twice. Bounds memory, and a Set has room for 2²⁴. */
const deadEndsMax = 4_000_000;

export class PartitionSearch<State extends ModelState, Input, Output> {
  readonly partition: string;
  /** Operations placed so far, counting every attempt. */
  nodes = 0;

  readonly #model: Model<State, Input, Output>;
  /** By time of call. Everywhere below, an operation is its index here. */
  readonly #operations: readonly Operation<Input, Output>[];
  readonly #count: number;
  readonly #calledAt: number[] = [];
  readonly #settledAt: number[] = [];
  readonly #optional: boolean[] = [];
  readonly #reads: boolean[] = [];
  /** The earlier optional operation that should be placed before this one, or -1. */
  readonly #preferredTwin: number[] = [];
  /** Optional operations by the end of their windows; those before `#closedCount` have none left. */
  readonly #optionalBySettledAt: number[] = [];

  /** Available operations as a list in order of call; index `#count` is its head. */
  readonly #next: number[] = [];
  readonly #previous: number[] = [];
  readonly #available: boolean[] = [];
  /** What was taken from the list, in that order; put back in reverse. */
  readonly #taken: number[] = [];

  /** The path from the empty order to the current configuration: entry d describes the configuration after d placements. */
  readonly #states: State[];
  readonly #walkedTo: number[] = [notYetWalked];
  /** 0: answered operations are walked; 1: optional ones; 2: nothing is left to try. */
  readonly #walkPhase: number[] = [0];
  readonly #takenCount: number[] = [0];
  readonly #latestCall: number[] = [-Infinity];
  readonly #closedCount: number[] = [0];
  readonly #highest: number[] = [-1];
  readonly #keys: (string | undefined)[] = [undefined];
  /** Entry d leads from configuration d to configuration d + 1. */
  readonly #placed: number[] = [];
  #depth = 0;
  #answeredLeft = 0;

  readonly #deadEnds = new Set<string>();

  #longestAnsweredLeft = Infinity;
  #longestState: State;
  readonly #longestPlaced: number[] = [];
  /** How far the current path and the longest one are known to agree. */
  #agreedDepth = 0;

  constructor(
    model: Model<State, Input, Output>,
    partition: string,
    operations: readonly Operation<Input, Output>[],
  ) {
    this.partition = partition;
    this.#model = model;
    this.#operations = byCall(operations.filter((operation) => !isPointless(model, operation)));
    this.#count = this.#operations.length;
    this.#states = [model.initial];
    this.#longestState = model.initial;

    for (let index = 0; index < this.#count; index++) {
      const operation = this.#at(index);
      const optional = operation.outcome === "maybe";
      this.#calledAt.push(operation.calledAt);
      this.#settledAt.push(operation.settledAt);
      this.#optional.push(optional);
      this.#reads.push(!optional && model.neverChangesState(operation.input, operation.output));
      this.#preferredTwin.push(-1);
      this.#next.push(index + 1);
      this.#previous.push(index - 1);
      this.#available.push(true);
      if (optional) this.#optionalBySettledAt.push(index);
      else this.#answeredLeft += 1;
    }
    // The head closes the circle.
    this.#next.push(0);
    this.#previous.push(this.#count - 1);
    if (this.#count > 0) this.#previous[0] = this.#count;

    if (this.#optionalBySettledAt.length > 1) {
      this.#pairTwins();
      this.#optionalBySettledAt.sort((a, b) => this.#settled(a) - this.#settled(b) || a - b);
    }
  }

  /** Searches on for at most `nodesMax` further nodes. */
  run(nodesMax: number): "ok" | "illegal" | "undecided" {
    const nodesEnd = this.nodes + nodesMax;
    for (;;) {
      if (this.#answeredLeft === 0) return "ok";
      if (this.nodes >= nodesEnd) {
        this.#rememberIfLongest();
        return "undecided";
      }
      if (this.#placeNext()) {
        this.nodes += 1;
        if (this.#isKnownDeadEnd()) this.#takeBack();
        continue;
      }
      this.#rememberIfLongest();
      if (this.#depth === 0) return "illegal";
      if (this.#deadEnds.size < deadEndsMax) {
        this.#deadEnds.add((this.#keys[this.#depth] ??= this.#configurationKey()));
      }
      this.#takeBack();
    }
  }

  /** The longest linearization found. To be asked only while an answered operation is unplaced. */
  longest(): {
    linearization: Operation<Input, Output>[];
    state: State;
    unplaced: Operation<Input, Output>;
  } {
    const linearization = this.#longestPlaced.map((index) => this.#at(index));
    const placed = new Set(this.#longestPlaced);
    const left = this.#operations.filter(
      (operation, index) => operation.outcome === "ok" && !placed.has(index),
    );
    const deadline = left.reduce(
      (earliest, operation) => Math.min(earliest, operation.settledAt),
      Infinity,
    );
    const due = left
      .filter((operation) => operation.calledAt <= deadline)
      .sort((a, b) => a.settledAt - b.settledAt);
    const impossible = due.find(
      ({ input, output }) => this.#model.step(this.#longestState, input, output) === undefined,
    );
    const unplaced = impossible ?? due[0];
    if (unplaced === undefined) throw new Error("Every answered operation has been placed.");
    return { linearization, state: this.#longestState, unplaced };
  }

  /** Walks on over the candidates of the current configuration and places the next one worth trying. */
  #placeNext(): boolean {
    const depth = this.#depth;
    const head = this.#count;
    const state = this.#states[depth] as State;
    if (this.#walkedTo[depth] === notYetWalked) {
      if (this.#placeFittingRead(state)) return true;
      this.#walkedTo[depth] = head;
    }
    for (let phase = this.#walkPhase[depth] ?? 0; phase < 2; phase++) {
      const optionalWanted = phase === 1;
      const resumeAfter = this.#walkedTo[depth] as number;
      let earliestDeadline = Infinity;
      let walking = resumeAfter !== head;
      for (
        let index = this.#next[head] as number;
        index !== head;
        index = this.#next[index] as number
      ) {
        if ((this.#calledAt[index] as number) > earliestDeadline) break;
        const optional = this.#optional[index] as boolean;
        if (!optional) earliestDeadline = Math.min(earliestDeadline, this.#settled(index));
        if (walking) {
          if (index === resumeAfter) walking = false;
          continue;
        }
        if (optional !== optionalWanted) continue;
        const after = optional ? this.#stepOptional(state, index) : this.#step(state, index);
        if (after === undefined || this.#isNeedlessAfterOptional(index, after)) continue;
        this.#walkedTo[depth] = index;
        this.#walkPhase[depth] = phase;
        this.#place(index, after);
        return true;
      }
      this.#walkedTo[depth] = head;
    }
    this.#walkPhase[depth] = 2;
    return false;
  }

  /** Places a read that fits the state as the only thing to try, if that closes no window. */
  #placeFittingRead(state: State): boolean {
    const head = this.#count;
    let earliestDeadline = Infinity;
    for (
      let index = this.#next[head] as number;
      index !== head;
      index = this.#next[index] as number
    ) {
      if ((this.#calledAt[index] as number) > earliestDeadline) return false;
      if (this.#optional[index] === true) continue;
      earliestDeadline = Math.min(earliestDeadline, this.#settled(index));
      if (
        this.#reads[index] !== true ||
        this.#step(state, index) === undefined ||
        this.#closesWindow(index)
      )
        continue;
      this.#walkedTo[this.#depth] = index;
      this.#walkPhase[this.#depth] = 2;
      this.#place(index, state);
      return true;
    }
    return false;
  }

  #closesWindow(index: number): boolean {
    const calledAt = this.#calledAt[index] as number;
    const optionalBySettledAt = this.#optionalBySettledAt;
    for (
      let rank = this.#closedCount[this.#depth] as number;
      rank < optionalBySettledAt.length;
      rank++
    ) {
      const optional = optionalBySettledAt[rank] as number;
      if (this.#settled(optional) >= calledAt) return false;
      if (this.#available[optional] === true) return true;
    }
    return false;
  }

  #step(state: State, index: number): State | undefined {
    const { input, output } = this.#at(index);
    return this.#model.step(state, input, output);
  }

  /** As `#step`, but undefined also where placing the operation is never needed. */
  #stepOptional(state: State, index: number): State | undefined {
    const twin = this.#preferredTwin[index] as number;
    if (twin !== -1 && this.#available[twin] === true) return undefined;
    const after = this.#step(state, index);
    return after === undefined || this.#isSame(after, state) ? undefined : after;
  }

  /** Whether the operation gives the same state without the optional operation placed last. */
  #isNeedlessAfterOptional(index: number, after: State): boolean {
    if (this.#depth === 0 || this.#optional[this.#placed[this.#depth - 1] as number] !== true)
      return false;
    const without = this.#step(this.#states[this.#depth - 1] as State, index);
    return without !== undefined && this.#isSame(without, after);
  }

  #isSame(one: State, other: State): boolean {
    return one === other || this.#model.fingerprint(one) === this.#model.fingerprint(other);
  }

  #place(index: number, after: State): void {
    const depth = this.#depth;
    this.#placed[depth] = index;
    this.#take(index);
    if (this.#optional[index] !== true) this.#answeredLeft -= 1;

    const latestCall = Math.max(this.#latestCall[depth] as number, this.#calledAt[index] as number);
    const optionalBySettledAt = this.#optionalBySettledAt;
    let closedCount = this.#closedCount[depth] as number;
    while (closedCount < optionalBySettledAt.length) {
      const optional = optionalBySettledAt[closedCount] as number;
      if (this.#settled(optional) >= latestCall) break;
      if (this.#available[optional] === true) this.#take(optional);
      closedCount += 1;
    }

    this.#depth = depth + 1;
    this.#states[depth + 1] = after;
    this.#walkedTo[depth + 1] = notYetWalked;
    this.#walkPhase[depth + 1] = 0;
    this.#takenCount[depth + 1] = this.#taken.length;
    this.#latestCall[depth + 1] = latestCall;
    this.#closedCount[depth + 1] = closedCount;
    this.#highest[depth + 1] = Math.max(this.#highest[depth] as number, index);
    this.#keys[depth + 1] = undefined;
  }

  #takeBack(): void {
    this.#depth -= 1;
    this.#agreedDepth = Math.min(this.#agreedDepth, this.#depth);
    if (this.#optional[this.#placed[this.#depth] as number] !== true) this.#answeredLeft += 1;
    const takenCount = this.#takenCount[this.#depth] as number;
    while (this.#taken.length > takenCount) this.#putBack(this.#taken.pop() as number);
  }

  #take(index: number): void {
    const next = this.#next[index] as number;
    const previous = this.#previous[index] as number;
    this.#next[previous] = next;
    this.#previous[next] = previous;
    this.#available[index] = false;
    this.#taken.push(index);
  }

  #putBack(index: number): void {
    this.#next[this.#previous[index] as number] = index;
    this.#previous[this.#next[index] as number] = index;
    this.#available[index] = true;
  }

  #isKnownDeadEnd(): boolean {
    if (this.#deadEnds.size === 0) return false;
    return this.#deadEnds.has((this.#keys[this.#depth] = this.#configurationKey()));
  }

  /** The last operation taken, the available ones called before it, and the state: exact, and short however long the history. */
  #configurationKey(): string {
    const highest = this.#highest[this.#depth] as number;
    let key = String(highest);
    for (
      let index = this.#next[this.#count] as number;
      index < highest;
      index = this.#next[index] as number
    ) {
      key += `,${index}`;
    }
    return `${key}|${this.#model.fingerprint(this.#states[this.#depth] as State)}`;
  }

  #rememberIfLongest(): void {
    const isLonger = this.#answeredLeft < this.#longestAnsweredLeft;
    // Of two that place as many answered operations, the one with fewer optional ones says more.
    const isPlainer =
      this.#answeredLeft === this.#longestAnsweredLeft && this.#depth < this.#longestPlaced.length;
    if (!isLonger && !isPlainer) return;
    this.#longestAnsweredLeft = this.#answeredLeft;
    this.#longestState = this.#states[this.#depth] as State;
    this.#longestPlaced.length = this.#depth;
    for (let depth = this.#agreedDepth; depth < this.#depth; depth++) {
      this.#longestPlaced[depth] = this.#placed[depth] as number;
    }
    this.#agreedDepth = this.#depth;
  }

  #pairTwins(): void {
    const latestByEffect = new Map<string, number>();
    for (const index of this.#optionalBySettledAt) {
      const { input, output } = this.#at(index);
      if (output !== undefined) continue;
      const effect = this.#model.effect(input);
      const earlier = latestByEffect.get(effect);
      if (earlier !== undefined && this.#settled(earlier) <= this.#settled(index))
        this.#preferredTwin[index] = earlier;
      latestByEffect.set(effect, index);
    }
  }

  #settled(index: number): number {
    return this.#settledAt[index] as number;
  }

  #at(index: number): Operation<Input, Output> {
    return this.#operations[index] as Operation<Input, Output>;
  }
}

/** An optional operation that changes nothing need never be placed. */
function isPointless<State extends ModelState, Input, Output>(
  model: Model<State, Input, Output>,
  operation: Operation<Input, Output>,
): boolean {
  return (
    operation.outcome === "maybe" && model.neverChangesState(operation.input, operation.output)
  );
}

function byCall<Input, Output>(operations: Operation<Input, Output>[]): Operation<Input, Output>[] {
  const isSorted = operations.every(
    (operation, index) =>
      index === 0 || (operations[index - 1]?.calledAt ?? -Infinity) <= operation.calledAt,
  );
  return isSorted ? operations : operations.sort((a, b) => a.calledAt - b.calledAt);
}
