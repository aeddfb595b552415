// Pictures of every page, light and dark, for the docs: node test/pictures.mjs [FOLDER]
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { openPage, startBrowser } from "./browser.mjs";
import { adminKey, startDemo } from "./demo.mjs";
import { startListener, pause, secrets } from "./listener.mjs";

const folder = process.argv[2] ?? fileURLToPath(new URL("../../docs/images", import.meta.url));
const settled = 900;

mkdirSync(folder, { recursive: true });
const demo = await startDemo({}, 0, 90);
const fresh = await startListener({ WEBHOOK_SECRET: secrets.razorpay, STRIPE_WEBHOOK_SECRET: secrets.stripe });
const browser = await startBrowser();
await pause(4_000); // deliveries that are given up are dead letters by then

const { events } = await demo.ask("GET", "/events?conflict=true&limit=1");
const { payments } = await demo.ask("GET", "/payments?status=disputed&limit=1");
const { rejections } = await demo.ask("GET", "/rejections?limit=50");
const refused = rejections.find((r) => r.cause) ?? rejections[0];
const pages = {
  overview: "/",
  events: "/dashboard/events",
  event: `/dashboard/events/${events[0].event_id}`,
  payments: "/dashboard/payments",
  payment: `/dashboard/payments/${payments[0].payment_id}`,
  rejections: "/dashboard/rejections",
  rejection: `/dashboard/rejections/${refused.sequence}`,
  destinations: "/dashboard/destinations",
  destination: "/dashboard/destinations/ledger",
  deliveries: "/dashboard/deliveries",
  replays: "/dashboard/replays",
  "settings-sources": "/dashboard/settings/sources",
  "settings-keys": "/dashboard/settings/keys",
  "settings-about": "/dashboard/settings/about",
};

await demo.ask("POST", "/replays?type=payment.*&to=orders");
for (const scheme of ["light", "dark"]) {
  const look = { scheme, width: 1280, height: 860 };
  const page = await openPage(browser, demo.base, { ...look, key: adminKey });
  for (const [name, path] of Object.entries(pages)) await take(page, path, `${name}-${scheme}`);
  const stranger = await openPage(browser, demo.base, look);
  await take(stranger, "/dashboard/sign-in", `sign-in-${scheme}`);
  const newcomer = await openPage(browser, fresh.base, look);
  await take(newcomer, "/dashboard/start", `start-${scheme}`);
  const phone = await openPage(browser, demo.base, { scheme, key: adminKey, width: 360, height: 780 });
  for (const name of ["overview", "events", "payment"]) await take(phone, pages[name], `${name}-phone-${scheme}`);
}
await browser.close();
await fresh.stop();
await demo.stop();

async function take(page, path, name) {
  await page.goto(path);
  await page.waitForLoadState("load");
  await pause(settled);
  await page.screenshot({ path: `${folder}/${name}.png`, animations: "disabled" });
  for (const fault of page.faults.splice(0)) console.log(`${name}: ${fault}`);
  console.log(`${folder}/${name}.png`);
}
