/** How cost grows: the same question at several sizes, each a short course of its own. */
import { type Effort, type Lane, runCourse } from "./race.ts";

export interface Growth {
  readonly title: string;
  /** What grows: "keys". */
  readonly axis: string;
  /** In ascending order. */
  readonly sizes: readonly number[];
  readonly sliceMs?: number;
  /** Lanes of the same names for each size. What they have set up is let go before the next size is asked for. */
  readonly lanes: (
    size: number,
    atEnd: (tearDown: () => unknown) => void,
  ) => readonly Lane[] | Promise<readonly Lane[]>;
}

export interface GrowthResult {
  readonly title: string;
  readonly axis: string;
  readonly sizes: readonly number[];
  readonly lanes: readonly {
    readonly name: string;
    readonly kind: Lane["kind"];
    /** The median of microseconds an operation takes, a size each. */
    readonly microseconds: readonly number[];
  }[];
}

export async function runGrowth(growth: Growth, effort: Effort): Promise<GrowthResult> {
  const { title, axis, sizes } = growth;
  const lanes = new Map<string, { kind: Lane["kind"]; microseconds: number[] }>();
  for (const size of sizes) {
    const tearDowns: (() => unknown)[] = [];
    try {
      const result = await runCourse(
        {
          title,
          goals: [],
          // A curve over sizes shows by itself which point is disturbed.
          isSound: () => true,
          ...(growth.sliceMs === undefined ? {} : { sliceMs: growth.sliceMs }),
          lanes: () => growth.lanes(size, (each) => tearDowns.push(each)),
        },
        effort,
      );
      for (const { name, kind, perSecond } of result.lanes) {
        const lane = lanes.get(name) ?? { kind, microseconds: [] };
        lane.microseconds.push(1e6 / perSecond.median);
        lanes.set(name, lane);
      }
    } finally {
      for (const tearDown of tearDowns.reverse()) await tearDown();
    }
  }
  return {
    title,
    axis,
    sizes,
    lanes: [...lanes].map(([name, lane]) => ({ name, ...lane })),
  };
}
