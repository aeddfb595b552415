using System.Text.Json;
using Payhook.Providers;

namespace Payhook;

/// <summary>
/// Reads <c>payhook.json</c>: sources of any number and name, for whom one a provider is not enough. What it does not
/// know is a fault, because a misspelt limit does not limit.
/// </summary>
sealed class ConfigFile(Func<string, string?> variable, SettingReader read)
{
    public const string DefaultPath = "payhook.json";
    const int LimitBytes = 1 << 20;
    const int SourcesLimit = 100;
    const int NameLimitChars = 64;

    /// <summary>What the file may hold.</summary>
    public static IReadOnlyList<string> Members { get; } = ["$schema", "sources"];

    /// <summary>What a source may hold, beside the parameter of its provider.</summary>
    public static IReadOnlyList<string> MembersOfSource { get; } =
    [
        SourceMember.Provider, SourceMember.Secret, SourceMember.Secrets, SourceMember.SecretFile,
        SourceMember.RetiredSecrets, SourceMember.Tolerance, SourceMember.Environment, SourceMember.AllowedIps,
        SourceMember.BodyLimit, SourceMember.ByBody, SourceMember.ApiId, SourceMember.ApiSecret, SourceMember.Verify,
        SourceMember.Hmac,
    ];

    readonly ConfigText _texts = new(variable);
    string _file = DefaultPath;

    /// <summary>The variables that the file refers to.</summary>
    public IReadOnlySet<string> Variables => _texts.Variables;

    /// <summary>The sources of the file, each with its keys where they could be read.</summary>
    public IReadOnlyList<(SourceGiven Given, Keys? Keys)> Sources(string? path)
    {
        if (path is null) return [];
        _file = Path.GetFileName(path);
        var sources = new List<(SourceGiven, Keys?)>();
        if (Load(path) is not { } root) return sources;
        foreach (var (_, value) in Known(root, Members).Where(m => m.Name == "sources"))
        {
            if (!IsKind(value, JsonValueKind.Object)) break;
            if (value.Members.Count > SourcesLimit)
                Fault(value, $"has more than {SourcesLimit} sources", "\"sources\": {}");
            foreach (var (name, source) in Unique(value).Take(SourcesLimit))
            {
                if (Source(name, source) is { } given) sources.Add((given, Keys(given, source)));
            }
        }
        return sources;
    }

    ConfigValue? Load(string path)
    {
        const string example = "PAYHOOK_CONFIG=/etc/payhook/payhook.json";
        try
        {
            if (new FileInfo(path).Length > LimitBytes)
            {
                read.Faults.Add(new("PAYHOOK_CONFIG", $"names a file larger than {LimitBytes} bytes", example));
                return null;
            }
            var root = ConfigValue.Parse(File.ReadAllBytes(path));
            read.SecretFiles.Add(path);
            return IsKind(root, JsonValueKind.Object) ? root : null;
        }
        catch (FormatException e)
        {
            read.Faults.Add(new(_file, e.Message, """{ "sources": { } }"""));
        }
        catch (Exception e) when (
            e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            read.Faults.Add(new("PAYHOOK_CONFIG",
                $"names {Given.Shown(path)}, which cannot be read ({e.GetType().Name})", example));
        }
        return null;
    }

