// Each SDK signs a delivery that the listener must take, and refuses or accepts what Payhook signs.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import "@shopify/shopify-api/adapters/node";
import adyen from "@adyen/api-library";
import { sign as githubSign, verify as githubVerify } from "@octokit/webhooks-methods";
import { Paddle } from "@paddle/paddle-node-sdk";
import { ApiVersion, shopifyApi } from "@shopify/shopify-api";
import braintree from "braintree";
import { Cashfree, CFEnvironment } from "cashfree-pg";
import coinbase from "coinbase-commerce-node";
import { parse as gocardlessParse } from "gocardless-nodejs/webhooks";
import mercadopago from "mercadopago";
import phonepe from "pg-sdk-node";
import Razorpay from "razorpay";
import { WebhooksHelper } from "square";
import { Webhook as StandardWebhook } from "standardwebhooks";
import Stripe from "stripe";
import { Webhook as SvixWebhook } from "svix";
import { send, sign, startListener } from "./listener.mjs";

const secrets = {
  adyen: "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056",
  braintree: "integration_private_key",
  cashfree: "cfsk_ma_test_0123456789abcdef",
  coinbase: "30291a20-0bd1-4267-9b0f-e6e7123c0bf1",
  github: "a secret of the interop tests",
  gocardless: "ED7D658C-D8EB-4941-948B-3973214F2D49",
  mercadopago: "5be97a2aa1ee4ebd8e1d4e5f6a7b8c9d",
  paddle: "pdl_ntfset_01gkpjp8bkm3tm53kdgkx6sms7_6h3qd3uFSi9YCD3OLYAShQI90XTI5vEI",
  paypal: "8PT597110X687430LKGECATA",
  phonepe: "merchant_user:merchant_password1",
  razorpay: "a secret of the interop tests",
  shopify: "hush_0123456789abcdef",
  square: "Ibxx_5AKakO-3qeNVR61Dw",
  standard: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  stripe: "whsec_a_secret_of_the_interop_tests",
};
const notificationUrl = "https://shop.example/webhook/square";
const json = { "content-type": "application/json" };

let listener;
let certificates;

before(async () => {
  certificates = mkdtempSync(join(tmpdir(), "payhook-interop-certificates-"));
  // The first one makes the certificates, which the listener reads at its start.
  send("http://127.0.0.1:9/", "paypal", secrets.paypal, "--mock", "captured", "--certificates", certificates);
  listener = await startListener({
    ADYEN_BY_BODY: "true", // at the common address: no header tells it
    ADYEN_HMAC_KEY: secrets.adyen,
    BRAINTREE_BY_BODY: "true",
    BRAINTREE_PRIVATE_KEY: secrets.braintree,
    BRAINTREE_PUBLIC_KEY: "integration_public_key",
    CASHFREE_CLIENT_SECRET: secrets.cashfree,
    COINBASE_COMMERCE_WEBHOOK_SECRET: secrets.coinbase,
    GITHUB_WEBHOOK_SECRET: secrets.github,
    GOCARDLESS_WEBHOOK_SECRET: secrets.gocardless,
    MERCADOPAGO_WEBHOOK_SECRET: secrets.mercadopago,
    PADDLE_WEBHOOK_SECRET: secrets.paddle,
    PAYPAL_CERTIFICATES: certificates,
    PAYPAL_ENVIRONMENT: "sandbox",
    PAYPAL_WEBHOOK_ID: secrets.paypal,
    PHONEPE_WEBHOOK_CREDENTIALS: secrets.phonepe,
    SHOPIFY_CLIENT_SECRET: secrets.shopify,
    SQUARE_NOTIFICATION_URL: notificationUrl,
    SQUARE_SIGNATURE_KEY: secrets.square,
    STANDARD_WEBHOOKS_SECRET: secrets.standard,
    STRIPE_WEBHOOK_SECRET: secrets.stripe,
    WEBHOOK_SECRET: secrets.razorpay,
  });
});
after(async () => {
  await listener?.stop();
  rmSync(certificates, { recursive: true, force: true });
});

const otherLastDigit = (text) => text.replace(/\d(?=\D*$)/, (d) => String((Number(d) + 1) % 10));

/**
 * At its own address and at the common one it is refused once it is changed, taken, and known from then on.
 * What is changed is the body, or what else is signed.
 */
async function isTaken(source, body, headers, changed = { body: otherLastDigit(body) }, query = "") {
  assert.notDeepEqual({ body, headers, query, ...changed }, { body, headers, query });
  const answers = [];
  for (const address of [`/webhook/${source}`, "/webhook/payments"]) {
    const forged = { body, headers, query, ...changed };
    const refused = await listener.post(address + forged.query, forged.body, forged.headers);
    assert.ok([400, 401, 403, 498].includes(refused.status), `${address}, changed: ${refused.status} ${refused.text}`);
    for (let i = 0; i < 2; i++) {
      const answer = await listener.post(address + query, body, headers);
      assert.equal(answer.status, 200, `${address}: ${answer.text}`);
      answers.push(answer);
    }
  }
  if (answers[0].message !== undefined || answers[0].event_id !== undefined) {
    assert.deepEqual(
      answers.map((answer) => answer.message), [undefined, ...Array(3).fill("Event already processed")]);
  }
  return answers[0];
}

