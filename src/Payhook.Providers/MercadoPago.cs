using System.Security.Cryptography;
using System.Text;

namespace Payhook.Providers;

/// <summary>
/// Mercado Pago: HMAC-SHA256 over the query's <c>data.id</c>, the request's id and the time, in hexadecimal, keyed with
/// the application's secret as text. The body is not signed.
/// </summary>
/// <remarks>
/// Source of the scheme: <c>src/utils/webhook</c> of Mercado Pago's Node SDK. A part that is absent is left out,
/// label and all. The documentation wants an id in lower case and the SDK takes it as it is, so both are tried. The
/// SDK looks at no clock unless told to.
/// </remarks>
public sealed class MercadoPago : Provider
{
    const string SignatureHeader = "x-signature";
    const string RequestIdHeader = "x-request-id";
    const string IdField = "data.id";

    const int Id = 0, Type = 1, Action = 2, Created = 3, DataId = 4, User = 5, PaymentOfOrder = 6, PaymentOfDispute = 7,
        Reference = 8;

    static readonly JsonPaths Paths = new(
        "id", "type", "action", "date_created", IdField, "user_id", "data.transactions.payments.0.id",
        "data.payment_id", "data.external_reference");

    /// <inheritdoc/>
    public override string Name => "mercadopago";

    /// <inheritdoc/>
    public override string DisplayName => "Mercado Pago";

    /// <inheritdoc/>
    public override IReadOnlyList<string> SignatureHeaders { get; } = [SignatureHeader];

    /// <inheritdoc/>
    public override IReadOnlyList<string> KeptHeaders { get; } =
        ["Content-Type", "User-Agent", SignatureHeader, RequestIdHeader];

    /// <inheritdoc/>
    public override string SecretVariable => "MERCADOPAGO_WEBHOOK_SECRET";

    /// <inheritdoc/>
    public override bool SignsBody => false;

    /// <summary>By the time in the header: others, too, have an <c>X-Signature</c>.</summary>
    /// <param name="request">The request.</param>
    public override bool Recognises(in WebhookRequest request) =>
        request.Headers.Find(SignatureHeader, out _)?.Contains("ts=", StringComparison.Ordinal) ?? false;

    /// <inheritdoc/>
    public override Verification Verify(in WebhookRequest request, Credentials credentials)
    {
        if (HeaderText.Refuses(request.Headers, SignatureHeader, out var header) is { } refusal) return refusal;
        if (credentials.Secrets.Count == 0) return new(Verdict.MissingSecret);
        var requestId = request.Headers.Find(RequestIdHeader, out var isRequestIdRepeated) ?? "";
        var id = FormText.FindInQuery(request.Query, IdField, out var isIdRepeated) ?? "";
        if (isRequestIdRepeated || isIdRepeated) return new(Verdict.RepeatedSignature);
        if (!IsPart(requestId) || !IsPart(id)) return new(Verdict.MalformedSignature);
        Span<byte> macs = stackalloc byte[32 * Mac.OfferedLimit];
        macs = macs[..ReadElements(header, macs, out var time)];
        if (macs.IsEmpty || !SignedTime.TryReadUnix(time, out var signedAt)) return new(Verdict.MalformedSignature);

        var number = Mac.Find(MacAlgorithm.Sha256, macs, Manifest(id, requestId, time), credentials.Secrets);
        var lower = id.ToLowerInvariant();
        if (number == 0 && lower != id)
            number = Mac.Find(MacAlgorithm.Sha256, macs, Manifest(lower, requestId, time), credentials.Secrets);
        if (number == 0) return new(Verdict.WrongSignature);
        return SignedTime.Refuses(signedAt, request, credentials.Tolerance ?? DefaultTolerance)
            ?? new(Verdict.Verified, number);
    }

