/**
 * Markup that cannot be forgotten to escape: whatever is put into a template is text, unless it was made by one.
 *
 *     html`<p title="${sentence}">${sentence}</p>`
 *
 * Text is safe inside of elements and of quoted attributes, nowhere else.
 */
import { harmless } from "../terminal/text.ts";

export class Html {
  readonly markup: string;
  constructor(markup: string) {
    this.markup = markup;
  }
}

/** Nothing is drawn for null. */
export type Content = Html | string | number | null | readonly Content[];

export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Html {
  const pieces = parts.map((part, index) =>
    index === 0 ? part : markupOf(contents[index - 1] ?? null) + part,
  );
  return new Html(pieces.join(""));
}

function markupOf(content: Content): string {
  if (content === null) return "";
  if (content instanceof Html) return content.markup;
  if (typeof content === "string" || typeof content === "number") return escaped(`${content}`);
  return content.map(markupOf).join("");
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text that turns its direction would show a line that says something else. */
const directionMarks = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

export function escaped(text: string): string {
  return harmless(text)
    .replaceAll(directionMarks, "")
    .replaceAll(/[&<>"']/g, (character) => entities[character] ?? "");
}
