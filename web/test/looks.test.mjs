// Light and dark, by keyboard, on wide and narrow screens, without barriers.
import assert from "node:assert/strict";
import { test } from "node:test";
import { axeFindings, layoutShift, openPage, overflow } from "./browser.mjs";
import { adminKey } from "./demo.mjs";
import { pause } from "./listener.mjs";
import { onEveryStore } from "./stores.mjs";

onEveryStore((stage) => {
  test("It is dark where the system is, or where one chooses it", async () => {
    const lightness = (page) =>
      page.evaluate(() => {
        const canvas = document.createElement("canvas").getContext("2d");
        canvas.fillStyle = getComputedStyle(document.documentElement).backgroundColor;
        canvas.fillRect(0, 0, 1, 1);
        return canvas.getImageData(0, 0, 1, 1).data[1];
      });
    const page = await stage.visit("/dashboard/events", { scheme: "dark" });
    await page.getByRole("heading", { name: "Events", level: 1 }).waitFor();
    assert.ok((await lightness(page)) < 60);
    await page.getByRole("button", { name: "Light", exact: true }).click();
    assert.ok((await lightness(page)) > 200);
    await page.reload();
    await page.getByRole("heading", { name: "Events", level: 1 }).waitFor();
    assert.ok((await lightness(page)) > 200, "the choice is kept");
    await stage.done(page);
  });

  test("All of it can be done by keyboard", async () => {
    const page = await stage.visit("/");
    await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor();
    for (const [keys, heading] of [
      ["gp", "Payments"],
      ["gr", "Rejections"],
      ["gd", "Destinations"],
      ["gs", "Settings"],
      ["ge", "Events"],
    ]) {
      await page.keyboard.type(keys);
      await page.getByRole("heading", { name: heading, level: 1 }).waitFor();
    }
    await page.locator("tbody tr").first().waitFor();
    await page.keyboard.type("jj");
    const chosen = await page.evaluate(() => document.activeElement?.closest("tr")?.dataset.key);
    assert.ok(chosen, "j chooses a row");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/dashboard\/events\/evt_/);
    await page.getByRole("button", { name: "Replay", exact: true }).waitFor();
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor({ state: "hidden" });
    await page.keyboard.type("r");
    await page.getByRole("dialog", { name: "Replay the event" }).waitFor();
    await page.keyboard.press("Escape");
    await page.goto("/dashboard/settings/sources");
    await page.getByRole("heading", { name: "Settings", level: 1 }).waitFor();
    const reached = new Set();
    for (let i = 0; i < 60; i++) {
      await page.keyboard.press("Tab");
      reached.add(
        await page.evaluate(() => document.activeElement?.textContent?.trim() || document.activeElement?.ariaLabel),
      );
    }
    for (const text of ["Skip to the content", "Overview", "Sign out", "Keys and password", "About"])
      assert.ok(
        [...reached].some((r) => r?.includes(text)),
        `Tab does not reach ${text}: ${[...reached].join(", ")}`,
      );
    await stage.done(page);
  });

  const paths = async () => {
    const {
      rejections: [rejection],
    } = await stage.demo.ask("GET", "/rejections?limit=1");
    return [
      "/",
      "/dashboard/start",
      "/dashboard/events",
      "/dashboard/events/evt_R41paymentcaptured",
      "/dashboard/payments",
      "/dashboard/payments/pay_R17",
      "/dashboard/rejections",
      `/dashboard/rejections/${rejection.sequence}`,
      "/dashboard/destinations",
      "/dashboard/destinations/ledger",
      "/dashboard/deliveries",
      "/dashboard/replays",
      "/dashboard/settings/sources",
      "/dashboard/settings/keys",
      "/dashboard/settings/about",
      "/dashboard/sign-in",
    ];
  };

  const looks = [
    ["light", 1280],
    ["dark", 360],
    ["dark", 1280],
    ["light", 360],
  ];
  for (const [scheme, width] of stage.name === "SQLite" ? looks : looks.slice(0, 2)) {
    test(`Every page is sound, ${scheme} at ${width} px: no barrier, nothing wide, nothing moves`, async () => {
      const page = await openPage(stage.browser, stage.demo.base, { key: adminKey, scheme, width, height: 800 });
      for (const path of await paths()) {
        await page.goto(path);
        await page.locator("h1").waitFor();
        await page.waitForFunction(() => !document.querySelector(".skeleton"));
        await pause(150);
        assert.deepEqual(await axeFindings(page), [], path);
        assert.ok((await overflow(page)) <= 0, `${path} is ${await overflow(page)} px too wide`);
        assert.ok((await layoutShift(page)) < 0.1, `${path} moved by ${await layoutShift(page)}`);
        assert.deepEqual(page.faults, [], path);
      }
      await stage.done(page);
    });
  }
});
