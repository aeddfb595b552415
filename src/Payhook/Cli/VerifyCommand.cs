using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Payhook.Cli;

/// <summary>
/// <c>payhook verify</c>: checks a captured request, or a whole file of signatures, as the listener would.
/// </summary>
static class VerifyCommand
{
    const long ToleranceLimitSeconds = 366L * 24 * 60 * 60;

    public const string Examples = """
          payhook verify --provider stripe --header 'Stripe-Signature: t=…,v1=…' body.json
          payhook verify --provider razorpay --raw captured-request.http
          payhook verify --provider square --parameter https://pay.example.com/square --header '…' body.json
          payhook verify --vectors vectors.json
        """;

    /// <summary>The options of a captured request.</summary>
    sealed class Options
    {
        public Argument<string?> File { get; } = new("FILE")
        {
            Description = "The body, byte for byte; - reads standard input",
            Arity = ArgumentArity.ZeroOrOne,
        };
        public Option<string?> Vectors { get; } = new("--vectors")
        {
            Description = "A JSON file of signatures to check",
        };
        public SenderOptions Sender { get; } = new(isMany: true, defaultProvider: null);
        public Option<string[]> Header { get; } = new("--header") { Description = "A header, 'Name: value'" };
        public Option<string?> Query { get; } = new("--query") { Description = "The query of the URL" };
        public Option<bool> Raw { get; } = new("--raw")
        {
            Description = "FILE is the whole request: start line, headers, empty line, body",
        };
        public Option<DateTimeOffset?> At { get; } = new("--at")
        {
            Description = "When it came in: Unix seconds or RFC 3339 (default: now)",
            CustomParser = ReadMoment,
        };
        public Option<TimeSpan?> Tolerance { get; } = new("--tolerance")
        {
            Description = "How far a signed time may be from that, in seconds, or off (default: the provider's)",
            CustomParser = ReadTolerance,
        };
        public Option<bool> Sandbox { get; } = new("--sandbox") { Description = "It comes from the sandbox" };
        public Option<string?> Certificates { get; } = new("--certificates")
        {
            Description = "A folder of saved certificates and keys, for what would have to be fetched",
        };
        public Option<bool> Json { get; } = new("--json") { Description = "One JSON line" };
    }

    public static Command Create(TextWriter output, TextWriter errors)
    {
        var options = new Options();
        var command = new Command("verify", "Check the signature of a captured request, or of a file of them.")
        {
            options.File, options.Vectors, options.Header, options.Query, options.Raw, options.At, options.Tolerance,
            options.Sandbox, options.Certificates, options.Json,
        };
        options.Sender.AddTo(command);
        command.Validators.Add(result => Validate(result, options));
        command.SetAction(async (parsed, cancellation) =>
        {
            try
            {
                return parsed.GetValue(options.Vectors) is { } vectors
                    ? await VectorFile.CheckAsync(vectors, output, errors, cancellation)
                    : await ExamineAsync(parsed, options, output, errors, cancellation);
            }
            catch (IOException e)
            {
                await errors.WriteLineAsync($"payhook: {e.Message}");
                return ExitCodes.Failed;
            }
        });
        return command;
    }

    static async Task<int> ExamineAsync(
        ParseResult parsed, Options options, TextWriter output, TextWriter errors, CancellationToken cancellation)
    {
        var folder = parsed.GetValue(options.Certificates);
        var (credentials, faults) = options.Sender.Read(parsed, requiresKey: folder is null);
        if (credentials is null) return await ServeCommand.TellAsync(errors, faults);
        var request = await CaptureAsync(parsed, options, cancellation);
        if (request.Warning is { } warning) await errors.WriteLineAsync($"payhook: {warning}");

        var provider = options.Sender.ProviderOf(parsed);
        var source = new Source(provider.Name, provider, new(credentials.Secrets)
        {
            Parameter = credentials.Parameter,
            Tolerance = parsed.GetValue(options.Tolerance),
            IsSandbox = parsed.GetValue(options.Sandbox),
        });
        var at = parsed.GetValue(options.At) ?? TimeProvider.System.GetUtcNow();
        var examination = Examination.Of(request, source, at, folder);
        if (parsed.GetValue(options.Json)) await output.WriteLineAsync(examination.ToJson());
        else examination.WriteTable(output);
        return examination.Verification.IsVerified ? ExitCodes.Success : ExitCodes.Failed;
    }

    static async Task<CapturedRequest> CaptureAsync(
        ParseResult parsed, Options options, CancellationToken cancellation)
    {
        var path = parsed.GetValue(options.File)!;
        var bytes = await Input.ReadBodyAsync(path, cancellation);
        var more = (parsed.GetValue(options.Header) ?? []).Select(HeaderLine.Split).ToArray();
        if (!parsed.GetValue(options.Raw)) return new(more, parsed.GetValue(options.Query) ?? "", bytes);
        try
        {
            var raw = CapturedRequest.Parse(bytes);
            return new([.. raw.Headers, .. more], parsed.GetValue(options.Query) ?? raw.Query, raw.Body, raw.Warning);
        }
        catch (FormatException e)
        {
            throw new IOException($"{path} {e.Message}", e);
        }
    }

    static void Validate(CommandResult result, Options options)
    {
        var hasFile = Given.Text(result, options.File) is not null;
        if (Given.Text(result, options.Vectors) is not null)
        {
            if (hasFile || options.Sender.IsGiven(result)) result.AddError("--vectors goes with no FILE and no sender");
            return;
        }
        if (!hasFile) result.AddError("verify needs a FILE, or --vectors FILE");
        if (!options.Sender.IsProviderGiven(result)) result.AddError("verify needs --provider NAME");
        foreach (var line in Given.Texts(result, options.Header))
        {
            if (!HeaderLine.IsOne(line)) result.AddError("--header must be 'Name: value'");
        }
    }

    static DateTimeOffset? ReadMoment(ArgumentResult result)
    {
        var text = result.Tokens is [{ Value: var value }] ? value : "";
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds())
            return DateTimeOffset.FromUnixTimeSeconds(seconds);
        const DateTimeStyles style = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (text.Contains('T', StringComparison.Ordinal)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, style, out var moment)) return moment;
        result.AddError("--at must be Unix seconds or a time such as 2026-01-31T12:00:00Z");
        return null;
    }

    static TimeSpan? ReadTolerance(ArgumentResult result)
    {
        var text = result.Tokens is [{ Value: var value }] ? value : "";
        if (text == "off") return Timeout.InfiniteTimeSpan;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && seconds <= ToleranceLimitSeconds) return TimeSpan.FromSeconds(seconds);
        result.AddError($"--tolerance must be off or a whole number of seconds up to {ToleranceLimitSeconds}");
        return null;
    }
}
