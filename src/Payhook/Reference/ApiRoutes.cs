using Payhook.Attention;
using Payhook.Payments;
using Payhook.Query;
using Payhook.Store;
using static Payhook.Reference.ApiParameter;

namespace Payhook.Reference;

/// <summary>
/// Every route and what is said of it. A new route is one entry here; a test holds it against the program.
/// </summary>
static class ApiRoutes
{
    /// <summary>The headings, in order, and what stands under each.</summary>
    public static IReadOnlyList<(string Name, string Description)> Groups { get; } =
    [
        ("receiving", "What providers call."),
        ("payments", "Where payments stand."),
        ("events", "What was received, in the order of its commits."),
        ("sources", "Who sends, and how each does."),
        ("consumers", "Places in the feed, kept for those who pull."),
        ("rejections", "What was refused, and why."),
        ("attention", "What somebody must act on."),
        ("delivery", "Where events are handed on to, and what came of it."),
        ("statistics", "How much came in, and how fast it was answered."),
        ("session", "Signing in with a browser."),
        ("administering", "Keys, and who did what."),
        ("health", "For load balancers and orchestrators."),
        ("reference", "This document, for programs and for people."),
    ];

    /// <summary>What a sender may be told, whatever it is from.</summary>
    static readonly Problem[] Refusals =
    [
        Problem.MissingSignature, Problem.InvalidSignature, Problem.InvalidJson, Problem.InvalidPayload,
        Problem.AddressNotAllowed, Problem.BodyTooLarge, Problem.EncodedBody, Problem.BodyTooSlow, Problem.QueueFull,
        Problem.VerificationUnavailable,
    ];

    public static readonly ApiContent Ndjson = ApiContent.Plain("application/x-ndjson"),
        Csv = ApiContent.Plain("text/csv");

    /// <summary>All of them; below what they share, which is made in the order in which it stands here.</summary>
    public static IReadOnlyList<ApiOperation> All { get; } =
    [
        .. Receiving(), .. Payments(), .. Events(), .. SourceRoutes.All, .. ConsumerRoutes.All, .. Rejections(),
        .. StatsRoutes.All(), .. Attention(), .. DeliveryRoutes.All(), .. AccessRoutes.All(), .. Open(),
    ];

    static IEnumerable<ApiOperation> Receiving() =>
    [
        new("receiveWebhook", "POST", "/webhook/payments", "receiving", "Receive an event of any source")
        {
            Description = "The source is recognised by the header that carries its signature. 200 means that the "
                + "event is committed and the commit is synced to disk.",
            Body = ApiContent.Plain("*/*"),
            Answers = [new(200, "Stored, or known already.", ApiContent.Json("Accepted"))],
            Problems = Refusals,
        },
        new("receiveWebhookOfSource", "POST", "/webhook/{source}", "receiving", "Receive an event of one source")
        {
            Description = "The same at the source's own address. Some providers are answered with a text.",
            Parameters = [InPath("source", "The name of a configured source.")],
            Body = ApiContent.Plain("*/*"),
            Answers = [new(200, "Stored, or known already.", ApiContent.Json("Accepted"), Text())],
            Problems =
            [
                .. Refusals, Problem.NotFound, Problem.InvalidSignatureWith(400), Problem.InvalidSignatureWith(498),
            ],
        },
        new("answerChallenge", "GET", "/webhook/{source}", "receiving", "Answer a provider's check of an address")
        {
            Parameters =
            [
                InPath("source", "The name of a configured source."),
                InQuery("bt_challenge", ApiSchema.Text(), "What Braintree asks, to learn whose address it is."),
            ],
            Answers = [new(200, "The text that the provider wants.", Text())],
            Problems = [Problem.MethodNotAllowed],
        },
    ];

