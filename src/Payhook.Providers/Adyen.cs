using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Payhook.Providers;

/// <summary>
/// Adyen's standard webhooks: each item of the body carries its own HMAC-SHA256 over eight of its fields, in base64,
/// keyed with the decoded hexadecimal key.
/// </summary>
/// <remarks>
/// <para>Source of the scheme: <c>HmacValidator</c> of Adyen's Node, Java, PHP and .NET libraries and their tests. The
/// fields are joined by colons and nothing is escaped, whatever older pages say.</para>
/// <para>Because nothing is escaped, a colon moves the borders between fields. Only the merchant's own reference may
/// hold one here; then the text can be taken apart in one way only, and no genuine item can be rewritten into one about
/// another payment.</para>
/// <para>All that stands outside the eight fields is not signed: the date, the reason, the means of payment.</para>
/// </remarks>
public sealed class Adyen : Provider
{
    const int FieldLimitChars = 1024;

    const int Item = 0, Additional = 1, Signature = 2, Psp = 3, Original = 4, Account = 5, Reference = 6, Value = 7,
        Currency = 8, EventCode = 9, Success = 10, EventDate = 11;

    static readonly JsonPaths BodyPaths = new("notificationItems", "NotificationRequestItem");

    static readonly JsonPaths ItemPaths = new(
        "NotificationRequestItem", "NotificationRequestItem.additionalData",
        "NotificationRequestItem.additionalData.hmacSignature", "NotificationRequestItem.pspReference",
        "NotificationRequestItem.originalReference", "NotificationRequestItem.merchantAccountCode",
        "NotificationRequestItem.merchantReference", "NotificationRequestItem.amount.value",
        "NotificationRequestItem.amount.currency", "NotificationRequestItem.eventCode",
        "NotificationRequestItem.success", "NotificationRequestItem.eventDate");

    /// <inheritdoc/>
    public override string Name => "adyen";

    /// <inheritdoc/>
    public override string DisplayName => "Adyen";

    /// <inheritdoc/>
    public override IReadOnlyList<string> SignatureHeaders { get; } = [];

    /// <inheritdoc/>
    public override IReadOnlyList<string> KeptHeaders { get; } = ["Content-Type", "User-Agent"];

    /// <inheritdoc/>
    public override string SecretVariable => "ADYEN_HMAC_KEY";

    /// <inheritdoc/>
    public override KeyForm KeyForm => KeyForm.Hex;

    /// <inheritdoc/>
    public override string AcceptedText => "[accepted]";

    /// <inheritdoc/>
    public override bool TryReadKey(string text, out Secret? key) => KeyText.TryReadHex(text, out key);

    /// <inheritdoc/>
    public override bool Recognises(in WebhookRequest request) =>
        request.Body.IndexOf("\"NotificationRequestItem\""u8) >= 0;

    /// <summary>Every item must verify: one bad item refuses the whole request.</summary>
    /// <inheritdoc/>
    public override Verification Verify(in WebhookRequest request, Credentials credentials)
    {
        var items = new List<Range>();
        if (JsonItems.Find(request.Body, BodyPaths, items) != Reading.Read || items.Count == 0)
            return new(Verdict.MalformedBody);

        var number = 0;
        Span<JsonPlace> places = stackalloc JsonPlace[ItemPaths.Count];
        foreach (var item in items)
        {
            var json = ItemPaths.Read(JsonItems.Slice(request.Body, item), places);
            var verification = VerifyItem(json, credentials);
            if (!verification.IsVerified) return verification;
            if (number == 0) number = verification.SecretNumber;
        }
        return new(Verdict.Verified, number);
    }

    /// <inheritdoc/>
    public override SignedRequest? Sign(ReadOnlySpan<byte> body, Credentials credentials, DateTimeOffset now)
    {
        var items = new List<Range>();
        if (JsonItems.Find(body, BodyPaths, items) != Reading.Read || items.Count == 0) return null;

        var signed = new ArrayBufferWriter<byte>(body.Length + 128);
        var copied = 0;
        Span<JsonPlace> places = stackalloc JsonPlace[ItemPaths.Count];
        foreach (var item in items)
        {
            var json = ItemPaths.Read(JsonItems.Slice(body, item), places);
            if (SignedText(json) is not { } text) return null;
            var mac = Mac.Write(MacAlgorithm.Sha256, MacEncoding.Base64, credentials.Secrets[0], default, text);
            if (PlaceOf(json, mac, out var replacement) is not { } place) return null;
            signed.Write(body[copied..(item.Start.Value + place.Start.Value)]);
            signed.Write(Encoding.ASCII.GetBytes(replacement));
            copied = item.Start.Value + place.End.Value;
        }
        signed.Write(body[copied..]);
        return new(signed.WrittenSpan.ToArray(), []);
    }

