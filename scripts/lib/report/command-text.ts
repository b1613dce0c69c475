/** A command to copy: broken between its words, and within none but a long token. */
import { html, type Html } from "./html.ts";

const wholeWordLengthMax = 40;

export function commandText(command: string): Html {
  const words = command.split(" ").map((word, index) => {
    const space = index === 0 ? "" : " ";
    if (word.length > wholeWordLengthMax) return html`${space}${word}`;
    return html`${space}<span class="word">${word}</span>`;
  });
  return html`<code>${words}</code>`;
}
