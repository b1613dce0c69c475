import { readdirSync, appendFileSync } from "node:fs";
import { loadSubject } from "/work/main/tests/harness/subject-loader.ts";
import { suite } from "/work/main/tests/durable-kv/suite.ts";
import { invariants } from "/work/main/katas/durable-kv/invariants.ts";
process.on("unhandledRejection", (e)=>console.log("UNHANDLED", e));
const [effort="0.3", part="0/1", filter=""] = process.argv.slice(2);
const [pi, pn] = part.split("/").map(Number) as [number, number];
const dir = "/work/main/tests/durable-kv/impostors/";
const files = readdirSync(dir).filter(f=>f.endsWith(".ts") && f.includes(filter)).filter((_,i)=>i%pn===pi);
for (const f of files) {
  try {
  const s = await loadSubject(dir+f) as any; const imp = s.exports.impostor; const level = s.exports.level ?? 5;
  const broken: string[] = []; const t0=performance.now();
  for (const {id, level: l} of invariants) { if (l > Math.min(level, process.env.ALL?9:imp.level)) continue;
    let v: any; const t1=performance.now(); try { v = await Promise.race([suite.checks[id](s, {seed:1, effort:Number(effort)}), new Promise(r=>setTimeout(()=>r({status:"timeout"}),60000))]); } catch (e) { v={status:"CRASH "+(e as Error).message}; }
    if (performance.now()-t1>15000) console.log("   slow", f, id, Math.round(performance.now()-t1));
    if (v.status!=="held") broken.push((l<=imp.level?"":"^")+l+":"+id.replace("durable-kv/","")+(v.status==="broken"?"":"("+v.status+")")); }
  const low = broken.filter(b=>!b.startsWith("^"));
  const ok = low.length===1 && low[0]!.endsWith(imp.promise.replace("durable-kv/",":").replace(/^:/,"")) ;
  console.log(ok?"ok  ":(imp.stressOnly && low.length===0?"ok-s":"BAD "), f, "L"+imp.level+"/"+level, imp.promise.replace("durable-kv/",""), "|", broken.join(" "), ((performance.now()-t0)/1000).toFixed(1)+"s");
  } catch (e) { console.log("ERR ", f, (e as Error).message.slice(0,200)); }
}
