// Debian's Chromium, driven by Playwright: pages as people see them, and what axe finds on them.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** It runs as root in containers, and asks nothing of the internet. */
export const startBrowser = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--disable-dev-shm-usage",
    ],
  });

/** A page of its own, which notes what goes wrong in it. */
export async function openPage(browser, base, { key, scheme = "light", width = 1280, height = 900, ...more } = {}) {
  const context = await browser.newContext({
    baseURL: base,
    colorScheme: scheme,
    viewport: { width, height },
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    ...more,
  });
  const page = await context.newPage();
  await page.addInitScript(() => {
    window.shifted = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) window.shifted += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
  });
  const faults = [];
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => {
    // A refusal that a test provokes is told by the browser as an error of the network.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
      faults.push(message.text());
  });
  page.faults = faults;
  if (key) await signIn(page, key);
  return page;
}

export async function signIn(page, key) {
  const answer = await page.request.post("/session", { data: { key } });
  if (!answer.ok()) throw new Error(`sign-in: ${answer.status()} ${await answer.text()}`);
}

/** What axe finds: rule and element, of those that matter. The policy of the page keeps scripts out, not the driver. */
export async function axeFindings(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run());
  return violations
    .filter((v) => v.impact === "serious" || v.impact === "critical")
    .map(
      (v) =>
        `${v.impact} ${v.id}: ${v.nodes
          .map((n) => n.target.join(" "))
          .slice(0, 5)
          .join(" | ")}`,
    );
}

export const overflow = (page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** How much of the page moved by itself since it was loaded, as browsers count it: 0.1 is where people notice. */
export const layoutShift = (page) => page.evaluate(() => window.shifted);
