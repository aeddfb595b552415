/** Why a signature was not right, and what to do about it: the section Causes of DOCS.md. */
const causes: Record<string, [meaning: string, fix: string]> = {
  "final-newline-added": [
    "The signature is right once the newline at the end of the body is removed.",
    "Something between the sender and Payhook added it; let it pass the body on byte for byte.",
  ],
  "newlines-stripped": [
    "The signature is right once the line breaks that the body lost are put back.",
    "The body was signed with them and sent without: curl does that with -d @file, use --data-binary "
      + "@file.",
  ],
  "newlines-added": [
    "The signature is right once all line breaks are removed from the body.",
    "Something between the sender and Payhook broke it into lines; let it pass the body on byte for byte.",
  ],
  "line-endings": [
    "The signature is right once the body's line breaks are written the other way (LF, CR LF).",
    "An editor, a Git checkout or a transfer in text mode changed them; handle the body as bytes.",
  ],
  "white-space-added": [
    "The signature is right once the white space around the body is removed.",
    "Something between the sender and Payhook added it; let it pass the body on byte for byte.",
  ],
  "body-reserialised": [
    "The signature is right once the body's JSON is written in another way.",
    "Something between the sender and Payhook read the JSON and wrote it again (a gateway, a function "
      + "that gets a parsed body, a replay tool); let it pass on the raw body.",
  ],
  "charset-changed": [
    "The signature is right over the same text in another character encoding.",
    "Something between the sender and Payhook handled the body as text; let it pass the body on as bytes.",
  ],
  "form-reencoded": [
    "The signature is right once the form is percent-encoded in another way.",
    "Something between the sender and Payhook read the form and wrote it again; let it pass on the raw "
      + "body.",
  ],
  "body-compressed": [
    "The body came compressed, and what is signed is the body before that.",
    "Turn off the compression of requests in whatever sends or forwards them.",
  ],
  "body-empty": [
    "The request came without a body, so nothing was there that could have been signed.",
    "Often a redirect that turned the POST into a GET, or something in between that had read the body "
      + "already; send to the final address and let the body through.",
  ],
  "body-truncated": [
    "The body is shorter than its Content-Length.",
    "It was cut off on its way or when it was captured; look for a limit on body sizes in between.",
  ],
  "hex-instead-of-base64": [
    "The signature is right, but came in hexadecimal where this provider writes Base64.",
    "Whatever signs has to encode the code's bytes in Base64.",
  ],
  "base64-instead-of-hex": [
    "The signature is right, but came in Base64 where this provider writes hexadecimal.",
    "Whatever signs has to write the code's bytes in hexadecimal.",
  ],
  "signature-prefix": [
    "The signature is right, but for what stands before it.",
    "Whatever signs has to write the header exactly as the provider does.",
  ],
  "signature-quotes": [
    "The signature is right once the quotation marks around it are removed.",
    "Often a shell or a configuration file that kept them; send the bare value.",
  ],
  "signature-white-space": [
    "The signature is right once the white space in it is removed.",
    "Often the line breaks that some Base64 encoders put in (openssl base64 without -A); send one line.",
  ],
  "signature-url-encoded": [
    "The signature is right once what URL encoding did to it is undone.",
    "Something treated the header as part of a form; send its value as it is.",
  ],
  "signature-empty": [
    "The signature's header is there, but empty.",
    "Often a variable that was not set where the request was made, or a proxy that blanks the header.",
  ],
  "repeated-header": [
    "A header that must come once came more than once.",
    "Something in between adds a header that is there already; let it pass headers on as they are.",
  ],
  "wrong-header": [
    "The signature stands in another header than this provider's.",
    "Let it be sent, and passed on, under the provider's own name.",
  ],
  "missing-header": [
    "Something that is signed together with the body, an id or a time, is not in the request.",
    "Let whatever stands in between pass all headers and the query on.",
  ],
  "unsigned": [
    "The request carries no signature.",
    "Either it is not the provider's, or no secret is set for this address at the provider, or something "
      + "in between removes the header.",
  ],
  "secret-white-space": [
    "The signature is right with the same secret but for white space at its end or start.",
    "Copy the secret again, on both sides, without a space or line break; echo adds one, printf does not.",
  ],
  "secret-quotes": [
    "The signature is right with the same secret without the quotation marks around it.",
    "Set the secret without them, here and at the sender: some readers of env files keep them.",
  ],
  "secret-encoding": [
    "The signature is right with the same secret read in another encoding.",
    "Set the secret exactly as the provider shows it, and let whatever signs use it as the provider does.",
  ],
  "retired-secret": [
    "It was signed with a secret that this source has retired.",
    "If the provider still sends old events again, put the secret back beside the new one until that is "
      + "over. If the sender should know the new one, set it there. If the old one leaked, leave it out.",
  ],
  "default-secret": [
    "It was signed with the default secret of the examples, which everybody knows.",
    "Give the sender this source's own secret. Never accept the default one.",
  ],
  "missing-secret": [
    "No secret is set for this source, so nothing can be verified.",
    "Set the secret that the provider shows for this address.",
  ],
  "other-source": [
    "The signature is right with the secret of another source.",
    "Correct the address at the provider, or the secret here: two of them are mixed up.",
  ],
  "other-mode": [
    "The signature is right for a source of the other mode, test or live.",
    "Correct the address in the provider's dashboard of that mode: each mode has its own address and "
      + "secret.",
  ],
  "other-provider": [
    "The request looks like another provider's.",
    "Correct the address at the provider that sent it.",
  ],
  "other-webhook-id": [
    "The signature is right with the webhook id of another source.",
    "Correct the address at the provider, or the webhook id here: each address has an id of its own.",
  ],
  "environment": [
    "The request belongs to the provider's other environment, sandbox or production.",
    "Give each environment a source of its own, and set which one this source is.",
  ],
  "key-expired": [
    "The key that signed counts no longer, or not yet.",
    "Often a request that was stored and sent again much later; otherwise check this machine's clock.",
  ],
  "notification-url": [
    "The signature is right with another notification address.",
    "The address is signed too: set it here character for character as it stands at the provider.",
  ],
  "missing-parameter": [
    "What is signed together with the body is not set for this source.",
    "Nothing can be verified without it.",
  ],
  "clock": [
    "The signature is right, but its time is too far from this machine's clock.",
    "If many requests show this, check the clock here (NTP) and at the sender. If few do, they waited in "
      + "a queue or were sent a second time by someone who had kept them.",
  ],
};

export const causeText = (cause: string): string | null => causes[cause]?.[0] ?? null;
export const causeFix = (cause: string): string | null => causes[cause]?.[1] ?? null;
