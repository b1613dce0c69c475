import { invariants } from "#katas/lsm-tree/invariants.ts";
import { kata } from "#katas/lsm-tree/kata.ts";
import { proveAlternates } from "../harness/prove/alternates.ts";
import { suite } from "./suite.ts";

proveAlternates({ kata, invariants, suite }, { effort: 0.05, timeoutMs: 300_000 });
