// The dashboard in a real browser, against the real listener on both stores.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before, describe, test } from "node:test";
import { axeFindings, openPage, overflow, startBrowser } from "./browser.mjs";
import { adminKey, startDemo } from "./demo.mjs";
import { eventually, executable, pause, secrets, startListener } from "./listener.mjs";
import { startPostgres } from "./postgres.mjs";
import { post, razorpay } from "./shop.mjs";

const password = "a password of the tests";
let browser, postgres;

before(async () => {
  postgres = await startPostgres();
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  postgres?.stop();
});

const stores = { SQLite: () => ({}), PostgreSQL: () => ({ DATABASE_URL: postgres.createDatabase() }) };

for (const [name, variables] of Object.entries(stores)) {
  describe(`on ${name}`, () => {
    let demo;
    before(async () => { demo = await startDemo({ ADMIN_PASSWORD: password, ...variables() }, 0, 40); });
    after(() => demo?.stop());

    /** A page of somebody who is signed in, which must not fault by the end of the test. */
    const visit = async (path, options = {}) => {
      const page = await openPage(browser, demo.base, { key: adminKey, ...options });
      await page.goto(path);
      return page;
    };
    const done = async (page) => {
      assert.deepEqual(page.faults, []);
      await page.context().close();
    };
    let number = 1000;
    const send = async (event = "payment.captured", options = {}) => {
      const body = razorpay(event, ++number, options);
      const answer = await post(demo.base, "razorpay", body);
      assert.equal(answer.status, 200, answer.text);
      return { body, ...JSON.parse(answer.text) };
    };
    const keyWith = async (...scopes) =>
      (await demo.ask("POST", "/keys", { name: scopes.join(" "), scopes })).key;

    test("The first run leads to a first event", async () => {
      const fresh = await startListener({ WEBHOOK_SECRET: secrets.razorpay, ...variables() });
      try {
        const page = await openPage(browser, fresh.base);
        await page.goto("/");
        await page.getByText(`${fresh.base}/webhook/`).first().waitFor();
        await page.getByText("payhook send --mock captured").first().waitFor();
        await page.getByText("Listening. The event will appear here.").waitFor();
        await page.getByRole("button", { name: "Send it" }).click();
        await page.getByRole("heading", { name: /It works: payment\.captured/ }).waitFor();
        await page.getByRole("link", { name: "payment.captured" }).first().click();
        await page.getByRole("heading", { name: "payment.captured", level: 1 }).waitFor();
        await done(page);
      } finally {
        await fresh.stop();
      }
    });

    test("A link signs in once, and lets one choose a password", async () => {
      const fresh = await startListener({ WEBHOOK_SECRET: secrets.razorpay, ...variables() });
      try {
        const printed = execFileSync(executable, ["sign-in-link", "--url", fresh.base, "--json"],
          { env: fresh.env, cwd: fresh.directory, encoding: "utf8" });
        const link = Object.values(JSON.parse(printed)).find((value) => String(value).includes("#link="));
        const page = await openPage(browser, fresh.base);
        await page.goto(link);
        await page.getByRole("heading", { name: "Choose an admin password" }).waitFor();
        assert.ok(!page.url().includes("link="), "the token leaves the address");
        await page.getByLabel("New password").fill(password);
        await page.getByLabel("The same again").fill(password);
        await page.getByRole("button", { name: "Set the password" }).click();
        await page.getByRole("heading", { name: "Receive a first event" }).waitFor();
        await page.getByRole("button", { name: "Sign out" }).click();
        const other = await openPage(browser, fresh.base);
        await other.goto(link);
        await other.getByRole("alert").waitFor();
        await other.getByLabel("Admin password").fill(password);
        await other.getByRole("button", { name: "Sign in" }).click();
        await other.getByRole("heading", { name: "Receive a first event" }).waitFor();
        await done(other);
        await done(page);
      } finally {
        await fresh.stop();
      }
    });

    test("A new event shows in the open feed by itself", async () => {
      const page = await visit("/dashboard/events");
      await page.getByText("Live", { exact: true }).waitFor();
      const { event_id: id } = await send();
      await page.getByRole("cell", { name: id }).waitFor({ timeout: 2_000 });
      await done(page);
    });

    test("A feed that is paused holds new events back until it goes on", async () => {
      const page = await visit("/dashboard/events");
      await page.getByText("Live", { exact: true }).waitFor();
      await page.getByRole("button", { name: "Pause" }).click();
      const { event_id: id } = await send();
      await page.getByRole("button", { name: "1 new event: resume" }).waitFor();
      assert.equal(await page.getByRole("cell", { name: id }).count(), 0);
      await page.getByRole("button", { name: "Resume", exact: true }).click();
      await page.getByRole("cell", { name: id }).waitFor();
      await done(page);
    });

    test("Filters live in the address, and hold for what comes", async () => {
      const page = await visit("/dashboard/events");
      const search = page.getByRole("searchbox", { name: "Search events" });
      await search.fill("type:payment.failed source:razorpay");
      await search.press("Enter");
      await page.waitForURL(/type=payment\.failed&source=razorpay/);
      await page.getByText("Live", { exact: true }).waitFor();
      const other = await send("payment.captured");
      const wanted = await send("payment.failed");
      await page.getByRole("cell", { name: wanted.event_id }).waitFor();
      assert.equal(await page.getByRole("cell", { name: other.event_id }).count(), 0);
      await page.reload();
      await page.getByRole("cell", { name: wanted.event_id }).waitFor();
      const types = new Set(await page.locator("tbody .event-type .row-link").allTextContents());
      assert.deepEqual([...types], ["payment.failed"]);
      await done(page);
    });

    test("An id that is typed leads to its event and its payment", async () => {
      const { event_id: event, payment_id: payment } = await send();
      const page = await visit("/dashboard/events");
      for (const [typed, heading] of [[event, "payment.captured"], [payment, payment]]) {
        await page.goto("/dashboard/events");
        await page.getByRole("searchbox", { name: "Search events" }).fill(typed);
        await page.keyboard.press("Enter");
        await page.getByRole("heading", { name: heading, level: 1 }).waitFor();
      }
      await done(page);
    });

    test("The list goes on to the oldest event when it is scrolled", async () => {
      const page = await visit("/dashboard/events");
      await eventually("the end of the list", async () => {
        await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
        return await page.getByText("There are no older events").count() > 0;
      });
      const { events } = await demo.ask("GET", "/events?limit=1");
      await page.getByRole("cell", { name: events[0].event_id }).waitFor();
      await done(page);
    });

    test("The page of an event compares what came under its id", async () => {
      const page = await visit("/dashboard/events/evt_R41paymentcaptured");
      const difference = page.getByRole("region", { name: "Differences" });
      await difference.waitFor();
      assert.deepEqual(await difference.locator("del").allTextContents().then((all) => all.map((t) => t.trim())),
        ['"amount": 250000,', '"fee": 5000,']);
      assert.deepEqual(await difference.locator("ins").allTextContents().then((all) => all.map((t) => t.trim())),
        ['"amount": 275000,', '"fee": 5500,']);
      await page.getByText("Verified", { exact: false }).first().waitFor();
      await done(page);
    });

    test("The command that it copies sends the signed request again", async () => {
      const { event_id: id } = await send();
      const page = await visit(`/dashboard/events/${id}`, { permissions: ["clipboard-read", "clipboard-write"] });
      await page.getByRole("button", { name: "Copy as curl" }).click();
      await page.getByText(/Command with the signed request copied/).waitFor();
      const command = await page.evaluate(() => navigator.clipboard.readText());
      const answer = JSON.parse(execFileSync("bash", ["-c", command], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
      assert.deepEqual([answer.status, answer.event_id], ["duplicate", id]);
      await done(page);
    });

    test("An event is replayed to the destination that was chosen", async () => {
      const { event_id: id } = await send();
      const before = (await demo.ask("GET", "/replays")).replays.length;
      const page = await visit(`/dashboard/events/${id}`);
      await page.getByRole("button", { name: "Replay" }).click();
      await page.getByRole("checkbox", { name: "orders" }).check();
      await page.getByRole("button", { name: "Replay 1 event" }).click();
      await page.getByRole("button", { name: "Close" }).last().waitFor();
      const replay = await eventually("a replay that is done", async () => {
        const { replays } = await demo.ask("GET", "/replays");
        return replays.length > before && replays[0].state === "done" ? replays[0] : null;
      });
      assert.deepEqual([replay.destination, replay.planned_count], ["orders", 1]);
      await done(page);
    });

    test("A payment's page shows its money and how it came there", async () => {
      const page = await visit("/dashboard/payments?status=disputed");
      await page.locator("tbody tr").first().click();
      await page.getByRole("heading", { name: "What happened" }).waitFor();
      await page.getByText("Dispute opened").waitFor();
      await page.getByText(/₹[\d,]+\.00|₹[\d,]+\.\d\d/).first().waitFor();
      await done(page);
    });

    test("A refused request is explained, with what to do about it", async () => {
      const { counts } = await demo.ask("GET", "/rejections");
      assert.ok(counts.some((c) => c.cause === "final-newline-added"), JSON.stringify(counts));
      const page = await visit("/dashboard/rejections?cause=final-newline-added");
      await page.locator("a[href*='/dashboard/rejections/']").first().click();
      await page.waitForURL(/\/dashboard\/rejections\/\d+$/);
      await page.getByText(/line break|newline/i).first().waitFor();
      await done(page);
    });

    test("A destination is added, tried, paused and removed", async () => {
      const page = await visit("/dashboard/destinations");
      await page.getByRole("button", { name: /Add/ }).first().click();
      await page.getByRole("textbox", { name: "Name", exact: true }).fill("tried");
      await page.getByRole("textbox", { name: "Address" }).fill(`${demo.url}/tried`);
      await page.getByRole("dialog").getByRole("button", { name: "Add", exact: true }).click();
      await page.getByText(/whsec_/).first().waitFor();
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
      assert.ok(!(await demo.ask("GET", "/destinations")).some((d) => d.name === "tried"));
      await done(page);
    });

    test("A wrong password is refused, the right one opens the page that was wanted", async () => {
      const page = await openPage(browser, demo.base);
      await page.goto("/dashboard/payments");
      await page.getByLabel("Admin password").fill("not the password at all");
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.getByRole("alert").waitFor();
      await page.getByLabel("Admin password").fill(password);
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.getByRole("heading", { name: "Payments", level: 1 }).waitFor();
      const cookie = (await page.context().cookies()).find((c) => c.name.includes("payhook_session"));
      assert.deepEqual([cookie.httpOnly, ["Lax", "Strict"].includes(cookie.sameSite)], [true, true]);
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.getByLabel("Admin password").waitFor();
      assert.equal((await page.request.get("/payments")).status(), 401);
      await done(page);
    });

    test("Who may only read is offered nothing else, and refused it", async () => {
      const page = await visit("/dashboard/destinations/orders", { key: await keyWith("read") });
      await page.getByRole("heading", { name: "orders", level: 1 }).waitFor();
      for (const name of ["Pause", "Send a test", "Replay events"])
        assert.equal(await page.getByRole("button", { name }).count(), 0, name);
      const { csrf_token: token } = await (await page.request.get("/session")).json();
      const refused = await page.request.post("/destinations/orders/pause", { headers: { "X-CSRF-Token": token } });
      assert.equal(refused.status(), 403);
      await page.goto("/dashboard/settings/keys");
      await page.getByText(/admin/).first().waitFor();
      assert.equal(await page.getByRole("button", { name: /New key|Create/ }).count(), 0);
      await done(page);
    });

    test("What a session does must come from the dashboard itself", async () => {
      const page = await visit("/dashboard/destinations");
      const { csrf_token: token } = await (await page.request.get("/session")).json();
      const without = await page.request.post("/destinations/orders/test");
      assert.deepEqual([without.status(), (await without.json()).type], [403, "urn:payhook:problem:csrf"]);
      const elsewhere = await page.request.post("/destinations/orders/test",
        { headers: { "X-CSRF-Token": token, Origin: "https://shop.example" } });
      assert.equal(elsewhere.status(), 403);
      const own = await page.request.post("/destinations/orders/test", { headers: { "X-CSRF-Token": token } });
      assert.equal(own.status(), 200);
      await done(page);
    });

    test("Personal data stays hidden from who may not see it", async () => {
      const { event_id: id, payment_id: payment } = await send();
      const page = await visit(`/dashboard/events/${id}`, { key: await keyWith("read") });
      await page.getByRole("heading", { name: "payment.captured", level: 1 }).waitFor();
      await page.getByText("***").first().waitFor();
      assert.ok(!/@example\.com|@okbank|\+9198/.test(await page.content()));
      assert.equal(await page.getByRole("button", { name: "Copy as curl" }).isDisabled(), true);
      await page.goto(`/dashboard/payments/${payment}`);
      await page.getByRole("heading", { name: "What happened" }).waitFor();
      assert.ok(!/@example\.com/.test(await page.content()));
      await done(page);
    });

    test("It is dark where the system is, or where one chooses it", async () => {
      const lightness = (page) => page.evaluate(() => {
        const canvas = document.createElement("canvas").getContext("2d");
        canvas.fillStyle = getComputedStyle(document.documentElement).backgroundColor;
        canvas.fillRect(0, 0, 1, 1);
        return canvas.getImageData(0, 0, 1, 1).data[1];
      });
      const page = await visit("/dashboard/events", { scheme: "dark" });
      await page.getByRole("heading", { name: "Events", level: 1 }).waitFor();
      assert.ok(await lightness(page) < 60);
      await page.getByRole("button", { name: "Light", exact: true }).click();
      assert.ok(await lightness(page) > 200);
      await page.reload();
      await page.getByRole("heading", { name: "Events", level: 1 }).waitFor();
      assert.ok(await lightness(page) > 200, "the choice is kept");
      await done(page);
    });

    test("All of it can be done by keyboard", async () => {
      const page = await visit("/");
      await page.getByRole("heading", { name: "Overview", level: 1 }).waitFor();
      for (const [keys, heading] of [["gp", "Payments"], ["gr", "Rejections"], ["gd", "Destinations"], ["gs", "Settings"], ["ge", "Events"]]) {
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
        reached.add(await page.evaluate(() => document.activeElement?.textContent?.trim() || document.activeElement?.ariaLabel));
      }
      for (const text of ["Skip to the content", "Overview", "Sign out", "Keys and password", "About"])
        assert.ok([...reached].some((r) => r?.includes(text)), `Tab does not reach ${text}: ${[...reached].join(", ")}`);
      await done(page);
    });

    const paths = async () => {
      const { rejections: [rejection] } = await demo.ask("GET", "/rejections?limit=1");
      return [
        "/", "/dashboard/start", "/dashboard/events", "/dashboard/events/evt_R41paymentcaptured", "/dashboard/payments",
        "/dashboard/payments/pay_R17", "/dashboard/rejections", `/dashboard/rejections/${rejection.sequence}`,
        "/dashboard/destinations", "/dashboard/destinations/ledger", "/dashboard/deliveries", "/dashboard/replays",
        "/dashboard/settings/sources", "/dashboard/settings/keys", "/dashboard/settings/about", "/dashboard/sign-in",
      ];
    };

    const looks = [["light", 1280], ["dark", 360], ["dark", 1280], ["light", 360]];
    for (const [scheme, width] of name === "SQLite" ? looks : looks.slice(0, 2)) {
      test(`Every page is sound, ${scheme} at ${width} px: no barrier, no error, nothing too wide`, async () => {
        const page = await openPage(browser, demo.base, { key: adminKey, scheme, width, height: 800 });
        for (const path of await paths()) {
          await page.goto(path);
          await page.locator("h1").waitFor();
          await page.waitForFunction(() => !document.querySelector(".skeleton"));
          await pause(150);
          assert.deepEqual(await axeFindings(page), [], path);
          assert.ok(await overflow(page) <= 0, `${path} is ${await overflow(page)} px too wide`);
          assert.deepEqual(page.faults, [], path);
        }
        await done(page);
      });
    }
  });
}
