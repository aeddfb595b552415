using System.Text.Json;
using Payhook.Providers;

namespace Payhook;

/// <summary>Reads the member <c>hmac</c> of a source: the scheme of a sender that no provider here describes.</summary>
static class HmacSchemeReader
{
    /// <summary>The provider that has a scheme of its own in each source.</summary>
    public const string ProviderName = "generic-hmac";

    /// <summary>What a scheme may hold.</summary>
    public static IReadOnlyList<string> Members { get; } =
    [
        "header", "algorithm", "encoding", "prefix", "timestamp_header", "template", "event_id_path",
        "event_type_path", "payment_id_path",
    ];

    static readonly string[] Algorithms = ["sha1", "sha256", "sha384", "sha512"];
    static readonly string[] Encodings = ["hex", "base64"];

    /// <summary>Makes the provider of one source.</summary>
    /// <param name="hmac">The value of the member.</param>
    /// <param name="provider">The provider as it is without a scheme of its own.</param>
    /// <param name="file">Takes the faults.</param>
    public static Provider Read(ConfigValue hmac, Provider provider, ConfigFile file)
    {
        const string example = "\"hmac\": { \"header\": \"X-Signature\", \"algorithm\": \"sha256\" }";
        if (hmac.Kind != JsonValueKind.Object)
        {
            file.Fault(hmac, "is not an object", example);
            return provider;
        }
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in file.Known(hmac, Members))
        {
            if (file.Text(value)?.Text is not { } text) continue;
            texts[name] = text;
            var words = name switch { "algorithm" => Algorithms, "encoding" => Encodings, _ => [] };
            if (words.Length > 0 && !words.Contains(text))
                file.Fault(value, $"is none of {string.Join(", ", words)}", $"\"{name}\": \"{words[^1]}\"");
        }
        if (!texts.ContainsKey("header")) file.Fault(hmac, "names no header that carries the signature", example);
        return provider;
    }
}
