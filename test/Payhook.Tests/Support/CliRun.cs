using System.Text.Json;
using Payhook.Cli;

namespace Payhook.Tests.Support;

/// <summary>One run of the command line inside the process of the tests.</summary>
public sealed record CliRun(int Code, string Output, string Errors)
{
    public string[] Lines => Split(Output);

    public string[] ErrorLines => Split(Errors);

    /// <summary>The lines of an output that is JSON.</summary>
    public JsonElement[] Json => [.. Lines.Select(line => JsonDocument.Parse(line).RootElement)];

    public static async Task<CliRun> OfAsync(params string[] arguments)
    {
        using StringWriter output = new() { NewLine = "\n" }, errors = new() { NewLine = "\n" };
        var code = await CommandLine.RunAsync(arguments, output, errors);
        return new(code, output.ToString(), errors.ToString());
    }

    static string[] Split(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>
/// A working directory and an environment of a test's own, put back at its end. Only for tests of the collection that
/// runs alone.
/// </summary>
public sealed class OwnSurroundings : IDisposable
{
    readonly string _directoryBefore = Directory.GetCurrentDirectory();
    readonly Dictionary<string, string?> _before = [];

    public OwnSurroundings(params string[] variables)
    {
        foreach (var name in Settings.All.Select(s => s.Name).Concat(variables))
        {
            _before[name] = Environment.GetEnvironmentVariable(name);
            Environment.SetEnvironmentVariable(name, null);
        }
        Directory.SetCurrentDirectory(Folder);
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("payhook-cli-").FullName;

    public string Write(string name, ReadOnlySpan<byte> content)
    {
        var path = Path.Combine(Folder, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    public void Dispose()
    {
        Directory.SetCurrentDirectory(_directoryBefore);
        foreach (var (name, value) in _before) Environment.SetEnvironmentVariable(name, value);
        Directory.Delete(Folder, recursive: true);
    }
}
