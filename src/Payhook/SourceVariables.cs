using Payhook.Providers;

namespace Payhook;

/// <summary>
/// The environment variables of each provider's one source, made by rule from what the provider says of itself, so that
/// a new provider has them all without a line here.
/// </summary>
static class SourceVariables
{
    /// <summary>The source that WEBHOOK_SECRET makes, as in the listener that came before.</summary>
    public const string DefaultSource = "razorpay";

    const string PayPal = "paypal";

    /// <summary>What other programs have no variable of: one of these without a source is a slip.</summary>
    public static IReadOnlyList<string> OursAlone { get; } =
    [
        SourceMember.RetiredSecrets, SourceMember.Tolerance, SourceMember.AllowedIps, SourceMember.BodyLimit,
        SourceMember.ByBody, SourceMember.Verify,
    ];

    /// <summary>Every variable of every provider.</summary>
    public static IReadOnlyList<Setting> All { get; } =
        [.. ProviderCatalog.All.SelectMany(SettingsOf).DistinctBy(s => s.Name)];

    /// <summary>The name that a provider's variables begin with, without the underscore behind it.</summary>
    public static string Prefix(Provider provider) => provider.Name.Replace('-', '_').ToUpperInvariant();

    /// <summary>What signs in to a provider's own interface, where it has to be asked.</summary>
    public static ProviderApi? ApiOf(Provider provider) => provider.Name switch
    {
        PayPal => new("PAYPAL_CLIENT_ID", "PAYPAL_CLIENT_SECRET", StandsForKeys: false),
        "plaid" => new("PLAID_CLIENT_ID", "PLAID_SECRET", StandsForKeys: true),
        "mollie-classic" => new(null, "MOLLIE_API_KEY", StandsForKeys: false),
        _ => null,
    };

    /// <summary>The variable of a member, or <see langword="null"/> where the provider has no such member.</summary>
    public static string? Of(Provider provider, string member) => member switch
    {
        SourceMember.Secret => provider.SecretVariable,
        SourceMember.SecretFile => provider.SecretVariable + "_FILE",
        SourceMember.ApiId => ApiOf(provider)?.IdVariable,
        SourceMember.ApiSecret => ApiOf(provider)?.SecretVariable is { } name && name != provider.SecretVariable
            ? name
            : null,
        SourceMember.Verify when provider.Name != PayPal => null,
        _ when member == provider.Parameter?.Name => provider.Parameter.Variable,
        _ => $"{Prefix(provider)}_{member.ToUpperInvariant()}",
    };

    /// <summary>The members that a provider has variables of, beside its secret.</summary>
    public static IEnumerable<string> MembersOf(Provider provider)
    {
        string?[] members =
        [
            provider.Parameter?.Name, SourceMember.RetiredSecrets, SourceMember.Tolerance, SourceMember.Environment,
            SourceMember.AllowedIps, SourceMember.BodyLimit, SourceMember.ByBody, SourceMember.ApiId,
            SourceMember.ApiSecret, SourceMember.Verify,
        ];
        return members.OfType<string>().Where(m => Of(provider, m) is not null);
    }

    static IEnumerable<Setting> SettingsOf(Provider provider) =>
    [
        new(Of(provider, SourceMember.Secret)!, "", $"The key of {provider.DisplayName}; makes a source.", true),
        new(Of(provider, SourceMember.SecretFile)!, "", $"A file to read {provider.SecretVariable} from instead."),
        .. MembersOf(provider).Select(m => new Setting(Of(provider, m)!, "", Sentence(provider, m),
            m is SourceMember.RetiredSecrets or SourceMember.ApiSecret)),
    ];

    static string Sentence(Provider provider, string member) => member switch
    {
        SourceMember.RetiredSecrets => "Secrets of before, which only explain a refusal.",
        SourceMember.Tolerance => "How far a signed time may be from the clock, in seconds from 0 to 86400, or off.",
        SourceMember.Environment => "live or sandbox; set to live, events of test mode need attention.",
        SourceMember.AllowedIps => "The addresses that may send, as addresses or networks, separated by commas.",
        SourceMember.BodyLimit => "The largest body taken, in bytes, from 1024 to 67108864.",
        SourceMember.ByBody => "true or false: recognised by the form of a body at the common address.",
        SourceMember.ApiId => "The client id for the provider's own interface.",
        SourceMember.ApiSecret => "The client secret for the provider's own interface.",
        SourceMember.Verify => "certificate or postback.",
        _ => provider.Parameter!.Sentence,
    };
}

/// <summary>The variables of what signs in to a provider's own interface.</summary>
/// <param name="IdVariable">The client id's, where there is one.</param>
/// <param name="SecretVariable">The client secret's or key's; may be the one that makes the source.</param>
/// <param name="StandsForKeys">True where keys are looked up there, so that none has to be configured.</param>
sealed record ProviderApi(string? IdVariable, string SecretVariable, bool StandsForKeys);
