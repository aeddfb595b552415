namespace Payhook.Providers;

/// <summary>One HTTP request as a provider sees it: what was received, and when.</summary>
/// <param name="headers">The request's headers.</param>
/// <param name="body">The body exactly as received.</param>
public readonly ref struct WebhookRequest(IHeaders headers, ReadOnlySpan<byte> body)
{
    /// <summary>The request's headers.</summary>
    public IHeaders Headers { get; } = headers;

    /// <summary>The body exactly as received.</summary>
    public ReadOnlySpan<byte> Body { get; } = body;

    /// <summary>The query of the URL as received, with or without its <c>?</c>, still percent-encoded.</summary>
    public ReadOnlySpan<char> Query { get; init; }

    /// <summary>When the request came in: the clock that signed times are held against.</summary>
    public DateTimeOffset ReceivedAt { get; init; }

    /// <summary>What <see cref="Provider.FindLookup"/> asked for, where it asked and was answered.</summary>
    public Found? Found { get; init; }

    /// <summary>The same request with another body.</summary>
    /// <param name="body">The other body.</param>
    public WebhookRequest WithBody(ReadOnlySpan<byte> body) =>
        new(Headers, body) { Query = Query, ReceivedAt = ReceivedAt, Found = Found };
}
