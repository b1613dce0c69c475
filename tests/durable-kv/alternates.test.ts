import { invariants } from "#katas/durable-kv/invariants.ts";
import { kata } from "#katas/durable-kv/kata.ts";
import { proveAlternates } from "../harness/prove/alternates.ts";
import { suite } from "./suite.ts";

proveAlternates({ kata, invariants, suite }, { effort: 0.05, timeoutMs: 120_000 });
