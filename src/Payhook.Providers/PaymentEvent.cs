namespace Payhook.Providers;

/// <summary>What a request says happened, as far as Payhook needs to know it.</summary>
/// <param name="EventId">The provider's id of the event, at most <see cref="IdLimitChars"/> characters.</param>
/// <param name="IsEventIdSigned">
/// True where the id stands in the signed bytes. An id from an unsigned header is a label and identifies nothing,
/// because whoever replays a captured body can write any header they like.
/// </param>
/// <param name="EventType">The provider's name for what happened, such as <c>payment.captured</c>.</param>
/// <param name="PaymentId">The payment it happened to, or <see langword="null"/> where the event is about none.</param>
public readonly record struct PaymentEvent(string EventId, bool IsEventIdSigned, string EventType, string? PaymentId)
{
    /// <summary>The longest event id, event type or payment id that is taken, in characters.</summary>
    public const int IdLimitChars = 255;

    /// <summary>Tells whether a text can be an id: not empty, not too long, no control characters.</summary>
    /// <param name="text">The text.</param>
    public static bool IsId(ReadOnlySpan<char> text) =>
        text.Length is > 0 and <= IdLimitChars
        && text.IndexOfAnyInRange('\0', '\u001f') < 0
        && text.IndexOfAnyInRange('\u007f', '\u009f') < 0;
}
