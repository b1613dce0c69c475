import { describe, expect, it } from "vitest";
import { GateKeeper } from "#platform/testing/gates.ts";
import { outcomeOf, runLife } from "./life.ts";
import { firstCome, following } from "./scheduler.ts";

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const forever = new Promise<never>(() => undefined);

describe("a life", () => {
  it("has finished when its program has", async () => {
    const gates = new GateKeeper();
    const end = await runLife(() => gates.begin(0), { gates, scheduler: firstCome });
    expect(end).toEqual({ how: "finished", schedule: [0], error: undefined });
  });

  it("has finished with the error that its program threw", async () => {
    const error = new Error("no");
    const end = await runLife(() => Promise.reject(error), {
      gates: new GateKeeper(),
      scheduler: firstCome,
    });
    expect(end).toMatchObject({ how: "finished", error });
  });

  it("hangs when nothing is left to open and the program waits", async () => {
    const gates = new GateKeeper();
    const program = async (): Promise<void> => {
      await gates.begin(0);
      await forever;
    };
    expect((await runLife(program, { gates, scheduler: firstCome })).how).toBe("hung");
  });

  it("that never comes to an end is taken for one that hangs after so many steps", async () => {
    const gates = new GateKeeper();
    const program = async (): Promise<void> => {
      for (;;) await gates.begin(0);
    };
    const end = await runLife(program, { gates, scheduler: firstCome, stepsMax: 50 });
    expect([end.how, end.schedule.length]).toEqual(["hung", 50]);
  });

  it("is cut off where its observer says so, with the choices made until then", async () => {
    const gates = new GateKeeper();
    const program = async (): Promise<void> => {
      for (;;) await gates.begin(0);
    };
    const end = await runLife(program, {
      gates,
      scheduler: firstCome,
      atRest: async (step) => step < 3,
    });
    expect(end).toMatchObject({ how: "cut off", schedule: [0, 0, 0] });
  });

  it("is looked at before each gate opens, and once more at its end", async () => {
    const gates = new GateKeeper();
    const seen: string[] = [];
    let answered = 0;
    const program = async (): Promise<void> => {
      await gates.begin(0);
      answered++;
      await gates.begin(0);
      answered++;
    };
    await runLife(program, {
      gates,
      scheduler: firstCome,
      atRest: async (step) => {
        seen.push(`step ${step}: ${answered} answered, ${gates.pending.length} pending`);
        return true;
      },
    });
    expect(seen).toEqual([
      "step 0: 0 answered, 1 pending",
      "step 1: 1 answered, 1 pending",
      "step 2: 2 answered, 0 pending",
    ]);
  });

  it("waits for code that yields with setImmediate, however often", async () => {
    const gates = new GateKeeper();
    const program = async (): Promise<void> => {
      for (let turn = 0; turn < 500; turn++) await nextTurn();
      await gates.begin(0);
    };
    expect((await runLife(program, { gates, scheduler: firstCome })).how).toBe("finished");
  });

  it("sees every gate that follows from microtasks before it chooses", async () => {
    const gates = new GateKeeper();
    let seen = 0;
    const late = async (client: number): Promise<void> => {
      for (let turn = 0; turn < 1000; turn++) await Promise.resolve();
      await gates.begin(client);
    };
    const program = async (): Promise<void> => {
      await Promise.all([gates.begin(0), late(1), late(2)]);
    };
    await runLife(program, {
      gates,
      scheduler: {
        choose(pending) {
          seen ||= pending.length;
          return 0;
        },
      },
    });
    expect(seen).toBe(3);
  });

  it("goes on when somebody is woken although nothing was left to open", async () => {
    const gates = new GateKeeper();
    let wake: (() => void) | null = null;
    const program = async (): Promise<void> => {
      await new Promise<void>((resolve) => (wake = resolve));
      await gates.begin(0);
    };
    const end = await runLife(program, {
      gates,
      scheduler: firstCome,
      wake() {
        wake?.();
        return wake !== null;
      },
    });
    expect(end).toMatchObject({ how: "finished", schedule: [0] });
  });

  it("with the same choices runs the same way", async () => {
    const run = async (schedule: number[]): Promise<number[]> => {
      const gates = new GateKeeper();
      const order: number[] = [];
      const client = async (number: number): Promise<void> => {
        for (let turn = 0; turn < 3; turn++) {
          await gates.begin(number);
          order.push(number);
        }
      };
      const program = async (): Promise<void> => {
        await Promise.all([client(0), client(1), client(2)]);
      };
      await runLife(program, { gates, scheduler: following(schedule) });
      return order;
    };
    expect(await run([2, 1, 0, 1])).toEqual(await run([2, 1, 0, 1]));
    expect(await run([2, 1, 0, 1])).not.toEqual(await run([]));
  });
});

describe("the outcome of a call", () => {
  it("is its value, its error, or that it hangs", async () => {
    expect(await outcomeOf(Promise.resolve(1))).toEqual({ how: "resolved", value: 1 });
    expect(await outcomeOf(Promise.reject(new Error("no")))).toMatchObject({ how: "rejected" });
    expect(await outcomeOf(forever)).toEqual({ how: "hung" });
  });

  it("is known when what the program does right after its answer is done as well", async () => {
    let isTidy = false;
    const answering = async (): Promise<string> => {
      void (async () => {
        for (let turn = 0; turn < 1000; turn++) await Promise.resolve();
        isTidy = true;
      })();
      return "done";
    };
    expect(await outcomeOf(answering())).toEqual({ how: "resolved", value: "done" });
    expect(isTidy).toBe(true);
  });

  it("is waited for while code yields with setImmediate, however often", async () => {
    const yielding = async (): Promise<string> => {
      for (let turn = 0; turn < 500; turn++) await nextTurn();
      return "done";
    };
    expect(await outcomeOf(yielding())).toEqual({ how: "resolved", value: "done" });
  });

  it("is waited for while code yields with nextTick", async () => {
    const yielding = async (): Promise<string> => {
      for (let turn = 0; turn < 500; turn++)
        await new Promise<void>((resolve) => {
          process.nextTick(resolve);
        });
      return "done";
    };
    expect(await outcomeOf(yielding())).toEqual({ how: "resolved", value: "done" });
  });
});
