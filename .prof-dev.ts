import { loadSubject } from "/work/main/tests/harness/subject-loader.ts";
import { runHunt } from "/work/main/tests/durable-kv/hunt.ts";
import { manyClients } from "/work/main/tests/durable-kv/hunting.ts";
import { seededRandom } from "#platform/random.ts";
const subject = await loadSubject(process.argv[2]!) as any;
for (const phases of [(process.env.PH??"crash in recovery").split("+")] as any[]) {
  let states=0, runs=0; const t0=process.cpuUsage().user; 
  for (let i=0;i<Number(process.env.N??30);i++){ const random=seededRandom(i); const r= await runHunt({wants:["lost"],phases,names:"core"}, subject, {clients: manyClients(random,4,{operations:4,keys:["a","b","c"],gets:0.25,deletes:0.15,sizes:[12,40]}), second:[{kind:"put",key:"a",value:900,size:20},{kind:"delete",key:"b"}], draw:{index:i,seed:i}, sectorBytes:32}); states+=r.states; runs++; if(r.kind!=="held") console.log(r); if ((process.cpuUsage().user-t0)>8e6) break; }
  const s=(process.cpuUsage().user-t0)/1e6; console.log(phases.join("+"), "runs",runs,"states",states, "cpu",s.toFixed(2), "states/s", Math.round(states/s), "ms/run",(s*1000/runs).toFixed(1));
}
