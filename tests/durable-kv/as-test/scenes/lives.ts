import { type Scenes } from "./index.ts";
import { scene } from "./simple.ts";

export const lives: Scenes = {
  "hundreds of lives": scene(`
    let disk = createCrashDisk();
    for (let life = 0; life < 260; life++) {
      const store = await open(disk);
      await store.put(bytes(\`k\${life}\`), bytes(\`\${life}:\`));
      disk = disk.kill();
    }
    const store = await open(disk);
    for (let life = 0; life < 260; life++) {
      expect(text(await store.get(bytes(\`k\${life}\`)))).toBe(\`\${life}:\`);
    }
  `),
};
