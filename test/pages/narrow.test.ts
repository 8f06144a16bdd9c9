/**
 * Pages of a diagnosis, of a check and of a survey, and the lab's own, in Chromium: on telephones, on something between, and on
 * a wide screen, light and dark, without scripts.
 */
import { existsSync } from "node:fs";
import { chromium, type Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { measurePage } from "./judging.ts";
import { writePages, type WrittenPages } from "./writing.ts";

const executablePath = "/usr/bin/chromium";
const widths = [320, 375, 768, 1440];
const schemes = ["light", "dark"] as const;
/**
 * At 375 px a page of text has about 1.5 px for each of its letters, headings and gaps with it; a column of one letter a line
 * had ten times as much.
 */
const mostPerLetter = 3;

describe.skipIf(!existsSync(executablePath))("in Chromium (skipped where it is not installed)", () => {
  let pages: WrittenPages;
  let browser: Browser;

  beforeAll(async () => {
    pages = await writePages();
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox"], timeout: 0 });
  });
  afterAll(async () => {
    await browser?.close();
    await pages?.close();
  });

  it.each(widths.flatMap((width) => schemes.map((colorScheme) => ({ width, colorScheme }))))(
    "every page fits a screen $width px wide, $colorScheme: nothing reaches past it, and every text has room",
    async ({ width, colorScheme }) => {
      const context = await browser.newContext({
        viewport: { width, height: 800 },
        colorScheme,
        javaScriptEnabled: false,
        ignoreHTTPSErrors: true, // The lab's root is in no store.
      });
      context.setDefaultTimeout(0);
      const tab = await context.newPage();
      const complaints: string[] = [];
      tab.on("console", (message) => complaints.push(message.text()));
      for (const [page, url] of Object.entries(pages.urls)) {
        await tab.goto(url);
        const { height, letters, ...seen } = await tab.evaluate(measurePage);
        const well = { sideways: 0, wide: [], squeezed: [], faint: [], small: [] };
        expect({ page, ...seen }).toEqual({ page, ...well });
        expect({ page, height }).toEqual({
          page,
          height: expect.toSatisfy((px: number) => px < 1_000 + letters * mostPerLetter),
        });
      }
      expect(complaints).toEqual([]);
      await context.close();
    },
  );
});
