// A listener with a made-up shop in it, to look at the dashboard: node test/demo.mjs [PORT]
import { createServer } from "node:http";
import { pause, secrets, startListener } from "./listener.mjs";
import { fillShop } from "./shop.mjs";

export const adminKey = "demo-admin-key-0123456789";

/** With two applications: one takes what it gets, the other refuses some and one kind for good. */
export async function startDemo(variables = {}, port = 0, count = 60) {
  const application = createServer((request, response) => {
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () => {
      const isRefused =
        request.url === "/ledger" && /refund\.processed|dispute\.created/.test(Buffer.concat(parts).toString());
      response.writeHead(isRefused ? 500 : 200, { "content-type": "text/plain" });
      response.end(isRefused ? "no such account" : "ok");
    });
  });
  await new Promise((resolve) => {
    application.listen(0, "127.0.0.1", resolve);
  });
  const url = `http://127.0.0.1:${application.address().port}`;
  const listener = await startListener(
    {
      WEBHOOK_SECRET: secrets.razorpay,
      STRIPE_WEBHOOK_SECRET: secrets.stripe,
      API_KEYS: adminKey,
      ALLOW_PRIVATE_DESTINATIONS: "127.0.0.1",
      ...variables,
    },
    null,
    port,
  );
  const ask = (method, path, body) =>
    fetch(listener.base + path, {
      method,
      body: body && JSON.stringify(body),
      headers: { "X-API-Key": adminKey },
    }).then(async (response) => {
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
      return response.status === 204 ? null : response.json();
    });
  await ask("POST", "/destinations", {
    name: "orders",
    url: `${url}/orders`,
    ordering: "payment",
    filter: { statuses: ["captured", "refunded"] },
  });
  await ask("POST", "/destinations", {
    name: "ledger",
    url: `${url}/ledger`,
    retry: { first_seconds: 1, longest_seconds: 1, give_up_after_hours: 0.0005 },
  });
  await ask("POST", "/destinations", { name: "warehouse", url: `${url}/warehouse` });
  await ask("POST", "/destinations/warehouse/pause");
  await fillShop(listener.base, count);
  return {
    ...listener,
    ask,
    url,
    async stop() {
      await listener.stop();
      application.closeAllConnections();
      application.close();
    },
  };
}

if (import.meta.filename === process.argv[1]) {
  const demo = await startDemo({}, Number(process.argv[2] ?? 0));
  console.log(`${demo.base}/  sign in with the key ${adminKey}`);
  for (const signal of ["SIGINT", "SIGTERM"])
    process.on(signal, async () => {
      await demo.stop();
      process.exit(0);
    });
  for (;;) await pause(60_000);
}
