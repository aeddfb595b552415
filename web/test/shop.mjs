// A day of a made-up shop, as two providers would send it: what the pictures of the docs show, and the tests look at.
import { createHmac } from "node:crypto";
import { secrets } from "./listener.mjs";

const people = [
  "asha.rao",
  "kenji.mori",
  "lena.vogt",
  "diego.luz",
  "sara.lind",
  "omar.haddad",
  "mia.chen",
  "tom.baker",
];

/** The same numbers at every run, so that two pictures of a page differ only where the page does. */
function numbers(seed) {
  return () => {
    seed = (seed * 1664525 + 1013904223) % 4294967296;
    return seed / 4294967296;
  };
}

const seconds = () => Math.floor(Date.now() / 1000);

export function razorpay(
  event,
  number,
  { amount = 129900, more = {}, id = `evt_R${number}${event.replaceAll(/\W/g, "")}`, at = seconds() } = {},
) {
  const payment = {
    id: `pay_R${number}`,
    entity: "payment",
    amount,
    currency: "INR",
    status: event.split(".")[1],
    order_id: `order_R${number}`,
    method: "upi",
    amount_refunded: 0,
    captured: event === "payment.captured",
    description: `Order ${number}`,
    vpa: `${people[number % people.length]}@okbank`,
    email: `${people[number % people.length]}@example.com`,
    contact: `+9198765${String(43210 + number).padStart(5, "0")}`,
    notes: { cart: `cart-${number}`, channel: number % 3 === 0 ? "app" : "web" },
    fee: Math.round(amount * 0.02),
    error_code: event === "payment.failed" ? "BAD_REQUEST_ERROR" : null,
    error_description: event === "payment.failed" ? "The customer's bank declined the payment" : null,
    created_at: at - 5,
    ...more.payment,
  };
  const payload = { payment: { entity: payment } };
  if (more.refund)
    payload.refund = {
      entity: { entity: "refund", payment_id: payment.id, currency: "INR", created_at: at, ...more.refund },
    };
  if (more.dispute)
    payload.dispute = {
      entity: {
        entity: "dispute",
        payment_id: payment.id,
        currency: "INR",
        amount_deducted: 0,
        phase: "chargeback",
        created_at: at,
        ...more.dispute,
      },
    };
  return JSON.stringify({
    entity: "event",
    account_id: "acc_ShopDemo01",
    event,
    contains: Object.keys(payload),
    payload,
    created_at: at,
    id,
  });
}

export function stripe(type, number, object, id = `evt_S${number}${type.replaceAll(/\W/g, "")}`) {
  return JSON.stringify({
    id,
    object: "event",
    api_version: "2024-06-20",
    created: seconds(),
    type,
    livemode: true,
    pending_webhooks: 1,
    data: { object },
    request: { id: null, idempotency_key: null },
  });
}

const intent = (number, amount, currency, status) => ({
  id: `pi_S${number}`,
  object: "payment_intent",
  amount,
  amount_received: status === "succeeded" ? amount : 0,
  currency,
  status,
  created: seconds(),
  livemode: true,
  latest_charge: `ch_S${number}`,
  metadata: { order_id: `S-${number}` },
  receipt_email: `${people[number % people.length]}@example.com`,
});

export function signed(provider, body, secret = secrets[provider]) {
  if (provider === "razorpay")
    return { "X-Razorpay-Signature": createHmac("sha256", secret).update(body).digest("hex") };
  const at = seconds();
  return { "Stripe-Signature": `t=${at},v1=${createHmac("sha256", secret).update(`${at}.${body}`).digest("hex")}` };
}

export async function post(base, provider, body, headers = signed(provider, body)) {
  const response = await fetch(`${base}/webhook/${provider}`, {
    method: "POST",
    body,
    headers: { "Content-Type": "application/json", "User-Agent": `${provider}-webhooks/1`, ...headers },
  });
  return { status: response.status, text: await response.text() };
}

