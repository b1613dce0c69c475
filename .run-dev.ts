import { loadSubject } from "/work/main/tests/harness/subject-loader.ts";
import { suite } from "/work/main/tests/durable-kv/suite.ts";
import { invariants } from "/work/main/katas/durable-kv/invariants.ts";
const [file, only, effort="1", seed="1"] = process.argv.slice(2);
process.on("unhandledRejection", (e)=>console.log("UNHANDLED", e));
const subject = await loadSubject(file!) as any;
const level = subject.exports.level ?? 5;
let bad=0; const t00=performance.now();
for (const {id, level: l} of invariants) {
  if (l > level) continue;
  if (only && only!=="-" && !id.includes(only)) continue;
  const t0 = performance.now();
  const v: any = await suite.checks[id](subject, { seed: Number(seed), effort: Number(effort) });
  const ms = (performance.now()-t0).toFixed(0);
  if (v.status!=="held") bad++;
  console.log(v.status.padEnd(9), l, id, ms+"ms", JSON.stringify(v.explored), v.status==="held"?"":(v.reason??""), v.callSite??"");
  if (v.counterexample && process.env.PIC!=="0") { for (const e of v.counterexample.events) console.log(`     ${e.contradiction?"✗":" "} ${(e.client===null?"":"c"+e.client+" ")+e.what}`.padEnd(40), e.detail, e.remark?("← "+e.remark):""); console.log("     ∴", v.counterexample.therefore, "|", v.counterexample.phase, "|", v.replay); }
}
console.log("bad", bad, "total", ((performance.now()-t00)/1000).toFixed(1)+"s", "level", level);