    static IEnumerable<ApiOperation> Payments() =>
    [
        new("listPayments", "GET", "/payments", "payments", "List payments, those with the latest events first")
        {
            Needs = Scopes.Read,
            Description = "A page may be short, or empty, and still have a next: where no index has what is asked for, "
                + $"it is looked for in {PaymentPage.WalkPayments} payments at a time. Lines and tables have no limit.",
            Parameters =
            [
                InQuery("limit", ApiSchema.Number(1, PaymentPage.LimitPayments, 50), "At most so many."),
                InQuery("after", ApiSchema.Text(), "Go on from this cursor: next of the answer before."),
                InQuery("sort", ApiSchema.Word(["-last_event_at", "last_event_at"]), "The newest or the oldest first."),
                List("status", ApiSchema.Word(Enum.GetValues<PaymentStatus>().Select(PaymentJson.Word)),
                    Enum.GetValues<PaymentStatus>().Length, "Only payments that stand so."),
                InQuery("provider", ApiSchema.Text(), "Only this provider's."),
                InQuery("source", ApiSchema.Text(), "Only those whose first event came from this source."),
                InQuery("currency", ApiSchema.Text(), "Only those in this currency, such as EUR."),
                InQuery("amount_min", ApiSchema.Number(0, PaymentFacts.AmountLimitMinor),
                    "Only those of at least this amount, in minor units of the currency, which must be given."),
                InQuery("amount_max", ApiSchema.Number(0, PaymentFacts.AmountLimitMinor),
                    "Only those of at most this amount."),
                InQuery("last_event_from", ApiSchema.Moment(), "Only those whose last event came then or later."),
                InQuery("last_event_to", ApiSchema.Moment(), "Only those whose last event came before."),
                InQuery("mode", ApiSchema.Word(Enum.GetValues<PaymentMode>().Select(PaymentJson.Word)),
                    "Only live ones, or only those of tests."),
                InQuery("text", ApiSchema.Text(), "Only those with exactly this id, order, reference or e-mail."),
            ],
            Answers = [new(200, "A page of payments.", ApiContent.Json("PaymentPage"), Ndjson, Csv)],
            Problems = [Problem.BadParameter],
        },
        new("getPayment", "GET", "/payments/{payment_id}", "payments", "Show where a payment stands, and its timeline")
        {
            Needs = Scopes.Read,
            Parameters =
            [
                InPath("payment_id", "Any of its ids."),
                InQuery("as_of", ApiSchema.Moment(), "As it was by what had been received then."),
                InQuery("provider", ApiSchema.Text(), "Where several providers use the id."),
                InQuery("account", ApiSchema.Text(), "Where several accounts use the id."),
            ],
            Answers =
            [
                new(200, "The payment.", ApiContent.Json("PaymentFound")),
                new(304, "It is as it was: If-None-Match names its tag."),
            ],
            Problems = [Problem.BadParameter, Problem.UnknownPayment],
        },
        new("listEventsOfPayment", "GET", "/payments/{payment_id}/events", "payments", "List the events of a payment")
        {
            Needs = Scopes.Read,
            Description = "In the order of their receipt. Lines and tables have no limit.",
            Parameters =
            [
                InPath("payment_id", "The payment's id, as its events have it."),
                Include,
                InQuery("after", ApiSchema.Number(0, null), "Go on after the event with this sequence."),
                InQuery("limit", ApiSchema.Number(1, EventsApi.PageLimitEvents, EventsApi.PageLimitEvents),
                    "At most so many."),
            ],
            Answers = [new(200, "The events; none where there are none.", ApiContent.Json("Events"), Ndjson, Csv)],
            Problems = [Problem.BadParameter],
        },
    ];

