import { type Scenes } from "./index.ts";
import { scene } from "./simple.ts";

export const lastWrites: Scenes = {
  "a value that was there before": scene(`
    let disk = createCrashDisk();
    let store = await open(disk);
    const values = ["1", "1", undefined, "1", "2", "1", undefined, undefined, "2", "1"];
    for (const [index, value] of [...values, ...values].entries()) {
      if (value === undefined) await store.delete(bytes("a"));
      else await store.put(bytes("a"), bytes(value));
      expect(text(await store.get(bytes("a"))), \`step \${index}\`).toBe(value);
      if (index < values.length) continue;
      disk = disk.kill();
      store = await open(disk);
      expect(text(await store.get(bytes("a"))), \`step \${index}, reopened\`).toBe(value);
    }
  `),
};
