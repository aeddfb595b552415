using System.CommandLine;
using System.Text;

namespace Payhook.Cli;

/// <summary><c>payhook password</c>: a hash for the settings, so that the password itself stands in no file.</summary>
static class PasswordCommand
{
    public const string Examples = """
          payhook password hash
          payhook password hash < password-file
        """;

    public static Command Create(TextWriter output, TextWriter errors)
    {
        var hash = new Command(
            "hash", "Read a password from standard input and print the value for ADMIN_PASSWORD_HASH.");
        hash.SetAction(async (_, cancellation) =>
        {
            var isTerminal = !Console.IsInputRedirected;
            if (isTerminal) await errors.WriteAsync("Password, which is not shown: ");
            var password = isTerminal ? ReadHidden() : await ReadPipedAsync(cancellation);
            if (isTerminal) await errors.WriteLineAsync();
            if (!AdminPassword.IsChoosable(password))
            {
                await errors.WriteLineAsync($"payhook: A password has {AdminPassword.Rule}.");
                return ExitCodes.Failed;
            }
            await output.WriteLineAsync(AdminPassword.Hash(password));
            return ExitCodes.Success;
        });
        return new("password", "Make a hash of the admin password, for ADMIN_PASSWORD_HASH.") { hash };
    }

    static string ReadHidden()
    {
        var password = new StringBuilder();
        while (Console.ReadKey(intercept: true) is var key && key.Key != ConsoleKey.Enter)
        {
            if (key.Key == ConsoleKey.Backspace) password.Length -= Math.Min(1, password.Length);
            else if (key.KeyChar != 0 && password.Length < AdminPassword.LimitBytes) password.Append(key.KeyChar);
        }
        return password.ToString();
    }

    /// <summary>The first line; more than a password may have is no password either.</summary>
    static async Task<string> ReadPipedAsync(CancellationToken cancellation)
    {
        var characters = new char[AdminPassword.LimitBytes + 2];
        var length = await Console.In.ReadBlockAsync(characters, cancellation);
        return new string(characters, 0, length).Split('\n')[0].TrimEnd('\r');
    }
}
