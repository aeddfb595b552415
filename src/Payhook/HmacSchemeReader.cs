using System.Text.Json;
using Payhook.Providers;

namespace Payhook;

/// <summary>Reads the member <c>hmac</c> of a source: the scheme of a sender that no provider here describes.</summary>
sealed class HmacSchemeReader
{
    /// <summary>The provider that has a scheme of its own in each source.</summary>
    public const string ProviderName = "generic-hmac";

    /// <summary>What a scheme may hold.</summary>
    public static IReadOnlyList<string> Members { get; } =
    [
        "header", "algorithm", "encoding", "prefix", "template", "signature_key", "timestamp_key",
        "element_separator", "key_separator", "timestamp_header", "event_id_header", "event_type_header",
        "event_id_path", "event_type_path", "payment_id_path", "key_form",
    ];

    static readonly (string Word, MacAlgorithm Value)[] Algorithms =
    [
        ("sha256", MacAlgorithm.Sha256), ("sha1", MacAlgorithm.Sha1), ("sha384", MacAlgorithm.Sha384),
        ("sha512", MacAlgorithm.Sha512),
    ];

    static readonly (string Word, MacEncoding Value)[] Encodings =
        [("hex", MacEncoding.Hex), ("base64", MacEncoding.Base64)];

    static readonly (string Word, KeyForm Value)[] KeyForms =
        [("text", KeyForm.Text), ("hex", KeyForm.Hex), ("base64", KeyForm.Base64)];

    readonly Dictionary<string, (ConfigValue Place, string Text)> _texts = new(StringComparer.Ordinal);
    readonly ConfigMembers _file;

    HmacSchemeReader(ConfigValue hmac, ConfigMembers file)
    {
        _file = file;
        foreach (var (name, value) in file.Known(hmac, Members))
        {
            if (file.Text(value) is { } given) _texts[name] = (value, given.Text);
        }
    }

    /// <summary>Makes the provider of one source.</summary>
    /// <param name="hmac">The value of the member.</param>
    /// <param name="provider">The provider as it is without a scheme of its own.</param>
    /// <param name="file">Takes the faults.</param>
    public static Provider Read(ConfigValue hmac, Provider provider, ConfigMembers file)
    {
        const string example = "\"hmac\": { \"header\": \"X-Signature\", \"algorithm\": \"sha256\" }";
        if (hmac.Kind != JsonValueKind.Object)
        {
            file.Fault(hmac, "is not an object", example);
            return provider;
        }
        var scheme = new HmacSchemeReader(hmac, file).Scheme();
        var faults = scheme.Validate();
        foreach (var fault in faults) file.Fault(hmac, $"is wrong: {fault.TrimEnd('.')}", example);
        return faults.IsEmpty ? new GenericHmac(scheme) : provider;
    }

    HmacScheme Scheme()
    {
        var usual = new HmacScheme();
        return usual with
        {
            SignatureHeader = Text("header") ?? usual.SignatureHeader,
            Algorithm = Choice("algorithm", Algorithms),
            Encoding = Choice("encoding", Encodings),
            Prefix = Text("prefix") ?? usual.Prefix,
            Template = Text("template") ?? usual.Template,
            SignatureKey = Text("signature_key"),
            TimestampKey = Text("timestamp_key"),
            ElementSeparator = Character("element_separator", usual.ElementSeparator),
            KeySeparator = Character("key_separator", usual.KeySeparator),
            TimestampHeader = Text("timestamp_header"),
            EventIdHeader = Text("event_id_header"),
            EventTypeHeader = Text("event_type_header"),
            EventIdPath = Path("event_id_path", usual.EventIdPath),
            EventTypePath = Path("event_type_path", usual.EventTypePath),
            PaymentIdPath = Path("payment_id_path", usual.PaymentIdPath),
            KeyForm = Choice("key_form", KeyForms),
        };
    }

    string? Text(string name) => _texts.TryGetValue(name, out var found) ? found.Text : null;

    /// <summary>An empty path stands for none, where the usual one would lead to something else.</summary>
    string? Path(string name, string? usual) => Text(name) is not { } path ? usual : path.Length > 0 ? path : null;

    char Character(string name, char usual)
    {
        if (Text(name) is not { } text) return usual;
        if (text.Length == 1) return text[0];
        _file.Fault(_texts[name].Place, "is not one character", $"\"{name}\": \"{usual}\"");
        return usual;
    }

    T Choice<T>(string name, (string Word, T Value)[] choices)
    {
        var text = Text(name);
        foreach (var (word, value) in choices)
        {
            if (text is null || text == word) return value;
        }
        _file.Fault(_texts[name].Place, $"is none of {string.Join(", ", choices.Select(c => c.Word))}",
            $"\"{name}\": \"{choices[0].Word}\"");
        return choices[0].Value;
    }
}
