// Each SDK signs a delivery that the listener must take, and refuses or accepts what Payhook signs.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import adyen from "@adyen/api-library";
import { sign as githubSign, verify as githubVerify } from "@octokit/webhooks-methods";
import { Paddle } from "@paddle/paddle-node-sdk";
import braintree from "braintree";
import Razorpay from "razorpay";
import { WebhooksHelper } from "square";
import { Webhook as StandardWebhook } from "standardwebhooks";
import Stripe from "stripe";
import { Webhook as SvixWebhook } from "svix";
import { sign, startListener } from "./listener.mjs";

const secrets = {
  adyen: "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056",
  braintree: "integration_private_key",
  github: "a secret of the interop tests",
  paddle: "pdl_ntfset_01gkpjp8bkm3tm53kdgkx6sms7_6h3qd3uFSi9YCD3OLYAShQI90XTI5vEI",
  razorpay: "a secret of the interop tests",
  square: "Ibxx_5AKakO-3qeNVR61Dw",
  standard: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  stripe: "whsec_a_secret_of_the_interop_tests",
};
const notificationUrl = "https://shop.example/webhook/square";
const json = { "content-type": "application/json" };

let listener;

before(async () => {
  listener = await startListener({
    ADYEN_HMAC_KEY: secrets.adyen,
    BRAINTREE_PRIVATE_KEY: secrets.braintree,
    BRAINTREE_PUBLIC_KEY: "integration_public_key",
    GITHUB_WEBHOOK_SECRET: secrets.github,
    PADDLE_WEBHOOK_SECRET: secrets.paddle,
    SQUARE_NOTIFICATION_URL: notificationUrl,
    SQUARE_SIGNATURE_KEY: secrets.square,
    STANDARD_WEBHOOKS_SECRET: secrets.standard,
    STRIPE_WEBHOOK_SECRET: secrets.stripe,
    WEBHOOK_SECRET: secrets.razorpay,
  });
});
after(() => listener?.stop());

/** The listener takes it, knows it the second time, and refuses it with another last digit. */
async function isTaken(path, body, headers, tampered = body.replace(/\d(?=\D*$)/, (d) => String((Number(d) + 1) % 10))) {
  assert.notEqual(tampered, body);
  const refused = await listener.post(path, tampered, headers);
  assert.ok([400, 403].includes(refused.status), `tampered: ${refused.status} ${refused.text}`);
  const first = await listener.post(path, body, headers);
  assert.equal(first.status, 200, first.text);
  const second = await listener.post(path, body, headers);
  assert.equal(second.status, 200, second.text);
  return { first, second };
}

test("stripe signs, at its own address and at the common one", async () => {
  const stripe = new Stripe("sk_test_none");
  const event = (id) => JSON.stringify({
    id, object: "event", type: "payment_intent.succeeded", created: 1700000000,
    data: { object: { id: "pi_1", object: "payment_intent", amount: 1099, currency: "usd" } }, pending_webhooks: 1,
  });
  for (const path of ["/webhook/stripe", "/webhook/payments"]) {
    const payload = event(`evt_${path.split("/")[2]}`);
    const signature = stripe.webhooks.generateTestHeaderString({ payload, secret: secrets.stripe });
    const { first, second } = await isTaken(path, payload, { ...json, "stripe-signature": signature });
    assert.deepEqual([first.status, first.payment_id, second.message], [200, "pi_1", "Event already processed"]);
  }
});

test("stripe accepts what Payhook signs", () => {
  const payload = JSON.stringify({ id: "evt_sign", object: "event", type: "charge.succeeded", data: { object: {} } });
  const headers = sign("stripe", secrets.stripe, payload);
  const event = new Stripe("sk_test_none").webhooks.constructEvent(
    payload, headers["stripe-signature"], secrets.stripe);
  assert.equal(event.id, "evt_sign");
});

for (const [name, Webhook, prefix] of [["standardwebhooks", StandardWebhook, "webhook"], ["svix", SvixWebhook, "svix"]]) {
  test(`${name} signs, and accepts what Payhook signs`, async () => {
    const webhook = new Webhook(secrets.standard);
    const payload = JSON.stringify({ type: "payment.captured", timestamp: "2026-01-01T00:00:00Z", data: { id: "p_1" } });
    const now = new Date();
    const { first } = await isTaken("/webhook/standard-webhooks", payload, {
      ...json,
      [`${prefix}-id`]: `msg_${name}`,
      [`${prefix}-timestamp`]: String(Math.floor(now.getTime() / 1000)),
      [`${prefix}-signature`]: webhook.sign(`msg_${name}`, now, payload),
    });
    assert.equal(first.event_id, `msg_${name}`);
    webhook.verify(payload, sign("standard-webhooks", secrets.standard, payload));
  });
}

