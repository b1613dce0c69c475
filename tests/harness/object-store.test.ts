import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { realObjectStore } from "#platform/real-object-store.ts";
import {
  createFlakyStore,
  FlakyStore,
  type StoreCall,
  StoredObjects,
} from "#platform/testing/flaky-store.ts";
import { GateKeeper, stillness } from "#platform/testing/gates.ts";
import { registerObjectStoreContract } from "./object-store-contract.ts";

const root = mkdtempSync(path.join(tmpdir(), "systems-katas-objects-"));
let directories = 0;

afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

function emptyDirectory(): string {
  const directory = path.join(root, `directory ${(directories += 1)}`);
  mkdirSync(directory);
  return directory;
}

const content = Uint8Array.of(1, 2, 3);

describe("the store in memory", () => {
  registerObjectStoreContract(test, async () => {
    const store = createFlakyStore();
    return { store, other: store.another() };
  });

  test("a throttled call has no effect, and the next one has", async () => {
    const store = createFlakyStore({
      faults: (_, number) => (number === 0 ? "throttled" : undefined),
    });
    await expect(store.putIfAbsent("a", content)).rejects.toMatchObject({ code: "THROTTLED" });
    expect(await store.list("")).toEqual([]);
    await store.putIfAbsent("a", content);
    expect(store.counts).toEqual({ calls: 3, puts: 2, gets: 0, lists: 1, failed: 1 });
  });

  test("a put times out before its effect or after it, and the error is the same", async () => {
    const store = createFlakyStore({
      faults: (_, number) => (["timed out before", "timed out after"] as const)[number],
    });
    const early = await store.putIfAbsent("a", content).catch((error: unknown) => error);
    const late = await store.putIfAbsent("b", content).catch((error: unknown) => error);
    expect(early).toMatchObject({ code: "TIMED_OUT" });
    expect(late).toMatchObject({ code: "TIMED_OUT" });
    expect(await store.list("")).toEqual(["b"]);
  });

  test("a put that times out late does not say that the name was taken", async () => {
    const store = createFlakyStore();
    await store.putIfAbsent("a", Uint8Array.of(9));
    store.faults = () => "timed out after";
    await expect(store.putIfAbsent("a", content)).rejects.toMatchObject({ code: "TIMED_OUT" });
    expect(await store.another().get("a")).toEqual(Uint8Array.of(9));
  });

  test("a call takes effect when its gate opens, and never once its life has ended", async () => {
    const gates = new GateKeeper<StoreCall>();
    const store = new FlakyStore(new StoredObjects(), gates);
    const other = store.another();
    let settled = 0;
    void store.putIfAbsent("a", content).finally(() => settled++);
    void other.putIfAbsent("b", content).finally(() => settled++);
    expect(gates.underWay().map(({ method, life }) => [method, life])).toEqual([
      ["putIfAbsent", 1],
      ["putIfAbsent", 2],
    ]);
    store.fence();
    void store.putIfAbsent("c", content).finally(() => settled++);
    gates.open(0);
    gates.open(0);
    await stillness();
    expect(gates.pending).toEqual([]);
    expect(store.objects.list("")).toEqual(["b"]);
    expect(settled).toBe(1);
  });

  test("the calls of one life can be forgotten without those of another", () => {
    const gates = new GateKeeper<StoreCall>();
    const store = new FlakyStore(new StoredObjects(), gates);
    void store.list("");
    void store.another().get("a");
    gates.forgetCalls(({ life }) => life === 1);
    expect(gates.underWay()).toEqual([{ kind: "store", method: "get", life: 2, name: "a" }]);
  });

  test("kills during an action leave each moment, with puts under way done or not", async () => {
    const store = createFlakyStore();
    const kills = await store.killsDuring(async () => {
      await store.putIfAbsent("a", content);
      await store.putIfAbsent("b", content);
    });
    const told = await Promise.all(
      kills.map(async ({ store: left, what, answered }) => ({
        what,
        answered,
        names: await left.list(""),
      })),
    );
    expect(told).toEqual([
      { what: "putIfAbsent a under way", answered: false, names: [] },
      { what: "putIfAbsent a under way; putIfAbsent a is done", answered: false, names: ["a"] },
      { what: "putIfAbsent b under way", answered: false, names: ["a"] },
      {
        what: "putIfAbsent b under way; putIfAbsent b is done",
        answered: false,
        names: ["a", "b"],
      },
      { what: "nothing is under way", answered: true, names: ["a", "b"] },
    ]);
  });

  test("kills during an action that rejects reject as it does", async () => {
    const store = createFlakyStore();
    const kills = store.killsDuring(async () => {
      await store.get("absent");
    });
    await expect(kills).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

describe("the store on a directory", () => {
  registerObjectStoreContract(test, async () => {
    const directory = emptyDirectory();
    return { store: realObjectStore(directory), other: realObjectStore(directory) };
  });

  test("drafts are no objects, and a put leaves none", async () => {
    const directory = emptyDirectory();
    mkdirSync(path.join(directory, ".draft-of-somebody-who-died"));
    const store = realObjectStore(directory);
    await store.putIfAbsent("log/1", content);
    await store.putIfAbsent("log/1", content).catch(() => undefined);
    expect(await store.list("")).toEqual(["log/1"]);
    expect(readdirSync(directory).sort()).toEqual([".draft-of-somebody-who-died", "log+1"]);
  });

  test("a directory that is not there is a broken store, not an empty one", async () => {
    const store = realObjectStore(path.join(root, "absent"));
    await expect(store.putIfAbsent("a", content)).rejects.toMatchObject({ code: "STORAGE" });
    await expect(store.list("")).rejects.toMatchObject({ code: "STORAGE" });
  });
});
