using System.Reflection;

namespace Payhook;

/// <summary>Which Payhook this is, in the log, on the terminal and in answers.</summary>
static class ProgramVersion
{
    public static string Text { get; } = typeof(ProgramVersion).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
