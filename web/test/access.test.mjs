// Who gets into the dashboard, and what each may do there.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { openPage } from "./browser.mjs";
import { executable, secrets, startListener } from "./listener.mjs";
import { onEveryStore, password } from "./stores.mjs";

onEveryStore((stage) => {
  test("A link signs in once, and lets one choose a password", async () => {
    const fresh = await startListener({ WEBHOOK_SECRET: secrets.razorpay, ...stage.variables() });
    try {
      const printed = execFileSync(executable, ["sign-in-link", "--url", fresh.base, "--json"], {
        env: fresh.env,
        cwd: fresh.directory,
        encoding: "utf8",
      });
      const link = Object.values(JSON.parse(printed)).find((value) => String(value).includes("#link="));
      const page = await openPage(stage.browser, fresh.base);
      await page.goto(link);
      await page.getByRole("heading", { name: "Choose an admin password" }).waitFor();
      assert.ok(!page.url().includes("link="), "the token leaves the address");
      await page.getByLabel("New password").fill(password);
      await page.getByLabel("The same again").fill(password);
      await page.getByRole("button", { name: "Set the password" }).click();
      await page.getByRole("heading", { name: "Receive a first event" }).waitFor();
      await page.getByRole("button", { name: "Sign out" }).click();
      const other = await openPage(stage.browser, fresh.base);
      await other.goto(link);
      await other.getByRole("alert").waitFor();
      await other.getByLabel("Admin password").fill(password);
      await other.getByRole("button", { name: "Sign in" }).click();
      await other.getByRole("heading", { name: "Receive a first event" }).waitFor();
      await stage.done(other);
      await stage.done(page);
    } finally {
      await fresh.stop();
    }
  });

  test("A wrong password is refused, the right one opens the page that was wanted", async () => {
    const page = await openPage(stage.browser, stage.demo.base);
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
    await stage.done(page);
  });

  test("Who may only read is offered nothing else, and refused it", async () => {
    const page = await stage.visit("/dashboard/destinations/orders", { key: await stage.keyWith("read") });
    await page.getByRole("heading", { name: "orders", level: 1 }).waitFor();
    for (const name of ["Pause", "Send a test", "Replay events"])
      assert.equal(await page.getByRole("button", { name }).count(), 0, name);
    const { csrf_token: token } = await (await page.request.get("/session")).json();
    const refused = await page.request.post("/destinations/orders/pause", { headers: { "X-CSRF-Token": token } });
    assert.equal(refused.status(), 403);
    await page.goto("/dashboard/settings/keys");
    await page.getByText(/admin/).first().waitFor();
    assert.equal(await page.getByRole("button", { name: /New key|Create/ }).count(), 0);
    await stage.done(page);
  });

  test("What a session does must come from the dashboard itself", async () => {
    const page = await stage.visit("/dashboard/destinations");
    const { csrf_token: token } = await (await page.request.get("/session")).json();
    const without = await page.request.post("/destinations/orders/test");
    assert.deepEqual([without.status(), (await without.json()).type], [403, "urn:payhook:problem:csrf"]);
    const elsewhere = await page.request.post("/destinations/orders/test", {
      headers: { "X-CSRF-Token": token, Origin: "https://shop.example" },
    });
    assert.equal(elsewhere.status(), 403);
    const own = await page.request.post("/destinations/orders/test", { headers: { "X-CSRF-Token": token } });
    assert.equal(own.status(), 200);
    await stage.done(page);
  });

  test("Personal data stays hidden from who may not see it", async () => {
    const { event_id: id, payment_id: payment } = await stage.send();
    const page = await stage.visit(`/dashboard/events/${id}`, { key: await stage.keyWith("read") });
    await page.getByRole("heading", { name: "payment.captured", level: 1 }).waitFor();
    await page.getByText("***").first().waitFor();
    assert.ok(!/@example\.com|@okbank|\+9198/.test(await page.content()));
    assert.equal(await page.getByRole("button", { name: "Copy as curl" }).isDisabled(), true);
    await page.goto(`/dashboard/payments/${payment}`);
    await page.getByRole("heading", { name: "What happened" }).waitFor();
    assert.ok(!/@example\.com/.test(await page.content()));
    await stage.done(page);
  });
});
