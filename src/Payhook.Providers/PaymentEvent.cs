namespace Payhook.Providers;

/// <summary>What a request says happened, as far as Payhook needs to know it.</summary>
/// <remarks>Whether it is to be believed, the verdict tells; see also <see cref="Provider.SignsBody"/>.</remarks>
public sealed record PaymentEvent
{
    /// <summary>The longest event id, event type or other id that is taken, in characters.</summary>
    public const int IdLimitChars = 255;

    /// <summary>The most events that one request may carry.</summary>
    public const int BatchLimitEvents = 1000;

    /// <summary>
    /// The provider's id of the event, or one made of the parts that together name it;
    /// <see langword="null"/> where only the bytes of the body tell one event from another.
    /// </summary>
    public string? EventId { get; init; }

    /// <summary>
    /// True where the id stands in the signed bytes and no other event has it. An id from an unsigned header is a label
    /// and identifies nothing, because whoever replays a captured body can write any header they like; so is one made
    /// of parts that two events of one second share.
    /// </summary>
    public bool IsEventIdSigned { get; init; }

    /// <summary>The provider's name for what happened, such as <c>payment.captured</c>.</summary>
    public required string EventType { get; init; }

    /// <summary>
    /// False where the type stands in an unsigned header, because the provider sends the same bytes under several: then
    /// the type is a label, and still tells one event from another.
    /// </summary>
    public bool IsEventTypeSigned { get; init; } = true;

    /// <summary>The payment it happened to, or <see langword="null"/> where the event is about none.</summary>
    public string? PaymentId { get; init; }

    /// <summary>The merchant's account at the provider, where one request address serves several.</summary>
    public string? AccountId { get; init; }

    /// <summary>The order, checkout or intent that the payment belongs to.</summary>
    public string? OrderId { get; init; }

    /// <summary>The refund that the event is about.</summary>
    public string? RefundId { get; init; }

    /// <summary>The dispute that the event is about.</summary>
    public string? DisputeId { get; init; }

    /// <summary>The merchant's own reference.</summary>
    public string? MerchantReference { get; init; }

    /// <summary>The amount of what the event is about, in minor units of <see cref="Currency"/>.</summary>
    public long? AmountMinor { get; init; }

    /// <summary>The currency, as an ISO 4217 code in upper case.</summary>
    public string? Currency { get; init; }

    /// <summary>When it happened, by the provider's clock.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>
    /// Where in the body the event stands, in bytes, for a provider that sends several in one request; an empty range
    /// (the default) is the whole body.
    /// </summary>
    public Range Place { get; init; }

    /// <summary>Tells whether a text can be an id: not empty, not too long, no control characters.</summary>
    /// <param name="text">The text.</param>
    public static bool IsId(ReadOnlySpan<char> text) =>
        text.Length is > 0 and <= IdLimitChars
        && text.IndexOfAnyInRange('\0', '\u001f') < 0
        && text.IndexOfAnyInRange('\u007f', '\u009f') < 0;
}