    /// <inheritdoc/>
    public override Reading Read(in WebhookRequest request, ICollection<PaymentEvent> events)
    {
        var items = new List<Range>();
        var reading = JsonItems.Find(request.Body, BodyPaths, items);
        if (reading != Reading.Read) return reading;
        if (items.Count == 0) return Reading.MissingFields;

        var found = new List<PaymentEvent>(items.Count);
        Span<JsonPlace> places = stackalloc JsonPlace[ItemPaths.Count];
        foreach (var item in items)
        {
            var json = ItemPaths.Read(JsonItems.Slice(request.Body, item), places);
            if (ReadItem(json, item) is not { } read) return Reading.MissingFields;
            found.Add(read);
        }
        foreach (var read in found) events.Add(read);
        return Reading.Read;
    }

    static Verification VerifyItem(in JsonFields json, Credentials credentials)
    {
        if (SignedText(json) is not { } text) return new(Verdict.MalformedBody);
        if (json.IsAbsent(Signature) || json.Is(Signature, ""u8)) return new(Verdict.MissingSignature);
        if (credentials.Secrets.Count == 0) return new(Verdict.MissingSecret);
        Span<byte> mac = stackalloc byte[Mac.SizeBytes(MacAlgorithm.Sha256)];
        if (!Mac.TryReadBase64(json.Text(Signature, FieldLimitChars), mac)) return new(Verdict.MalformedSignature);
        var number = Mac.Find(MacAlgorithm.Sha256, mac, text, credentials.Secrets);
        return number == 0 ? new(Verdict.WrongSignature) : new(Verdict.Verified, number);
    }

    /// <summary>The signed fields joined; <see langword="null"/> where the item does not have their form.</summary>
    static byte[]? SignedText(in JsonFields json)
    {
        if (json.Kind(Item) != JsonTokenType.StartObject) return null;
        ReadOnlySpan<int> order = [Psp, Original, Account, Reference, Value, Currency, EventCode, Success];
        var parts = new string[order.Length];
        for (var i = 0; i < order.Length; i++)
        {
            if (json.Scalar(order[i], FieldLimitChars) is not { } part) return null;
            if (order[i] != Reference && part.Contains(':', StringComparison.Ordinal)) return null;
            parts[i] = part;
        }
        return Encoding.UTF8.GetBytes(string.Join(':', parts));
    }

    /// <summary>Where in the item the signature is to be put, and the text to put there.</summary>
    static Range? PlaceOf(in JsonFields json, string mac, out string replacement)
    {
        replacement = $"\"{mac}\"";
        if (json.Kind(Signature) != JsonTokenType.None) return json.Place(Signature);
        replacement = $"\"hmacSignature\":{replacement}";
        if (json.Kind(Additional) == JsonTokenType.StartObject) return StartOf(json, Additional, ref replacement);
        replacement = $"\"additionalData\":{{{replacement}}}";
        return json.Kind(Additional) == JsonTokenType.None ? StartOf(json, Item, ref replacement) : null;
    }

    static Range StartOf(in JsonFields json, int path, ref string member)
    {
        if (json.Raw(path)[1..^1].ContainsAnyExcept(" \t\r\n"u8)) member += ",";
        var start = json.Place(path).Start.Value + 1;
        return new(start, start);
    }

    static PaymentEvent? ReadItem(in JsonFields json, Range place)
    {
        if (json.Id(EventCode) is not { } code || json.Id(Psp) is not { } psp) return null;
        var id = $"{code}:{psp}:{json.Scalar(Success, FieldLimitChars)}";
        if (!PaymentEvent.IsId(id)) return null;
        var original = json.Id(Original);
        return new()
        {
            EventId = id,
            IsEventIdSigned = true,
            EventType = code,
            PaymentId = original ?? (IsChild(code) ? null : psp),
            AccountId = json.Id(Account),
            RefundId = IsRefund(code) ? psp : null,
            DisputeId = IsDispute(code) ? psp : null,
            MerchantReference = json.Id(Reference),
            AmountMinor = json.Integer(Value),
            Currency = json.Currency(Currency),
            CreatedAt = json.Rfc3339(EventDate),
            Place = place,
        };
    }

    /// <summary>
    /// Events whose own reference is that of a change, a dispute or a report: without the payment's reference they
    /// belong to none, and a payment made of them would never have been.
    /// </summary>
    static bool IsChild(string code) =>
        IsRefund(code) || IsDispute(code)
        || code is "CAPTURE" or "CAPTURE_FAILED" or "CANCELLATION" or "CANCEL_OR_REFUND" or "TECHNICAL_CANCEL"
            or "AUTHORISATION_ADJUSTMENT" or "REPORT_AVAILABLE";

    static bool IsRefund(string code) => code.StartsWith("REFUND", StringComparison.Ordinal);

    static bool IsDispute(string code) =>
        code.Contains("CHARGEBACK", StringComparison.Ordinal) || code.Contains("DISPUTE", StringComparison.Ordinal)
        || code.Contains("ARBITRATION", StringComparison.Ordinal)
        || code is "REQUEST_FOR_INFORMATION" or "ISSUER_RESPONSE_TIMEFRAME_EXPIRED";
}
