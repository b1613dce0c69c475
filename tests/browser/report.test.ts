/** The report as people meet it: on a phone and on a desk, by day and by night, by keyboard and by ear. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { reportPage } from "../../scripts/lib/report/page.ts";
import {
  emptyReportData,
  hostileReportData,
  hostileText,
  reportData,
} from "../cli/report-fixture.ts";
import { contrast, sizesOfDrawing, wideAndOutOfReach, type Contrast } from "./in-page.ts";
import { launchChromium, type Browser, type View } from "./chromium.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const pages = { full: reportData(), empty: emptyReportData(), hostile: hostileReportData() };
type PageName = keyof typeof pages;

let browser: Browser;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "reports "));
  for (const [name, data] of Object.entries(pages)) writeFileSync(fileOf(name), reportPage(data));
  browser = await launchChromium();
});

afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

function fileOf(name: string): string {
  return path.join(folder, `${name}.html`);
}

async function opened(name: PageName, width: number, colorScheme: View["colorScheme"]) {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  const requests: string[] = [];
  const surprises: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("dialog", () => surprises.push("a dialog"));
  page.on("pageerror", () => surprises.push("an error"));
  page.on("console", (message) => surprises.push(message.text()));
  await page.goto(pathToFileURL(fileOf(name)).href);
  return { page, requests, surprises };
}

const openAll = `document.querySelectorAll("details").forEach((each) => { each.open = true; })`;

describe.each([360, 1440])("at %i pixels", (width) => {
  test.each(["full", "empty", "hostile"] as const)("the %s report is no wider", async (name) => {
    const { page } = await opened(name, width, "light");
    await page.evaluate(openAll);
    const widest = await page.evaluate<number>(
      `document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth`,
    );
    expect(widest).toBe(0);
    // What is wider than the page scrolls by itself and can be reached by keyboard.
    expect(await page.evaluate<string[]>(wideAndOutOfReach)).toEqual([]);
  });

  test.each(["light", "dark"] as const)("every word stands out, %s", async (scheme) => {
    const { page } = await opened("full", width, scheme);
    await page.evaluate(openAll);
    const { weak, count, paper } = await page.evaluate<Contrast>(contrast);
    expect(count).toBeGreaterThan(60);
    expect(weak).toEqual([]);
    if (scheme === "dark") expect(paper).toBeLessThan(0.05);
    else expect(paper).toBeGreaterThan(0.8);
  });

  test("a history is drawn: lanes, bars, the crash through all of them, the contradiction", async () => {
    const { page } = await opened("full", width, "light");
    const drawn = await page.evaluate<Record<string, [number, number]>>(sizesOfDrawing);
    for (const name of ["rect.life", "rect.call", "rect.at-risk", "rect.contradicts"]) {
      const [barWidth, barHeight] = drawn[name] ?? [0, 0];
      expect(barWidth, name).toBeGreaterThanOrEqual(6);
      expect(barHeight, name).toBeGreaterThanOrEqual(12);
    }
    expect(drawn["path.crash-line"]?.[0]).toBeGreaterThan(80);
    const rows = await page.evaluate<number>(`document.querySelectorAll(".timeline li").length`);
    // One for each event of both histories.
    expect(rows).toBe(14);
  });
});

test("Tab reaches every detail in order, and Enter opens and closes it", async () => {
  const { page } = await opened("full", 1440, "light");
  const focused = `document.activeElement?.closest("summary")?.textContent.trim() ?? null`;
  const summaries = await page.evaluate<string[]>(
    `[...document.querySelectorAll("summary")].filter((each) => each.checkVisibility()).map((each) => each.textContent.trim())`,
  );
  const reached: string[] = [];
  for (let presses = 0; presses < 3 * summaries.length; presses += 1) {
    await page.keyboard.press("Tab");
    const summary = await page.evaluate<string | null>(focused);
    if (summary !== null) reached.push(summary);
    if (reached.length === summaries.length) break;
  }
  expect(summaries.length).toBeGreaterThanOrEqual(5);
  expect(reached).toEqual(summaries);
  const isOpen = `document.activeElement.closest("details").open`;
  const before = await page.evaluate<boolean>(isOpen);
  await page.keyboard.press("Enter");
  expect(await page.evaluate<boolean>(isOpen)).toBe(!before);
  await page.keyboard.press("Enter");
  expect(await page.evaluate<boolean>(isOpen)).toBe(before);
  const outline = `getComputedStyle(document.activeElement).outlineStyle`;
  expect(await page.evaluate<string>(outline)).toBe("solid");
});

test("read aloud, it has a heading for each part, the history as a list, and words for each drawing", async () => {
  const { page } = await opened("full", 1440, "light");
  const heard = await page.locator("body").ariaSnapshot();
  for (const part of [
    `heading "A counter" [level=1]`,
    `heading "What does not hold" [level=2]`,
    `heading "Levels" [level=2]`,
    `heading "Fourteen dimensions" [level=2]`,
    `heading "Measured" [level=2]`,
    `heading "How it went" [level=2]`,
    `heading "Again" [level=2]`,
    "listitem: client 0 put a=2 called",
    "Contradiction: client 0 get b answered undefined, expected 3",
    `img "49 of 70 points, the bar is 56"`,
    `img "2 of 5"`,
    `img "21 of 34 planted bugs caught"`,
    `img "The totals of 4 grades: 31, unscored, 40, 49."`,
  ]) {
    expect(heard).toContain(part);
  }
  expect(await page.evaluate<string>(`document.documentElement.lang`)).toBe("en");
  const unnamed = `[...document.querySelectorAll("svg")].filter((each) => each.getAttribute("aria-hidden") !== "true" && !each.getAttribute("aria-label")).length`;
  expect(await page.evaluate<number>(unnamed)).toBe(0);
});

test.each(["full", "hostile"] as const)(
  "the %s report asks for nothing but itself",
  async (name) => {
    const { page, requests, surprises } = await opened(name, 1440, "light");
    await page.evaluate(openAll);
    expect(requests).toEqual([pathToFileURL(fileOf(name)).href]);
    expect(surprises).toEqual([]);
  },
);

test("hostile text is shown as it is, and does nothing", async () => {
  const { page } = await opened("hostile", 1440, "light");
  await page.evaluate(openAll);
  expect(await page.evaluate<string>(`typeof globalThis.hacked`)).toBe("undefined");
  const foreign = `document.querySelectorAll("script, img, iframe, object, a, form, link").length`;
  expect(await page.evaluate<number>(foreign)).toBe(0);
  const shown = await page.evaluate<string>(`document.body.innerText`);
  expect(shown).toContain(hostileText.replace("\u202e", ""));
  // Even markup that slipped in could not run.
  await page.evaluate(
    `document.body.insertAdjacentHTML("beforeend", '<img src="data:," onerror="globalThis.hacked = 2">')`,
  );
  await page.evaluate(`new Promise((resolve) => setTimeout(resolve, 100))`);
  expect(await page.evaluate<string>(`typeof globalThis.hacked`)).toBe("undefined");
});
