import { invariants } from "#katas/hash-ring/invariants.ts";
import { kata } from "#katas/hash-ring/kata.ts";
import { proveReference } from "../harness/prove/reference.ts";
import { suite } from "./suite.ts";

proveReference({ kata, invariants, suite }, { effort: 0.25, timeoutMs: 120_000 });
