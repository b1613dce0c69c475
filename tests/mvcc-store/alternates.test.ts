import { invariants } from "#katas/mvcc-store/invariants.ts";
import { kata } from "#katas/mvcc-store/kata.ts";
import { proveAlternates } from "../harness/prove/alternates.ts";
import { suite } from "./suite.ts";

proveAlternates({ kata, invariants, suite });
