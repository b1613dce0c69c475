/**
 * One class that reads page after page, a list of those that wait and a count of slots, workers that get one task
 * at a time. The planted bugs that are implementations of their own bend this one, a step each.
 */
export {
  createCommitValidator,
  createTaskPool,
  createTransactionReader,
} from "../impostors/parts/subject.ts";

export const level = 6;
