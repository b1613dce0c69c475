import { invariants } from "#katas/ledger/invariants.ts";
import { kata } from "#katas/ledger/kata.ts";
import { proveAlternates } from "../harness/prove/alternates.ts";
import { suite } from "./suite.ts";

proveAlternates({ kata, invariants, suite }, { effort: 0.03 });
