using System.CommandLine;
using System.Text;
using System.Text.Json;
using Spectre.Console;

namespace Payhook.Cli;

/// <summary><c>payhook sources</c>: which senders are configured, and what each was told. Never a secret.</summary>
static class SourcesCommand
{
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
                source.Name, source.Provider.DisplayName, source.Path, secrets, SourceText.Parameter(source) ?? "-",
                SourceText.Tolerance(source), SourceText.Environment(source), source.Origin,
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
                json.WriteString("parameter", SourceText.Parameter(source));
                json.WriteString("tolerance", SourceText.Tolerance(source));
                json.WriteString("environment", SourceText.Environment(source));
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
}
