using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Payhook.Mock;
using Payhook.Providers;
using Spectre.Console;

namespace Payhook.Cli;

/// <summary>
/// <c>payhook send</c>: signs events as the provider would and posts them, to see what the listener answers.
/// </summary>
static class SendCommand
{
    const int TimesLimit = 100_000;
    const int BurstDefault = 1000;
    const string FirstProvider = "razorpay";

    public const string Examples = """
          payhook send --mock captured
          payhook send --mock captured --times 2     the second is a duplicate
          payhook send --mock captured --tamper      a forgery, refused with 403
          payhook send --provider stripe --scenario lifecycle --secret whsec_test
          payhook send --scenario burst --count 5000
          payhook send event.json --url https://pay.example.com/webhook/payments
        """;

    /// <summary>The options of the verb.</summary>
    sealed class Options
    {
        public Argument<string?> File { get; } = new("FILE")
        {
            Description = "The body to send; - reads standard input",
            Arity = ArgumentArity.ZeroOrOne,
        };
        public Option<string?> Mock { get; } = new("--mock")
        {
            Description = $"A mock event: {string.Join(", ", MockPayloads.NamesOf(FirstProvider))}",
        };
        public Option<bool> List { get; } = new("--list") { Description = "Show the mock events that there are" };
        public Option<string?> Scenario { get; } = new("--scenario")
        {
            Description = $"Several events in turn: {string.Join(", ", Scenarios.Names)}",
        };
        public Option<int> Count { get; } = WholeNumber("--count", BurstDefault, "Events of a burst");
        public SenderOptions Sender { get; } = new(isMany: false, FirstProvider);
        public Option<string?> Url { get; } = new("--url")
        {
            Description = "Where to (default: the listener of these settings, /webhook/payments for razorpay, "
                + "else /webhook/PROVIDER)",
        };
        public Option<string?> Source { get; } = new("--source") { Description = "Where to: /webhook/NAME" };
        public Option<int> Times { get; } = WholeNumber("--times", 1, "How often");
        public Option<bool> Unique { get; } = new("--unique") { Description = "Give the mock event ids of its own" };
        public Option<bool> Tamper { get; } = new("--tamper")
        {
            Description = "Change the body after signing: must be refused",
        };
        public Option<string[]> Header { get; } = new("--header") { Description = "A further header, 'Name: value'" };
        public Option<string?> Certificates { get; } = new("--certificates")
        {
            Description = "The folder of certificates made for tests, for a provider that signs with some",
        };
        public Option<bool> Json { get; } = new("--json") { Description = "One JSON line for each answer" };
    }

    public static Command Create(TextWriter output, TextWriter errors)
    {
        var options = new Options();
        var command = new Command("send", "Sign an event and post it; prints the status and the answer.")
        {
            options.File, options.Mock, options.List, options.Scenario, options.Count, options.Url, options.Source,
            options.Times, options.Unique, options.Tamper, options.Header, options.Certificates, options.Json,
        };
        options.Sender.AddTo(command);
        command.Validators.Add(result => Validate(result, options));
        command.SetAction(async (parsed, cancellation) =>
        {
            if (parsed.GetValue(options.List)) return WriteList(output);
            var (credentials, faults) = options.Sender.Read(parsed, requiresKey: true);
            if (credentials is null) return await ServeCommand.TellAsync(errors, faults);
            var (local, localFaults) = Settings.ReadLocalUrl();
            if (local is null) return await ServeCommand.TellAsync(errors, localFaults);
            var signer = new Signer(
                options.Sender.ProviderOf(parsed), credentials, parsed.GetValue(options.Certificates));
            var more = (parsed.GetValue(options.Header) ?? []).Select(HeaderLine.Split).ToArray();
            try
            {
                using var poster = new Poster(Target(parsed, options, local), more);
                var areAllGood = parsed.GetValue(options.Scenario) is { } scenario
                    ? await PlayAsync(scenario, parsed, options, signer, poster, output, cancellation)
                    : await SendAsync(parsed, options, signer, poster, output, cancellation);
                return areAllGood ? ExitCodes.Success : ExitCodes.Failed;
            }
            catch (Exception e) when (e is IOException or HttpRequestException or TaskCanceledException)
            {
                await errors.WriteLineAsync($"payhook: {e.Message}");
                return ExitCodes.Failed;
            }
        });
        return command;
    }

