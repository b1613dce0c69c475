import { invariants } from "#katas/ledger/invariants.ts";
import { kata } from "#katas/ledger/kata.ts";
import { proveKeptTests } from "../harness/prove/kept-tests.ts";
import { suite } from "./suite.ts";

// Scaffold: a planted bug for each way in which as-test.ts writes a test.
const impostors = ["forgets-everything"];

proveKeptTests({ kata, invariants, suite }, { impostors, factories: ["createLedger"] });
