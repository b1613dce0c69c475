/** The same task for piscina, which calls what a file exports by default. */
export { spin as default } from "./tasks.mjs";
