import { type Scenes } from "./index.ts";
import { simple } from "./simple.ts";

export const buffers: Scenes = {
  "a value is changed after its put was answered": simple(`
    const value = bytes("right");
    await store.put(bytes("k"), value);
    value.fill(0x78); // the buffer is the caller's again
    expect(text(await store.get(bytes("k")))).toBe("right");
    await store.put(bytes("other"), bytes("1"));

    const reopened = await open(disk.kill());
    expect(text(await reopened.get(bytes("k")))).toBe("right");
  `),
  "a key is changed after its put was answered": simple(`
    const key = bytes("key");
    await store.put(key, bytes("1"));
    key.fill(0x78); // the buffer is the caller's again
    expect(text(await store.get(bytes("key")))).toBe("1");
    expect(text(await store.get(bytes("xxx")))).toBe(undefined);

    const reopened = await open(disk.kill());
    expect(text(await reopened.get(bytes("key")))).toBe("1");
  `),
  "an answer of get is changed": simple(`
    await store.put(bytes("k"), bytes("right"));
    const answer = await store.get(bytes("k"));
    answer?.fill(0x78); // what get answers is the caller's
    expect(text(await store.get(bytes("k")))).toBe("right");

    const reopened = await open(disk.kill());
    const recovered = await reopened.get(bytes("k"));
    recovered?.fill(0x78);
    expect(text(await reopened.get(bytes("k")))).toBe("right");
  `),
  "a Buffer of Node is changed": simple(`
    const [key, value, gone] = [Buffer.from("key"), Buffer.from("right"), Buffer.from("gone")];
    await store.put(key, value);
    await store.delete(gone);
    for (const buffer of [key, value, gone]) buffer.fill(0x78); // the caller's again
    expect(text(await store.get(bytes("key")))).toBe("right");
    expect(text(await store.get(bytes("xxx")))).toBe(undefined);
    await store.put(bytes("other"), bytes("1"));

    const reopened = await open(disk.kill());
    expect(text(await reopened.get(bytes("key")))).toBe("right");
    expect(text(await reopened.get(bytes("xxx")))).toBe(undefined);
  `),
  "large values are changed, going in and coming out": simple(`
    for (const size of [65_536, 1_048_576]) {
      const key = bytes(\`\${size}\`);
      const right = Buffer.alloc(size, 1);
      const value = Uint8Array.from(right);
      await store.put(key, value);
      value.fill(0x78); // the buffer is the caller's again
      const answer = await store.get(key);
      expect(right.equals(answer ?? bytes("")), \`the value of \${size} bytes that was put\`).toBe(true);
      answer?.fill(0x78); // what get answers is the caller's
      const again = await store.get(key);
      expect(right.equals(again ?? bytes("")), \`the answer of \${size} bytes\`).toBe(true);
    }
  `),
  "an answer that a get gave during a compaction is changed": simple(`
    await store.put(bytes("k"), bytes("right"));
    const compacting = store.compact();
    const answer = await store.get(bytes("k"));
    await compacting;
    answer?.fill(0x78); // what get answers is the caller's
    expect(text(await store.get(bytes("k")))).toBe("right");

    const reopened = await open(disk.kill());
    expect(text(await reopened.get(bytes("k")))).toBe("right");
  `),
  "one buffer is used for many puts": simple(`
    const names = ["a", "b", "c", "d", "e"];
    const key = new Uint8Array(1);
    const value = new Uint8Array(300);
    for (const [round, name] of names.entries()) {
      key.set(bytes(name));
      value.fill(round);
      await store.put(key, value);
    }
    for (const [round, name] of names.entries()) {
      expect(await store.get(bytes(name)), name).toEqual(new Uint8Array(300).fill(round));
    }

    const reopened = await open(disk.kill());
    for (const [round, name] of names.entries()) {
      expect(await reopened.get(bytes(name)), name).toEqual(new Uint8Array(300).fill(round));
    }
  `),
  "a delete's key is changed": simple(`
    await store.put(bytes("a"), bytes("1"));
    await store.put(bytes("b"), bytes("2"));
    const key = bytes("a");
    await store.delete(key);
    key.set(bytes("b")); // the buffer is the caller's again
    expect(text(await store.get(bytes("a")))).toBe(undefined);
    expect(text(await store.get(bytes("b")))).toBe("2");

    const reopened = await open(disk.kill());
    expect(text(await reopened.get(bytes("a")))).toBe(undefined);
    expect(text(await reopened.get(bytes("b")))).toBe("2");
  `),
};
