using System.CommandLine;
using System.Text;
using Payhook.Reference;

namespace Payhook.Cli;

/// <summary><c>payhook openapi</c>: the interface described, without a listener, such as for a generator.</summary>
static class OpenApiCommand
{
    public static Command Create(TextWriter output, TextWriter errors)
    {
        _ = errors; // every verb is made alike, and this one cannot fail
        var command = new Command("openapi", "Print the description of the HTTP interface, as OpenAPI 3.1.");
        command.SetAction(async (_, _) =>
        {
            await output.WriteAsync(Encoding.UTF8.GetString(ApiDocument.Write()));
            return ExitCodes.Success;
        });
        return command;
    }
}
