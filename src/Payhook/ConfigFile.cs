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

    /// <summary>So many destinations there may be at all; see the store.</summary>
    const int DestinationsLimit = 1000;

    const int NameLimitChars = 64;

    /// <summary>What the file may hold.</summary>
    public static IReadOnlyList<string> Members { get; } = ["$schema", "sources", "destinations"];

    /// <summary>What a source may hold, beside the parameter of its provider.</summary>
    public static IReadOnlyList<string> MembersOfSource { get; } =
    [
        SourceMember.Provider, SourceMember.Secret, SourceMember.Secrets, SourceMember.SecretFile,
        SourceMember.RetiredSecrets, SourceMember.Tolerance, SourceMember.Environment, SourceMember.AllowedIps,
        SourceMember.BodyLimit, SourceMember.ByBody, SourceMember.ApiId, SourceMember.ApiSecret, SourceMember.Verify,
        SourceMember.Hmac,
    ];

    readonly ConfigText _texts = new(variable);
    ConfigMembers _members = new(read.Faults);
    ConfigValue? _destinations;

    /// <summary>The variables that the file refers to.</summary>
    public IReadOnlySet<string> Variables => _texts.Variables;

    /// <summary>The sources of the file, each with its keys where they could be read.</summary>
    public IReadOnlyList<(SourceGiven Given, Keys? Keys)> Sources(string? path)
    {
        if (path is null) return [];
        _members = new(read.Faults, _texts) { File = Path.GetFileName(path) };
        var sources = new List<(SourceGiven, Keys?)>();
        if (Load(path) is not { } root) return sources;
        foreach (var (member, value) in _members.Known(root, Members).Where(m => m.Name != "$schema"))
        {
            if (member == "destinations")
            {
                _destinations = value;
                continue;
            }
            if (!_members.IsKind(value, JsonValueKind.Object)) continue;
            if (value.Members.Count > SourcesLimit)
                _members.Fault(value, $"has more than {SourcesLimit} sources", "\"sources\": {}");
            foreach (var (name, source) in _members.Unique(value).Take(SourcesLimit))
            {
                if (Source(name, source) is { } given) sources.Add((given, Keys(given, source)));
            }
        }
        return sources;
    }

    /// <summary>The destinations of the file, once it is known which sources there are.</summary>
    public IReadOnlyList<DestinationGiven> Destinations(DestinationRules rules)
    {
        if (_destinations is not { } value || !_members.IsKind(value, JsonValueKind.Object)) return [];
        if (value.Members.Count > DestinationsLimit)
            _members.Fault(value, $"has more than {DestinationsLimit} destinations", "\"destinations\": {}");
        return
        [
            .. _members.Unique(value).Take(DestinationsLimit)
                .Select(m => DestinationReader.Read(m.Name, m.Value, _members, rules with { Files = read.Files }))
                .OfType<DestinationGiven>(),
        ];
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
            return _members.IsKind(root, JsonValueKind.Object) ? root : null;
        }
        catch (FormatException e)
        {
            read.Faults.Add(new(_members.File!, e.Message, """{ "sources": { } }"""));
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
            _members.Fault(value, $"has a name that is not 1 to {NameLimitChars} of a to z, 0 to 9 and -", example);
        if (name == Payhook.Sources.CommonName) _members.Fault(value, "has the name of the common address", example);
        if (!_members.IsKind(value, JsonValueKind.Object)) return null;
        if (Provider(value) is not { } provider) return null;
        if (ProviderCatalog.Find(name) is { } namesake && namesake.Name != provider.Name)
            _members.Fault(value, $"has the name of a provider and is not of it, but of {provider.Name}", example);

        // What a scheme signs decides which members there are.
        var hmac = value.Members.FirstOrDefault(m => m.Name == SourceMember.Hmac).Value;
        if (hmac is not null && provider.Name == HmacSchemeReader.ProviderName)
            provider = HmacSchemeReader.Read(hmac, provider, _members);
        var members = _members.Known(value, MembersOf(provider));
        var given = new SourceGiven(name, provider, _members.Place(value), _members.File!);
        foreach (var (member, memberValue) in members)
        {
            if (member is SourceMember.Provider or SourceMember.Hmac) continue;
            var isList = member is SourceMember.Secrets or SourceMember.RetiredSecrets or SourceMember.AllowedIps;
            if (isList && !_members.IsKind(memberValue, JsonValueKind.Array)) continue;
            Given[] texts = [.. (isList ? memberValue.Items : [memberValue])
                .Select(item => _members.Text(item, MayBeNumber(member))).OfType<Given>()];
            if (texts.Length > 0) given.Add(member, texts);
        }
        return given;
    }

    Provider? Provider(ConfigValue source)
    {
        var names = ProviderCatalog.All.Select(p => p.Name).ToArray();
        const string example = "\"provider\": \"stripe\"";
        var value = source.Members.FirstOrDefault(m => m.Name == SourceMember.Provider).Value;
        if (value is null) _members.Fault(source, "names no provider", example);
        else if (_members.Text(value)?.Text is { } name)
        {
            if (ProviderCatalog.Find(name) is { } provider) return provider;
            _members.Fault(value, $"is no provider; {Nearest.Hint(name, names)}", example);
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
            _members.Fault(source, used.Length < 2
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
}
