import { invariants } from "#katas/ledger/invariants.ts";
import { kata } from "#katas/ledger/kata.ts";
import { proveReference } from "../harness/prove/reference.ts";
import { suite } from "./suite.ts";

proveReference({ kata, invariants, suite }, { effort: 0.08 });
