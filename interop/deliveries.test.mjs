// What Payhook hands on is taken by the libraries of those who get it: the providers' own, and those of Standard
// Webhooks.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import Razorpay from "razorpay";
import { Webhook as StandardWebhook } from "standardwebhooks";
import Stripe from "stripe";
import { Webhook as SvixWebhook } from "svix";
import { sign, startListener } from "./listener.mjs";

const secrets = {
  razorpay: "a secret of the interop tests",
  signing: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  stripe: "whsec_a_secret_of_the_interop_tests",
};
const forms = ["raw", "envelope", "cloudevents", "cloudevents_binary"];

let application;
let listener;
const requests = [];

before(async () => {
  application = createServer((request, response) => {
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () => {
      requests.push({ form: request.url.slice(1), headers: request.headers, body: Buffer.concat(parts).toString() });
      response.end("ok");
    });
  });
  await new Promise((resolve) => { application.listen(0, "127.0.0.1", resolve); });
  const url = `http://127.0.0.1:${application.address().port}`;
  listener = await startListener({
    ALLOW_PRIVATE_DESTINATIONS: "127.0.0.1",
    SIGNING_SECRET: secrets.signing,
    STRIPE_WEBHOOK_SECRET: secrets.stripe,
    WEBHOOK_SECRET: secrets.razorpay,
  }, {
    destinations: Object.fromEntries(forms.map((form) => [
      form.replace("_", "-"), { url: `${url}/${form}`, body: form, secret: "${SIGNING_SECRET}" },
    ])),
  });
});
after(async () => {
  await listener?.stop();
  application?.close();
});

/** What the application got of an event, in one form. */
async function delivered(form, eventId) {
  for (let i = 0; i < 200; i++) {
    const found = requests.find(
      (request) => request.form === form && request.headers["payhook-event-id"] === eventId);
    if (found) return found;
    await new Promise((resolve) => { setTimeout(resolve, 50); });
  }
  throw new Error(`${eventId} was not delivered as ${form}`);
}

test("stripe verifies a raw delivery as if Stripe had sent it", async () => {
  const payload = JSON.stringify({
    id: "evt_raw", object: "event", type: "payment_intent.succeeded", created: 1700000000,
    data: { object: { id: "pi_1", object: "payment_intent", amount: 1099, currency: "usd" } },
  }, null, 2);
  const webhooks = new Stripe("sk_test_none").webhooks;
  const signature = webhooks.generateTestHeaderString({ payload, secret: secrets.stripe });
  const answer = await listener.post("/webhook/stripe", payload, {
    "content-type": "application/json; charset=utf-8", "stripe-signature": signature,
  });
  assert.equal(answer.status, 200, answer.text);

  const { body, headers } = await delivered("raw", "evt_raw");
  assert.equal(headers["content-type"], "application/json; charset=utf-8");
  assert.equal(webhooks.constructEvent(body, headers["stripe-signature"], secrets.stripe).id, "evt_raw");
  assert.throws(() => webhooks.constructEvent(`${body} `, headers["stripe-signature"], secrets.stripe));
});

test("razorpay verifies a raw delivery as if Razorpay had sent it", async () => {
  const text = JSON.stringify({
    entity: "event", event: "payment.captured", id: "evt_rzp_raw",
    payload: { payment: { entity: { id: "pay_9", description: "für 5 €" } } },
  }, null, 1);
  const answer = await listener.post(
    "/webhook/razorpay", text, { "content-type": "application/json", ...sign("razorpay", secrets.razorpay, text) });
  assert.equal(answer.status, 200, answer.text);

  const { body, headers } = await delivered("raw", "evt_rzp_raw");
  const verify = (bytes) => Razorpay.validateWebhookSignature(bytes, headers["x-razorpay-signature"], secrets.razorpay);
  assert.ok(verify(body));
  assert.ok(!verify(`${body} `));
});

for (const form of forms) {
  test(`standardwebhooks and svix verify what is sent as ${form}`, async () => {
    const text = JSON.stringify({
      entity: "event", event: "payment.captured", id: `evt_${form}`,
      payload: { payment: { entity: { id: "pay_10", amount: 5000, currency: "INR" } } },
    });
    await listener.post(
      "/webhook/razorpay", text, { "content-type": "application/json", ...sign("razorpay", secrets.razorpay, text) });

    const { body, headers } = await delivered(form, `evt_${form}`);
    for (const Webhook of [StandardWebhook, SvixWebhook]) {
      const webhook = new Webhook(secrets.signing);
      webhook.verify(body, headers);
      assert.throws(() => webhook.verify(`${body} `, headers));
      assert.throws(() => webhook.verify(body, { ...headers, "webhook-id": "msg_0" }));
    }
    if (form === "envelope") assert.equal(JSON.parse(body).payment.status, "captured");
    if (form === "cloudevents") assert.equal(JSON.parse(body).data.id, "evt_cloudevents");
    if (form === "cloudevents_binary") assert.equal(headers["ce-eventid"], "evt_cloudevents_binary");
  });
}
