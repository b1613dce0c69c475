/** Hints, a ladder of three rungs each: a question, an idea by its name, how it works. */
import type { Hint } from "../shape.ts";

export const hints: readonly Hint[] = [
  // ── Level 1 ─────────────────────────────────────────────────────────────────────────────────
  {
    id: "within-a-batch",
    level: 1,
    about: "algorithm",
    promises: [
      "ledger/accepted-transactions-take-effect",
      "ledger/balances-keep-their-limits",
      "ledger/batches-are-atomic",
      "ledger/rules-are-asked",
    ],
    nudge:
      "The third transaction of a batch relies on the second. Where does the effect of the second exist while you judge the third?",
    concept:
      "A draft: the accounts as they would be. Judge one after the other against it, and make it real only when all is decided.",
    mechanism:
      "Begin with the accounts of the latest version, in a copy or a layer above them. For each candidate check the shape, then both limits and the rules that were handed in, against the draft as it is now. Only then change both sides in the draft; a rejected one changes neither. Afterwards the policy is applied: under all or nothing, one rejection turns everything accepted into withheld and nothing is put.",
  },
  {
    id: "what-is-stored",
    level: 1,
    about: "storage",
    promises: ["ledger/versions-count-commits", "ledger/the-log-is-the-only-memory"],
    nudge:
      "A new validator knows the store and the prefix. What is the least that it has to find there?",
    concept:
      "An append-only log of numbered objects. The state is what replaying them gives, and is stored nowhere else.",
    mechanism:
      "The name of an entry is the prefix and its number, padded so that names sort like numbers; its content is what was accepted, in order. To read the ledger, get the names one after the other and apply them until one is not there. A batch with nothing accepted puts nothing. The number advances when the put has succeeded, never at the attempt, so that a failed commit takes none.",
  },
  {
    id: "broken-input",
    level: 1,
    about: "algorithm",
    promises: ["ledger/what-is-no-transaction-is-rejected", "ledger/bad-arguments-are-refused"],
    nudge:
      "Which mistakes are those of the caller of your function, and which are those of whoever wrote one line of the source?",
    concept:
      "Two doors: a batch that is none is refused as a whole, a candidate that is no transaction is one rejected outcome. Rules see well-formed transactions only.",
    mechanism:
      "Check the batch and the options first and refuse them before anything is read. Then let a schema service look at each candidate as an unknown value: an object with a known kind, texts of the right length, amounts that are safe integers in their range. Names that an object might inherit are safe in a map. Whatever fails is rejected for its schema and is handed to no rule.",
  },
  {
    id: "old-metadata",
    level: 1,
    about: "algorithm",
    promises: ["ledger/metadata-stays-as-read"],
    nudge:
      "Somebody holds the metadata of version 3 while you commit version 4. Which map are they looking at?",
    concept:
      "An immutable snapshot for each version that was handed out: copy on write, or a copy at the border.",
    mechanism:
      "Never change a map that has left your hands, nor the accounts in it. Either replace changed accounts by new objects in a new map, or copy when metadata is asked for and keep your own. A layer that holds only what has changed since is cheaper for many accounts, as long as a reader of an old version does not see the newer layer.",
  },

  // ── Level 2 ─────────────────────────────────────────────────────────────────────────────────
  {
    id: "who-wins-a-version",
    level: 2,
    about: "concurrency",
    promises: ["ledger/one-winner-a-version", "ledger/batches-are-judged-where-they-land"],
    nudge:
      "Between your check and your write somebody else writes. Which single call of the store notices?",
    concept:
      "Put-if-absent as compare-and-set: the name is the version that was expected plus one, and all but one of those who try it fail.",
    mechanism:
      "The name under which a plan is put is calculated from the version against which it was judged, and from nothing read later. If the name is taken, the plan is void, and its judgement with it. Nothing has to be undone, as nothing was done. Since nobody puts a number without having read the one before it, the versions have no gaps.",
  },
  {
    id: "after-a-lost-race",
    level: 2,
    about: "concurrency",
    promises: ["ledger/batches-are-judged-where-they-land", "ledger/a-lost-race-is-run-again"],
    nudge: "You lost the race for version 8. What of your work is still worth something?",
    concept:
      "Rebase: read what the winners have written, judge again from there, try the next number, with a limit to the tries.",
    mechanism:
      "After a lost race apply the new entries to the accounts, judge the whole batch anew on a fresh draft, and put it under the number after the last that you know. A transaction may be rejected now that was accepted before, or the other way round. If nothing is accepted any more, that is an answer and not a failure. Count the races lost, and reject with a conflict when the limit is reached.",
  },
  {
    id: "when-to-try-again",
    level: 2,
    about: "concurrency",
    promises: ["ledger/retries-are-spread", "ledger/an-aborted-commit-ends"],
    nudge: "Eight instances have lost to the same winner. When does each of them try again?",
    concept: "Exponential backoff with full jitter, cancellable, on the clock that was handed in.",
    mechanism:
      "Let the upper limit of the pause double with each lost race up to some maximum, and draw the pause itself at random below it, never zero. A doubling without chance keeps those together who have lost together. Wait for the clock or for the abort signal, whichever comes first, and look at the signal again before each put. A put that is under way is not forgotten by an abort: what it turns out to be is the answer.",
  },
  {
    id: "catching-up",
    level: 2,
    about: "algorithm",
    promises: ["ledger/only-what-is-new-is-read"],
    nudge: "How much of a ledger of ten thousand entries has changed since your last commit?",
    concept:
      "An incremental replica: the state at a known version, brought forward by the entries after it.",
    mechanism:
      "Keep the accounts at the last version that was read, and get the names after it until one is missing. Your own entry counts as read once its put has succeeded. Two calls that read at the same time must not apply an entry twice: whoever comes with an entry applies it only if its number is the next one. Listing all names costs more the older the ledger is.",
  },

  // ── Level 3 ─────────────────────────────────────────────────────────────────────────────────
  {
    id: "counting-tasks",
    level: 3,
    about: "concurrency",
    promises: [
      "ledger/never-more-in-flight",
      "ledger/no-slot-is-lost",
      "ledger/every-task-settles-once",
    ],
    nudge:
      "A task in flight is aborted: its caller has an answer at once, its handler goes on. When is the slot free?",
    concept:
      "A task has two ends: the answer to whoever asked, and the last step of the code that was asked to do it. Each comes once, and a slot belongs to the second.",
    mechanism:
      "Begin a handler in such a way that an error thrown before its first await becomes a rejection like any other. Free the slot in one place only, when the handler has ended, however it did, and begin the next task there. The promise of the caller is settled by whichever comes first, the handler or the abort. A task that waits and is aborted leaves the queue, and its place is free. Drain and close wait for tasks that have ended, not for those that have settled.",
  },
  {
    id: "refusing-a-task",
    level: 3,
    about: "concurrency",
    promises: ["ledger/overload-is-refused"],
    nudge:
      "f + q tasks are submitted in the same turn. At which moment do you decide about the next one?",
    concept:
      "A bounded queue pushes back when it is called, before anything is awaited. Admission is one synchronous step.",
    mechanism:
      "In the call itself compare the tasks waiting and in flight with the two limits, and refuse or enter the task; no await stands before that. An unknown kind is refused before it counts. A task begins directly as long as a slot is free, so the queue holds only those for whom there is none. An aborted task in flight still takes its slot, one that waited takes nothing.",
  },
  {
    id: "order-of-commits",
    level: 3,
    about: "concurrency",
    promises: ["ledger/commits-keep-the-order-of-calls", "ledger/slow-rules-decide"],
    nudge:
      "What in a commit depends on the commits before it, and what could begin at once whatever they do?",
    concept:
      "Two halves: checks that know no accounts run side by side, reading, judging and putting happen in a line, first called, first served.",
    mechanism:
      "When a commit is called, submit its slow rules and take a place in a line, both before anything is awaited. Wait for your own checks and for the one in front of you, then read, judge and put. A transaction that any slow rule refused is rejected in every judgement of that batch; a slow rule that fails ends its own commit. Whatever the end is, an abort included, the one behind gets the turn. A rejection that arrives while you wait for your turn must have somebody to receive it.",
  },

  // ── Level 4 ─────────────────────────────────────────────────────────────────────────────────
  {
    id: "after-a-time-out",
    level: 4,
    about: "storage",
    promises: ["ledger/a-lost-answer-is-found-out", "ledger/crashes-lose-nothing"],
    nudge:
      "Entry 8 is there, and your own put of entry 8 timed out. What in it tells you whether you have won?",
    concept:
      "A put that can be repeated: the name is decided before, the object never changes, and it carries the identity of the commit that wrote it.",
    mechanism:
      "Draw an id of 128 bits for each commit and write it into the entry. After a time-out put the same bytes under the same name again. If it is stored now, good; if the name is taken, get the entry and compare ids: equal means committed, different means a lost race. Comparing the transactions instead would let two callers with the same batch both believe that they have won. A validator that begins anew needs nothing of this, because entries are whole or absent.",
  },
  {
    id: "when-patience-ends",
    level: 4,
    about: "concurrency",
    promises: ["ledger/unknown-is-not-no", "ledger/throttling-is-waited-out"],
    nudge:
      "Your put timed out once, and since then the store has answered every call with throttling. Did the commit happen?",
    concept:
      "Three answers: yes, no, unknown. One put without an answer makes everything afterwards unknown until it is found out.",
    mechanism:
      "Remember for each commit whether any of its puts is still unexplained. When patience ends or the caller aborts, reject as timed out if one is, and with the reason at hand only if none is. Count calls that fail against a limit, and after throttling wait on the clock before the same call is made again. Reads can be repeated freely; they change nothing, so their failures never make a commit unknown.",
  },
  {
    id: "asked-again",
    level: 4,
    about: "storage",
    promises: [
      "ledger/one-effect-for-an-id",
      "ledger/another-payload-is-a-conflict",
      "ledger/crashes-lose-nothing",
    ],
    nudge:
      "Where do you look up whether a transaction has happened, in an instance that was started a second ago?",
    concept:
      "An idempotency key in the same atomic write as its effect, with the payload beside it.",
    mechanism:
      "Replaying an entry also enters the ids of its transactions, each with payload and version. While judging, a known id with the same payload is repeated, with that version, and one with another payload is a conflict of ids; absent and default properties count as equal. Ids accepted earlier in the same draft count as well. Those of rejected or withheld transactions are not taken, so they may come again.",
  },
  {
    id: "commits-that-wait",
    level: 4,
    about: "concurrency",
    promises: ["ledger/waiting-commits-are-limited"],
    nudge: "In how many places of your validator can a commit wait, and who counts all of them?",
    concept: "One counter at the door: what was called and is not answered, wherever it stands.",
    mechanism:
      "Raise the counter in the call itself, right after the arguments were checked, and refuse if it is at its limit. Lower it in one place, when the promise of the commit settles, whatever the result was. Commits that wait for slow rules, for their turn, for a pause or for the store are then all counted, and a refused one has submitted nothing and taken no place in the line.",
  },

  // ── Level 5 ─────────────────────────────────────────────────────────────────────────────────
  {
    id: "crossing-threads",
    level: 5,
    about: "concurrency",
    promises: ["ledger/threads-answer-alike", "ledger/counts-add-up"],
    nudge: "What of a task can reach another thread, and what becomes of an error on its way back?",
    concept:
      "Messages: a kind and an input that can be cloned, a number to match the answer, errors taken apart and put together again.",
    mechanism:
      "Give each task a number, keep its promise in a table, and post number, kind and input. If the post throws because something cannot be cloned, reject this task and free its place; nothing was sent. From an error take message and code. Count as submitted what was accepted, and as succeeded or failed when the task settles in this thread, so that a task that is tried twice is counted once.",
  },
  {
    id: "lost-workers",
    level: 5,
    about: "concurrency",
    promises: ["ledger/a-lost-worker-loses-no-task", "ledger/commits-outlive-workers"],
    nudge:
      "A worker has died with three tasks. Which of the three was it, and how would you find out?",
    concept:
      "Retry what is pure, once. A second loss makes the task the suspect. Hanging is told from slowness by a time-out alone.",
    mechanism:
      "Keep for each worker the tasks that it was given, and take one off with its answer. On its exit every task left goes back to the front of the queue with a mark, and one that bears the mark already is rejected as lost. If a worker with n tasks has answered none for n times the limit, end it and treat it like one that died. Answers that arrive from it later are ignored. A commit whose check was lost rejects before it has put anything, and passes its turn on.",
  },
  {
    id: "counting-workers",
    level: 5,
    about: "concurrency",
    promises: ["ledger/all-workers-work", "ledger/no-worker-is-left"],
    nudge:
      "From when to when does a worker count as alive, and who starts the one that takes its place?",
    concept:
      "A small state machine for each worker: starting, idle, busy, ending, gone. It counts until its exit is known.",
    mechanism:
      "Start a worker when a task waits, nobody is idle, and fewer than the limit are alive; one that is being ended is alive until its exit. Hand the oldest task to a worker without one before anybody gets a second. When an exit arrives, look at once whether tasks wait and start the next. On close let the tasks end, then end every worker, those that are still starting too, and wait for their exits.",
  },

  // ── Level 6 ─────────────────────────────────────────────────────────────────────────────────
  {
    id: "cut-off-in-mid-stream",
    level: 6,
    about: "storage",
    promises: ["ledger/each-effect-exactly-once", "ledger/poison-is-quarantined"],
    nudge:
      "The process dies between the effect of a message and the note that it is done. Which of the two orders is right?",
    concept:
      "Neither. Effect and offset belong into one atomic write, and so does the reason why something had no effect.",
    mechanism:
      "An entry of a source holds the accepted transactions, the offset behind the last candidate that it covers, and the quarantined with offset and reason, even if nothing was accepted. Replay brings the progress of each source back, and processing begins there. If the race for an entry is lost, read the winner's first: if it has moved the offset of the same source, drop what it has done. Only what a rule says or throws is quarantined; a store that refuses is not the candidate's fault.",
  },
  {
    id: "two-modes",
    level: 6,
    about: "algorithm",
    promises: ["ledger/batch-and-stream-agree", "ledger/a-stream-does-not-wait"],
    nudge: "What is the only thing in which your two modes need to differ?",
    concept:
      "Micro-batching: one processor, and a condition that says when a chunk is closed, by count, by end, or by the age of its first candidate.",
    mechanism:
      "Let one part read ahead into a buffer with a limit, and note when each candidate arrived. Another closes a chunk that has 256 candidates or ends with the source. In a stream the age of the oldest candidate closes it too, so that part waits on the clock or on the next arrival, whichever comes first. The time counts from the arrival and not from the moment at which the chunk before was committed.",
  },
  {
    id: "lines-and-offsets",
    level: 6,
    about: "algorithm",
    promises: ["ledger/readers-agree", "ledger/poison-is-quarantined"],
    nudge:
      "A line cannot be parsed. If your reader throws, or leaves it out, which offset has the next one?",
    concept:
      "A factory of readers behind one interface, and a reader that never judges: every line becomes a candidate, understood or not.",
    mechanism:
      "The factory maps a format to a parser of lines and refuses unknown ones. The offset of a candidate is the number of its line, and reading from an offset skips that many lines. What cannot be parsed is handed over as the text that it is, and the schema check rejects it. In CSV a number is digits with perhaps a minus; anything else stays text, so that the same check finds it, and an empty last field means absent.",
  },
];
