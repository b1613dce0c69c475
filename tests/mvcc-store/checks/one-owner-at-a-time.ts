/** A second open of a directory, by the same process and by another one, and who may open it when. */
import { committing, holds, type MvccScript, scripted } from "../durable/adapter.ts";

export const oneOwnerAtATime = scripted("mvcc-store/one-owner-at-a-time", {
  "a second open": async (script) => {
    const store = await script.open();
    await script.does("commit a=1", committing(store, { a: 1 }));
    await isLocked(script);
    await script.does("commit b=2", committing(store, { b: 2 }));
    await isLocked(script);
    holdsHere(script, store, { a: 1, b: 2 });
    await script.kill();
    const reopened = await script.open();
    holdsHere(script, reopened, { a: 1, b: 2 });
    await script.does("commit c=3", committing(reopened, { c: 3 }));
    await isLocked(script);
    await script.does("close", () => reopened.close());
    holdsHere(script, await script.open(), { a: 1, b: 2, c: 3 });
  },
  "a second open by another process": async (script) => {
    const store = await script.open();
    await script.does("commit a=1", committing(store, { a: 1 }));
    await script.newProcess();
    await isLocked(script);
    await script.does("commit b=2", committing(store, { b: 2 }));
    await script.does("close", () => store.close());
    holdsHere(script, await script.open(), { a: 1, b: 2 });
  },
  "another directory is another store": async (script) => {
    const store = await script.open();
    const other = await script.open({}, "other");
    await script.does("commit a=1", committing(store, { a: 1 }));
    await script.does("commit a=2 in other", committing(other, { a: 2 }));
    holdsHere(script, store, { a: 1 });
    holdsHere(script, other, { a: 2 });
  },
});

function isLocked(script: MvccScript): Promise<void> {
  return script.openIsRefused(["LOCKED"], "while the store is open");
}

function holdsHere(
  script: MvccScript,
  store: Parameters<typeof holds>[1],
  expected: Readonly<Record<string, unknown>>,
): void {
  holds(
    {
      tell: (what, detail) => {
        script.tell(what, detail);
      },
      broken: (what, therefore) => script.broken(what, "", therefore),
    },
    store,
    expected,
  );
}
