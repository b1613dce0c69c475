/** Expressions that look at a page from inside. They are text, for no code here knows a browser. */

export interface Contrast {
  /** Words that do not stand out enough, with their contrast. */
  weak: string[];
  count: number;
  /** Luminance of the page. */
  paper: number;
}

/** By the rules of WCAG: 4.5 for text, 3 for large text. */
export const contrast = `(() => {
  const channels = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number);
  const luminance = (colour) => {
    const [red, green, blue] = channels(colour).map((value) => {
      const share = value / 255;
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const behind = (element) => {
    for (let each = element; each !== null; each = each.parentElement) {
      const { backgroundColor } = getComputedStyle(each);
      if (channels(backgroundColor)[3] !== 0) return backgroundColor;
    }
    return "rgb(255, 255, 255)";
  };
  const weak = [];
  let count = 0;
  for (const element of document.querySelectorAll("body *")) {
    const words = [...element.childNodes]
      .filter((node) => node.nodeType === Node.TEXT_NODE)
      .map((node) => node.textContent.trim())
      .join(" ")
      .trim();
    if (words === "" || element.tagName === "title" || !element.checkVisibility()) continue;
    count += 1;
    const style = getComputedStyle(element);
    const ink = element.tagName === "text" ? style.fill : style.color;
    const [darker, lighter] = [luminance(ink), luminance(behind(element))].sort((a, b) => a - b);
    const ratio = (lighter + 0.05) / (darker + 0.05);
    const isLarge = Number.parseFloat(style.fontSize) >= 24;
    if (ratio < (isLarge ? 3 : 4.5)) weak.push(words.slice(0, 40) + ": " + ratio.toFixed(2));
  }
  return { weak, count, paper: luminance(getComputedStyle(document.body).backgroundColor) };
})()`;

/** Elements that stand out of the page to the right and in no region that can be focused and scrolled. */
export const wideAndOutOfReach = `[...document.querySelectorAll("body *")]
  .filter((element) => element.checkVisibility() && element.closest('[role="region"][tabindex="0"], .unseen') === null)
  .filter((element) => element.closest("svg") === null || element.tagName === "svg")
  .filter((element) => element.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5)
  .map((element) => element.tagName + "." + element.className + ": " + element.textContent.trim().slice(0, 40))`;

/** Width and height of the first of each part of a drawn history. */
export const sizesOfDrawing = `Object.fromEntries(
  ["rect.life", "rect.call", "rect.at-risk", "rect.contradicts", "path.crash-line"].map((name) => {
    const found = document.querySelector(".timeline " + name);
    if (found === null) return [name, [0, 0]];
    const { width, height } = found.getBoundingClientRect();
    return [name, [width, height]];
  }),
)`;
