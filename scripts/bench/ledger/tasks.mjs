/**
 * What runs on the threads of the ledger's bench, of all contestants: a wheel that is turned so many times.
 * Plain JavaScript, since Node 20 starts no thread from TypeScript.
 */
export function spin(turns) {
  let state = turns;
  for (let turn = 0; turn < turns; turn++) state = Math.imul(state ^ turn, 0x01000193);
  return state;
}

function spinMany({ turns, count }) {
  let sum = 0;
  for (let done = 0; done < count; done++) sum += spin(turns);
  return sum;
}

/** For the workers port. */
export const taskHandlers = { spin, spinMany };
