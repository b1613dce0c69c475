/** The same task for poolifier, whose workers are objects of its own. */
import { ThreadWorker } from "poolifier";
import { spin } from "./tasks.mjs";

export default new ThreadWorker(spin);
