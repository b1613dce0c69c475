import assert from "node:assert/strict";
import { errorCode } from "#platform/errors.ts";
import type { ObjectStore } from "#platform/object-store.ts";

/**
 * The promises of katas/platform/object-store.ts that a store keeps while nothing goes wrong, for any store:
 *
 *     describe("the real store", () => registerObjectStoreContract(test, makeStores));
 *
 * `makeStores` gives two views of one empty store, as two processes have them.
 */
export function registerObjectStoreContract(
  register: (sentence: string, body: () => Promise<void>) => void,
  makeStores: () => Promise<{ store: ObjectStore; other: ObjectStore }>,
): void {
  for (const [sentence, promise] of Object.entries(promises)) {
    register(sentence, async () => {
      const { store, other } = await makeStores();
      await promise(store, other);
    });
  }
}

type StorePromise = (store: ObjectStore, other: ObjectStore) => Promise<void>;

const promises: Readonly<Record<string, StorePromise>> = {
  "what was put is found again, by everybody": async (store, other) => {
    await store.putIfAbsent("log/1", bytes(1, 2, 3));
    assert.deepEqual(await store.get("log/1"), bytes(1, 2, 3));
    assert.deepEqual(await other.get("log/1"), bytes(1, 2, 3));
  },

  "an object may be empty": async (store) => {
    await store.putIfAbsent("empty", bytes());
    assert.deepEqual(await store.get("empty"), bytes());
  },

  "get rejects with NOT_FOUND when there is no such object": async (store) => {
    await store.putIfAbsent("log/1", bytes(1));
    await assertRejectsWith("NOT_FOUND", store.get("log/2"));
    await assertRejectsWith("NOT_FOUND", store.get("log"));
  },

  "a name that is taken is refused with ALREADY_EXISTS, and keeps what it has": async (
    store,
    other,
  ) => {
    await store.putIfAbsent("log/1", bytes(1));
    await assertRejectsWith("ALREADY_EXISTS", store.putIfAbsent("log/1", bytes(2)));
    await assertRejectsWith("ALREADY_EXISTS", other.putIfAbsent("log/1", bytes(1)));
    assert.deepEqual(await store.get("log/1"), bytes(1));
  },

  "of all who put one name at once, one wins, and what is read is whole": async (store, other) => {
    const contents = Array.from({ length: 16 }, (_, index) => new Uint8Array(5000).fill(index + 1));
    const puts = contents.map((content, index) =>
      (index % 2 === 0 ? store : other).putIfAbsent("log/1", content),
    );
    const outcomes = await Promise.allSettled(puts);
    const winners = [...outcomes.keys()].filter((index) => outcomes[index]?.status === "fulfilled");
    assert.equal(winners.length, 1);
    assert.deepEqual(await store.get("log/1"), contents[winners[0] ?? 0]);
    for (const outcome of outcomes) {
      if (outcome.status === "rejected") assert.equal(errorCode(outcome.reason), "ALREADY_EXISTS");
    }
  },

  "a reader meets a whole object or none": async (store, other) => {
    const content = new Uint8Array(200_000).fill(7);
    let isPut = false;
    const putting = store.putIfAbsent("big", content).finally(() => (isPut = true));
    const meet = async (): Promise<void> => {
      const read = await other.get("big").catch((error: unknown) => error);
      if (read instanceof Uint8Array) assert.equal(read.length, content.length);
      else assert.equal(errorCode(read), "NOT_FOUND");
      if (!isPut) await meet();
    };
    await meet();
    await putting;
    await meet();
  },

  "list answers the names with a prefix, in the order of their characters": async (
    store,
    other,
  ) => {
    for (const name of ["log/10", "log/9", "logs", "log.x", "log-x", "log", "other/1"]) {
      await store.putIfAbsent(name, bytes(1));
    }
    assert.deepEqual(await other.list("log/"), ["log/10", "log/9"]);
    assert.deepEqual(await other.list("log"), ["log", "log-x", "log.x", "log/10", "log/9", "logs"]);
    assert.deepEqual(await other.list("lo"), await other.list("log"));
    assert.deepEqual((await other.list("")).at(-1), "other/1");
    assert.deepEqual(await other.list("absent"), []);
  },

  "a name may be the beginning of another": async (store) => {
    await store.putIfAbsent("a/b", bytes(1));
    await store.putIfAbsent("a", bytes(2));
    assert.deepEqual(await store.get("a"), bytes(2));
    assert.deepEqual(await store.list(""), ["a", "a/b"]);
  },

  "an object has a buffer of its own, coming and going": async (store) => {
    const given = bytes(1, 2, 3);
    await store.putIfAbsent("a", given.subarray(1));
    given.fill(9);
    (await store.get("a")).fill(9);
    assert.deepEqual(await store.get("a"), bytes(2, 3));
  },

  "a name that is none is refused with INVALID_ARGUMENT": async (store) => {
    const long = "x".repeat(200);
    await store.putIfAbsent(long, bytes(1));
    assert.deepEqual(await store.list(""), [long]);
    for (const name of [
      "",
      `${long}x`,
      "A",
      "a b",
      "a//b",
      "/a",
      "a/",
      "../a",
      ".a",
      "a/.b",
      "ä",
    ]) {
      await assertRejectsWith("INVALID_ARGUMENT", store.putIfAbsent(name, bytes(1)));
      await assertRejectsWith("INVALID_ARGUMENT", store.get(name));
    }
  },
};

function bytes(...values: number[]): Uint8Array {
  return Uint8Array.from(values);
}

async function assertRejectsWith(code: string, call: Promise<unknown>): Promise<void> {
  await assert.rejects(call, (error) => errorCode(error) === code, `Expected the code ${code}.`);
}
