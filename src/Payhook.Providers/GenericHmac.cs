using System.Security.Cryptography;

namespace Payhook.Providers;

/// <summary>
/// Any sender that signs with an HMAC over the body and text around it, described by an <see cref="HmacScheme"/>.
/// </summary>
/// <remarks>The source of the scheme is the sender's own documentation: whoever configures it vouches for it.</remarks>
public sealed class GenericHmac : Provider
{
    const string Base64KeyPrefix = "whsec_";

    readonly HmacScheme _scheme;
    readonly IReadOnlyList<TemplatePart> _parts;
    readonly JsonPaths _paths;
    readonly int _id, _type, _payment;
    readonly bool _isIdHeaderSigned, _isTypeHeaderSigned;

    /// <summary>Verifies by the usual scheme: HMAC-SHA256 over the raw body, hexadecimal, in X-Signature.</summary>
    public GenericHmac()
        : this(new HmacScheme())
    {
    }

    /// <summary>Verifies by a scheme.</summary>
    /// <param name="scheme">The scheme.</param>
    /// <exception cref="ArgumentException">
    /// The scheme has faults; ask <see cref="HmacScheme.Validate"/> before.
    /// </exception>
    public GenericHmac(HmacScheme scheme)
    {
        ArgumentNullException.ThrowIfNull(scheme);
        var faults = scheme.Validate();
        if (!faults.IsEmpty) throw new ArgumentException(string.Join(' ', faults), nameof(scheme));
        _scheme = scheme;
        SignedTemplate.Read(scheme.Template, out _parts);
        // One place may be read for two purposes; the paths themselves must differ.
        var paths = new List<string>();
        (_id, _type, _payment) =
            (Add(paths, scheme.EventIdPath), Add(paths, scheme.EventTypePath), Add(paths, scheme.PaymentIdPath));
        _paths = new JsonPaths([.. paths]);
        SignatureHeaders = [scheme.SignatureHeader];
        KeptHeaders = [.. new[]
        {
            "Content-Type", "User-Agent", scheme.SignatureHeader, scheme.TimestampHeader, scheme.EventIdHeader,
            scheme.EventTypeHeader,
        }.OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase)];
        _isIdHeaderSigned = scheme.Signs("{id}") || scheme.Signs($"{{header:{scheme.EventIdHeader}}}");
        _isTypeHeaderSigned = scheme.Signs($"{{header:{scheme.EventTypeHeader}}}");
        Parameter = scheme.Signs("{url}")
            ? new("notification_url", "GENERIC_HMAC_NOTIFICATION_URL", "The address as the sender has it.", true)
            : null;
    }

    /// <inheritdoc/>
    public override string Name => "generic-hmac";

    /// <inheritdoc/>
    public override string DisplayName => "Generic HMAC";

    /// <inheritdoc/>
    public override IReadOnlyList<string> SignatureHeaders { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> KeptHeaders { get; }

    /// <inheritdoc/>
    public override string SecretVariable => "GENERIC_HMAC_SECRET";

    /// <inheritdoc/>
    public override KeyForm KeyForm => _scheme.KeyForm;

    /// <inheritdoc/>
    public override ProviderParameter? Parameter { get; }

    /// <inheritdoc/>
    public override TimeSpan? DefaultTolerance => _scheme.Tolerance;

    /// <inheritdoc/>
    public override bool TryReadKey(string text, out Secret? key)
    {
        if (_scheme.KeyForm == KeyForm.Text) return base.TryReadKey(text, out key);
        if (_scheme.KeyForm == KeyForm.Hex) return KeyText.TryReadHex(text, out key);
        key = null;
        var base64 = text.StartsWith(Base64KeyPrefix, StringComparison.Ordinal) ? text[Base64KeyPrefix.Length..] : text;
        var bytes = new byte[base64.Length];
        if (!Convert.TryFromBase64String(base64, bytes, out var length) || length == 0) return false;
        key = new Secret(bytes.AsSpan(0, length));
        return true;
    }

    /// <inheritdoc/>
    public override Verification Verify(in WebhookRequest request, Credentials credentials)
    {
        if (HeaderText.Refuses(request.Headers, _scheme.SignatureHeader, out var header) is { } refusal) return refusal;
        if (credentials.Secrets.Count == 0) return new(Verdict.MissingSecret);
        if (Parameter is not null && string.IsNullOrEmpty(credentials.Parameter)) return new(Verdict.MissingSecret);
        var size = Mac.SizeBytes(_scheme.Algorithm);
        Span<byte> macs = stackalloc byte[Mac.LimitBytes * Mac.OfferedLimit];
        macs = macs[..ReadMacs(header, macs[..(size * Mac.OfferedLimit)], size)];
        if (macs.IsEmpty) return new(Verdict.MalformedSignature);
        if (FindTime(header, request.Headers, out var time, out var signedAt) is { } wrongTime) return new(wrongTime);
        if (FindHeaders(request.Headers) is { } wrongHeader) return new(wrongHeader);

        if (Around(request.Headers, credentials, time) is not var (before, after)) return new(Verdict.MissingHeader);
        var number = after.Length == 0
            ? Mac.Find(_scheme.Algorithm, macs, before, request.Body, credentials.Secrets)
            : Mac.Find(_scheme.Algorithm, macs, [.. before, .. request.Body, .. after], credentials.Secrets);
        if (number == 0) return new(Verdict.WrongSignature);
        return (time is null
            ? null
            : SignedTime.Refuses(signedAt, request, credentials.Tolerance ?? DefaultTolerance))
            ?? new Verification(Verdict.Verified, number);
    }

    /// <inheritdoc/>
    public override SignedRequest? Sign(ReadOnlySpan<byte> body, Credentials credentials, DateTimeOffset now)
    {
        var time = HasTime ? now.ToUnixTimeSeconds().ToString() : null;
        var headers = new List<KeyValuePair<string, string>>();
        if (_scheme.TimestampHeader is { } timeHeader) headers.Add(new(timeHeader, time!));
        if (_scheme.EventIdHeader is { } idHeader)
            headers.Add(new(idHeader, new Guid(SHA256.HashData(body).AsSpan(0, 16)).ToString()));
        if (Around(new DictionaryHeaders(headers), credentials, time) is not var (before, after)) return null;

        var mac = _scheme.Prefix + Mac.Write(
            _scheme.Algorithm, _scheme.Encoding, credentials.Secrets[0], before, [.. body, .. after]);
        var signature = _scheme.SignatureKey is null ? mac : Element(_scheme.SignatureKey, mac);
        if (_scheme.TimestampKey is { } key) signature = Element(key, time!) + _scheme.ElementSeparator + signature;
        return new(body.ToArray(), [new(_scheme.SignatureHeader, signature), .. headers]);
    }

    /// <inheritdoc/>
    public override Reading Read(in WebhookRequest request, ICollection<PaymentEvent> events)
    {
        Span<JsonPlace> places = stackalloc JsonPlace[_paths.Count];
        var json = _paths.Read(request.Body, places);
        if (json.IsMalformed) return Reading.Malformed;
        var signedId = Id(json, _id);
        var signedType = Id(json, _type);
        var type = signedType ?? Label(request.Headers, _scheme.EventTypeHeader);
        if (type is null) return Reading.MissingFields;

        var eventId = signedId ?? Label(request.Headers, _scheme.EventIdHeader);
        events.Add(new()
        {
            EventId = eventId,
            IsEventIdSigned = signedId is not null || (eventId is not null && _isIdHeaderSigned),
            EventType = type,
            IsEventTypeSigned = signedType is not null || _isTypeHeaderSigned,
            PaymentId = Id(json, _payment),
        });
        return Reading.Read;
    }

    bool HasTime => _scheme.TimestampHeader is not null || _scheme.TimestampKey is not null;

    static int Add(List<string> paths, string? path)
    {
        if (path is null) return -1;
        if (!paths.Contains(path)) paths.Add(path);
        return paths.IndexOf(path);
    }

    static string? Id(in JsonFields json, int path) => path < 0 ? null : json.IdOrNumber(path);

    static string? Label(IHeaders headers, string? name) =>
        name is not null && headers.Find(name, out _) is { } text && PaymentEvent.IsId(text) ? text : null;

    string Element(string key, string value) => $"{key}{_scheme.KeySeparator}{value}";

    /// <summary>A header that the template asks for must be there once.</summary>
    Verdict? FindHeaders(IHeaders headers)
    {
        foreach (var part in _parts)
        {
            var name = part.Kind switch
            {
                TemplatePartKind.Id => _scheme.EventIdHeader!,
                TemplatePartKind.Header => part.Text,
                _ => null,
            };
            if (name is null) continue;
            if (HeaderText.Refuses(headers, name, out _) is { Verdict: var verdict })
                return verdict == Verdict.MissingSignature ? Verdict.MissingHeader : verdict;
        }
        return null;
    }

    Verdict? FindTime(string header, IHeaders headers, out string? time, out DateTimeOffset signedAt)
    {
        (time, signedAt) = (null, default);
        if (_scheme.TimestampHeader is { } name)
        {
            if (HeaderText.Refuses(headers, name, out time) is { Verdict: var verdict })
                return verdict == Verdict.MissingSignature ? Verdict.MissingHeader : verdict;
        }
        else if (_scheme.TimestampKey is { } key)
        {
            foreach (var part in header.AsSpan().Split(_scheme.ElementSeparator))
            {
                if (!IsElement(header.AsSpan(part), key, out var value)) continue;
                if (time is not null) return Verdict.MalformedSignature;
                time = value.ToString();
            }
            time ??= "";
        }
        else return null;
        return SignedTime.TryReadUnix(time, out signedAt) ? null : Verdict.MalformedSignature;
    }

    /// <summary>What is signed before and behind the body; nothing has to be put together for the body alone.</summary>
    (byte[] Before, byte[] After)? Around(IHeaders headers, Credentials credentials, string? time) =>
        _parts.Count == 1 ? ([], []) : Fill(headers, credentials, time);

    (byte[] Before, byte[] After)? Fill(IHeaders headers, Credentials credentials, string? time) =>
        SignedTemplate.Fill(_parts, part => Value(part, headers, credentials, time));

    string? Value(TemplatePart part, IHeaders headers, Credentials credentials, string? time) => part.Kind switch
    {
        TemplatePartKind.Timestamp => time,
        TemplatePartKind.Url => credentials.Parameter,
        TemplatePartKind.Id => headers.Find(_scheme.EventIdHeader!, out _),
        TemplatePartKind.Header => headers.Find(part.Text, out _),
        _ => "",
    };

    /// <summary>Decodes what has the form of a signature, as far as there is room.</summary>
    /// <returns>How many bytes were written.</returns>
    int ReadMacs(ReadOnlySpan<char> header, Span<byte> macs, int size)
    {
        if (_scheme.SignatureKey is not { } key) return TryReadMac(header, macs[..size]) ? size : 0;
        var length = 0;
        foreach (var part in header.Split(_scheme.ElementSeparator))
        {
            if (length == macs.Length) break;
            if (IsElement(header[part], key, out var value) && TryReadMac(value, macs.Slice(length, size)))
                length += size;
        }
        return length;
    }

    bool TryReadMac(ReadOnlySpan<char> text, Span<byte> mac) =>
        text.StartsWith(_scheme.Prefix, StringComparison.OrdinalIgnoreCase)
        && Mac.TryRead(text[_scheme.Prefix.Length..], _scheme.Encoding, mac);

    bool IsElement(ReadOnlySpan<char> text, string key, out ReadOnlySpan<char> value)
    {
        text = text.Trim();
        value = default;
        if (text.Length <= key.Length || !text.StartsWith(key)) return false;
        if (text[key.Length] != _scheme.KeySeparator) return false;
        value = text[(key.Length + 1)..];
        return true;
    }
}
