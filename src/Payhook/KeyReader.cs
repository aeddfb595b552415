using Payhook.Providers;

namespace Payhook;

/// <summary>The keys of one source as they were given.</summary>
/// <param name="Secrets">The keys; the first one signs.</param>
/// <param name="Texts">Their texts.</param>
/// <param name="Count">How many were given; a whole value that counts beside its parts is not one of them.</param>
sealed record Keys(IReadOnlyList<Secret> Secrets, IReadOnlyList<string> Texts, int Count)
{
    public override string ToString() => "***";
}

/// <summary>
/// Makes keys of texts, in the form in which each provider gives them out, and tells a wrong one without repeating it.
/// </summary>
sealed class KeyReader(ICollection<SettingFault> faults)
{
    const string PemStart = "-----BEGIN";

    /// <summary>Reads a text that may hold several keys, separated by commas.</summary>
    /// <returns>The keys, or <see langword="null"/> where there is a fault.</returns>
    public Keys? Read(Provider provider, Given given, string example)
    {
        if (!IsTidy(provider, given, example)) return null;
        var parts = provider.KeyForm == KeyForm.PublicKey ? SplitPublicKeys(given.Text) : Split(given.Text);
        if (parts.Count == 0)
        {
            faults.Add(new(given.Place, "holds nothing but commas", example));
            return null;
        }
        if (IsOneKeyOnly(provider, given.Text, parts)) parts = [given.Text];

        // The whole value counts too: a secret made before there could be several may contain a comma.
        var isWholeToo = provider.KeyForm is KeyForm.Text or KeyForm.UserAndPassword
            && !(parts.Count == 1 && parts[0] == given.Text) && provider.TryReadKey(given.Text, out _);
        return Make(provider, isWholeToo ? [.. parts, given.Text] : parts, parts.Count, _ => given.Place, example);
    }

    /// <summary>Reads texts that hold one key each, whatever commas are in them.</summary>
    public Keys? ReadEach(Provider provider, IReadOnlyList<Given> given, string example)
    {
        var areTidy = given.Select(g => IsTidy(provider, g, example)).ToArray();
        if (areTidy.Contains(false)) return null;
        var texts = given.Select(g => provider.KeyForm == KeyForm.PublicKey ? PemLines(g.Text) : g.Text).ToArray();
        return Make(provider, texts, texts.Length, i => given[i].Place, example);
    }

    bool IsTidy(Provider provider, Given given, string example)
    {
        var isPublic = provider.KeyForm == KeyForm.PublicKey; // its file ends with a line break
        var fault = given.Text.AsSpan().Trim().IsEmpty ? "is empty, and without a secret nothing can be verified"
            : !isPublic && given.Text.Trim() != given.Text ? "begins or ends with white space"
            : null;
        if (fault is not null) faults.Add(new(given.Place, fault, example));
        return fault is null;
    }

    /// <summary>Whether the commas are a key's own, as in a password, because what they part are no keys.</summary>
    static bool IsOneKeyOnly(Provider provider, string whole, IReadOnlyList<string> parts) =>
        parts.Count > 1 && provider.KeyForm != KeyForm.PublicKey
        && !parts.All(p => provider.TryReadKey(p, out _)) && provider.TryReadKey(whole, out _);

    Keys? Make(
        Provider provider, IReadOnlyList<string> texts, int count, Func<int, string> place, string example)
    {
        var keys = new List<Secret>();
        for (var i = 0; i < texts.Count; i++)
        {
            if (provider.TryReadKey(texts[i], out var key))
            {
                keys.Add(key!);
                continue;
            }
            var which = count > 1 ? $"holds as number {i + 1} of {count} no key" : "holds no key";
            faults.Add(new(place(i), $"{which} of {provider.DisplayName}, which is {Form(provider.KeyForm)}", example));
        }
        return keys.Count == texts.Count ? new(keys, texts, count) : null;
    }

    static string[] Split(string text) =>
        text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Several PEM texts follow each other; a JSON Web Key has commas of its own.</summary>
    static IReadOnlyList<string> SplitPublicKeys(string text)
    {
        text = PemLines(text);
        if (text.StartsWith('{')) return [text];
        if (!text.Contains(PemStart, StringComparison.Ordinal)) return Split(text);
        var parts = new List<string>();
        for (var start = text.IndexOf(PemStart, StringComparison.Ordinal); start >= 0;)
        {
            var next = text.IndexOf(PemStart, start + PemStart.Length, StringComparison.Ordinal);
            parts.Add((next < 0 ? text[start..] : text[start..next]).Trim().TrimEnd(','));
            start = next;
        }
        return parts;
    }

    /// <summary>Variables often hold a PEM text on one line, with <c>\n</c> in the place of its line breaks.</summary>
    static string PemLines(string text) => text.Contains(PemStart, StringComparison.Ordinal)
        ? text.Replace("\\n", "\n", StringComparison.Ordinal).Trim()
        : text.Trim();

    /// <summary>A form of keys, in words.</summary>
    public static string Form(KeyForm form) => form switch
    {
        KeyForm.Hex => "hexadecimal",
        KeyForm.Base64 => "Base64, behind its prefix where it has one",
        KeyForm.UserAndPassword => "a user name, a colon and a password, neither empty",
        KeyForm.PublicKey => "a public key in PEM or as a JSON Web Key",
        KeyForm.WebhookId => "the id of the webhook",
        _ => "a text as the provider's dashboard shows it",
    };
}
