using Payhook.Cli;

[assembly: AssemblyFixture(typeof(Payhook.Tests.Support.StartedProgram))]

namespace Payhook.Tests.Support;

/// <summary>
/// The program's own start, once before all tests: what it sets up for the whole process, Ed25519, is there because the
/// program does so, and not because a test did.
/// </summary>
public sealed class StartedProgram : IAsyncLifetime
{
    public async ValueTask InitializeAsync() =>
        await CommandLine.RunAsync(["--version"], TextWriter.Null, TextWriter.Null);

    public ValueTask DisposeAsync() => default;
}
