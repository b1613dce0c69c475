/**
 * The three kinds of session: which phases they have, how long each lasts, and what is asked in it
 * whatever the kata. Every question is one question: the interviewer asks it and is silent.
 *
 * Guaranteed: the minutes of the phases add up to those of the format; each word by which probes are filed
 * serves some phase of every format, so no probe of a kata is out of reach.
 */
import type { FormatName, SessionFormat } from "./shape.ts";

const staff: SessionFormat = {
  name: "staff",
  minutes: 70,
  phases: [
    {
      id: "clarify",
      title: "Requirements and scope",
      minutes: 10,
      probes: ["clarify"],
      opens:
        "We begin with the requirements. Ask me whatever you need. Where I have no number, assume one, say it out loud, and go on.",
      questions: [
        "What rate do you design for, and how far above the average is the peak?",
        "What latency do you promise for one call, and at which percentile?",
        "How many minutes a month may this be unavailable?",
        "What in here has to happen exactly once?",
        "Some of the input does not fit the schema, and next quarter the schema changes. What becomes of what does not fit?",
        "Where would you rather be slow than expensive?",
      ],
      codes: false,
    },
    {
      id: "design",
      title: "High-level sketch",
      minutes: 10,
      probes: ["design"],
      opens:
        "Now draw it for me: the parts, the arrows between them, and what travels along each arrow. No code yet.",
      questions: [
        "The load doubles, and then it doubles again. Which part is full first?",
        "What do you partition by?",
        "Which question can no longer be answered once it spans two partitions?",
        "This has to run on the object storage of three clouds. What may you rely on in all of them?",
        "Which of your parts must not know of each other?",
      ],
      codes: false,
    },
    {
      id: "implement",
      title: "Component design and code",
      minutes: 30,
      probes: ["implement"],
      opens:
        "Pick the part that carries the most risk and build it. Interfaces first, then code that runs. I would rather see one path work from end to end than three that nearly do.",
      questions: [
        "Show me the interface of whatever reads the input. Why these arguments, and why this result?",
        "The input arrives as Avro instead. Which lines change?",
        "We move to another cloud. Which lines change then?",
        "Where is a concrete type chosen, and who chooses it?",
        "Where do you make sure that nothing has changed underneath you before you write?",
        "Which test do you write first?",
      ],
      codes: true,
    },
    {
      id: "concurrency",
      title: "Concurrency and trade-offs",
      minutes: 10,
      probes: ["concurrency"],
      opens:
        "Suppose that many callers arrive at once. Tell me what they share, and what keeps it right.",
      questions: [
        "How large is your pool, and does its work compute or wait?",
        "What becomes of the task for which there is no room?",
        "Run it with a single worker. Which of your guarantees still hold?",
        "Every worker counts into one metric. How is the count exact without each of them waiting for the others?",
        "What have you given up for this design?",
        "Which number, if it changed, would make you choose the other design?",
      ],
      codes: false,
    },
    {
      id: "failure",
      title: "Failure modes and extension",
      minutes: 10,
      probes: ["failure", "wrap-up"],
      opens: "It is in production now, and things go wrong. Let us take them one at a time.",
      questions: [
        "Storage suddenly takes ten times as long. Do you finish the writes under way, or do you refuse?",
        "While that lasts, may a reader be shown a state that you are not sure of?",
        "What does the size of your pool cost a month?",
        "The hourly batch becomes one a minute. Which lines change, and what does it do to the bill?",
        "Somebody gets hold of the credentials of one instance. How much harm can they do?",
        "Which number wakes somebody at night, and what do they do first?",
      ],
      codes: false,
    },
  ],
};

