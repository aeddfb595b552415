// The pages of the dashboard in a real browser, against the real listener on both stores.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { openPage } from "./browser.mjs";
import { eventually, secrets, startListener } from "./listener.mjs";
import { onEveryStore } from "./stores.mjs";

onEveryStore((stage) => {
  test("The first run leads to a first event", async () => {
    const fresh = await startListener({ WEBHOOK_SECRET: secrets.razorpay, ...stage.variables() });
    try {
      const page = await openPage(stage.browser, fresh.base);
      await page.goto("/");
      await page.getByText(`${fresh.base}/webhook/`).first().waitFor();
      await page.getByText("payhook send --mock captured").first().waitFor();
      await page.getByText("Listening. The event will appear here.").waitFor();
      await page.getByRole("button", { name: "Send it" }).click();
      await page.getByRole("heading", { name: /It works: payment\.captured/ }).waitFor();
      await page.getByRole("link", { name: "payment.captured" }).first().click();
      await page.getByRole("heading", { name: "payment.captured", level: 1 }).waitFor();
      await stage.done(page);
    } finally {
      await fresh.stop();
    }
  });

  test("A new event shows in the open feed by itself", async () => {
    const page = await stage.visit("/dashboard/events");
    await page.getByText("Live", { exact: true }).waitFor();
    const { event_id: id } = await stage.send();
    await page.getByRole("cell", { name: id }).waitFor({ timeout: 2_000 });
    await stage.done(page);
  });

  test("A feed that is paused holds new events back until it goes on", async () => {
    const page = await stage.visit("/dashboard/events");
    await page.getByText("Live", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Pause" }).click();
    const { event_id: id } = await stage.send();
    await page.getByRole("button", { name: "1 new event: resume" }).waitFor();
    assert.equal(await page.getByRole("cell", { name: id }).count(), 0);
    await page.getByRole("button", { name: "Resume", exact: true }).click();
    await page.getByRole("cell", { name: id }).waitFor();
    await stage.done(page);
  });

  test("Filters live in the address, and hold for what comes", async () => {
    const page = await stage.visit("/dashboard/events");
    const search = page.getByRole("searchbox", { name: "Search events" });
    await search.fill("type:payment.failed source:razorpay");
    await search.press("Enter");
    await page.waitForURL(/type=payment\.failed&source=razorpay/);
    await page.getByText("Live", { exact: true }).waitFor();
    const other = await stage.send("payment.captured");
    const wanted = await stage.send("payment.failed");
    await page.getByRole("cell", { name: wanted.event_id }).waitFor();
    assert.equal(await page.getByRole("cell", { name: other.event_id }).count(), 0);
    await page.reload();
    await page.getByRole("cell", { name: wanted.event_id }).waitFor();
    const types = new Set(await page.locator("tbody .event-type .row-link").allTextContents());
    assert.deepEqual([...types], ["payment.failed"]);
    await stage.done(page);
  });

  test("An id that is typed leads to its event and its payment", async () => {
    const { event_id: event, payment_id: payment } = await stage.send();
    const page = await stage.visit("/dashboard/events");
    for (const [typed, heading] of [
      [event, "payment.captured"],
      [payment, payment],
    ]) {
      await page.goto("/dashboard/events");
      await page.getByRole("searchbox", { name: "Search events" }).fill(typed);
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: heading, level: 1 }).waitFor();
    }
    await stage.done(page);
  });

  test("The list goes on to the oldest event when it is scrolled", async () => {
    const page = await stage.visit("/dashboard/events");
    await eventually("the end of the list", async () => {
      await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
      return (await page.getByText("There are no older events").count()) > 0;
    });
    const { events } = await stage.demo.ask("GET", "/events?limit=1");
    await page.getByRole("cell", { name: events[0].event_id }).waitFor();
    await stage.done(page);
  });

  test("The page of an event compares what came under its id", async () => {
    const page = await stage.visit("/dashboard/events/evt_R41paymentcaptured");
    const difference = page.getByRole("region", { name: "Differences" });
    await difference.waitFor();
    assert.deepEqual(
      await difference
        .locator("del")
        .allTextContents()
        .then((all) => all.map((t) => t.trim())),
      ['"amount": 250000,', '"fee": 5000,'],
    );
    assert.deepEqual(
      await difference
        .locator("ins")
        .allTextContents()
        .then((all) => all.map((t) => t.trim())),
      ['"amount": 275000,', '"fee": 5500,'],
    );
    await page.getByText("Verified", { exact: false }).first().waitFor();
    await stage.done(page);
  });

  test("The command that it copies sends the signed request again", async () => {
    const { event_id: id } = await stage.send();
    const page = await stage.visit(`/dashboard/events/${id}`, { permissions: ["clipboard-read", "clipboard-write"] });
    await page.getByRole("button", { name: "Copy as curl" }).click();
    await page.getByText(/Command with the signed request copied/).waitFor();
    const command = await page.evaluate(() => navigator.clipboard.readText());
    const answer = JSON.parse(
      execFileSync("bash", ["-c", command], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }),
    );
    assert.deepEqual([answer.status, answer.event_id], ["duplicate", id]);
    await stage.done(page);
  });

  test("An event is replayed to the destination that was chosen", async () => {
    const { event_id: id } = await stage.send();
    const before = (await stage.demo.ask("GET", "/replays")).replays.length;
    const page = await stage.visit(`/dashboard/events/${id}`);
    await page.getByRole("button", { name: "Replay" }).click();
    await page.getByRole("checkbox", { name: "orders" }).check();
    await page.getByRole("button", { name: "Replay 1 event" }).click();
    await page.getByRole("button", { name: "Close" }).last().waitFor();
    const replay = await eventually("a replay that is done", async () => {
      const { replays } = await stage.demo.ask("GET", "/replays");
      return replays.length > before && replays[0].state === "done" ? replays[0] : null;
    });
    assert.deepEqual([replay.destination, replay.planned_count], ["orders", 1]);
    await stage.done(page);
  });

  test("A payment's page shows its money and how it came there", async () => {
    const page = await stage.visit("/dashboard/payments?status=disputed");
    await page.locator("tbody tr").first().click();
    await page.getByRole("heading", { name: "What happened" }).waitFor();
    await page.getByText("Dispute opened").waitFor();
    await page
      .getByText(/₹[\d,]+\.00|₹[\d,]+\.\d\d/)
      .first()
      .waitFor();
    await stage.done(page);
  });

  test("A refused request is explained, with what to do about it", async () => {
    const { counts } = await stage.demo.ask("GET", "/rejections");
    assert.ok(
      counts.some((c) => c.cause === "final-newline-added"),
      JSON.stringify(counts),
    );
    const page = await stage.visit("/dashboard/rejections?cause=final-newline-added");
    await page.locator("a[href*='/dashboard/rejections/']").first().click();
    await page.waitForURL(/\/dashboard\/rejections\/\d+$/);
    await page
      .getByText(/line break|newline/i)
      .first()
      .waitFor();
    await stage.done(page);
  });

  test("A destination is added, tried, paused and removed", async () => {
    const page = await stage.visit("/dashboard/destinations");
    await page.getByRole("button", { name: /Add/ }).first().click();
    await page.getByRole("textbox", { name: "Name", exact: true }).fill("tried");
    await page.getByRole("textbox", { name: "Address" }).fill(`${stage.demo.url}/tried`);
    await page.getByRole("dialog").getByRole("button", { name: "Add", exact: true }).click();
    await page
      .getByText(/whsec_/)
      .first()
      .waitFor();
    await page.getByRole("button", { name: "I have it" }).click();
    await page.goto("/dashboard/destinations/tried");
    await page.getByRole("button", { name: "Send a test" }).click();
    await page.getByRole("dialog").getByText(/200/).first().waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Close" }).last().click();
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByText("Paused").first().waitFor();
    await page.locator("summary[aria-label=More]").click();
    await page.getByRole("button", { name: "Remove" }).click();
    await page.getByRole("textbox", { name: "Type tried to remove it" }).fill("tried");
    await page.getByRole("dialog").getByRole("button", { name: "Remove", exact: true }).click();
    await page.waitForURL(/\/dashboard\/destinations$/);
    assert.ok(!(await stage.demo.ask("GET", "/destinations")).some((d) => d.name === "tried"));
    await stage.done(page);
  });
});
