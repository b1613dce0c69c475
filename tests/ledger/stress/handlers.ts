/** The code of slow rules, for threads of their own. */
import type { TaskHandlers } from "#platform/workers.ts";
import { slowHandler } from "../rules.ts";

export const taskHandlers: TaskHandlers = {
  even: (input) => {
    // Long enough to be killed in the middle.
    const until = performance.now() + 1;
    while (performance.now() < until);
    return slowHandler("even")(input);
  },
};