/** Everything that can be looked at: lives of payments, duplicates, conflicts, refused requests. */
export async function fillShop(base, count = 60) {
  const random = numbers(7);
  for (let i = 1; i <= count; i++) {
    const amount = Math.round(20_000 + random() * 900_000);
    if (i % 3 === 0) await stripeLife(base, i, random);
    else await razorpayLife(base, i, amount, random);
  }
  await faults(base, count);
}

async function razorpayLife(base, i, amount, random) {
  const send = (event, options) => post(base, "razorpay", razorpay(event, i, { amount, ...options }));
  if (i % 11 === 0) {
    await send("payment.failed");
    return;
  }
  await send("payment.authorized");
  if (i % 7 === 0) return;
  await send("payment.captured");
  if (i % 5 === 0) await send("payment.captured"); // the provider sends some twice
  if (i % 8 === 0) {
    const part = random() < 0.5 ? amount : Math.round(amount / 3);
    await send("refund.processed", { more: { refund: { id: `rfnd_R${i}`, amount: part, status: "processed" } } });
  }
  if (i % 13 === 0) {
    await send("refund.failed", { more: { refund: { id: `rfnd_R${i}`, amount, status: "failed" } } });
  }
  if (i % 17 === 0) {
    const dispute = {
      id: `disp_R${i}`,
      amount,
      reason_code: "goods_or_services_not_received",
      respond_by: seconds() + 5 * 86400,
      status: "open",
    };
    await send("payment.dispute.created", { more: { dispute } });
  }
}

async function stripeLife(base, i, random) {
  const currency = ["usd", "eur", "jpy"][(i % 4) % 3];
  const amount = currency === "jpy" ? Math.round(500 + random() * 60_000) : Math.round(900 + random() * 40_000);
  if (i % 21 === 0) {
    await post(
      base,
      "stripe",
      stripe("payment_intent.payment_failed", i, intent(i, amount, currency, "requires_payment_method")),
    );
    return;
  }
  await post(base, "stripe", stripe("payment_intent.succeeded", i, intent(i, amount, currency, "succeeded")));
  if (i % 9 === 0) {
    await post(
      base,
      "stripe",
      stripe("charge.refunded", i, {
        id: `ch_S${i}`,
        object: "charge",
        amount,
        amount_captured: amount,
        amount_refunded: amount,
        captured: true,
        currency,
        payment_intent: `pi_S${i}`,
        refunded: true,
        status: "succeeded",
        created: seconds(),
      }),
    );
  }
}

async function faults(base, count) {
  // The same event id with another amount: a conflict, whose bodies differ in two places.
  const now = seconds();
  const honest = razorpay("payment.captured", count + 1, { amount: 250000, at: now });
  await post(base, "razorpay", honest);
  await post(base, "razorpay", honest);
  await post(
    base,
    "razorpay",
    razorpay("payment.captured", count + 1, { amount: 275000, at: now, more: { payment: { fee: 5500 } } }),
  );
  // Refused: a changed body, a secret of another source, an old timestamp, no signature, no JSON.
  const body = razorpay("payment.captured", count + 2);
  await post(base, "razorpay", body.replace("129900", "129901"), signed("razorpay", body));
  for (let i = 0; i < 4; i++) {
    const other = razorpay("payment.captured", count + 3 + i);
    await post(base, "razorpay", other, signed("razorpay", other, secrets.stripe));
  }
  await post(base, "razorpay", `${body}\n`, signed("razorpay", body));
  await post(base, "razorpay", body, {});
  await post(base, "razorpay", "{", signed("razorpay", "{"));
  const stale = stripe("payment_intent.succeeded", count + 9, intent(count + 9, 1200, "usd", "succeeded"));
  const at = seconds() - 3600;
  await post(base, "stripe", stale, {
    "Stripe-Signature": `t=${at},v1=${createHmac("sha256", secrets.stripe).update(`${at}.${stale}`).digest("hex")}`,
  });
}
