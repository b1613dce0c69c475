import { type Scenes } from "./index.ts";
import { scene } from "./simple.ts";

export const shortReads: Scenes = {
  "a few bytes with each read": scene(`
    // Compacted from the level on that brings it.
    const file: Record<string, unknown> = { ...(await import("./durable-kv.ts")) };
    const level = typeof file.level === "number" ? file.level : 5;
    const options = level >= 5 ? { segmentBytesMax: 1024 } : {};
    const disk = createCrashDisk();
    const store = await openDurableKv({ disk, directory: "store", ...options });
    const names = Array.from({ length: 50 }, (_, index) => \`key-\${index}\`);
    const valueOf = (name: string) => \`\${name}:\`.padEnd(60, "x");
    for (const name of names) await store.put(bytes(name), bytes(valueOf(name)));
    if (level >= 5) await store.compact();
    for (const name of names.slice(30)) await store.put(bytes(name), bytes(valueOf(name)));

    const after = disk.kill();
    const openFile = after.open.bind(after);
    let reads = 0;
    after.open = async (path, how) => {
      const opened = await openFile(path, how);
      const read = opened.read.bind(opened);
      opened.read = (position, length) => read(position, Math.min(length, 1 + (reads++ % 7)));
      return opened;
    };
    const reopened = await openDurableKv({ disk: after, directory: "store", ...options });
    for (const name of names) expect(text(await reopened.get(bytes(name)))).toBe(valueOf(name));
  `),
};