test("stripe signs", async () => {
  const payload = JSON.stringify({
    id: "evt_1", object: "event", type: "payment_intent.succeeded", created: 1700000000,
    data: { object: { id: "pi_1", object: "payment_intent", amount: 1099, currency: "usd" } }, pending_webhooks: 1,
  });
  const signature = new Stripe("sk_test_none").webhooks.generateTestHeaderString({ payload, secret: secrets.stripe });
  const first = await isTaken("stripe", payload, { ...json, "stripe-signature": signature });
  assert.equal(first.payment_id, "pi_1");
});

test("stripe accepts what Payhook signs", () => {
  const payload = JSON.stringify({ id: "evt_sign", object: "event", type: "charge.succeeded", data: { object: {} } });
  const headers = sign("stripe", secrets.stripe, payload);
  const webhooks = new Stripe("sk_test_none").webhooks;
  assert.equal(webhooks.constructEvent(payload, headers["stripe-signature"], secrets.stripe).id, "evt_sign");
  assert.throws(() => webhooks.constructEvent(`${payload} `, headers["stripe-signature"], secrets.stripe));
});

const standards = [["standardwebhooks", StandardWebhook, "webhook"], ["svix", SvixWebhook, "svix"]];
for (const [name, Webhook, prefix] of standards) {
  test(`${name} signs, and accepts what Payhook signs`, async () => {
    const webhook = new Webhook(secrets.standard);
    const payload = JSON.stringify({ type: "payment.captured", data: { id: "p_1" } });
    const now = new Date();
    const first = await isTaken("standard-webhooks", payload, {
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
  const first = await isTaken("adyen", body, json, { body: body.replace("1130", "1131") });
  assert.equal(first.text, "[accepted]");
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
  const signatureHeader = headers["x-square-hmacsha256-signature"];
  assert.ok(await WebhooksHelper.verifySignature(
    { requestBody, signatureHeader, signatureKey: secrets.square, notificationUrl }));
  const first = await isTaken("square", requestBody, { ...json, ...headers });
  assert.equal(first.event_id, "sq_1");
});

test("razorpay accepts what Payhook signs", async () => {
  const body = JSON.stringify({
    entity: "event", event: "payment.captured", id: "evt_rzp", payload: { payment: { entity: { id: "pay_9" } } },
  });
  const headers = sign("razorpay", secrets.razorpay, body);
  assert.ok(Razorpay.validateWebhookSignature(body, headers["x-razorpay-signature"], secrets.razorpay));
  await isTaken("razorpay", body, { ...json, ...headers });
});

test("paddle accepts what Payhook signs", async () => {
  const body = JSON.stringify({
    event_id: "evt_pdl_1", event_type: "transaction.paid", occurred_at: "2026-01-01T00:00:00.123456Z",
    notification_id: "ntf_1", data: { id: "txn_1", status: "paid" },
  });
  const headers = sign("paddle", secrets.paddle, body);
  assert.ok(await new Paddle("none").webhooks.isSignatureValid(body, secrets.paddle, headers["paddle-signature"]));
  await isTaken("paddle", body, { ...json, ...headers });
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
  await isTaken("braintree", body, headers, { body: body.replace("bt_payload=P", "bt_payload=Q") });

  const challenge = "20f9f8ed05f77439fe955c977e4c8a53";
  const answer = await fetch(`${listener.base}/webhook/braintree?bt_challenge=${challenge}`);
  assert.equal(await answer.text(), gateway.webhookNotification.verify(challenge));
});

test("octokit signs, and accepts what Payhook signs", async () => {
  const body = JSON.stringify({ action: "created", sponsorship: { id: 1 }, sender: { id: 7 } });
  await isTaken("github", body, {
    ...json, "x-hub-signature-256": await githubSign(secrets.github, body), "x-github-event": "sponsorship",
    "x-github-delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958",
  });
  const headers = sign("github", secrets.github, body);
  assert.ok(await githubVerify(secrets.github, body, headers["x-hub-signature-256"]));
});

test("cashfree accepts what Payhook signs", async () => {
  const body = JSON.stringify({
    data: { order: { order_id: "order_1" }, payment: { cf_payment_id: 1453002795, payment_amount: 1.5 } },
    event_time: "2026-01-01T12:20:29+05:30", type: "PAYMENT_SUCCESS_WEBHOOK",
  });
  const headers = sign("cashfree", secrets.cashfree, body);
  const sdk = new Cashfree(CFEnvironment.SANDBOX, "id", secrets.cashfree);
  const verify = (text) => sdk.PGVerifyWebhookSignature(
    headers["x-webhook-signature"], text, headers["x-webhook-timestamp"]);
  assert.equal(verify(body).type, "PAYMENT_SUCCESS_WEBHOOK");
  assert.throws(() => verify(`${body} `));
  const first = await isTaken("cashfree", body, { ...json, ...headers });
  assert.equal(first.payment_id, "1453002795");
});

test("coinbase commerce signs, and accepts what Payhook signs", async () => {
  const body = JSON.stringify({
    id: 1, scheduled_for: "2026-01-01T00:00:00Z", event: { id: "cb_1", type: "charge:confirmed", data: { code: "C1" } },
  });
  const signature = coinbase.Webhook.computeSignature(body, secrets.coinbase);
  const first = await isTaken("coinbase-commerce", body, { ...json, "x-cc-webhook-signature": signature });
  assert.equal(first.event_id, "cb_1");
  const headers = sign("coinbase-commerce", secrets.coinbase, body);
  assert.equal(
    coinbase.Webhook.verifyEventBody(body, headers["x-cc-webhook-signature"], secrets.coinbase).id, "cb_1");
});

test("gocardless accepts what Payhook signs", async () => {
  const event = (id) => ({
    id, created_at: "2026-01-01T00:00:00.000Z", resource_type: "payments", action: "confirmed",
    links: { payment: `PM_${id}` },
  });
  const body = JSON.stringify({ events: [event("EV1"), event("EV2")], meta: { webhook_id: "WB1" } });
  const headers = sign("gocardless", secrets.gocardless, body);
  const parsed = gocardlessParse(body, secrets.gocardless, headers["webhook-signature"]);
  assert.deepEqual(parsed.map(({ id }) => id), ["EV1", "EV2"]);
  await isTaken("gocardless", body, { ...json, ...headers });
  for (const { id } of parsed) {
    const events = await (await fetch(`${listener.base}/payments/PM_${id}/events`)).json();
    assert.equal(events.length, 1);
  }
});

test("mercado pago accepts what Payhook signs, the query and not the body", async () => {
  const body = JSON.stringify({
    id: 12345, type: "payment", action: "payment.updated", date_created: "2026-01-01T00:00:00Z", data: { id: "999" },
  });
  const headers = sign("mercadopago", secrets.mercadopago, body);
  const validate = (dataId) => mercadopago.WebhookSignatureValidator.validate({
    xSignature: headers["x-signature"], xRequestId: headers["x-request-id"], dataId, secret: secrets.mercadopago,
  });
  validate("999");
  assert.throws(() => validate("998"));
  await isTaken(
    "mercadopago", body, { ...json, ...headers }, { query: "?data.id=998&type=payment" }, "?data.id=999&type=payment");
});

test("phonepe accepts what Payhook signs, a token and not the body", async () => {
  const body = JSON.stringify({
    event: "checkout.order.completed",
    payload: { merchantOrderId: "MO1", orderId: "OMO1", state: "COMPLETED", amount: 1000 },
  });
  const [user, password] = secrets.phonepe.split(":");
  const { authorization } = sign("phonepe", secrets.phonepe, body);
  const client = phonepe.StandardCheckoutClient.getInstance("id", "secret", 1, phonepe.Env.SANDBOX, false);
  assert.equal(client.validateCallback(user, password, authorization, body).event, "checkout.order.completed");
  assert.throws(() => client.validateCallback(user, `${password}2`, authorization, body));
  await isTaken("phonepe", body, { ...json, authorization }, {
    headers: { ...json, authorization: otherLastDigit(authorization) },
  });
});

test("shopify accepts what Payhook signs", async () => {
  const rawBody = JSON.stringify({
    id: 820982911946154508, name: "#9999", total_price: "10.50", currency: "EUR", updated_at: "2026-01-01T00:00:00Z",
  });
  const headers = { ...json, ...sign("shopify", secrets.shopify, rawBody) };
  const shopify = shopifyApi({
    apiKey: "key", apiSecretKey: secrets.shopify, apiVersion: Object.values(ApiVersion)[0],
    hostName: "shop.example", isEmbeddedApp: false, logger: { log: () => { /* silent */ } },
  });
  const validate = (text) => shopify.webhooks.validate({
    rawBody: text, rawRequest: { method: "POST", url: "/webhook/shopify", headers }, rawResponse: {},
  });
  assert.ok((await validate(rawBody)).valid);
  assert.equal((await validate(`${rawBody} `)).reason, "invalid_hmac");
  await isTaken("shopify", rawBody, headers);
});

test("paypal's sandbox signs with certificates that the listener was given", () => {
  for (const address of ["/webhook/paypal", "/webhook/payments"]) {
    const url = listener.base + address;
    const deliver = (...options) => send(
      url, "paypal", secrets.paypal, "--mock", "captured", "--certificates", certificates, ...options);
    assert.match(deliver(), /^200 /);
    assert.match(deliver(), /^200 .*already processed/);
    assert.match(deliver("--tamper"), /^403 /);
    assert.match(send(
      url, "paypal", "9PT597110X687430LKGECATA", "--mock", "captured", "--certificates", certificates), /^403 /);
  }
});
