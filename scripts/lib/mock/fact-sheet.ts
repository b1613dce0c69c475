/**
 * What the interviewer answers to a question of the candidate: what the fact sheet says about it, or else that
 * something reasonable is to be assumed. A fact answers a question that has most of the words it is about.
 */
export interface Fact {
  about: string;
  answer: string;
}

export const assumeSomething = "Assume something reasonable, and state it.";

export function answerFrom(
  facts: readonly Fact[],
  question: string,
): { fact: string | null; answer: string } {
  const asked = new Set(wordsOf(question));
  let best: { fact: Fact; share: number; hits: number } | undefined;
  for (const fact of facts) {
    const about = wordsOf(fact.about);
    const hits = about.filter((word) => asked.has(word)).length;
    const share = hits / Math.max(1, about.length);
    const isBetter =
      best === undefined || share > best.share || (share === best.share && hits > best.hits);
    if (share >= shareMin && isBetter) best = { fact, share, hits };
  }
  if (best === undefined) return { fact: null, answer: assumeSomething };
  return { fact: best.fact.about, answer: best.fact.answer };
}

/** A line that asks, rather than answers. */
export function isInquiry(line: string): boolean {
  return line.trimEnd().endsWith("?") || line.startsWith("?");
}

const shareMin = 0.5;
const withoutMeaning = new Set(
  "a an and are be can do does for have how i in is it many may much must of on or per the there to we what when which will with".split(
    " ",
  ),
);

/** Small words and endings say nothing about what is meant. */
function wordsOf(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return words
    .filter((word) => !withoutMeaning.has(word))
    .map((word) => word.replace(/(?:ies|y)$/, "i").replace(/(?:es|s|e|ing|ed)$/, ""));
}
