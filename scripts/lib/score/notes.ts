/** Which headings of NOTES.md have something below them, and which are as the template left them. */

export interface Heading {
  title: string;
  filled: boolean;
}

export function headingsOf(notes: string): Heading[] {
  const headings: Heading[] = [];
  for (const line of notes.split("\n")) {
    const title = /^##+ +(.+)$/.exec(line)?.[1];
    if (title !== undefined) headings.push({ title: title.trim(), filled: false });
    const last = headings.at(-1);
    if (last !== undefined && title === undefined && says(line)) last.filled = true;
  }
  return headings;
}

/** A bullet that only names its subject, "- Recovery:", says nothing yet. */
export function says(line: string): boolean {
  const text = line.replace(/^\s*(?:[-*+]|\d+\.)\s*/, "").trim();
  return text !== "" && !/^[^:]*:\**$/.test(text) && !/^#+ /.test(text);
}