    static IEnumerable<ApiOperation> Events() =>
    [
        new("listEvents", "GET", "/events", "events", "Read all events in the order of their commits")
        {
            Needs = Scopes.Read,
            Description = "A feed: who goes on from next sees every event once and misses none. Lines and tables have "
                + "no limit.",
            Parameters =
            [
                .. Filters,
                InQuery("sort", ApiSchema.Word(["cursor", "-cursor"]), "The oldest or the newest first."),
                InQuery("after", ApiSchema.Text(), "Go on from this cursor; start and now are the ends."),
                InQuery("consumer", ApiSchema.Text(), "Go on from the place of this consumer, in place of after."),
                InQuery("limit", ApiSchema.Number(1, EventsApi.PageLimitEvents, 100), "At most so many."),
                InQuery("wait", ApiSchema.Number(0, FeedRequest.WaitLimitSeconds, 0),
                    "Where there is none, wait for one, up to so many seconds."),
            ],
            Answers = [new(200, "A page of the feed.", ApiContent.Json("EventPage"), Ndjson, Csv)],
            Problems = [Problem.BadParameter, Problem.UnknownConsumer, Problem.TooManyFollowers],
        },
        new("streamEvents", "GET", "/events/stream", "events", "Follow the feed as server-sent events")
        {
            Needs = Scopes.Read,
            Parameters =
            [
                .. Filters,
                InQuery("after", ApiSchema.Text(), "Go on from this cursor; the end is the default."),
                InQuery("newest", ApiSchema.Number(1, FeedRequest.NewestLimitEvents),
                    "For who watches: where more wait, only so many of the newest, after an event payhook.skipped."),
                new("Last-Event-ID", "header", ApiSchema.Text(), "The same, as browsers send it; wins over after."),
            ],
            Answers = [new(200, "Events as they are committed, without an end.", Text("text/event-stream"))],
            Problems = [Problem.BadParameter, Problem.TooManyFollowers],
        },
        new("getEvent", "GET", "/events/{event_id}", "events", "Show an event, and what disagreed with it")
        {
            Needs = Scopes.Read,
            Parameters = [InPath("event_id", "The event's id."), Include],
            Answers =
            [
                new(200, "The event.", ApiContent.Json("EventFound")),
                new(304, "It is as it was: If-None-Match names its tag."),
            ],
            Problems = [Problem.BadParameter, Problem.UnknownEvent],
        },
        new("getEventBytes", "GET", "/events/{event_id}/raw", "events", "Get the bytes that were received")
        {
            Needs = Scopes.Read | Scopes.Pii,
            Parameters =
            [
                InPath("event_id", "The event's id."),
                InQuery("delivery", ApiSchema.Word(["true"]), "The whole delivery, where it brought several events."),
                InQuery("sequence", ApiSchema.Number(1, null), "Where several events carry the id: the one with it."),
            ],
            Answers =
            [
                new(200, "The body, byte for byte, with the type that it was sent with.", Text("*/*"),
                    ApiContent.Of(RawApi.WithHeaders, "RawEvent")),
                new(304, "It is as it was: If-None-Match names its tag."),
            ],
            Problems = [Problem.BadParameter, Problem.UnknownEvent],
        },
    ];

    static IEnumerable<ApiOperation> Rejections() =>
    [
        new("listRejections", "GET", "/rejections", "rejections", "List refused requests, and count all of them")
        {
            Needs = Scopes.Read,
            Parameters =
            [
                InQuery("source", ApiSchema.Text(), "Only this source's."),
                InQuery("reason", ApiSchema.Text(), "Only for this reason."),
                InQuery("cause", ApiSchema.Text(), "Only with this cause."),
                InQuery("limit", ApiSchema.Number(1, RejectionsApi.PageLimitRejections, 50), "At most so many."),
                InQuery("before", ApiSchema.Number(0, null), "Only older ones: next of the answer before."),
            ],
            Answers = [new(200, "The newest first.", ApiContent.Json("RejectionPage"))],
            Problems = [Problem.BadRequest],
        },
        new("getRejection", "GET", "/rejections/{sequence}", "rejections", "Show a refused request")
        {
            Needs = Scopes.Read,
            Parameters = [InPath("sequence", "Its number.")],
            Answers = [new(200, "The request, without its signature.", ApiContent.Json("RejectionFound"))],
            Problems = [Problem.UnknownRejection],
        },
    ];

