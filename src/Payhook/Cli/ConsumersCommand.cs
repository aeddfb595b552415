using System.CommandLine;
using Payhook.Query;
using Payhook.Store;
using Spectre.Console;

namespace Payhook.Cli;

/// <summary><c>payhook consumers</c>: who pulls events, and who of them has fallen behind.</summary>
static class ConsumersCommand
{
    public static Command Create(TextWriter output, TextWriter errors)
    {
        var json = new Option<bool>("--json") { Description = "One JSON line for each consumer" };
        var command = new Command("consumers", "Show who pulls events by a name, and how far each is.") { json };
        command.SetAction((parsed, cancellation) => OpenedStore.WithAsync(errors, async (_, store) =>
        {
            var found = await store.Consumers.All(cancellation).ToListAsync(cancellation);
            if (parsed.GetValue(json))
            {
                foreach (var lag in found)
                    await output.WriteLineAsync(JsonLine.Whole(j => ConsumerJson.Write(j, lag)));
            }
            else if (found.Count == 0) await output.WriteLineAsync("There is no consumer.");
            else
            {
                var table = Tables.Plain("name", "cursor", "acknowledged", "behind", "since");
                foreach (var (consumer, behind, since) in found)
                {
                    table.AddRow(Tables.Texts(consumer.Name, $"{consumer.Cursor}",
                        consumer.AcknowledgedAt is { } at ? JsonText.Moment(at) : "never",
                        behind < ConsumerLag.CountLimitEvents ? $"{behind}" : $"{behind} or more",
                        since is { } first ? JsonText.Moment(first) : "-"));
                }
                Tables.Console(output).Write(table);
            }
            return ExitCodes.Success;
        }));
        return command;
    }
}
