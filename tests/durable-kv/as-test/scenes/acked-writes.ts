import { type Scenes } from "./index.ts";
import { simple } from "./simple.ts";

export const ackedWrites: Scenes = {
  "hundreds of writes in one life": simple(`
    const kept = new Map<string, string | undefined>(); // by key, what was answered
    for (let index = 0; index < 400; index++) {
      const key = index % 3 === 0 ? \`key-\${index}\` : \`key-\${index % 50}\`;
      const value = index % 7 === 6 ? undefined : \`\${index}:\`.padEnd(4 + (index % 8), "x");
      if (value === undefined) await store.delete(bytes(key));
      else await store.put(bytes(key), bytes(value));
      kept.set(key, value);
    }
    const reopened = await open(disk.powerCut());
    for (const [key, value] of kept) expect(text(await reopened.get(bytes(key))), key).toBe(value);
  `),
};
