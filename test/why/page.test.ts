/** The page that `why --html` writes: self-contained, escaped, and readable in a browser without JavaScript. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openLab, type Lab } from "../../src/lab/index.ts";
import { meerkat } from "../cli/transcript.ts";

const chromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(
  existsSync,
);

let lab: Lab;
let folder: string;
beforeAll(async () => {
  lab = await openLab({ sites: ["good", "expired", "wrong-intermediate", "missing-intermediate"] });
  folder = mkdtempSync(join(tmpdir(), "meerkat-page-"));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await lab.close();
});

async function writePage(site: string): Promise<string> {
  const file = join(folder, `${site}.html`);
  await meerkat(["why", "--cacert", lab.caFile, "--html", file, lab.url(site)]);
  return file;
}

describe("the page", () => {
  test("needs nothing from elsewhere and holds no script", async () => {
    const page = readFileSync(await writePage("expired"), "utf8");
    expect(page).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|\son\w+=/i);
    expect(page).toContain("default-src 'none'");
  });
});

describe.skipIf(chromium === undefined)("in Chromium (skipped where it is not installed)", () => {
  let browser: Browser;
  beforeAll(async () => {
    const playwright = await import("playwright-core");
    browser = await playwright.chromium.launch({
      ...(chromium === undefined ? {} : { executablePath: chromium }),
      args: ["--no-sandbox"],
      timeout: 0, // The test's own bounds it.
    });
  });
  afterAll(() => browser?.close());

  test.each([
    ["good", "healthy", 1],
    ["expired", "expired", 1],
    ["wrong-intermediate", "bad-signature", 1],
    ["missing-intermediate", "missing-intermediate", 1],
  ])(
    "%s is readable without JavaScript: headline, waterfall, every path, evidence",
    async (site, code, leastPaths) => {
      const context = await browser.newContext({ javaScriptEnabled: false });
      context.setDefaultTimeout(0);
      const page = await context.newPage();
      const fetched: string[] = [];
      page.on("request", (request) => fetched.push(request.url()));
      const file = pathToFileURL(await writePage(site)).href;
      await page.goto(file);
      expect(await page.locator("#code").innerText()).toBe(code);
      expect(await page.locator("#headline").isVisible()).toBe(true);
      const stages = page.locator("#waterfall tr");
      expect(await stages.count()).toBe(5);
      const bar = await page.locator("#waterfall .track span").first().boundingBox();
      expect(bar?.width ?? 0).toBeGreaterThan(0);
      expect(await page.locator("#paths > li").count()).toBeGreaterThanOrEqual(leastPaths);
      if (code === "healthy") {
        expect(await page.locator("#paths .verified").count()).toBe(1);
      } else {
        expect(await page.locator("#paths .ended code").first().innerText()).not.toBe("");
        expect(await page.getByRole("heading", { name: "How we know" }).isVisible()).toBe(true);
        expect(await page.getByRole("heading", { name: "What to do" }).isVisible()).toBe(true);
      }
      expect(fetched).toEqual([file]);
      const width = await page.locator("body").boundingBox();
      expect(width?.width ?? Infinity).toBeLessThanOrEqual(1280);
      await context.close();
    },
  );
});
