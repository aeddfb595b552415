using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using Payhook.Outside;
using Payhook.Providers;
using Payhook.Store;
using Spectre.Console;

namespace Payhook.Cli;

/// <summary>
/// <c>payhook doctor</c>: looks at everything the listener needs, changes nothing, and says what to do.
/// </summary>
static class DoctorCommand
{
    const int SecretBytesAdvised = 16;
    const int ClockDifferenceSecondsAdvised = 30;

    /// <summary>No clock is right that shows a time before this program was written.</summary>
    static readonly DateTimeOffset EarliestTime = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    enum Finding
    {
        Ok,
        Warning,
        Fault,
    }

    sealed record Check(string Name, Finding Finding, string Told);

    public static Command Create(TextWriter output, TextWriter errors)
    {
        var json = new Option<bool>("--json") { Description = "One JSON line for each check" };
        var command = new Command(
            "doctor", "Check settings, secret, store, port, clock and permissions; says what to do.") { json };
        command.SetAction((parsed, _) =>
        {
            var checks = Examine(TimeProvider.System).ToList();
            if (parsed.GetValue(json)) WriteJson(output, checks);
            else WriteTable(output, checks);
            var isFaulty = checks.Any(c => c.Finding == Finding.Fault);
            return Task.FromResult(isFaulty ? ExitCodes.Failed : ExitCodes.Success);
        });
        return command;
    }

    static IEnumerable<Check> Examine(TimeProvider time)
    {
        var (settings, faults) = Settings.ReadEnvironment();
        foreach (var fault in faults) yield return new("settings", Finding.Fault, fault.ToString());
        if (settings is null) yield break;
        yield return new("settings", Finding.Ok, "all valid");
        foreach (var warning in settings.Warnings) yield return new("settings", Finding.Warning, warning);
        yield return ExamineSecret(settings);
        foreach (var source in settings.Sources)
            yield return new("source", Finding.Ok, SourceText.Line(source));
        foreach (var destination in settings.Destinations)
            yield return new("destination", Finding.Ok, Line(destination.Destination));
        if (settings.PayPalCertificates is { } folder)
        {
            foreach (var fault in CertificateFolder.Read(folder).Faults)
                yield return new("certificates", Finding.Warning, $"{fault} (PAYPAL_CERTIFICATES)");
        }
        foreach (var check in ExamineStore(settings, time)) yield return check;
        yield return ExaminePort(settings);
        yield return time.GetUtcNow() < EarliestTime
            ? new("clock", Finding.Fault, $"shows {time.GetUtcNow():u}, which is past; run an NTP client")
            : new("clock", Finding.Ok, $"{time.GetUtcNow():u}");
        foreach (var check in ExamineFiles(settings)) yield return check;
    }

    static string Line(Destination destination) =>
        $"{destination.Name}: {DestinationWords.Sinks.Word(destination.Sink)} "
        + $"at {DestinationText.ShownUrl(destination)}, "
        + $"{DestinationWords.Bodies.Word(destination.Body)}, "
        + (destination.SigningSecrets.Count > 0 ? "signed" : "not signed");

    static Check ExamineSecret(Settings settings)
    {
        if (settings.UsesDefaultSecret)
            return new("secret", Finding.Warning,
                "the public default; set WEBHOOK_SECRET to the secret from the provider's dashboard");
        // Others make their keys themselves, or have a key that is no secret.
        var chosen = settings.Sources.Where(s => s.Provider.KeyForm == KeyForm.Text);
        var isShort = chosen.FirstOrDefault(s => s.Credentials.Secrets.Any(k => k.Bytes.Length < SecretBytesAdvised));
        return isShort is not null
            ? new("secret", Finding.Warning, $"one of {isShort.Name} is shorter than {SecretBytesAdvised} bytes; "
                + "make one: openssl rand -hex 32")
            : new("secret", Finding.Ok, $"{settings.Sources.Sum(s => s.SecretCount)} configured");
    }

    static IEnumerable<Check> ExamineStore(Settings settings, TimeProvider time)
    {
        var store = settings.Database.CreateStore(settings.CommitDeadline, time);
        StoreReport? report = null;
        string? fault = null;
        try
        {
            report = store.Examine();
        }
        catch (Exception e) when (e is StoreUnavailableException or StoreRefusedException)
        {
            fault = e.Message;
        }
        if (report is null)
        {
            yield return new("store", Finding.Fault, $"{fault} (DATABASE_URL)");
            yield break;
        }
        var schema = report.SchemaVersion == 0
            ? "no schema yet, made at the start"
            : $"schema version {report.SchemaVersion}";
        yield return new("store", Finding.Ok, $"{store.DisplayName}, engine {report.EngineVersion}, {schema}");
        foreach (var warning in report.Warnings) yield return new("store", Finding.Warning, warning);
        if (report.Clock is { } clock
            && Math.Abs((clock - time.GetUtcNow()).TotalSeconds) > ClockDifferenceSecondsAdvised)
            yield return new("clock", Finding.Warning,
                $"the database's clock shows {clock:u}; run an NTP client on both machines");
    }

    static Check ExaminePort(Settings settings)
    {
        try
        {
            foreach (var host in settings.Hosts)
            {
                using var listener = new TcpListener(host ?? IPAddress.Loopback, settings.Port);
                listener.Start();
            }
            return new("port", Finding.Ok, $"{settings.Port} is free");
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return new("port", Finding.Warning,
                $"{settings.Port} is in use, by a running Payhook or another program; to see: ss -ltnp");
        }
        catch (SocketException e)
        {
            return new("port", Finding.Fault, $"{settings.Port} cannot be listened on: {e.Message} (PORT, HOST)");
        }
    }

    static IEnumerable<Check> ExamineFiles(Settings settings)
    {
        if (OperatingSystem.IsWindows()) yield break;
        foreach (var file in settings.SecretFiles.Prepend(".env").Distinct().Where(File.Exists))
        {
            yield return !File.GetUnixFileMode(file).HasFlag(UnixFileMode.OtherRead)
                ? new("permissions", Finding.Ok, $"{file} is closed to others")
                : new("permissions", Finding.Warning,
                    $"everybody on this machine can read {file}; run: chmod 600 {file}");
        }
    }

    static void WriteTable(TextWriter output, List<Check> checks)
    {
        var table = new Table().Border(TableBorder.None).HideHeaders().AddColumns("check", "finding", "told");
        foreach (var check in checks)
        {
            var (word, colour) = check.Finding switch
            {
                Finding.Ok => ("ok", "green"),
                Finding.Warning => ("warning", "yellow"),
                _ => ("fault", "red"),
            };
            table.AddRow(new Text(check.Name), new Markup($"[{colour}]{word}[/]"), new Text(check.Told));
        }
        Tables.Console(output).Write(table);
    }

    static void WriteJson(TextWriter output, List<Check> checks)
    {
        foreach (var check in checks)
        {
            output.WriteLine(JsonLine.Of(json =>
            {
                json.WriteString("check", check.Name);
                json.WriteString("finding", check.Finding.ToString().ToLowerInvariant());
                json.WriteString("told", check.Told);
            }));
        }
    }
}