    static IEnumerable<ApiOperation> Attention() =>
    [
        new("listAttention", "GET", "/attention", "attention", "List what somebody must act on, the newest first")
        {
            Needs = Scopes.Read,
            Description = "An item goes by itself when its reason does. A page may be short and still have a next.",
            Parameters =
            [
                InQuery("limit", ApiSchema.Number(1, AttentionQuery.LimitItems, 50), "At most so many."),
                InQuery("after", ApiSchema.Text(), "Go on from this cursor: next of the answer before."),
                InQuery("kind", ApiSchema.Word(AttentionKinds.All.Select(k => k.Word())), "Only of this kind."),
                InQuery("source", ApiSchema.Text(), "Only about this source."),
                InQuery("provider", ApiSchema.Text(), "Only about this provider's sources."),
                InQuery("acknowledged", ApiSchema.Word(["true"]), "Those too that somebody acknowledged."),
            ],
            Answers = [new(200, "The items.", ApiContent.Json("AttentionPage"))],
            Problems = [Problem.BadParameter],
        },
        new("acknowledgeAttention", "POST", "/attention/{id}/acknowledge", "attention", "Note that somebody looked")
        {
            Needs = Scopes.Operate,
            Description = "The item is left out of the list until there is something new about it.",
            Parameters = [InPath("id", "The item's id.")],
            Body = ApiContent.Json("NewAcknowledgement"),
            Answers = [new(200, "The item, acknowledged.", ApiContent.Json("AttentionItem"))],
            Problems = [Problem.UnknownAttention, Problem.InvalidAcknowledgement],
        },
    ];

    static IEnumerable<ApiOperation> Open() =>
    [
        new("getHealth", "GET", "/health", "health", "Tell whether events can be stored")
        {
            Answers =
            [
                new(200, "They can.", ApiContent.Json("Health")), new(503, "They cannot.", ApiContent.Json("Health")),
            ],
        },
        new("headHealth", "HEAD", "/health", "health", "The same without a body")
        {
            Answers = [new(200, "They can."), new(503, "They cannot.")],
        },
        new("getLiveness", "GET", "/health/live", "health", "Tell whether the process answers")
        {
            Answers = [new(200, "It does.", ApiContent.Json("Health"))],
        },
        new("headLiveness", "HEAD", "/health/live", "health", "The same without a body")
        {
            Answers = [new(200, "It does.")],
        },
        new("getOpenApi", "GET", "/openapi.json", "reference", "Get this document")
        {
            Answers = [new(200, "OpenAPI 3.1.", ApiContent.Plain("application/json"))],
        },
        new("getReference", "GET", "/reference", "reference", "Read it as a page, and try it")
        {
            Answers = [new(200, "A page that asks no other host.", Text("text/html"))],
        },
    ];

    static ApiParameter Include =>
        InQuery("include", ApiSchema.Word(["payload"]), "Bodies, headers and the verification too.");

    internal static ApiParameter[] Filters =>
    [
        List("type", ApiSchema.Text(), FeedRequest.TypesLimit, "Only of this type; a star stands for any characters."),
        InQuery("source", ApiSchema.Text(), "Only of this source."),
        InQuery("provider", ApiSchema.Text(), "Only of this provider's sources."),
        InQuery("payment_id", ApiSchema.Text(), "Only of this payment."),
        InQuery("event_id", ApiSchema.Text(), "Only with this id; several can carry one that is not signed."),
        InQuery("received_from", ApiSchema.Moment(), "Only received at this time or later."),
        InQuery("received_to", ApiSchema.Moment(), "Only received before this time."),
        InQuery("conflict", ApiSchema.Word(["true"]), "Only those that a receipt disagreed with."),
        Include,
    ];

    static ApiContent Text(string type = "text/plain") => ApiContent.Plain(type);
}