    /// <returns>True where every answer was a success.</returns>
    static async Task<bool> SendAsync(
        ParseResult parsed, Options options, Signer signer, Poster poster, TextWriter output,
        CancellationToken cancellation)
    {
        var body = parsed.GetValue(options.Mock) is { } name
            ? MockPayloads.Find(signer.Provider.Name, name)!
            : await Input.ReadBodyAsync(parsed.GetValue(options.File)!, cancellation);
        if (parsed.GetValue(options.Unique)) body = MockPayloads.WithIds(body, MockPayloads.FreshEnd());
        var now = TimeProvider.System.GetUtcNow();
        var signed = signer.Sign(body, now) ?? throw new IOException(signer.Fault);
        if (parsed.GetValue(options.Tamper))
            signed = Tampering.Change(signer, signed, now)
                ?? throw new IOException($"no change of this body can be seen from {signer.Provider.DisplayName}'s "
                    + "signature");
        var areAllAccepted = true;
        for (var i = 0; i < parsed.GetValue(options.Times); i++)
        {
            var (status, answer) = await poster.PostAsync(signed, cancellation);
            areAllAccepted &= status is >= 200 and <= 299;
            await output.WriteLineAsync(parsed.GetValue(options.Json)
                ? JsonLine.Of(json =>
                {
                    json.WriteNumber("status", status);
                    json.WriteString("answer", answer);
                })
                : $"{status} {answer}");
        }
        return areAllAccepted;
    }

    /// <returns>True where every answer was as the scenario expects.</returns>
    static async Task<bool> PlayAsync(
        string scenario, ParseResult parsed, Options options, Signer signer, Poster poster, TextWriter output,
        CancellationToken cancellation)
    {
        var asJson = parsed.GetValue(options.Json);
        var time = TimeProvider.System;
        if (Scenarios.Step(signer, "captured", MockPayloads.FreshEnd(), time.GetUtcNow()) is null)
            throw new IOException(signer.Fault);
        if (scenario == Scenarios.Burst)
            return await new BurstRun(signer, poster, output, asJson, time)
                .RunAsync(parsed.GetValue(options.Count), cancellation);
        var steps = Scenarios.Steps(scenario, signer, time.GetUtcNow());
        if (steps.Count == 0) throw new IOException(signer.Fault);
        return await new ScenarioRun(scenario, signer, poster, output, asJson).RunAsync(steps, cancellation);
    }

    static Uri Target(ParseResult parsed, Options options, string local)
    {
        if (parsed.GetValue(options.Url) is { } url) return new(url);
        var provider = options.Sender.ProviderOf(parsed).Name;
        var name = parsed.GetValue(options.Source) ?? (provider == FirstProvider ? "payments" : provider);
        return new($"{local}/webhook/{Uri.EscapeDataString(name)}");
    }

    static int WriteList(TextWriter output)
    {
        var table = new Table().Border(TableBorder.None).AddColumns("provider", "mock events");
        foreach (var provider in MockPayloads.Providers())
            table.AddRow(provider.Name, string.Join(", ", MockPayloads.NamesOf(provider.Name)));
        Tables.Console(output).Write(table);
        return ExitCodes.Success;
    }

    static void Validate(CommandResult result, Options options)
    {
        foreach (var line in Given.Texts(result, options.Header))
        {
            if (!HeaderLine.IsOne(line)) result.AddError("--header must be 'Name: value'");
        }
        if (Given.Text(result, options.Url) is { } address && !IsHttp(address))
            result.AddError($"--url '{address}' is no http(s) address");
        if (Given.Text(result, options.Url) is not null && Given.Text(result, options.Source) is not null)
            result.AddError("--url and --source cannot both hold");
        if (result.GetValue(options.List) || options.Sender.FindProvider(result) is not { } provider) return;

        string?[] ways =
            [Given.Text(result, options.File), Given.Text(result, options.Mock), Given.Text(result, options.Scenario)];
        if (ways.Count(way => way is not null) != 1)
            result.AddError("send needs one of FILE, --mock NAME, --scenario NAME");
        if (Given.Text(result, options.Mock) is { } name && MockPayloads.Find(provider.Name, name) is null)
            result.AddError(NoMock(provider, name));
        if (result.GetValue(options.Unique) && Given.Text(result, options.Mock) is null)
            result.AddError("--unique goes with --mock; a scenario has ids of its own anyway");
        if (Given.Text(result, options.Scenario) is not { } scenario) return;
        if (Scenarios.Fault(scenario, provider) is { } fault) result.AddError(fault);
        if (result.GetValue(options.Tamper) || result.GetResult(options.Times) is { Implicit: false })
            result.AddError("--scenario goes with neither --tamper nor --times");
    }

    static string NoMock(Provider provider, string name) => MockPayloads.NamesOf(provider.Name) is [_, ..] names
        ? $"there is no mock event '{name}'; there are: {string.Join(", ", names)}"
        : $"there are no mock events of {provider.DisplayName}; see: payhook send --list";

    static Option<int> WholeNumber(string name, int byDefault, string what) => new(name)
    {
        Description = $"{what}, 1 to {TimesLimit}",
        DefaultValueFactory = _ => byDefault,
        CustomParser = result =>
        {
            var text = result.Tokens is [{ Value: var value }] ? value : "";
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && number is >= 1 and <= TimesLimit) return number;
            result.AddError($"{name} must be a whole number from 1 to {TimesLimit}");
            return byDefault;
        },
    };

    static bool IsHttp(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";
}
