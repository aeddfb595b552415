/** Where at a provider the address of a webhook is set, for the most usual ones. */
const places: Record<string, string> = {
  razorpay:
    "In the Razorpay dashboard: Account & settings, Webhooks, Add new webhook. Give it the same secret as here.",
  stripe:
    "In the Stripe dashboard: Developers, Webhooks, Add destination. Its signing secret (whsec_…) is the one here.",
  paypal: "In the PayPal developer dashboard: Apps & credentials, your app, Add webhook. Set the webhook id here.",
  adyen: "In the Adyen customer area: Developers, Webhooks, Standard webhook. Its HMAC key is the secret here.",
  square:
    "In the Square developer dashboard: your application, Webhooks, Add subscription. Its key is the secret here.",
};

export const placeOf = (provider: string): string => places[provider]
  ?? "In the provider's dashboard, where webhooks or notifications are set up. Its signing secret is the secret here.";

/** Whether a provider on the Internet cannot reach this address. */
export function isLocal(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, "");
  return /^(?:.+\.)?localhost$/.test(name) || name === "::1" || name === "0.0.0.0" || name.startsWith("127.");
}

/** The command that does the same as the button. */
export function mockCommand(source: { name: string; provider: string }, mock: string): string {
  const provider = source.provider === "razorpay" ? "" : ` --provider ${source.provider}`;
  const name = source.name === source.provider ? "" : ` --source ${source.name}`;
  return `payhook send${provider}${name} --mock ${mock} --unique`;
}
