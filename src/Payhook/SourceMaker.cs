using System.Globalization;
using System.Net;
using Payhook.Providers;

namespace Payhook;

/// <summary>
/// Makes a source of what was said about it, wherever that was, and collects what is wrong with it.
/// </summary>
sealed class SourceMaker(ICollection<SettingFault> faults, long bodiesLimitBytes)
{
    const int ToleranceSecondsMaximum = 86_400;
    const int BodyLimitBytesMinimum = 1024, BodyLimitBytesMaximum = 64 << 20;
    const string PlaceholderWebhookId = "WEBHOOK_ID"; // PayPal's simulator signs with it: anybody can

    readonly KeyReader _keys = new(faults);

    /// <summary>Makes a source with keys that were read before; without them only to tell the other faults.</summary>
    public Source Make(SourceGiven given, Keys? keys)
    {
        var isSandbox = Choice(given, SourceMember.Environment, "live", "sandbox") == "sandbox";
        if (!isSandbox && given.Provider.KeyForm == KeyForm.WebhookId
            && keys?.Texts.Contains(PlaceholderWebhookId) == true)
            Fault(given, SourceMember.Secret,
                $"is {PlaceholderWebhookId}, with which anybody can have events signed", "8PT597110X687430LKGECATA");
        var usesPostback = Choice(given, SourceMember.Verify, "certificate", "postback") == "postback";
        var credentials = new Credentials(keys?.Secrets ?? [])
        {
            Parameter = Parameter(given),
            Tolerance = Tolerance(given),
            IsSandbox = isSandbox,
            UsesPostback = usesPostback,
        };
        return new(given.Name, given.Provider, credentials)
        {
            RetiredSecrets = RetiredSecrets(given),
            AllowedNetworks = [.. given.All(SourceMember.AllowedIps)
                .Select(address => Network(given, address)).OfType<IPNetwork>()],
            BodyLimitBytes = BodyLimit(given),
            IsRecognisedByBody = Choice(given, SourceMember.ByBody, "false", "true") == "true",
            Api = keys is null ? null : Api(given, keys, usesPostback),
            IsSaidToBeLive = given.Has(SourceMember.Environment) && !isSandbox,
            SecretCount = keys?.Count ?? 0,
            Origin = given.Origin,
        };
    }

    string? Parameter(SourceGiven given)
    {
        if (given.Provider.Parameter is not { } parameter) return null;
        if (given.Find(parameter.Name)?.Text.Trim() is { Length: > 0 } text) return text;
        if (parameter.IsRequired)
            Fault(given, parameter.Name, $"is missing, and nothing can be verified without it: {parameter.Sentence}");
        return null;
    }

    TimeSpan? Tolerance(SourceGiven given)
    {
        if (given.Find(SourceMember.Tolerance) is not { } text) return null;
        if (text.Text.Trim().Equals("off", StringComparison.OrdinalIgnoreCase)) return Timeout.InfiniteTimeSpan;
        if (TryRead(text.Text, 0, ToleranceSecondsMaximum, out var seconds)) return TimeSpan.FromSeconds(seconds);
        Fault(given, SourceMember.Tolerance,
            $"is {text}, which is neither a whole number from 0 to {ToleranceSecondsMaximum} nor off", "300");
        return null;
    }

    int? BodyLimit(SourceGiven given)
    {
        if (given.Find(SourceMember.BodyLimit) is not { } text) return null;
        if (!TryRead(text.Text, BodyLimitBytesMinimum, BodyLimitBytesMaximum, out var bytes))
            Fault(given, SourceMember.BodyLimit, $"is {text}, which is not a whole number from "
                + $"{BodyLimitBytesMinimum} to {BodyLimitBytesMaximum}", "1048576");
        else if (bytes > bodiesLimitBytes)
            Fault(given, SourceMember.BodyLimit, "is more than BODIES_LIMIT_BYTES, so such a body could never be taken",
                "1048576");
        return bytes;
    }

    IReadOnlyList<Secret> RetiredSecrets(SourceGiven given)
    {
        var texts = given.All(SourceMember.RetiredSecrets);
        if (texts.Count == 0) return [];
        var example = given.Example(SourceMember.RetiredSecrets, "the secret of before");
        var keys = given.IsOfEnvironment
            ? _keys.Read(given.Provider, texts[0], example)
            : _keys.ReadEach(given.Provider, texts, example);
        return keys?.Secrets ?? [];
    }

    /// <summary>One address, or a network whose address has nothing behind its prefix.</summary>
    IPNetwork? Network(SourceGiven source, Given given)
    {
        var text = given.Text.Trim();
        if (IPAddress.TryParse(text, out var address) && !text.Contains('/', StringComparison.Ordinal))
            return new(address, address.GetAddressBytes().Length * 8);
        if (IPNetwork.TryParse(text, out var network)
            && IPAddress.TryParse(text.Split('/')[0], out var start) && network.BaseAddress.Equals(start))
            return network;
        faults.Add(new(given.Place, $"names {given}, which is neither an address nor a network with all bits behind "
            + "its prefix zero", source.Example(SourceMember.AllowedIps, "10.0.0.0/8")));
        return null;
    }

    ApiAccess? Api(SourceGiven given, Keys keys, bool usesPostback)
    {
        if (SourceVariables.ApiOf(given.Provider) is not { } api) return null;
        var isSecretItself = api.SecretVariable == given.Provider.SecretVariable;
        var secret = !isSecretItself ? given.Find(SourceMember.ApiSecret)?.Text.Trim() ?? ""
            : keys.Count > 0 ? keys.Texts[0] : "";
        var id = given.Find(SourceMember.ApiId)?.Text.Trim() ?? "";
        var isComplete = secret.Length > 0 && (id.Length > 0 || api.IdVariable is null);
        if (isComplete) return new(id, secret);
        var isRequired = usesPostback || (api.StandsForKeys && keys.Count == 0) || (id + secret).Length > 0;
        foreach (var member in new[] { SourceMember.ApiId, SourceMember.ApiSecret })
        {
            if (!isRequired || SourceVariables.Of(given.Provider, member) is null) continue;
            if ((member == SourceMember.ApiId ? id : secret).Length == 0)
                Fault(given, member, $"is missing, and {given.Provider.DisplayName} has to be asked");
        }
        return null;
    }

    string Choice(SourceGiven given, string member, string first, string second)
    {
        if (given.Find(member) is not { } text) return first;
        var word = text.Text.Trim().ToLowerInvariant();
        if (word != first && word != second)
            Fault(given, member, $"is {text}, which is neither {first} nor {second}", first);
        return word;
    }

    void Fault(SourceGiven given, string member, string fault, string example = "…") =>
        faults.Add(new(given.PlaceOf(member), fault, given.Example(member, example)));

    static bool TryRead(string text, int minimum, int maximum, out int number) =>
        int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out number)
        && number >= minimum && number <= maximum;
}
