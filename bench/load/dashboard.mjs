// What people who look at the dashboard notice, and what it costs to look. Called by bench/dashboard:
//   node dashboard.mjs pages BASE KEY ROUNDS     first contentful paint of each page, in a browser that has nothing yet
//   node dashboard.mjs live BASE KEY SECRET      from the 200 of an event until an open feed shows it
//   node dashboard.mjs watch BASE KEY COUNT      asks what so many open dashboards ask, until it is ended
import { createHmac } from "node:crypto";
import { openPage, startBrowser } from "../../web/test/browser.mjs";

const [what, base, key, option] = process.argv.slice(2);
const headers = { "X-API-Key": key };
const ask = async (path) => (await fetch(base + path, { headers })).json();
const pause = (milliseconds) =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
const row = (...cells) =>
  console.log(cells.map((cell, i) => (i === 0 ? String(cell).padEnd(28) : String(cell).padStart(12))).join(""));

const acts = { pages, live, watch };
await acts[what]();

async function pages() {
  const {
    events: [event],
  } = await ask("/events?sort=-cursor&limit=1");
  const {
    payments: [payment],
  } = await ask("/payments?limit=1");
  const all = {
    overview: "/",
    events: "/dashboard/events",
    event: `/dashboard/events/${encodeURIComponent(event.event_id)}`,
    payments: "/dashboard/payments",
    payment: `/dashboard/payments/${encodeURIComponent(payment.payment_id)}`,
    rejections: "/dashboard/rejections",
    destinations: "/dashboard/destinations",
    deliveries: "/dashboard/deliveries",
    replays: "/dashboard/replays",
    settings: "/dashboard/settings",
    start: "/dashboard/start",
    "sign-in": "/dashboard/sign-in",
  };
  const browser = await startBrowser();
  await (await openPage(browser, base)).goto("/"); // the browser's own start is not the page's
  row("page", "paint ms", "slowest", "content ms", "first load B");
  for (const [name, path] of Object.entries(all)) {
    const [paints, contents, sizes] = [[], [], []];
    for (let i = 0; i < Number(option); i++) {
      const page = await openPage(browser, base, { key });
      const network = await page.context().newCDPSession(page);
      await network.send("Network.enable");
      let bytes = 0;
      network.on("Network.loadingFinished", (event) => {
        bytes += event.encodedDataLength;
      });
      await page.goto(path, { waitUntil: "load" });
      await page.waitForFunction(() => performance.getEntriesByName("first-contentful-paint").length > 0);
      paints.push(await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0].startTime));
      await page.waitForFunction(() => !document.querySelector(".skeleton") && document.querySelector("main"));
      contents.push(await page.evaluate(() => performance.now()));
      sizes.push(bytes);
      await page.context().close();
    }
    row(name, median(paints).toFixed(0), Math.max(...paints).toFixed(0), median(contents).toFixed(0), median(sizes));
  }
  await browser.close();
}

async function live() {
  const browser = await startBrowser();
  const page = await openPage(browser, base, { key });
  let shown = () => {};
  await page.exposeFunction("tellShown", (id) => shown(id));
  await page.goto("/dashboard/events");
  await pause(1500);
  await page.evaluate(() => {
    const told = new Set();
    new MutationObserver(() => {
      for (const { title: id } of document.querySelectorAll('td[title^="evt_live_"]')) {
        if (!told.has(id)) {
          told.add(id);
          window.tellShown(id);
        }
      }
    }).observe(document.querySelector("main"), { childList: true, subtree: true, characterData: true });
  });
  const times = [];
  for (let i = 0; i < 40; i++) {
    const id = `evt_live_${Date.now()}`;
    const body = JSON.stringify({
      entity: "event",
      event: "payment.captured",
      id,
      payload: { payment: { entity: { id: `pay_live_${i}`, amount: 5000, currency: "INR", status: "captured" } } },
    });
    const seen = new Promise((resolve) => {
      shown = (found) => {
        if (found === id) resolve(performance.now());
      };
    });
    const signature = createHmac("sha256", option).update(body).digest("hex");
    const answer = await fetch(`${base}/webhook/payments`, {
      method: "POST",
      body,
      headers: { "X-Razorpay-Signature": signature },
    });
    if (answer.status !== 200) throw new Error(`the listener answered ${answer.status}`);
    const answered = performance.now();
    times.push((await Promise.race([seen, pause(5000).then(() => Infinity)])) - answered);
    await pause(100 + Math.random() * 300);
  }
  times.sort((a, b) => a - b);
  row("shown after its 200, ms", "median", "p95", "slowest");
  row("", times[20].toFixed(0), times[37].toFixed(0), times[39].toFixed(0));
  await browser.close();
}

/** The requests of an open overview and of an open feed, without a browser, which would need the processor itself. */
async function watch() {
  const overview = [
    "/stats?group_by=source,outcome",
    "/stats/deliveries?group_by=outcome",
    "/sources",
    "/destinations",
    "/rejections?limit=1",
  ];
  for (let i = 0; i < Number(option); i++) {
    if (i % 2 === 0) void follow();
    else setInterval(() => overview.forEach((path) => void ask(path).catch(() => {})), 5000);
    await pause(100);
  }
  setInterval(() => void ask("/attention?limit=5").catch(() => {}), 30_000 / Number(option));
  await pause(3_600_000);
}

async function follow() {
  const answer = await fetch(`${base}/events/stream?newest=50`, { headers });
  for await (const part of answer.body) void part;
}
