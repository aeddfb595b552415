using System.Collections.Immutable;

namespace Payhook.Providers;

/// <summary>
/// How a sender that has no provider of its own signs: everything that <see cref="GenericHmac"/> has to know.
/// </summary>
/// <remarks>
/// The defaults are the most usual scheme: HMAC-SHA256 over the raw body, in hexadecimal, in <c>X-Signature</c>.
/// Examples: GitHub sets <see cref="SignatureHeader"/> and the <see cref="Prefix"/> <c>sha256=</c>; Slack also the
/// <see cref="TimestampHeader"/> and the <see cref="Template"/> <c>v0:{timestamp}:{body}</c>; Stripe the
/// <see cref="SignatureKey"/> <c>v1</c>, the <see cref="TimestampKey"/> <c>t</c> and <c>{timestamp}.{body}</c>.
/// </remarks>
public sealed record HmacScheme
{
    /// <summary>The longest template, header name, key, prefix or path, in characters.</summary>
    public const int TextLimitChars = 255;

    /// <summary>The header that carries the signature.</summary>
    public string SignatureHeader { get; init; } = "X-Signature";

    /// <summary>The hash function.</summary>
    public MacAlgorithm Algorithm { get; init; }

    /// <summary>How the signature is written.</summary>
    public MacEncoding Encoding { get; init; }

    /// <summary>What stands before the signature itself, such as <c>sha256=</c>; matched without case.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>
    /// What is signed: text with <c>{body}</c> (once), <c>{timestamp}</c>, <c>{id}</c> (the event id's header),
    /// <c>{url}</c> (the parameter <c>notification_url</c>) and <c>{header:NAME}</c>.
    /// </summary>
    public string Template { get; init; } = "{body}";

    /// <summary>
    /// The element of the header that is a signature, such as <c>v1</c> in <c>t=…,v1=…</c>; it may come several times.
    /// <see langword="null"/> where the whole header is one signature.
    /// </summary>
    public string? SignatureKey { get; init; }

    /// <summary>The element of the same header that is the signed time, such as <c>t</c>.</summary>
    public string? TimestampKey { get; init; }

    /// <summary>What stands between two elements of the header.</summary>
    public char ElementSeparator { get; init; } = ',';

    /// <summary>What stands between an element's key and its value.</summary>
    public char KeySeparator { get; init; } = '=';

    /// <summary>The header that carries the signed time, where it is one of its own.</summary>
    public string? TimestampHeader { get; init; }

    /// <summary>
    /// How far the signed time (Unix seconds, or milliseconds in 13 digits) may be from the clock unless a setting says
    /// otherwise; <see langword="null"/> to look at no clock.
    /// </summary>
    public TimeSpan? Tolerance { get; init; }

    /// <summary>The header that carries the event's id.</summary>
    public string? EventIdHeader { get; init; }

    /// <summary>The header that carries the event's type, for where the body does not say it.</summary>
    public string? EventTypeHeader { get; init; }

    /// <summary>
    /// Where the event's id stands in the body, as member names and array indices joined by dots. It wins over the
    /// header.
    /// </summary>
    public string? EventIdPath { get; init; } = "id";

    /// <summary>Where the event's type stands in the body.</summary>
    public string? EventTypePath { get; init; } = "type";

    /// <summary>Where the payment's id stands in the body.</summary>
    public string? PaymentIdPath { get; init; } = "payment_id";

    /// <summary>The form of the key: text, hexadecimal, or base64 (a <c>whsec_</c> before it is taken off).</summary>
    public KeyForm KeyForm { get; init; }

    /// <summary>True where <see cref="Template"/> contains the placeholder.</summary>
    internal bool Signs(string placeholder) => Template.Contains(placeholder, StringComparison.OrdinalIgnoreCase);

