/** Every page in Chromium: on a telephone, on something between, and on a wide screen, light and dark, with and without its script. */
import { existsSync } from "node:fs";
import { chromium, type Browser, type Page as Tab } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Page } from "../../../src/watch/index.ts";
import { bundles, hostileTag } from "../made-up-fleet.ts";
import { type Fleet, openFleet, openPageOver } from "./asking.ts";

const executablePath = "/usr/bin/chromium";

const paths = [
  "/",
  "/endpoints?sort=soonest",
  `/endpoints?tag=${encodeURIComponent(hostileTag)}`,
  "/endpoints/e000000",
  "/endpoints/e000003",
  "/endpoints/e000004",
  "/endpoints/e000007",
  "/bundles",
  `/bundles/${bundles[0]?.id ?? ""}`,
  "/alerts",
  "/alerts?state=closed",
];

const screens = [
  { width: 360, height: 740, colorScheme: "light" },
  { width: 360, height: 740, colorScheme: "dark" },
  { width: 800, height: 1_100, colorScheme: "light" },
  { width: 1_440, height: 900, colorScheme: "light" },
  { width: 1_440, height: 900, colorScheme: "dark" },
] as const;

describe.skipIf(!existsSync(executablePath))(
  "the page in Chromium (skipped where it is not installed)",
  () => {
    let fleet: Fleet;
    let page: Page;
    let browser: Browser;
    const listeners = new Set<() => void>();

    beforeAll(async () => {
      fleet = await openFleet(60);
      page = await openPageOver(fleet.store, {
        changes: {
          subscribe: (listener) => {
            listeners.add(listener);
            return () => void listeners.delete(listener);
          },
        },
      });
      browser = await chromium.launch({ executablePath, args: ["--no-sandbox"], timeout: 0 });
    });
    afterAll(async () => {
      await browser?.close();
      await page?.close();
      await fleet?.store.close();
    });

    async function withTab(
      options: Parameters<Browser["newContext"]>[0],
      use: (tab: Tab, complaints: readonly string[]) => Promise<void>,
    ): Promise<void> {
      const context = await browser.newContext(options);
      context.setDefaultTimeout(0);
      const tab = await context.newPage();
      const complaints: string[] = [];
      tab.on("console", (message) => complaints.push(message.text()));
      tab.on("pageerror", (error) => complaints.push(error.message));
      tab.on("request", (request) => {
        if (!request.url().startsWith(page.url)) complaints.push(`asked for ${request.url()}`);
      });
      await use(tab, complaints);
      await context.close();
    }

    it.each(screens)(
      "fits a screen $width wide, $colorScheme: no complaint, no scrolling sideways, under 2,000 nodes, contrast",
      async ({ width, height, colorScheme }) => {
        await withTab({ viewport: { width, height }, colorScheme }, async (tab, complaints) => {
          for (const path of paths) {
            await tab.goto(new URL(path, page.url).href);
            const seen = await tab.evaluate(judgePage);
            expect({ path, ...seen }).toMatchObject({
              path,
              sideways: 0,
              faint: [],
              headings: 1,
              unlabelled: [],
            });
            expect(seen.nodes).toBeLessThan(2_000);
          }
          expect(complaints).toEqual([]);
        });
      },
    );

    it("works without a script: searched, filtered, gone through", async () => {
      await withTab({ javaScriptEnabled: false }, async (tab, complaints) => {
        await tab.goto(page.url);
        await tab.getByRole("navigation", { name: "Pages of the watch" }).getByText("Endpoints").click();
        await tab.getByRole("link", { name: "Next page" }).click();
        expect(await tab.locator("tbody tr").count()).toBe(19);
        await tab.getByRole("link", { name: "First page" }).click();
        await tab.getByRole("searchbox").fill("firmware");
        await tab.getByRole("button", { name: "Show" }).click();
        await tab.getByRole("link", { name: "https://firmware.example.com" }).click();
        expect(await tab.locator("h1").innerText()).toBe("https://firmware.example.com");
        expect(await tab.getByRole("heading", { name: "Who signed what it shows" }).isVisible()).toBe(true);
        await tab.getByRole("link", { name: "fs/ca.pem" }).first().click();
        expect(await tab.getByRole("heading", { name: "What to flash, and by when" }).isVisible()).toBe(true);
        expect(complaints).toEqual([]);
      });
    });

    it("is gone through by keys: to the content first, then the way around, each with a mark where one is", async () => {
      await withTab({}, async (tab) => {
        await tab.goto(page.url);
        const focused = (): Promise<string> =>
          tab.evaluate(() => document.activeElement?.textContent?.trim() ?? "");
        const order: string[] = [];
        for (let i = 0; i < 6; i++) {
          await tab.keyboard.press("Tab");
          order.push(await focused());
          expect(
            await tab.evaluate(() => getComputedStyle(document.activeElement ?? document.body).outlineStyle),
          ).toBe("solid");
        }
        expect(order).toEqual([
          "Skip to the content",
          "Meerkat watch",
          "Overview",
          "Endpoints",
          "Bundles",
          "Alerts",
        ]);
      });
    });

    it("follows by itself what changes, and keeps open what was opened", async () => {
      await withTab({}, async (tab, complaints) => {
        await tab.goto(new URL("/endpoints/e000003", page.url).href);
        await tab.locator("#live.on").waitFor();
        await fleet.store.keepWhy("e000003", {
          at: 1_790_000_000_000,
          place: "here",
          code: "timed-out",
          text: "Still nothing.",
        });
        await tab.evaluate(() => document.querySelectorAll("details").forEach((one) => (one.open = true)));
        for (const listener of listeners) listener();
        await tab.getByText("timed-out").waitFor();
        expect(await tab.locator("#s-open details[open]").count()).toBe(
          await tab.locator("#s-open details").count(),
        );
        expect(complaints).toEqual([]);
      });
    });
  },
);

