using System.CommandLine;
using System.CommandLine.Parsing;

namespace Payhook.Cli;

/// <summary>
/// What was typed behind an option, for validators: they run where the command line is not found valid yet, and the
/// parser's own values must not be asked for then.
/// </summary>
static class Given
{
    public static string? Text(SymbolResult result, Option<string?> option) =>
        result.GetResult(option)?.Tokens is [var token, ..] ? token.Value : null;

    public static string? Text(SymbolResult result, Argument<string?> argument) =>
        result.GetResult(argument)?.Tokens is [var token, ..] ? token.Value : null;

    public static IReadOnlyList<string> Texts(SymbolResult result, Option<string[]> option) =>
        [.. (result.GetResult(option)?.Tokens ?? []).Select(t => t.Value)];
}
