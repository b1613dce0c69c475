/**
 * A real browser for the tests in this folder: Chromium as the machine has it, driven by playwright-core, which this
 * folder installs for itself. Neither is needed by anybody who practises.
 */
import { createRequire } from "node:module";

/** As much of playwright-core as these tests use: its own types are not installed where types are checked. */
export interface Page {
  goto(url: string): Promise<unknown>;
  /** The value of an expression in the page. */
  evaluate<Value>(expression: string): Promise<Value>;
  keyboard: { press(key: string): Promise<void> };
  locator(selector: string): { ariaSnapshot(): Promise<string> };
  on(event: "request", listen: (request: { url(): string }) => void): void;
  on(event: "dialog" | "pageerror", listen: () => void): void;
  on(event: "console", listen: (message: { text(): string }) => void): void;
  screenshot(options: { path: string; fullPage: boolean }): Promise<unknown>;
}

export interface View {
  viewport: { width: number; height: number };
  colorScheme: "light" | "dark";
}

export interface Browser {
  newPage(view: View): Promise<Page>;
  close(): Promise<void>;
}

interface Playwright {
  chromium: {
    launch(options: { executablePath: string; args: readonly string[] }): Promise<Browser>;
  };
}

const quietly = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** `npm run test:browser` finds the browser and names it here. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = process.env["CHROMIUM"];
  if (executablePath === undefined) {
    throw new Error("Expected CHROMIUM to name a browser. Run: npm run test:browser");
  }
  const { chromium } = createRequire(import.meta.url)("playwright-core") as Playwright;
  return chromium.launch({ executablePath, args: quietly });
}
