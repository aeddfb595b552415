using System.CommandLine;
using System.Text;
using System.Text.Json;
using Spectre.Console;

namespace Payhook.Cli;

/// <summary><c>payhook sources</c>: which senders are configured, and what each was told. Never a secret.</summary>
static class SourcesCommand
{
    const int ParameterLimitChars = 80;

    public const string Examples = """
          payhook sources
          payhook sources --json | jq -r .address
        """;

    public static Command Create(TextWriter output, TextWriter errors)
    {
        var json = new Option<bool>("--json") { Description = "One JSON line for each source" };
        var command = new Command(
            "sources", "List the configured senders: address, secrets, rules and where they were set.") { json };
        command.SetAction(async (parsed, _) =>
        {
            var (settings, faults) = Settings.ReadEnvironment();
            if (settings is null) return await ServeCommand.TellAsync(errors, faults);
            foreach (var warning in settings.Warnings) await errors.WriteLineAsync($"payhook: warning: {warning}");
            if (parsed.GetValue(json)) WriteJson(output, settings.Sources);
            else WriteTable(output, settings.Sources);
            return ExitCodes.Success;
        });
        return command;
    }

    /// <summary>One source in one line.</summary>
    public static string Line(Source source)
    {
        var line = new StringBuilder($"{source.Name}: {source.Provider.DisplayName} at {source.Path}, ");
        line.Append($"{source.SecretCount} {(source.SecretCount == 1 ? "secret" : "secrets")}, ");
        if (Parameter(source) is { } parameter) line.Append($"{parameter}, ");
        if (source.Credentials.IsSandbox) line.Append("sandbox, ");
        return line.Append($"tolerance {Tolerance(source)}, from {source.Origin}").ToString();
    }

    static void WriteTable(TextWriter output, IReadOnlyList<Source> sources)
    {
        string[] titles =
            ["name", "provider", "address", "secrets", "parameter", "tolerance", "environment", "from"];
        var table = new Table().Border(TableBorder.Simple).AddColumns(titles);
        foreach (var source in sources)
        {
            var secrets = source.RetiredSecrets.Count == 0
                ? $"{source.SecretCount}"
                : $"{source.SecretCount} + {source.RetiredSecrets.Count} retired";
            string[] cells =
            [
                source.Name, source.Provider.DisplayName, source.Path, secrets, Parameter(source) ?? "-",
                Tolerance(source), Environment(source), source.Origin,
            ];
            table.AddRow(cells.Select(c => new Text(c)));
        }
        Tables.Console(output).Write(table);
    }

    static void WriteJson(TextWriter output, IReadOnlyList<Source> sources)
    {
        foreach (var source in sources)
        {
            using var buffer = new MemoryStream();
            using (var json = new Utf8JsonWriter(buffer, new() { Encoder = JsonText.Encoder }))
            {
                json.WriteStartObject();
                json.WriteString("name", source.Name);
                json.WriteString("provider", source.Provider.Name);
                json.WriteString("address", source.Path);
                json.WriteNumber("secrets", source.SecretCount);
                json.WriteNumber("retired_secrets", source.RetiredSecrets.Count);
                json.WriteString("parameter", Parameter(source));
                json.WriteString("tolerance", Tolerance(source));
                json.WriteString("environment", Environment(source));
                json.WriteStartArray("allowed_ips");
                foreach (var network in source.AllowedNetworks) json.WriteStringValue(network.ToString());
                json.WriteEndArray();
                if (source.BodyLimitBytes is { } bytes) json.WriteNumber("body_limit_bytes", bytes);
                json.WriteBoolean("by_body", source.IsRecognisedByBody);
                json.WriteString("origin", source.Origin);
                json.WriteEndObject();
            }
            output.WriteLine(Encoding.UTF8.GetString(buffer.ToArray()));
        }
    }

    static string Environment(Source source) => source.Credentials.IsSandbox ? "sandbox" : "live";

    static string Tolerance(Source source) => (source.Credentials.Tolerance ?? source.Provider.DefaultTolerance) switch
    {
        null => "none",
        { } tolerance when tolerance == Timeout.InfiniteTimeSpan => "off",
        { } tolerance => $"{tolerance.TotalSeconds} s",
    };

    /// <summary>
    /// The parameter as it may be shown: an address can hold a password or a token, and a long text is cut.
    /// </summary>
    static string? Parameter(Source source)
    {
        if (source.Credentials.Parameter is not { } text) return null;
        var end = text.IndexOf('?');
        var shown = end < 0 ? text : text[..end] + "?***";
        var start = shown.IndexOf("://", StringComparison.Ordinal) + 3;
        var path = start < 3 ? -1 : shown.IndexOf('/', start);
        var at = start < 3 ? -1 : shown.AsSpan(0, path < 0 ? shown.Length : path).LastIndexOf('@');
        if (at >= start) shown = $"{shown[..start]}***{shown[at..]}";
        shown = new string([.. shown.Take(ParameterLimitChars).Select(c => char.IsControl(c) ? '?' : c)]);
        return $"{source.Provider.Parameter!.Name} {shown}";
    }
}
