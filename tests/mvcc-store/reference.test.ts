import { invariants } from "#katas/mvcc-store/invariants.ts";
import { kata } from "#katas/mvcc-store/kata.ts";
import { proveReference } from "../harness/prove/reference.ts";
import { suite } from "./suite.ts";

proveReference({ kata, invariants, suite });
