import { invariants } from "#katas/mvcc-store/invariants.ts";
import { kata } from "#katas/mvcc-store/kata.ts";
import { proveImpostors } from "../harness/prove/impostors.ts";
import { suite } from "./suite.ts";

await proveImpostors({ kata, invariants, suite });
