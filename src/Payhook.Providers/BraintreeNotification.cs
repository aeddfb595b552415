using System.Text;
using System.Xml;

namespace Payhook.Providers;

/// <summary>The few texts that are read of a Braintree payload's XML, whatever strangers put into it.</summary>
sealed class BraintreeNotification
{
    const int DepthLimit = 64;
    const int DocumentLimitChars = FormText.FieldLimitChars;
    const int TextsLimit = 1000;

    static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = DocumentLimitChars,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
    };

    /// <summary>The first text at each place, by the path below the root; <c>*</c> is the subject's own name.</summary>
    readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);

    /// <summary>Reads a payload.</summary>
    /// <returns><see langword="null"/> where it is no base64 of well-formed XML, or too large or too deep.</returns>
    public static BraintreeNotification? Read(string? payload)
    {
        if (payload is null) return null;
        var bytes = new byte[payload.Length];
        if (!Convert.TryFromBase64String(payload, bytes, out var length)) return null;
        var xml = bytes.AsSpan(0, length);
        if (!System.Text.Unicode.Utf8.IsValid(xml)) return null;
        try
        {
            using var text = new StringReader(Encoding.UTF8.GetString(xml));
            using var reader = XmlReader.Create(text, Settings);
            var notification = new BraintreeNotification();
            return notification.TryRead(reader) ? notification : null;
        }
        catch (XmlException)
        {
            return null;
        }
    }

    /// <summary>The event; <see langword="null"/> where its kind is not told.</summary>
    /// <param name="hash">The hash of what is signed, without which two events of one second would be one.</param>
    public PaymentEvent? ToEvent(string hash)
    {
        if (Id("kind") is not { } kind) return null;
        var time = Text("timestamp");
        var subject = Id("subject/*/id") ?? Id("subject/*/transaction-id");

        var transaction = Id("subject/transaction/id");
        // A refund settles like a payment, and only this tells them apart.
        var refunded = Id("subject/transaction/refunded-transaction-id");
        var isRefund = refunded is not null || kind.StartsWith("refund_", StringComparison.Ordinal);
        var currency = Currency("subject/*/currency-iso-code")
            ?? Currency("subject/subscription/transactions/transaction/currency-iso-code");
        var amount = Text("subject/dispute/amount-disputed") ?? Text("subject/*/amount")
            ?? Text("subject/subscription/transactions/transaction/amount");
        return new()
        {
            EventId = JoinedId.Of(kind, subject, time, hash) ?? JoinedId.Of(kind, hash) ?? hash,
            IsEventIdSigned = true,
            EventType = kind,
            PaymentId = isRefund ? refunded
                : transaction ?? Id("subject/*/transaction/id") ?? Id("subject/*/transaction-id")
                    ?? Id("subject/subscription/transactions/transaction/id"),
            AccountId = Id("source-merchant-id") ?? Id("subject/*/merchant-account-id"),
            OrderId = Id("subject/*/order-id") ?? Id("subject/*/transaction/order-id"),
            RefundId = isRefund ? transaction : null,
            DisputeId = Id("subject/dispute/id"),
            AmountMinor = amount is null ? null : Money.Minor(Encoding.UTF8.GetBytes(amount), currency),
            Currency = currency,
            CreatedAt = time is null ? null : Moment.Read(Encoding.UTF8.GetBytes(time)),
        };
    }

    bool TryRead(XmlReader reader)
    {
        var (names, texts) = (new List<string>(), 0);
        while (reader.Read())
        {
            if (reader.NodeType == XmlNodeType.Element)
            {
                if (names.Count == DepthLimit) return false;
                if (!reader.IsEmptyElement) names.Add(reader.LocalName);
            }
            else if (reader.NodeType == XmlNodeType.EndElement) names.RemoveAt(names.Count - 1);
            else if (reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA && texts++ < TextsLimit)
                Keep(names, reader.Value);
        }
        return true;
    }

    /// <summary>Nothing that is read lies deeper, and nothing that is read is longer than an id.</summary>
    void Keep(List<string> names, string text)
    {
        if (names is not ["notification", _, ..] || names.Count > 6 || text.Length > PaymentEvent.IdLimitChars) return;
        _texts.TryAdd(string.Join('/', names.Skip(1)), text.Trim());
        if (names is [_, "subject", _, _, ..])
            _texts.TryAdd($"subject/*/{string.Join('/', names.Skip(3))}", text.Trim());
    }

    string? Text(string path) => _texts.GetValueOrDefault(path);

    string? Id(string path) => Text(path) is { } text && PaymentEvent.IsId(text) ? text : null;

    string? Currency(string path) =>
        Text(path) is { Length: 3 } code && code.All(char.IsAsciiLetter) ? code.ToUpperInvariant() : null;
}
