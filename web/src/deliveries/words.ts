/** Why an attempt did not succeed, in words. */
const failures: Record<string, string> = {
  dns: "Name not found", refused: "Cannot be reached", tls: "TLS fault", timeout: "No answer in time",
  connection: "Connection ended early", status: "Answered with a fault", redirect: "Answered with a redirect",
  gone: "Says it is gone (410)", private_address: "Private address", too_large: "Event too large",
  not_confirmed: "Not confirmed by the broker", setup: "Set up wrongly", internal: "Fault in Payhook",
};

export const failureWords = (failure: string): string => failures[failure] ?? failure;
export const failureNames: readonly [string, string][] = Object.entries(failures);