    /// <summary>Looks for what would make the scheme verify nothing, or less than it seems to.</summary>
    /// <returns>A sentence for each fault; none where the scheme can be used.</returns>
    public ImmutableArray<string> Validate()
    {
        var faults = ImmutableArray.CreateBuilder<string>();
        CheckHeaders(faults);
        CheckElements(faults);
        CheckTime(faults);
        CheckPaths(faults);
        faults.AddRange(SignedTemplate.Read(Template, out var parts));
        if (parts.Any(p => p.Kind == TemplatePartKind.Id) && EventIdHeader is null)
            faults.Add("The template has {id}, and no header is named for the event's id.");
        if (!Enum.IsDefined(Algorithm)) faults.Add("The algorithm is none of sha256, sha1, sha384 and sha512.");
        if (!Enum.IsDefined(Encoding)) faults.Add("The encoding is neither hex nor base64.");
        if (KeyForm is not (KeyForm.Text or KeyForm.Hex or KeyForm.Base64))
            faults.Add("The form of the key is none of text, hex and base64.");
        return faults.ToImmutable();
    }

    void CheckHeaders(ImmutableArray<string>.Builder faults)
    {
        foreach (var (what, name) in new[]
        {
            ("signature", SignatureHeader), ("time", TimestampHeader), ("event id", EventIdHeader),
            ("event type", EventTypeHeader),
        })
        {
            if (name is null && what != "signature") continue;
            if (!SignedTemplate.IsHeaderName(name)) faults.Add($"The header of the {what} has no header's name.");
        }
        if (Prefix is null || Prefix.Length > TextLimitChars || Prefix.AsSpan().ContainsAnyExceptInRange('!', '~'))
            faults.Add("The prefix is longer than 255 characters or not printable ASCII.");
    }

    void CheckElements(ImmutableArray<string>.Builder faults)
    {
        if (TimestampKey is not null && SignatureKey is null)
            faults.Add("The header has an element for the time and none for the signature.");
        if (SignatureKey is null) return;
        if (!IsKey(SignatureKey) || (TimestampKey is not null && !IsKey(TimestampKey)))
            faults.Add("A key of the header's elements is empty, too long, not printable ASCII or holds a separator.");
        if (SignatureKey == TimestampKey) faults.Add("The signature and the time have the same key.");
        if (ElementSeparator == KeySeparator || !IsSeparator(ElementSeparator) || !IsSeparator(KeySeparator))
            faults.Add("The two separators must differ, and neither may be a letter, a digit or a control character.");
    }

    void CheckTime(ImmutableArray<string>.Builder faults)
    {
        var hasTime = TimestampHeader is not null || TimestampKey is not null;
        var isSigned = Template is not null && Signs("{timestamp}");
        if (TimestampHeader is not null && TimestampKey is not null) faults.Add("The time has a header and a key.");
        if (isSigned && !hasTime) faults.Add("The template has {timestamp}, and no header or key is named for it.");
        if (!isSigned && hasTime) faults.Add("A time is named, and the template has no {timestamp}: it is not signed.");
        if (Tolerance is { } tolerance && (tolerance <= TimeSpan.Zero || !isSigned))
            faults.Add("The tolerance must be above zero and needs a signed time.");
    }

    void CheckPaths(ImmutableArray<string>.Builder faults)
    {
        if (EventTypePath is null && EventTypeHeader is null)
            faults.Add("Neither a path nor a header is named for the event's type.");
        foreach (var path in new[] { EventIdPath, EventTypePath, PaymentIdPath })
        {
            if (path is not null && (path.Length is 0 or > TextLimitChars || path.Split('.').Contains("")))
                faults.Add("A path is empty, longer than 255 characters, or has an empty name between its dots.");
        }
    }

    bool IsKey(string key) =>
        key.Length is > 0 and <= TextLimitChars && !key.AsSpan().ContainsAnyExceptInRange('!', '~')
        && !key.Contains(ElementSeparator) && !key.Contains(KeySeparator);

    static bool IsSeparator(char separator) => separator is >= ' ' and <= '~' && !char.IsAsciiLetterOrDigit(separator);
}
