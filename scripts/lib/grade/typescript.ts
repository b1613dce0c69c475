/** The TypeScript compiler, required rather than imported: a loader that sees it takes a second to read it. */
import { createRequire } from "node:module";
import type Typescript from "typescript";

export const ts = createRequire(import.meta.url)("typescript") as typeof Typescript;