const infrastructure: SessionFormat = {
  name: "infrastructure",
  minutes: 75,
  phases: [
    {
      id: "clarify",
      title: "Clarify",
      minutes: 10,
      probes: ["clarify"],
      opens:
        "Before you design anything, tell me what you take this to be, and ask what you need to know. Write down what you assume.",
      questions: [
        "Say in your own words what you will build, and what you will not.",
        "When a call returns, what may the caller rely on?",
        "Which failures must it survive?",
        "What rates and sizes do you assume?",
        "Which one of these requirements decides the design?",
      ],
      codes: false,
    },
    {
      id: "design",
      title: "Design",
      minutes: 10,
      probes: ["design"],
      opens: "Take it apart for me. Which parts are there, and what does each of them keep?",
      questions: [
        "What is kept, where, and in which form?",
        "Follow one write through your design until the caller has an answer.",
        "Follow one read, at the worst moment you can think of.",
        "What may happen at the same time, and what must not?",
        "Which part do you build first, so that something runs ten minutes from now?",
      ],
      codes: false,
    },
    {
      id: "implement",
      title: "Implement the core levels",
      minutes: 30,
      probes: ["implement"],
      opens:
        "Build it now. The core from end to end before anything clever, and tell me when you change direction.",
      questions: [
        "What is the smallest version of this that is correct?",
        "Which invariant does the line under your cursor rely on?",
        "What does this operation cost, in time, in memory and in I/O?",
        "Which test would fail if this part were wrong?",
      ],
      codes: true,
    },
    {
      id: "concurrency",
      title: "Concurrency",
      minutes: 10,
      probes: ["concurrency"],
      opens: "Suppose that this is called from everywhere at once.",
      questions: [
        "Which state is shared, and between which two points may nobody else touch it?",
        "Take your guard away. Give me two callers and an order of steps in which it goes wrong.",
        "What does the guard cost those who would never have collided?",
        "Who waits for whom, and what bounds the waiting?",
      ],
      codes: false,
    },
    {
      id: "failure",
      title: "Failure injection and production",
      minutes: 10,
      probes: ["failure"],
      opens:
        "I am going to break things now. Each time, tell me what the caller sees and what is left afterwards.",
      questions: [
        "The process dies in the middle of your longest operation. What does the next start find?",
        "What took a millisecond takes a second. What fills up first?",
        "Callers send twice what you can serve. At which number do you push back, and how?",
        "A second machine has to take over. What may it have missed?",
        "Which three graphs do you look at first?",
        "How do you test all this without waiting for it to happen?",
      ],
      codes: false,
    },
    {
      id: "wrap-up",
      title: "Left out, action item, self-evaluation",
      minutes: 5,
      probes: ["wrap-up"],
      opens: "That is time; leave the code as it is. A few last questions.",
      questions: [
        "What did you leave out, and what would each of these take?",
        "What is the one thing that you would do first tomorrow?",
        "On which dimension were you weakest today, and which line of your work shows it?",
      ],
      codes: false,
    },
  ],
};

const lld: SessionFormat = {
  name: "lld",
  minutes: 45,
  phases: [
    {
      id: "clarify",
      title: "Requirements",
      minutes: 5,
      probes: ["clarify"],
      opens:
        "The requirements first, and briefly. Tell me which operations there are, and what each of them promises.",
      questions: [
        "Which operations may fail, and how?",
        "What do you leave out on purpose?",
        "Can two callers use the same object at the same time?",
      ],
      codes: false,
    },
    {
      id: "design",
      title: "Class sketch",
      minutes: 5,
      probes: ["design"],
      opens: "Name the objects and say who owns whom. Names and arrows only.",
      questions: [
        "What is each of them responsible for, in one sentence?",
        "Where do you expect change, and which object absorbs it?",
        "Which of these classes would do as a function?",
      ],
      codes: false,
    },
    {
      id: "signatures",
      title: "Signatures",
      minutes: 10,
      probes: ["design"],
      opens:
        "Now the signatures: names, arguments, results, errors. The bodies stay empty for the moment.",
      questions: [
        "Take the call that is made most often. Why these arguments, and why this result?",
        "How does a caller learn that a call has failed, and whether it had an effect?",
        "Which wrong use does a type rule out, and which is left to a check at run time?",
        "What is handed in from outside, so that a test can replace it?",
        "Somebody writes a second implementation of this interface. What is the first thing in it that does not fit?",
      ],
      codes: true,
    },
    {
      id: "implement",
      title: "Core code",
      minutes: 20,
      probes: ["implement"],
      opens: "Fill in the heart of it, and get it to run.",
      questions: [
        "Why this data structure, and what does each call on it cost?",
        "Which is the first input to break this?",
        "Which test do you want to see pass before you believe it?",
      ],
      codes: true,
    },
    {
      id: "concurrency",
      title: "Trade-offs",
      minutes: 5,
      probes: ["concurrency", "failure", "wrap-up"],
      opens: "Leave the code as it is, and let us talk about what you chose.",
      questions: [
        "Which of your choices do you doubt most, and what was the alternative?",
        "Two callers use this at once. What breaks first?",
        "It has to hold a hundred times as much. What would you replace?",
      ],
      codes: false,
    },
  ],
};

export const formats: Readonly<Record<FormatName, SessionFormat>> = { staff, infrastructure, lld };
