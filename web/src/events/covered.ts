const hints = new Set(["phonepe", "payu-india", "midtrans", "xendit", "tap", "mercadopago"]);
const parts: Record<string, string> = {
  paypal: "the CRC-32 of the body, with the transmission’s id and time",
  adyen: "eight fields of the item, the amount and the result among them",
  braintree: "the form field bt_payload, which holds the event",
  "phonepe-xverify": "the field response, which holds the event",
};

/** What a right signature of this provider proves, as docs/providers.md tells it. */
export function coveredBy(provider: string | null): string {
  if (provider === null) return "Its source is not configured any more, so what was signed cannot be told";
  if (provider === "mollie-classic") return "Nothing is signed: Mollie was asked, and its answer counted";
  if (provider === "flutterwave")
    return "The body, where flutterwave-signature was sent; with verif-hash alone it is only a hint";
  if (hints.has(provider)) return "Not the body: take it as a hint, and ask the provider before you rely on it";
  return `The signature covers ${parts[provider] ?? "the body, byte for byte"}`;
}
