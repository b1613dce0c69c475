import { invariants } from "#katas/lsm-tree/invariants.ts";
import { kata } from "#katas/lsm-tree/kata.ts";
import { proveImpostors } from "../harness/prove/impostors.ts";
import { suite } from "./suite.ts";

await proveImpostors({ kata, invariants, suite }, { effort: 0.4, timeoutMs: 60_000 });
