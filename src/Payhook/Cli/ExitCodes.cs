namespace Payhook.Cli;

/// <summary>What the program's exit code tells a script.</summary>
static class ExitCodes
{
    public const int Success = 0;

    /// <summary>The command ran, and the answer is no: a send was refused, a check failed.</summary>
    public const int Failed = 1;

    /// <summary>The command line could not be understood.</summary>
    public const int Usage = 2;

    /// <summary>The database or the port cannot be had.</summary>
    public const int Unavailable = 69;

    /// <summary>A setting is wrong.</summary>
    public const int Settings = 78;
}
