/** Text from anybody, as text in a page: nothing in it is markup, and nothing in it moves or hides what is around it. */

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

export function escapeHtml(text: string): string {
  return visible(text).replaceAll(/[&<>"']/g, (character) => entities[character] ?? "");
}

/** Control characters and those that turn the direction of writing become a mark that can be seen. */
export function visible(text: string): string {
  return (
    text
      // eslint-disable-next-line no-control-regex -- naming control characters is the point
      .replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, "\ufffd")
  );
}
