using System.Text;
using System.Text.Json;
using Payhook.Providers;

namespace Payhook.Cli;

/// <summary>A request together with what is to come of its verification: one entry of a file of vectors.</summary>
sealed class Vector
{
    readonly JsonElement _json;

    public Vector(JsonElement json)
    {
        _json = json;
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
        foreach (var json in document.RootElement.EnumerateArray())
        {
            if (json.ValueKind != JsonValueKind.Object) throw new JsonException("It holds what is no JSON object.");
            vectors.Add(new(json.Clone()));
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
        var found = FindLookedUp(provider, out var isUntrusted);
        var request = new WebhookRequest(Headers(), Body)
        {
            Query = query,
            ReceivedAt = Moment() ?? DateTimeOffset.UnixEpoch,
            Found = isUntrusted ? new() { Failure = Verdict.UntrustedKey } : found,
        };
        return provider.Verify(request, Credentials(provider));
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
            IsSandbox = Headers().Find("paypal-cert-url", out _) is { } address
                && address.Contains(".sandbox.", StringComparison.Ordinal),
        };
    }

    /// <summary>The key or the document that a listener would have looked up.</summary>
    Found? FindLookedUp(Provider provider, out bool isUntrusted)
    {
        isUntrusted = false;
        if ((Text("document") ?? Raw("document")) is { } document)
            return new() { Document = Encoding.UTF8.GetBytes(document) };
        if (provider.KeyForm != KeyForm.WebhookId) return null;
        return Text("public_key_pem") is { } pem && PublicKey.FromPem(pem) is { } key ? new() { Key = key } : null;
    }

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
