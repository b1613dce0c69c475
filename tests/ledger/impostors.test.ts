import { invariants } from "#katas/ledger/invariants.ts";
import { kata } from "#katas/ledger/kata.ts";
import { proveImpostors } from "../harness/prove/impostors.ts";
import { suite } from "./suite.ts";

await proveImpostors({ kata, invariants, suite });
