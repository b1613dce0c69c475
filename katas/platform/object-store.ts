/**
 * An object store as a service sees it: names with bytes behind them, shared by any number of processes.
 *
 * There is no rename, no overwriting and no locking. The one call that decides anything is `putIfAbsent`:
 * of all who put the same name, one wins, and everybody can find out who.
 *
 * Every call is two events, *called* and *settled*, and its effect lies somewhere between them.
 * Two calls that overlap have no order. Any call may be refused:
 *
 *   code       what is known then
 *   ─────────  ────────────────────────────────────────────────────────────────────────────────
 *   THROTTLED  the call has had no effect; whoever comes back at once makes things worse
 *   TIMED_OUT  nothing: a put has had its effect by now or never will, and nobody says which
 *   STORAGE    nothing: the real store is broken; the message and `cause` say how
 *
 * A name is 1–200 of the characters a–z, 0–9, ".", "_", "-" and "/"; between slashes stands at least one
 * character, and none of these parts begins with ".".
 */
export interface ObjectStore {
  /**
   * Stores bytes under a name that nobody has yet, whole or not at all, safe once the call has resolved.
   * Rejects with `ALREADY_EXISTS` when the name is taken, by whomever: nothing has changed.
   * The buffer must not change until the call has settled.
   */
  putIfAbsent(name: string, bytes: Uint8Array): Promise<void>;

  /** The bytes under a name, in a buffer of the caller's own. Rejects with `NOT_FOUND` when there are none. */
  get(name: string): Promise<Uint8Array>;

  /**
   * The names that begin with `prefix`, any text, in ascending order of their characters. Every object is
   * among them whose put had settled when `list` was called; those put meanwhile may be or not.
   */
  list(prefix: string): Promise<string[]>;
}
