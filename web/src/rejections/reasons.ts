import { words } from "../format";

/** What a request was refused for, in words: the sections Reasons and Problems of DOCS.md. */
const reasons: Record<string, string> = {
  "missing-signature":
    "There is no signature, or an empty one.",
  "missing-header":
    "Something else that is signed is absent: an id, a time.",
  "repeated-signature":
    "A header that must be single came more than once.",
  "malformed-signature":
    "The signature does not have the provider's form, so no secret could match it.",
  "malformed-body":
    "The body that the signature stands in, or is made of, does not have the provider's form.",
  "unsupported-algorithm":
    "The request names an algorithm or a version that the provider does not use.",
  "wrong-signature":
    "The form is right, and none of the source's secrets made the signature for these bytes.",
  "outside-tolerance":
    "The signature is right, and its time is too far from the clock.",
  "untrusted-key":
    "The key or certificate that the request names is not the provider's, or counts no longer.",
  "key-unavailable":
    "The key or certificate could not be had now.",
  "missing-secret":
    "The source has no secret, so nothing can be verified.",
  "invalid-json":
    "The body does not have its provider's syntax, such as one JSON value in UTF-8.",
  "invalid-payload":
    "A required field is missing, too long, or of the wrong type: event type, event id or payment id.",
  "address-not-allowed":
    "The source has a list of addresses that it takes requests from, and this came from another one.",
  "verification-unavailable":
    "What the signature is checked with could not be had. The provider sends it again.",
  "body-too-large":
    "The body is larger than this listener, or the source, takes.",
  "encoded-body":
    "The body is compressed, and what is signed is the body without compression.",
  "body-too-slow":
    "The body did not arrive in time.",
  "queue-full":
    "Too many requests were waiting. The provider sends it again.",
  "store-unavailable":
    "The store did not commit in time. The provider sends it again.",
};

/** What to do, where no cause was found. */
const fixes: Record<string, string> = {
  "wrong-signature":
    "No known change of the request makes it right: compare the secret here with the one at the provider. "
      + "Else the body was changed for good, or it is a forgery.",
  "missing-signature":
    "If it is the provider's, set a secret for this address there, and let no proxy remove headers.",
  "missing-secret":
    "Set the secret that the provider shows for this address, and start the listener again.",
  "malformed-signature":
    "If it is the provider's, see whether something in between rewrites the signature's header.",
  "outside-tolerance":
    "If many show this, check the clock here (NTP) and at the sender. If few do, they waited in a queue "
      + "or were sent again.",
  "invalid-json":
    "Look at the body below. If it is the provider's, something in between changed it, or its webhooks "
      + "are set to another format.",
  "invalid-payload":
    "Look at the body: an event of a kind that this provider's webhooks should not send, or of another "
      + "version of its API.",
  "address-not-allowed":
    "If it is the provider's, add its address to the source's list. Behind a proxy, the address is the "
      + "proxy's: say which proxies are trusted.",
  "body-too-large":
    "If it is the provider's, raise BODY_LIMIT_BYTES, or the limit of the source.",
  "encoded-body":
    "Turn off the compression of requests in whatever forwards them.",
  "body-too-slow":
    "Look for a slow or broken link between the sender and this listener.",
  "untrusted-key":
    "If it is the provider's, see whether the source is set to the right environment, and this machine's "
      + "clock.",
};

export const reasonName = (reason: string): string => words(reason).replace("json", "JSON");
export const reasonText = (reason: string): string => reasons[reason] ?? "The request was refused.";
export const reasonFix = (reason: string): string | null => fixes[reason] ?? null;