/** Runs in the browser. */
function judgePage(): {
  readonly nodes: number;
  readonly sideways: number;
  readonly headings: number;
  readonly faint: readonly string[];
  readonly unlabelled: readonly string[];
} {
  const root = document.documentElement;
  const numbers = (color: string): readonly number[] => (color.match(/[\d.]+/g) ?? []).map(Number);
  const light = ([red = 0, green = 0, blue = 0]: readonly number[]): number => {
    const part = (value: number): number =>
      value <= 10.31475 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
    return 0.2126 * part(red) + 0.7152 * part(green) + 0.0722 * part(blue);
  };
  const groundOf = (element: Element | null): readonly number[] => {
    if (element === null) return [255, 255, 255];
    const ground = numbers(getComputedStyle(element).backgroundColor);
    return ground[3] === 0 ? groundOf(element.parentElement) : ground;
  };
  const faint: string[] = [];
  for (const element of document.body.querySelectorAll("*")) {
    const hasText = [...element.childNodes].some(
      ({ nodeType, textContent }) => nodeType === 3 && textContent?.trim(),
    );
    if (!hasText || element.closest("svg") !== null || element.getClientRects().length === 0) continue;
    const [one, other] = [light(numbers(getComputedStyle(element).color)), light(groundOf(element))];
    const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (contrast < 4.5)
      faint.push(`${element.className} ${element.textContent?.slice(0, 30)} ${contrast.toFixed(2)}`);
  }
  return {
    nodes: document.querySelectorAll("*").length,
    sideways: root.scrollWidth - root.clientWidth,
    headings: document.querySelectorAll("h1").length,
    faint: faint.slice(0, 5),
    unlabelled: [...document.querySelectorAll("input, select, svg:not([aria-hidden])")]
      .filter(
        (one) =>
          one.closest("label, [aria-hidden]") === null &&
          !one.hasAttribute("aria-label") &&
          one.getAttribute("type") !== "hidden",
      )
      .map((one) => one.outerHTML.slice(0, 60)),
  };
}
