/** The page that `meerkat check --html` writes, in a browser: whole without scripts and without the network. */
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openLab, type Lab } from "../../src/lab/index.ts";
import { pemOf } from "../pki/index.ts";
import { dayMs, mintRoot, now, yearMs } from "../pki/today.ts";
import { meerkat } from "./transcript.ts";

const executablePath = "/usr/bin/chromium";

describe.skipIf(!existsSync(executablePath))("the page of a check, in Chromium", () => {
  let lab: Lab;
  let browser: Browser;
  let folder: string;
  let page: Page;
  const asked: string[] = [];
  const complaints: string[] = [];

  beforeAll(async () => {
    lab = await openLab({ sites: ["good", "misordered"] });
    folder = await mkdtemp(join(tmpdir(), "meerkat-page-"));
    const roots = [
      mintRoot("Ends Late", { notAfterAt: now + 10 * yearMs }),
      mintRoot('<script>document.title="owned"</script>&"\'', { notAfterAt: now + 5 * yearMs }),
      mintRoot("Ends Soon", { notAfterAt: now + 90 * dayMs }),
    ];
    const bundle = join(folder, "bundle <b>.pem");
    await writeFile(bundle, lab.caPem + pemOf(...roots));
    const file = join(folder, "page.html");
    const sites = [lab.url("good"), lab.url("misordered"), "https://nobody.localhost:1/"];
    await meerkat(["check", bundle, ...sites, "--for", "mongoose-os", "--html", file]);
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox"], timeout: 0 });
    const context = await browser.newContext({
      javaScriptEnabled: false,
      viewport: { width: 420, height: 800 },
    });
    context.setDefaultTimeout(0);
    page = await context.newPage();
    page.on("request", (request) => asked.push(request.url()));
    page.on("console", (message) => complaints.push(message.text()));
    await page.goto(pathToFileURL(file).href);
  });
  afterAll(async () => {
    await browser.close();
    await lab.close();
    await rm(folder, { recursive: true });
  });

  it("fetches nothing, and the browser has nothing to complain of", () => {
    expect(asked).toHaveLength(1);
    expect(complaints).toEqual([]);
  });

  it("shows what a certificate says as text, whatever it says", async () => {
    expect(await page.title()).toContain("bundle <b>.pem: what is wrong");
    expect(await page.locator("script").count()).toBe(0);
    expect(await page.locator(".timeline:last-of-type").innerText()).toContain(
      '<script>document.title="owned"</script>&"\'',
    );
  });

  it("says for each site what the device does, and what is not known", async () => {
    const rows = await page.locator("table:not(.timeline) tbody tr").allInnerTexts();
    expect(rows.map((row) => row.replaceAll(/\s+/g, " "))).toEqual([
      expect.stringMatching(
        /^good\.lab\.localhost:\d+ connects Mongoose OS 2\.x connects by Meerkat Lab Root; its certificate ends/,
      ),
      expect.stringMatching(
        /^misordered\.lab\.localhost:\d+ refuses Mongoose OS 2\.x refuses this good chain/,
      ),
      expect.stringMatching(/^https:\/\/nobody\.localhost:1\/ not reached Nothing listens/),
    ]);
  });

  const sites = ".timeline:nth-of-type(2)";
  const anchors = ".timeline:last-of-type";
  const edgesOf = (selector: string): Promise<readonly { readonly left: number; readonly right: number }[]> =>
    page.locator(selector).evaluateAll((all) =>
      all.map((one) => {
        const { left, right } = one.getBoundingClientRect();
        return { left, right };
      }),
    );

  it("draws what ends first at the top, with bars as long as the time that is left", async () => {
    const days = await page.locator(`${anchors} time`).allInnerTexts();
    expect(days).toHaveLength(4);
    expect(days).toEqual(days.toSorted());
    const widths = (await edgesOf(`${anchors} .bar`)).map(({ left, right }) => right - left);
    expect(widths).toEqual(widths.toSorted((a, b) => a - b));
    const [soon = 0, , middle = 0, last = 0] = widths;
    expect(soon / last).toBeCloseTo(90 / 3650, 1);
    expect(middle / last).toBeCloseTo(0.5, 1);
  });

  it("has a bar for each site: the refused one first, then until when", async () => {
    const rows = await page.locator(`${sites} tbody tr:not(.axis)`).allInnerTexts();
    expect(rows.map((row) => row.replaceAll(/\s+/g, " ").trim())).toEqual([
      expect.stringMatching(/^today misordered\.lab\.localhost:\d+ refused$/),
      expect.stringMatching(/^[\d-]{10} good\.lab\.localhost:\d+ its certificate ends .* not noticed$/),
    ]);
    expect(await page.locator(`${sites} .bar`).count()).toBe(2);
  });

  it("has an axis of years, on which a bar ends where its year is", async () => {
    const years = (await page.locator(`${anchors} .axis span`).allInnerTexts()).map(Number);
    expect(years.length).toBeGreaterThan(2);
    expect(years.length).toBeLessThanOrEqual(9);
    expect(years).toEqual(years.toSorted((a, b) => a - b));
    const lines = (await edgesOf(`${anchors} tbody tr:last-child .scale i`)).map(({ left }) => left);
    expect(lines).toHaveLength(years.length);
    const days = await page.locator(`${anchors} time`).allInnerTexts();
    const bars = await edgesOf(`${anchors} .bar`);
    for (const [i, day] of days.entries()) {
      const right = bars[i]?.right ?? 0;
      for (const [j, year] of years.entries()) {
        // A bar has two pixels at least.
        if (Number(day.slice(0, 4)) < year) expect(right - 2).toBeLessThan(lines[j] ?? 0);
        else expect(right + 1).toBeGreaterThan(lines[j] ?? 0);
      }
    }
    const names = await edgesOf(`${anchors} .axis span`);
    for (const [j, { left, right }] of names.entries())
      expect((left + right) / 2).toBeCloseTo(lines[j] ?? 0, -1);
  });

  it("fits a telephone's screen", async () => {
    const { scrollWidth, clientWidth } = await page
      .locator("html")
      .evaluate(({ scrollWidth, clientWidth }) => ({ scrollWidth, clientWidth }));
    expect(scrollWidth).toBeLessThanOrEqual(clientWidth);
  });
});