    /// <inheritdoc/>
    public override SignedRequest? Sign(ReadOnlySpan<byte> body, Credentials credentials, DateTimeOffset now)
    {
        Span<JsonPlace> places = stackalloc JsonPlace[Paths.Count];
        var json = Paths.Read(body, places);
        var id = json.IsMalformed ? null : json.IdOrNumber(DataId);
        if (id is null || !IsPart(id)) return null;
        var requestId = new Guid(SHA256.HashData(body).AsSpan(0, 16)).ToString();
        var time = now.ToUnixTimeMilliseconds().ToString();
        var mac = Mac.Write(
            MacAlgorithm.Sha256, MacEncoding.Hex, credentials.Secrets[0], default, Manifest(id, requestId, time));
        var type = json.Id(Type) is { } text ? $"&type={FormText.Encode(text)}" : "";
        return new(
            body.ToArray(), [new(SignatureHeader, $"ts={time},v1={mac}"), new(RequestIdHeader, requestId)],
            $"{IdField}={FormText.Encode(id)}{type}");
    }

    /// <inheritdoc/>
    public override Reading Read(in WebhookRequest request, ICollection<PaymentEvent> events)
    {
        Span<JsonPlace> places = stackalloc JsonPlace[Paths.Count];
        var json = Paths.Read(request.Body, places);
        if (json.IsMalformed) return Reading.Malformed;
        if (EventType(json.Id(Type), json.Id(Action)) is not { } eventType) return Reading.MissingFields;

        var type = json.Id(Type) ?? eventType;
        var objectId = SignedId(request.Query, json.IdOrNumber(DataId));
        var isDispute = type.Contains("chargeback", StringComparison.Ordinal);
        var isOrder = type.Contains("order", StringComparison.Ordinal);
        events.Add(new()
        {
            EventId = json.IdOrNumber(Id) ?? Label(request.Headers.Find(RequestIdHeader, out _)),
            EventType = eventType,
            PaymentId = type.StartsWith("payment", StringComparison.Ordinal)
                ? objectId
                : json.IdOrNumber(PaymentOfOrder) ?? json.IdOrNumber(PaymentOfDispute),
            AccountId = json.IdOrNumber(User),
            OrderId = isOrder ? objectId : null,
            DisputeId = isDispute ? objectId : null,
            MerchantReference = json.Id(Reference),
            CreatedAt = json.Rfc3339(Created),
        });
        return Reading.Read;
    }

    /// <summary>The type and what was done, unless what was done says both: <c>payment.updated</c>.</summary>
    static string? EventType(string? type, string? action)
    {
        if (action is null || type is null || action.Contains('.')) return action ?? type;
        var joined = $"{type}.{action}";
        return PaymentEvent.IsId(joined) ? joined : type;
    }

    /// <summary>
    /// The id in the query is the signed one; where the body differs from it only in letter case, the body's spelling
    /// is the one that the provider knows.
    /// </summary>
    static string? SignedId(ReadOnlySpan<char> query, string? inBody)
    {
        var signed = Label(FormText.FindInQuery(query, IdField, out _));
        return signed is null || string.Equals(signed, inBody, StringComparison.OrdinalIgnoreCase) ? inBody : signed;
    }

    static string? Label(string? text) => PaymentEvent.IsId(text) ? text : null;

    /// <summary>A part with a semicolon in it could pass for two.</summary>
    static bool IsPart(string text) => text.Length <= PaymentEvent.IdLimitChars && !text.Contains(';');

    static byte[] Manifest(string id, string requestId, ReadOnlySpan<char> time)
    {
        var idPart = id.Length == 0 ? "" : $"id:{id};";
        var requestPart = requestId.Length == 0 ? "" : $"request-id:{requestId};";
        return Encoding.UTF8.GetBytes($"{idPart}{requestPart}ts:{time};");
    }

    /// <summary>Decodes every <c>v1</c> and finds <c>ts</c>, which must be there once.</summary>
    /// <returns>How many bytes of codes were written.</returns>
    static int ReadElements(ReadOnlySpan<char> header, Span<byte> macs, out ReadOnlySpan<char> time)
    {
        time = default;
        var length = 0;
        foreach (var part in header.Split(','))
        {
            var element = header[part].Trim();
            if (element.StartsWith("ts="))
            {
                if (!time.IsEmpty) return 0;
                time = element[3..].Trim();
            }
            else if (length < macs.Length && element.StartsWith("v1=")
                && Mac.TryReadHex(element[3..].Trim(), macs.Slice(length, 32))) length += 32;
        }
        return length;
    }
}
