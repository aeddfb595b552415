namespace Payhook.Providers;

/// <summary>
/// Mollie's classic webhooks: a form with the id of a payment and no signature at all. What is believed is the payment
/// that Mollie's API gives for that id, over TLS and with the merchant's API key, which is the secret here.
/// </summary>
/// <remarks>
/// <para>Source of the scheme: Mollie's "Webhooks" page. Whoever asks Mollie for the payment puts it into
/// <see cref="Found.Document"/>; a request for which that could not be had is <see cref="Verdict.KeyUnavailable"/>, so
/// that Mollie tries again. A stranger can make the listener look up a payment, and will be told nothing.</para>
/// <para>The event's id is made of the payment's id, its status and the running totals of the money that was refunded,
/// charged back and captured, in minor units. All of them come from Mollie itself, so it counts as signed. A stored
/// body read again without the document still names the payment.</para>
/// </remarks>
public sealed class MollieClassic : Provider
{
    /// <summary>The longest body that is looked at, in bytes: it holds one id.</summary>
    const int BodyLimitBytes = 1024;

    const string IdPrefix = "tr_";
    const int IdLimitChars = 64;

    const int Id = 0, Status = 1, Amount = 2, Currency = 3, Refunded = 4, RefundedCurrency = 5, ChargedBack = 6,
        ChargedBackCurrency = 7, Captured = 8, CapturedCurrency = 9, Order = 10, Profile = 11, Reference = 12,
        FirstTime = 13, LastTime = 18;

    static readonly JsonPaths Paths = new(
        "id", "status", "amount.value", "amount.currency", "amountRefunded.value", "amountRefunded.currency",
        "amountChargedBack.value", "amountChargedBack.currency", "amountCaptured.value", "amountCaptured.currency",
        "orderId", "profileId", "metadata.order_id", "paidAt", "failedAt", "canceledAt", "expiredAt", "authorizedAt",
        "createdAt");

    /// <inheritdoc/>
    public override string Name => "mollie-classic";

    /// <inheritdoc/>
    public override string DisplayName => "Mollie classic";

    /// <inheritdoc/>
    public override IReadOnlyList<string> SignatureHeaders { get; } = [];

    /// <inheritdoc/>
    public override IReadOnlyList<string> KeptHeaders { get; } = ["Content-Type", "User-Agent"];

    /// <inheritdoc/>
    public override string SecretVariable => "MOLLIE_API_KEY";

    /// <summary>
    /// Nothing: anybody can post the id of a payment, and the event's id says how the payment stands.
    /// </summary>
    public override string AcceptedText => "";

    /// <inheritdoc/>
    public override bool Recognises(in WebhookRequest request) => FindId(request.Body) is not null;

    /// <inheritdoc/>
    public override Lookup? FindLookup(in WebhookRequest request, Credentials credentials) =>
        credentials.Secrets.Count > 0 && FindId(request.Body) is { } id ? new(LookupKind.MolliePayment, id) : null;

    /// <summary>Tells whether Mollie gave the payment that the request names.</summary>
    /// <param name="request">The request, with the payment in <see cref="WebhookRequest.Found"/>.</param>
    /// <param name="credentials">The configured sender; no API key at all is a refusal.</param>
    /// <returns>A verdict; <see cref="Found.Failure"/> where the payment could not be had.</returns>
    public override Verification Verify(in WebhookRequest request, Credentials credentials)
    {
        if (credentials.Secrets.Count == 0) return new(Verdict.MissingSecret);
        if (FindId(request.Body) is not { } id) return new(Verdict.MalformedBody);
        if (request.Found is not { } found) return new(Verdict.KeyUnavailable);
        if (found.Failure is not (Verdict.Refused or Verdict.Verified)) return new(found.Failure);
        if (found.Document is null) return new(Verdict.KeyUnavailable);

        Span<JsonPlace> places = stackalloc JsonPlace[Paths.Count];
        return Paths.Read(found.Document, places).Id(Id) == id ? new(Verdict.Verified, 1) : new(Verdict.UntrustedKey);
    }

    /// <inheritdoc/>
    public override Reading Read(in WebhookRequest request, ICollection<PaymentEvent> events)
    {
        if (!IsWellFormed(request.Body)) return Reading.Malformed;
        if (FindId(request.Body) is not { } id) return Reading.MissingFields;

        Span<JsonPlace> places = stackalloc JsonPlace[Paths.Count];
        var json = Paths.Read(request.Found?.Document, places);
        if (json.Id(Id) != id || json.Id(Status) is not { } status)
        {
            events.Add(new() { EventType = "payment", PaymentId = id });
            return Reading.Read;
        }
        var currency = json.Currency(Currency);
        var refunded = json.Minor(Refunded, json.Currency(RefundedCurrency)) ?? 0;
        var chargedBack = json.Minor(ChargedBack, json.Currency(ChargedBackCurrency)) ?? 0;
        var captured = json.Minor(Captured, json.Currency(CapturedCurrency)) ?? 0;
        var eventId = $"{id}:{status}:{refunded}:{chargedBack}:{captured}";
        var type = "payment." + status;
        events.Add(new()
        {
            EventId = PaymentEvent.IsId(eventId) ? eventId : null,
            IsEventIdSigned = PaymentEvent.IsId(eventId),
            EventType = PaymentEvent.IsId(type) ? type : "payment",
            PaymentId = id,
            AccountId = json.Id(Profile),
            OrderId = json.Id(Order),
            MerchantReference = json.IdOrNumber(Reference),
            AmountMinor = json.Minor(Amount, currency),
            Currency = currency,
            CreatedAt = refunded == 0 && chargedBack == 0 ? TimeOf(json) : null,
        });
        return Reading.Read;
    }

    /// <inheritdoc/>
    public override bool IsWellFormed(ReadOnlySpan<byte> body) => FormText.IsWellFormed(body);

    /// <summary>Nothing is signed, so there is nothing to send with.</summary>
    /// <param name="body">Not used.</param>
    /// <param name="credentials">Not used.</param>
    /// <param name="now">Not used.</param>
    /// <returns><see langword="null"/>.</returns>
    public override SignedRequest? Sign(ReadOnlySpan<byte> body, Credentials credentials, DateTimeOffset now) => null;

    /// <summary>The id that was posted, once, of a form that is safe to put into an address.</summary>
    static string? FindId(ReadOnlySpan<byte> body)
    {
        if (body.Length > BodyLimitBytes || !FormText.IsWellFormed(body)) return null;
        var id = FormText.Find(body, "id", out var isRepeated);
        if (id is null || isRepeated || id.Length > IdLimitChars || id.Length == IdPrefix.Length) return null;
        if (!id.StartsWith(IdPrefix, StringComparison.Ordinal)) return null;
        foreach (var letter in id.AsSpan(IdPrefix.Length))
        {
            if (!char.IsAsciiLetterOrDigit(letter)) return null;
        }
        return id;
    }

    /// <summary>When the payment came to its status; a refund has a time that the payment does not tell.</summary>
    static DateTimeOffset? TimeOf(in JsonFields json)
    {
        for (var i = FirstTime; i <= LastTime; i++)
        {
            if (json.Rfc3339(i) is { } moment) return moment;
        }
        return null;
    }
}