    SourceGiven? Source(string name, ConfigValue value)
    {
        const string example = """ "stripe-eu": { "provider": "stripe", "secret": "${STRIPE_EU_SECRET}" }""";
        if (name.Length is 0 or > NameLimitChars
            || name.Any(c => !char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-'))
            Fault(value, $"has a name that is not 1 to {NameLimitChars} of a to z, 0 to 9 and -", example);
        if (name == Payhook.Sources.CommonName) Fault(value, "has the name of the common address", example);
        if (!IsKind(value, JsonValueKind.Object)) return null;
        if (Provider(value) is not { } provider) return null;
        if (ProviderCatalog.Find(name) is { } namesake && namesake.Name != provider.Name)
            Fault(value, $"has the name of a provider and is not of it, but of {provider.Name}", example);

        // What a scheme signs decides which members there are.
        var hmac = value.Members.FirstOrDefault(m => m.Name == SourceMember.Hmac).Value;
        if (hmac is not null && provider.Name == HmacSchemeReader.ProviderName)
            provider = HmacSchemeReader.Read(hmac, provider, this);
        var members = Known(value, MembersOf(provider));
        var given = new SourceGiven(name, provider, Place(value), _file);
        foreach (var (member, memberValue) in members)
        {
            if (member is SourceMember.Provider or SourceMember.Hmac) continue;
            var isList = member is SourceMember.Secrets or SourceMember.RetiredSecrets or SourceMember.AllowedIps;
            if (isList && !IsKind(memberValue, JsonValueKind.Array)) continue;
            Given[] texts = [.. (isList ? memberValue.Items : [memberValue])
                .Select(item => Text(item, MayBeNumber(member))).OfType<Given>()];
            if (texts.Length > 0) given.Add(member, texts);
        }
        return given;
    }

    Provider? Provider(ConfigValue source)
    {
        var names = ProviderCatalog.All.Select(p => p.Name).ToArray();
        const string example = "\"provider\": \"stripe\"";
        var value = source.Members.FirstOrDefault(m => m.Name == SourceMember.Provider).Value;
        if (value is null) Fault(source, "names no provider", example);
        else if (Text(value)?.Text is { } name)
        {
            if (ProviderCatalog.Find(name) is { } provider) return provider;
            Fault(value, $"is no provider; {Nearest.Hint(name, names)}", example);
        }
        return null;
    }

    /// <summary>A source has its secrets in one place, so that nobody changes the one that does not count.</summary>
    Keys? Keys(SourceGiven given, ConfigValue source)
    {
        string[] places = [SourceMember.Secret, SourceMember.Secrets, SourceMember.SecretFile];
        var example = given.Example(SourceMember.Secret, "${STRIPE_EU_SECRET}");
        var used = source.Members.Where(m => places.Contains(m.Name)).DistinctBy(m => m.Name).ToArray();
        if (used.Length == 0 && SourceSettings.HasKeysElsewhere(given)) return new([], [], 0);
        if (used.Length != 1 || used[0].Value is { Kind: JsonValueKind.Array, Items: [] })
        {
            Fault(source, used.Length < 2
                ? "has no secret, and without one nothing can be verified"
                : $"has {string.Join(" and ", used.Select(m => m.Name))}, and only one of them can hold", example);
            return null;
        }
        var place = used[0].Name;
        if (given.Find(place) is not { } text) return null; // told as a fault above
        if (place == SourceMember.Secrets)
            return new KeyReader(read.Faults).ReadEach(given.Provider, given.All(SourceMember.Secrets), example);
        if (place == SourceMember.SecretFile)
        {
            var file = read.Files.Read(text.Place, text.Text, "\"secret_file\": \"/run/secrets/stripe_eu\"");
            if (file is null) return null;
            text = text with { Text = file, IsHidden = true };
        }
        return new KeyReader(read.Faults).Read(given.Provider, text, example);
    }

    /// <summary>The members of an object that may be there; the others are faults.</summary>
    public IReadOnlyList<(string Name, ConfigValue Value)> Known(ConfigValue value, IReadOnlyList<string> names)
    {
        var known = new List<(string, ConfigValue)>();
        foreach (var member in Unique(value))
        {
            if (names.Contains(member.Name)) known.Add(member);
            else Fault(member.Value, $"is not known here; {Nearest.Hint(member.Name, names)}",
                $"\"{Nearest.Find(member.Name, names) ?? names[0]}\": …");
        }
        return known;
    }

    /// <summary>The text of a value with its variables put in, or <see langword="null"/> where it is a fault.</summary>
    public Given? Text(ConfigValue value, bool mayBeNumber = false)
    {
        var isScalar = value.Kind is JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False;
        if (mayBeNumber && isScalar) return new(Place(value), value.Text);
        if (!IsKind(value, JsonValueKind.String)) return null;
        try
        {
            var text = _texts.Expand(value.Text);
            return new(Place(value), text, IsHidden: text != value.Text);
        }
        catch (FormatException e)
        {
            Fault(value, e.Message, "\"${STRIPE_EU_SECRET}\" or \"${STRIPE_EU_SECRET:-a default}\"");
            return null;
        }
    }

    public void Fault(ConfigValue value, string fault, string example) =>
        read.Faults.Add(new(Place(value), fault, example.Trim()));

    static IReadOnlyList<string> MembersOf(Provider provider) =>
    [
        .. MembersOfSource.Where(m => m switch
        {
            SourceMember.Hmac => provider.Name == HmacSchemeReader.ProviderName,
            SourceMember.ApiId or SourceMember.ApiSecret or SourceMember.Verify =>
                SourceVariables.Of(provider, m) is not null,
            _ => true,
        }),
        .. provider.Parameter is { } parameter ? [parameter.Name] : Array.Empty<string>(),
    ];

    static bool MayBeNumber(string member) =>
        member is SourceMember.Tolerance or SourceMember.BodyLimit or SourceMember.ByBody;

    /// <summary>Of a name that comes twice one would be ignored in silence.</summary>
    IEnumerable<(string Name, ConfigValue Value)> Unique(ConfigValue value)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in value.Members)
        {
            if (names.Add(member.Name)) yield return member;
            else Fault(member.Value, "comes twice", "each name once");
        }
    }

    bool IsKind(ConfigValue value, JsonValueKind kind)
    {
        if (value.Kind == kind) return true;
        var (word, example) = kind switch
        {
            JsonValueKind.Object => ("an object", "{ }"),
            JsonValueKind.Array => ("a list of texts", "[ \"…\" ]"),
            _ => ("a text", "\"…\""),
        };
        Fault(value, $"is not {word}", example);
        return false;
    }

    string Place(ConfigValue value) => $"{_file} {value.Place}";
}
