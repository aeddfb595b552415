using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Payhook.Providers;

/// <summary>A JSON Web Signature in its compact form, taken apart and not yet believed.</summary>
ref struct Jws
{
    const int Algorithm = 0, Key = 1, Critical = 2;

    static readonly JsonPaths HeaderPaths = new("alg", "kid", "crit");

    /// <summary>The name of the algorithm.</summary>
    public string? AlgorithmName { get; private set; }

    /// <summary>The key's id, as far as it is one.</summary>
    public string? KeyId { get; private set; }

    /// <summary>True where the token may only be accepted by who knows an extension of the format.</summary>
    public bool HasCritical { get; private set; }

    /// <summary>What is signed: the first two parts as they stand in the token.</summary>
    public byte[] SignedText { get; private set; }

    /// <summary>The decoded second part.</summary>
    public byte[] Payload { get; private set; }

    /// <summary>The decoded third part; empty where there is none.</summary>
    public byte[] Signature { get; private set; }

    /// <summary>Takes a token apart; false where it does not have the form of one.</summary>
    public static bool TryRead(ReadOnlySpan<char> token, out Jws jws)
    {
        jws = default;
        Span<Range> parts = stackalloc Range[4];
        if (token.Length > HeaderText.LimitChars || token.Split(parts, '.') != 3) return false;
        if (Decode(token[parts[0]]) is not { Length: > 0 } header) return false;
        if (Decode(token[parts[1]]) is not { } payload || Decode(token[parts[2]]) is not { } signature) return false;
        Span<JsonPlace> places = stackalloc JsonPlace[HeaderPaths.Count];
        var json = HeaderPaths.Read(header, places);
        if (!json.IsObject) return false;
        jws = new()
        {
            AlgorithmName = json.Id(Algorithm),
            KeyId = json.Id(Key),
            HasCritical = json.Kind(Critical) != System.Text.Json.JsonTokenType.None,
            SignedText = Encoding.ASCII.GetBytes(token[..parts[1].End.Value].ToString()),
            Payload = payload,
            Signature = signature,
        };
        return true;
    }

    /// <summary>Decodes base64url without padding or white space.</summary>
    static byte[]? Decode(ReadOnlySpan<char> text)
    {
        foreach (var letter in text)
        {
            if (!char.IsAsciiLetterOrDigit(letter) && letter is not ('-' or '_')) return null;
        }
        var bytes = new byte[Base64Url.GetMaxDecodedLength(text.Length)];
        var status = Base64Url.DecodeFromChars(text, bytes, out _, out var written);
        return status == OperationStatus.Done ? bytes[..written] : null;
    }
}
