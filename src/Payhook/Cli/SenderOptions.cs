using System.CommandLine;
using System.CommandLine.Parsing;
using Payhook.Providers;

namespace Payhook.Cli;

/// <summary>The options with which verify, sign and send are told which provider signs, and with what key.</summary>
sealed class SenderOptions
{
    readonly Option<string?> _provider = new("--provider");
    readonly Option<string[]> _secrets = new("--secret");
    readonly Option<string?> _secretFile = new("--secret-file") { Description = "A file to read the secret from" };
    readonly Option<string?> _parameter = new("--parameter")
    {
        Description = "What else the signature depends on, such as Square's notification URL",
    };

    readonly bool _isMany;

    /// <param name="isMany">True where several secrets make sense.</param>
    /// <param name="defaultProvider">The provider where none is given; none: it must be given.</param>
    public SenderOptions(bool isMany, string? defaultProvider)
    {
        DefaultProvider = defaultProvider;
        _provider.Description = "Who signs, such as stripe"
            + (defaultProvider is null ? "" : $" (default: {defaultProvider})");
        _secrets.Description = isMany
            ? "A secret; may be given several times (default: the provider's variable, such as STRIPE_WEBHOOK_SECRET)"
            : "The secret (default: WEBHOOK_SECRET for razorpay, else such as STRIPE_WEBHOOK_SECRET)";
        _isMany = isMany;
    }

    string? DefaultProvider { get; }

    public void AddTo(Command command)
    {
        command.Options.Add(_provider);
        command.Options.Add(_secrets);
        command.Options.Add(_secretFile);
        command.Options.Add(_parameter);
        command.Validators.Add(Validate);
    }

    public bool IsGiven(SymbolResult result) =>
        result.GetResult(_provider) is not null || result.GetResult(_secrets) is not null
        || result.GetResult(_secretFile) is not null || result.GetResult(_parameter) is not null;

    public bool IsProviderGiven(SymbolResult result) => result.GetResult(_provider) is not null;

    /// <summary>The provider; null where the name that was given is none's, which is told elsewhere.</summary>
    public Provider? FindProvider(SymbolResult result) => Find(Given.Text(result, _provider));

    /// <summary>The provider of a command line that was found valid.</summary>
    public Provider ProviderOf(ParseResult parsed) => Find(parsed.GetValue(_provider))!;

    /// <summary>The sender, or what is wrong with the settings it comes from.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="requiresKey">False where a sender without a key can make sense.</param>
    public (Credentials? Credentials, IReadOnlyList<SettingFault> Faults) Read(ParseResult parsed, bool requiresKey)
    {
        var provider = ProviderOf(parsed);
        Func<string, string?> variable;
        try
        {
            variable = Input.Variables();
        }
        catch (FormatException e)
        {
            return (null, [new(".env", e.Message, "WEBHOOK_SECRET='a secret'")]);
        }
        var given = NotEmpty(parsed.GetValue(_secrets) ?? []);
        var (keys, faults) = given.Count > 0 ? (KeysOf(provider, given), [])
            : parsed.GetValue(_secretFile) is { } file ? Input.KeysOfFile(provider, file)
            : Input.KeysOfSettings(provider, variable);
        if (faults.Count > 0 && (requiresKey || keys.Count > 0)) return (null, faults);

        var parameter = parsed.GetValue(_parameter);
        if (provider.Parameter is not { } known) return (new(keys), []);
        parameter ??= variable(known.Variable);
        if (known.IsRequired && string.IsNullOrEmpty(parameter))
            return (null, [new(known.Variable, $"is not set, nor --parameter given: {known.Sentence.TrimEnd('.')}",
                $"{known.Variable}=…")]);
        return (new(keys) { Parameter = parameter }, []);
    }

    void Validate(CommandResult result)
    {
        if (Given.Text(result, _provider) is { } name && ProviderCatalog.Find(name) is null)
            result.AddError($"there is no provider '{name}'; there are: {Names()}");
        if (FindProvider(result) is not { } provider) return;
        if (result.GetResult(_secrets) is not null && result.GetResult(_secretFile) is not null)
            result.AddError("--secret and --secret-file cannot both hold");
        var given = NotEmpty(Given.Texts(result, _secrets));
        if (!_isMany && given.Count > 1) result.AddError("--secret can be given once: one secret signs");
        if (KeysOf(provider, given).Count < given.Count)
            result.AddError("--secret is " + Input.WrongForm(provider));
        if (provider.Parameter is null && result.GetResult(_parameter) is not null)
            result.AddError($"{provider.DisplayName}'s signature depends on no --parameter");
    }

    Provider? Find(string? name) => (name ?? DefaultProvider) is { } known ? ProviderCatalog.Find(known) : null;

    /// <summary>An empty secret is none: scripts give one where a variable of theirs is not set.</summary>
    static List<string> NotEmpty(IReadOnlyList<string> secrets) => [.. secrets.Where(s => s.Length > 0)];

    static List<Secret> KeysOf(Provider provider, List<string> texts)
    {
        var keys = new List<Secret>();
        foreach (var text in texts)
        {
            if (provider.TryReadKey(text, out var key)) keys.Add(key!);
        }
        return keys;
    }

    static string Names() => string.Join(", ", ProviderCatalog.All.Select(p => p.Name));
}
