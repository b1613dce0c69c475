import { invariants } from "#katas/lsm-tree/invariants.ts";
import { kata } from "#katas/lsm-tree/kata.ts";
import { proveReference } from "../harness/prove/reference.ts";
import { suite } from "./suite.ts";

proveReference({ kata, invariants, suite }, { effort: 0.12, timeoutMs: 120_000 });
