using System.Text.Json;

namespace Payhook;

/// <summary>
/// An answer that is an error: RFC 9457, with the member <c>error</c> that clients of the old listener read. Built
/// once, so that refusing costs nothing and says nothing of the inside.
/// </summary>
sealed class Problem
{
    const string ContentType = "application/problem+json";

    readonly byte[] _body;

    readonly string _error;

    Problem(int status, string type, string error, string detail, string? parameter = null)
    {
        (_error, Detail) = (error, detail);
        Status = status;
        Type = type;
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new() { Encoder = JsonText.Encoder }))
        {
            json.WriteStartObject();
            json.WriteString("type", "urn:payhook:problem:" + type);
            json.WriteString("title", error);
            json.WriteNumber("status", status);
            json.WriteString("detail", detail);
            json.WriteString("error", error);
            if (parameter is not null) json.WriteString("parameter", parameter);
            json.WriteEndObject();
        }
        _body = buffer.ToArray();
    }

    public int Status { get; }

    /// <summary>The last part of the problem's <c>type</c>; also the reason in the log.</summary>
    public string Type { get; }

    /// <summary>What it means, in a sentence.</summary>
    public string Detail { get; }

    /// <summary>All of them, for the docs' test.</summary>
    public static IReadOnlyList<Problem> All =>
    [
        MissingSignature, InvalidSignature, InvalidJson, InvalidPayload, AddressNotAllowed, BodyTooLarge, EncodedBody,
        BodyTooSlow, QueueFull, StoreUnavailable, VerificationUnavailable, BadRequest, BadParameter, TooManyFollowers,
        Unauthorized, Forbidden, Csrf, OtherPage, SignInRefused, LinkUsed, TooManySignIns, InvalidPassword,
        PasswordOfSettings, InvalidKeyRequest, TooManyKeys, NotFound, UnknownEvent, UnknownPayment,
        UnknownRejection, UnknownKey, UnknownAttention, InvalidAcknowledgement, UnknownConsumer,
        InvalidConsumerRequest, UnknownCursor, TooManyConsumers, InvalidDestination, UnknownDestination,
        DestinationExists, DestinationOfFile, DestinationChanged, UnknownDelivery, DeliveryNotDead, UnknownReplay,
        ReplayNotRunning, TooManyReplays, UnknownSource, NoMock, InvalidMockRequest, MockUnanswered,
        MethodNotAllowed, InternalError,
    ];

    public static Problem MissingSignature { get; } = new(403, "missing-signature", "Missing signature header",
        "The request carries no signature that this address knows, such as X-Razorpay-Signature.");

    public static Problem InvalidSignature { get; } = new(403, "invalid-signature", "Invalid signature",
        "The signature does not belong to this body.");

    static readonly Problem InvalidSignature400 = InvalidSignature.WithStatus(400);
    static readonly Problem InvalidSignature498 = InvalidSignature.WithStatus(498);

    /// <summary>The same with the status that a provider wants to be told it with.</summary>
    public static Problem InvalidSignatureWith(int status) => status switch
    {
        400 => InvalidSignature400,
        498 => InvalidSignature498,
        _ => InvalidSignature,
    };

    public static Problem AddressNotAllowed { get; } = new(403, "address-not-allowed", "Address not allowed",
        "This source takes requests from other addresses only.");

    public static Problem VerificationUnavailable { get; } = new(503, "verification-unavailable",
        "The signature cannot be checked now", "Nothing was stored. Send the request again.");

    public static Problem InvalidJson { get; } = new(400, "invalid-json", "Invalid JSON format",
        "The body does not have its provider's syntax, such as one JSON value in UTF-8, no deeper than 64 levels.");

    public static Problem InvalidPayload { get; } = new(400, "invalid-payload",
        "Invalid payload structure: Missing required fields",
        "A required field is missing, too long, or of the wrong type: event type, event id or payment id.");

    public static Problem BodyTooLarge { get; } = new(413, "body-too-large", "Request body too large",
        "The body is larger than this listener takes.");

    public static Problem EncodedBody { get; } = new(415, "encoded-body", "Content-Encoding is not supported",
        "Send the body as it was signed, without compression.");

    public static Problem BodyTooSlow { get; } = new(408, "body-too-slow", "Request body came too slowly",
        "The body did not arrive in time.");

    public static Problem QueueFull { get; } = new(503, "queue-full", "Too many requests are waiting",
        "Nothing was stored. Send the request again.");

    public static Problem StoreUnavailable { get; } = new(503, "store-unavailable", "The store is not available now",
        "Nothing was acknowledged. Send the request again.");

    public static Problem BadRequest { get; } = new(400, "bad-request", "Bad request",
        "The request could not be understood.");

    public static Problem BadParameter { get; } = new(400, "bad-parameter", "Bad request",
        "A parameter of the query is unknown here or has a value that it cannot have.");

    /// <summary>The same with the parameter's name and what it may be; never with what was sent.</summary>
    public static Problem BadParameterOf(string name, string rule) =>
        new(400, BadParameter.Type, BadParameter._error, $"The parameter {name} {rule}.", name);

    /// <summary>The same where a name is unknown, with those that are known.</summary>
    public static Problem UnknownParameterOf(string known) =>
        new(400, BadParameter.Type, BadParameter._error, $"A parameter is unknown here; known are {known}.");

    public static Problem TooManyFollowers { get; } = new(503, "too-many-followers", "Too many clients are following",
        "As many clients wait for events or stream them as this listener allows. Ask again.");

    public static Problem Unauthorized { get; } = new(401, "unauthorized", "Reading is not allowed from here",
        "While there is neither a key nor an admin password only this machine reads, and not through a proxy. Sign in "
        + "at /dashboard/sign-in, or make a key with 'payhook keys create' or API_KEYS, and send it as 'Authorization: "
        + "Bearer KEY' or 'X-API-Key: KEY'.");

    public static Problem Forbidden { get; } = new(403, "forbidden", "Not allowed", "A scope is lacking.");

    static readonly Dictionary<Scopes, Problem> ForbiddenByScope = new[]
    {
        Scopes.Read, Scopes.Pii, Scopes.Consume, Scopes.Replay, Scopes.Operate, Scopes.Admin,
    }.ToDictionary(scope => scope, scope => new Problem(403, Forbidden.Type, Forbidden._error,
        $"This needs the scope '{ScopeWords.Text(scope)}'."));

    /// <summary>The same, naming the scope that is missing.</summary>
    public static Problem ForbiddenWithout(Scopes scope) => ForbiddenByScope.GetValueOrDefault(scope, Forbidden);

    public static Problem Csrf { get; } = new(403, "csrf", "Not sent by a page of this listener",
        "What changes something by the cookie of a session needs the header X-CSRF-Token, with csrf_token of GET "
        + "/session, and must not come of another page.");

    public static Problem OtherPage { get; } = new(403, "other-page", "Sent by another page",
        "Signing in is for pages of this listener only. Behind a proxy, let it pass on the header Host as it came.");

    public static Problem SignInRefused { get; } = new(401, "sign-in-refused", "Not signed in",
        "The password or the key is not right, or does not hold any more.");

    public static Problem LinkUsed { get; } = new(401, "link-used", "The link does not hold any more",
        "A link signs in once, within an hour. Make another where the database is: payhook sign-in-link.");

    public static Problem TooManySignIns { get; } = new(429, "too-many-sign-ins", "Too many tries to sign in",
        "Wait as long as Retry-After says; nothing was looked at. A link of 'payhook sign-in-link' is a way in.");

    public static Problem InvalidPassword { get; } = new(400, "invalid-password", "Not a password that can be set",
        $"Send a JSON object with password, of {AdminPassword.Rule}, and nothing else.");

    public static Problem PasswordOfSettings { get; } = new(409, "password-of-settings",
        "The password is in the settings",
        "Change ADMIN_PASSWORD or ADMIN_PASSWORD_HASH, and start the listener again.");

    public static Problem InvalidKeyRequest { get; } = new(400, "invalid-key-request", "Not a key that can be made",
        $"Send a JSON object with name, of 1 to {ApiKey.NameLimitChars} characters; scopes, a list of "
        + $"{ScopeWords.List}; and, if it is to expire, expires_in_days, from 1 to {ApiKey.ExpiryLimitDays}.");

    public static Problem TooManyKeys { get; } = new(409, "too-many-keys", "Too many keys",
        "There are as many keys that are not revoked as there may be. Revoke those that nobody uses.");

    public static Problem UnknownKey { get; } = new(404, "unknown-key", "No such key",
        "There is no key with this number.");

    public static Problem NotFound { get; } = new(404, "not-found", "Not found", "Nothing is served at this address.");

    public static Problem UnknownEvent { get; } = new(404, "unknown-event", "No such event",
        "No event with this id was stored.");

    public static Problem UnknownPayment { get; } = new(404, "unknown-payment", "No such payment",
        "No event about a payment with this id was stored, or none by the moment asked for.");

    public static Problem UnknownRejection { get; } = new(404, "unknown-rejection", "No such rejection",
        "No refused request with this number is kept; the oldest are let go.");

    public static Problem UnknownAttention { get; } = new(404, "unknown-attention", "No such item",
        "There is nothing with this id that needs attention now.");

    public static Problem InvalidAcknowledgement { get; } = new(400, "invalid-acknowledgement",
        "Not an acknowledgement", "Send no body, or a JSON object with a note of at most 500 characters.");

    public static Problem InvalidDestination { get; } = new(400, "invalid-destination",
        "Not a destination that can be made", "Send a JSON object of at most 65536 bytes, each member once.");

    /// <summary>The same with what is wrong, as many faults as a reader takes in.</summary>
    public static Problem InvalidDestinationOf(IReadOnlyList<SettingFault> faults) => faults.Count == 0
        ? InvalidDestination
        : new(400, InvalidDestination.Type, InvalidDestination._error, string.Join(". ", faults.Take(5)) + ".");

    public static Problem UnknownDestination { get; } = new(404, "unknown-destination", "No such destination",
        "There is no destination with this name.");

    public static Problem DestinationExists { get; } = new(409, "destination-exists", "The destination cannot be added",
        "There is one with this name already, or there are as many as there may be.");

    public static Problem DestinationOfFile { get; } = new(409, "destination-of-file",
        "The destination is in payhook.json", "Change it there and start the listener again. It can be paused here.");

    public static Problem DestinationChanged { get; } = new(412, "destination-changed",
        "The destination is not as it was", "Somebody has changed it. Read it again, and then change it.");

    public static Problem UnknownDelivery { get; } = new(404, "unknown-delivery", "No such delivery",
        "There is no delivery with this number.");

    public static Problem DeliveryNotDead { get; } = new(409, "delivery-not-dead", "The delivery was not given up",
        "Only a dead letter can be retried. One that is pending is tried again when it is due.");

    public static Problem UnknownReplay { get; } = new(404, "unknown-replay", "No such replay",
        "There is no replay with this number.");

    public static Problem ReplayNotRunning { get; } = new(409, "replay-not-running", "The replay does not run",
        "It is done, or was cancelled before.");

    public static Problem TooManyReplays { get; } = new(409, "too-many-replays", "Too many replays",
        "As many replays of a destination run as may at once, or it was removed at this moment. Nothing was started. "
        + "Wait until some are done, or cancel them.");

    public static Problem UnknownConsumer { get; } = new(404, "unknown-consumer", "No such consumer",
        "There is no consumer with this name. Make it: PUT /consumers/NAME.");

    public static Problem InvalidConsumerRequest { get; } = new(400, "invalid-consumer-request",
        "Not what a consumer can be told",
        $"A name has 1 to {ConsumerName.LimitChars} lower-case letters, digits and hyphens, and does not begin with a "
        + "hyphen. To make one send no body, or a JSON object with from: start, now or a cursor. To acknowledge send "
        + "a JSON object with cursor, and rewind: true where it may go back.");

    public static Problem UnknownCursor { get; } = new(400, "unknown-cursor", "Not a cursor of this store",
        "The cursor is none, or lies ahead of everything in this store, which is not the one that gave it or was "
        + "restored from a backup. Send next of an answer of this listener; nothing was changed.");

    public static Problem TooManyConsumers { get; } = new(409, "too-many-consumers", "Too many consumers",
        "There are as many consumers as there may be. Delete those that nobody uses.");

    public static Problem UnknownSource { get; } = new(404, "unknown-source", "No such source",
        "There is no source with this name. GET /sources lists those that there are.");

    public static Problem NoMock { get; } = new(409, "no-mock", "No mock event can be sent",
        "The provider of this source has no mock events, or only the provider has the key that signs.");

    public static Problem InvalidMockRequest { get; } = new(400, "invalid-mock-request",
        "Not a mock event of this source",
        "Send no body, or a JSON object with mock: one of the mocks that GET /sources lists for the source.");

    public static Problem MockUnanswered { get; } = new(504, "mock-unanswered", "The listener did not answer itself",
        "The mock event was sent to this listener's own address, and no answer came in time.");

    public static Problem MethodNotAllowed { get; } = new(405, "method-not-allowed", "Method not allowed",
        "This address is served, but not for this method; see the Allow header.");

    public static Problem InternalError { get; } = new(500, "internal-error", "Internal server error",
        "Something went wrong inside. The log line with the X-Request-Id of this answer says what.");

    /// <summary>
    /// Writes the answer, with the request's id, so that a caller's report leads to the line in the log.
    /// </summary>
    public Task WriteAsync(HttpContext context)
    {
        var response = context.Response;
        response.StatusCode = Status;
        response.ContentType = ContentType;
        response.ContentLength = _body.Length;
        response.Headers["X-Request-Id"] = context.TraceIdentifier;
        if (Status == StatusCodes.Status503ServiceUnavailable) response.Headers.RetryAfter = "5";
        if (Status == StatusCodes.Status401Unauthorized) response.Headers.WWWAuthenticate = "Bearer";
        if (HttpMethods.IsHead(context.Request.Method)) return Task.CompletedTask;
        return response.Body.WriteAsync(_body, 0, _body.Length);
    }

    Problem WithStatus(int status) => new(status, Type, _error, Detail);

    /// <summary>The answer where only a status is known.</summary>
    public static Problem OfStatus(int status) => status switch
    {
        401 => Unauthorized,
        404 => NotFound,
        405 => MethodNotAllowed,
        408 => BodyTooSlow,
        413 => BodyTooLarge,
        415 => EncodedBody,
        503 => StoreUnavailable,
        >= 500 => InternalError,
        _ => BadRequest,
    };
}