test("adyen signs the items of a delivery", async () => {
  const validator = new adyen.hmacValidator();
  const item = (pspReference) => {
    const notification = {
      amount: { currency: "EUR", value: 1130 }, eventCode: "AUTHORISATION", eventDate: "2026-01-01T00:00:00+01:00",
      merchantAccountCode: "TestMerchant", merchantReference: "order:1\\2", pspReference, success: "true",
    };
    const hmacSignature = validator.calculateHmac(notification, secrets.adyen);
    return { NotificationRequestItem: { additionalData: { hmacSignature }, ...notification } };
  };
  const body = JSON.stringify({ live: "false", notificationItems: [item("psp_1"), item("psp_2")] });
  const { first, second } = await isTaken("/webhook/adyen", body, json, body.replace("1130", "1131"));
  assert.deepEqual([first.text, second.text], ["[accepted]", "[accepted]"]);
  for (const payment of ["psp_1", "psp_2"]) {
    const events = await (await fetch(`${listener.base}/payments/${payment}/events`)).json();
    assert.equal(events.length, 1);
  }
});

test("square accepts what Payhook signs", async () => {
  const requestBody = JSON.stringify({
    merchant_id: "M", type: "payment.updated", event_id: "sq_1", created_at: "2026-01-01T00:00:00.123456789Z",
    data: { type: "payment", id: "pay_1", object: { payment: { id: "pay_1", status: "COMPLETED" } } },
  });
  const headers = sign("square", secrets.square, requestBody, "--parameter", notificationUrl);
  assert.ok(await WebhooksHelper.verifySignature({
    requestBody, signatureHeader: headers["x-square-hmacsha256-signature"], signatureKey: secrets.square, notificationUrl,
  }));
  const { first } = await isTaken("/webhook/square", requestBody, { ...json, ...headers });
  assert.equal(first.event_id, "sq_1");
});

test("razorpay accepts what Payhook signs", async () => {
  const body = JSON.stringify({
    entity: "event", event: "payment.captured", id: "evt_rzp", payload: { payment: { entity: { id: "pay_9" } } },
  });
  const headers = sign("razorpay", secrets.razorpay, body);
  assert.ok(Razorpay.validateWebhookSignature(body, headers["x-razorpay-signature"], secrets.razorpay));
  await isTaken("/webhook/payments", body, { ...json, ...headers });
});

test("paddle accepts what Payhook signs", async () => {
  const body = JSON.stringify({
    event_id: "evt_pdl_1", event_type: "transaction.paid", occurred_at: "2026-01-01T00:00:00.123456Z",
    notification_id: "ntf_1", data: { id: "txn_1", status: "paid" },
  });
  const headers = sign("paddle", secrets.paddle, body);
  assert.ok(await new Paddle("none").webhooks.isSignatureValid(body, secrets.paddle, headers["paddle-signature"]));
  await isTaken("/webhook/paddle", body, { ...json, ...headers });
});

test("braintree generates a notification and its question is answered", async () => {
  const gateway = new braintree.BraintreeGateway({
    environment: braintree.Environment.Sandbox, merchantId: "m", publicKey: "integration_public_key",
    privateKey: secrets.braintree,
  });
  const sample = await gateway.webhookTesting.sampleNotification(
    braintree.WebhookNotification.Kind.TransactionSettled, "txn_bt_1");
  const body = new URLSearchParams({ bt_signature: sample.bt_signature, bt_payload: sample.bt_payload }).toString();
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  await isTaken("/webhook/braintree", body, headers, body.replace(/bt_payload=P/, "bt_payload=Q"));

  const challenge = "20f9f8ed05f77439fe955c977e4c8a53";
  const answer = await fetch(`${listener.base}/webhook/braintree?bt_challenge=${challenge}`);
  assert.equal(await answer.text(), gateway.webhookNotification.verify(challenge));
});

test("octokit signs, and accepts what Payhook signs", async () => {
  const body = JSON.stringify({ action: "created", sponsorship: { id: 1 }, sender: { id: 7 } });
  await isTaken("/webhook/github", body, {
    ...json, "x-hub-signature-256": await githubSign(secrets.github, body), "x-github-event": "sponsorship",
    "x-github-delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958",
  });
  const headers = sign("github", secrets.github, body);
  assert.ok(await githubVerify(secrets.github, body, headers["x-hub-signature-256"]));
});
