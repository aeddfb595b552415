using System.Globalization;
using System.Text;
using System.Text.Json;
using Payhook.Outside;
using Payhook.Providers;
using Certificates = System.Security.Cryptography.X509Certificates.X509Certificate2Collection;

namespace Payhook.Cli;

/// <summary>A request together with what is to come of its verification: one entry of a file of vectors.</summary>
sealed class Vector
{
    readonly JsonElement _json;
    readonly FileAuthorities _authorities;

    Vector(JsonElement json, FileAuthorities authorities)
    {
        _json = json;
        _authorities = authorities;
        Name = Text("name") ?? "";
        ProviderName = Text("provider") ?? "";
        Body = Encoding.UTF8.GetBytes(Text("body") ?? "");
    }

    public string Name { get; }
    public string ProviderName { get; }
    public byte[] Body { get; }
    public bool IsExpectedValid => Text("expect") == "valid";

    /// <summary>True where either outcome is allowed.</summary>
    public bool IsOptional => IsTrue("optional") || IsTrue("low_confidence");

    /// <exception cref="JsonException">The file is no JSON array of objects.</exception>
    public static IReadOnlyList<Vector> ReadAll(ReadOnlyMemory<byte> file)
    {
        using var document = JsonDocument.Parse(file);
        if (document.RootElement.ValueKind != JsonValueKind.Array) throw new JsonException("It is no JSON array.");
        var vectors = new List<Vector>();
        var authorities = new FileAuthorities([], []);
        foreach (var json in document.RootElement.EnumerateArray())
        {
            if (json.ValueKind != JsonValueKind.Object) throw new JsonException("It holds what is no JSON object.");
            vectors.Add(new(json.Clone(), authorities));
        }
        foreach (var vector in vectors)
        {
            if (vector.Text("issuer_pem") is { } issuer) authorities.Issuers.Add(issuer);
            if (vector.Text("root_pem") is { } root) authorities.Roots.Add(root);
        }
        return vectors;
    }

    /// <summary>A member of the vector that is a text.</summary>
    public string? Text(string member) =>
        _json.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    /// <summary>A member as it lies in the file.</summary>
    public string? Raw(string member) => _json.TryGetProperty(member, out var value) ? value.GetRawText() : null;

    public DictionaryHeaders Headers() =>
        new(_json.TryGetProperty("headers", out var headers) && headers.ValueKind == JsonValueKind.Object
            ? headers.EnumerateObject().SelectMany(Values)
            : []);

    /// <summary>Verifies the request as the vector's provider does.</summary>
    public Verification Verify(Provider provider)
    {
        var url = Text("url");
        var query = url?.IndexOf('?') is { } start and >= 0 ? url[start..] : "";
        var credentials = Credentials(provider);
        var now = Moment() ?? TransmittedAt() ?? DateTimeOffset.UnixEpoch;
        var request = new WebhookRequest(Headers(), Body)
        {
            Query = query,
            ReceivedAt = now,
            Found = FindLookedUp(provider, now, credentials.IsSandbox),
        };
        return provider.Verify(request, credentials);
    }

    Credentials Credentials(Provider provider)
    {
        var text = provider.KeyForm switch
        {
            KeyForm.PublicKey => Text("public_key_pem") ?? Raw("jwk"),
            KeyForm.WebhookId => Text("webhook_id") ?? Text("secret"),
            _ => Text("secret"),
        };
        var tolerance = Number("tolerance_seconds") is { } seconds ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;
        Secret[] secrets = text is not null && provider.TryReadKey(text, out var key) ? [key!] : [];
        return new(secrets)
        {
            Parameter = provider.Parameter?.Name switch
            {
                "notification_url" => Text("url"),
                { } name => Text(name) ?? Raw(name), // a salt index may be a number
                null => null,
            },
            Tolerance = Moment() is null ? Timeout.InfiniteTimeSpan : tolerance,
            IsSandbox = Headers().Find(PayPal.AddressHeader, out _) is { } address
                && address.Contains(".sandbox.", StringComparison.Ordinal),
        };
    }

    /// <summary>The key or the document that a listener would have looked up.</summary>
    Found? FindLookedUp(Provider provider, DateTimeOffset now, bool isSandbox)
    {
        if ((Text("document") ?? Raw("document")) is { } document)
            return new() { Document = Encoding.UTF8.GetBytes(document) };
        if (provider.KeyForm != KeyForm.WebhookId) return null;
        if (Text("cert_pem") is { } certificate) return ReadKey(certificate, now, isSandbox);
        return Text("public_key_pem") is { } pem && PublicKey.FromPem(pem) is { } key ? new() { Key = key } : null;
    }

    /// <summary>
    /// A vector's own authorities are the only ones it trusts; one that has none takes those of its file, and where
    /// the file has none, the operating system's.
    /// </summary>
    Found ReadKey(string certificate, DateTimeOffset now, bool isSandbox)
    {
        var issuers = ReadPem(Text("issuer_pem") is { } issuer ? [issuer] : _authorities.Issuers);
        if (issuers.Count == 0) issuers = CertificateFolder.Bundled();
        var roots = ReadPem(Text("root_pem") is { } root ? [root] : _authorities.Roots);
        return PayPalCertificate.TryReadKey(
            Encoding.UTF8.GetBytes(certificate), issuers, roots.Count == 0 ? null : roots, now, isSandbox,
            out var key, out _)
            ? new() { Key = key }
            : new() { Failure = Verdict.UntrustedKey };
    }

    static Certificates ReadPem(IEnumerable<string> texts)
    {
        var certificates = new Certificates();
        foreach (var pem in texts) certificates.AddRange(PayPalCertificate.ReadAll(Encoding.UTF8.GetBytes(pem)));
        return certificates;
    }

    /// <summary>The signed time, as the clock of a vector that has a certificate and no clock.</summary>
    DateTimeOffset? TransmittedAt() =>
        Text("cert_pem") is not null
        && DateTimeOffset.TryParse(
            Headers().Find(PayPal.TimeHeader, out _), CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : null;

    DateTimeOffset? Moment() =>
        Number("now") is { } seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    long? Number(string member) =>
        _json.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.Number
        && value.TryGetInt64(out var number)
            ? number
            : null;

    bool IsTrue(string member) => _json.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.True;

    /// <summary>A header that comes more than once has an array for its value.</summary>
    static IEnumerable<KeyValuePair<string, string>> Values(JsonProperty header) =>
        header.Value.ValueKind == JsonValueKind.Array
            ? header.Value.EnumerateArray().Select(v => KeyValuePair.Create(header.Name, v.ToString()))
            : [KeyValuePair.Create(header.Name, header.Value.ToString())];
}

/// <summary>The authorities that any vector of a file brings along, for those that bring none.</summary>
/// <param name="Issuers">Certificates between a leaf and a root, in PEM.</param>
/// <param name="Roots">Certificates of roots, in PEM.</param>
sealed record FileAuthorities(HashSet<string> Issuers, HashSet<string> Roots);
