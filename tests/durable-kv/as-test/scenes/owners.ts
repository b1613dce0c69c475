import { type Scenes } from "./index.ts";
import { scene, simple } from "./simple.ts";

export const owners: Scenes = {
  "a second open": simple(`
    const refusal = { code: "LOCKED" };
    await store.put(bytes("a"), bytes("1"));
    await expect(open(disk)).rejects.toMatchObject(refusal);
    await store.put(bytes("b"), bytes("2"));
    await expect(open(disk)).rejects.toMatchObject(refusal);
    expect(text(await store.get(bytes("a")))).toBe("1");
    expect(text(await store.get(bytes("b")))).toBe("2");

    const after = disk.kill(); // the end of the process frees the directory
    const reopened = await open(after);
    expect(text(await reopened.get(bytes("a")))).toBe("1");
    expect(text(await reopened.get(bytes("b")))).toBe("2");
    await reopened.put(bytes("c"), bytes("3"));
    await expect(open(after)).rejects.toMatchObject(refusal);
    await reopened.close(); // and so does close
    const third = await open(after);
    expect(text(await third.get(bytes("c")))).toBe("3");
  `),
  "a second open by another process": simple(`
    await store.put(bytes("a"), bytes("1"));
    await expect(openAnew(disk)).rejects.toMatchObject({ code: "LOCKED" });
    await store.put(bytes("b"), bytes("2"));
    await store.close();
    const next = await openAnew(disk);
    expect(text(await next.get(bytes("a")))).toBe("1");
    expect(text(await next.get(bytes("b")))).toBe("2");
  `),
  "close after a disk error": simple(`
    await store.put(bytes("a"), bytes("1"));
    const [written] = await disk.killsDuring(async () => undefined);
    for (let call = 0; call < 60; call++) {
      const next = (written?.disk ?? disk).kill();
      next.faults = { failCall: call };
      const ignored = () => undefined; // whether it is answered or rejects
      const opened = await open(next).catch(ignored);
      await opened?.put(bytes("b"), bytes("2")).catch(ignored);
      await opened?.put(bytes("c"), bytes("3")).catch(ignored);
      await opened?.delete(bytes("c")).catch(ignored);
      await opened?.get(bytes("a")).catch(ignored);
      await opened?.compact().catch(ignored);
      await opened?.close().catch(ignored);
      next.faults = {};
      const again = await open(next); // the directory is free
      expect(text(await again.get(bytes("a")))).toBe("1");
    }
  `),
  "a second open during a compaction": scene(`
    await tryInterleavings({ runs: 100 }, async (world) => {
      const { disk } = world;
      const options = { disk, directory: "store", segmentBytesMax: 1024 };
      const store = await openDurableKv(options);
      const value = "x".repeat(400);
      for (let put = 0; put < 12; put++) await store.put(bytes(\`k\${put % 4}\`), bytes(value + put));
      await world.together(
        () => store.compact(), // goes on as if nothing had been
        () => expect(openDurableKv(options)).rejects.toMatchObject({ code: "LOCKED" }),
      );
      const reopened = await openDurableKv({ ...options, disk: disk.kill() });
      for (let put = 8; put < 12; put++) {
        expect(text(await reopened.get(bytes(\`k\${put % 4}\`)))).toBe(value + put);
      }
    });
  `),
  "another directory is another store": simple(`
    await disk.makeDirectory("other");
    const other = await openDurableKv({ disk, directory: "other" });
    await store.put(bytes("a"), bytes("1"));
    await other.put(bytes("a"), bytes("2"));
    expect(text(await store.get(bytes("a")))).toBe("1");
    expect(text(await other.get(bytes("a")))).toBe("2");
  `),
};
