using System.CommandLine;
using Payhook.Ops;
using Payhook.Outside;
using Payhook.Store;

namespace Payhook.Cli;

/// <summary><c>payhook serve</c>: the listener, from its settings to its exit code.</summary>
static class ServeCommand
{
    public static Command Create(TextWriter output, TextWriter errors)
    {
        var command = new Command(
            "serve", "Start the listener (the default). Settings come from the environment and .env.");
        command.SetAction((_, cancellation) => RunAsync(output, errors, cancellation));
        return command;
    }

    public static async Task<int> RunAsync(TextWriter output, TextWriter errors, CancellationToken cancellation)
    {
        var (settings, faults) = Settings.ReadEnvironment();
        if (settings is null) return await TellAsync(errors, faults);

        var isTerminal = !Console.IsOutputRedirected;
        using var lines = new LogOutput(Console.OpenStandardOutput(), settings.LogsJson ?? !isTerminal);
        var time = TimeProvider.System;
        await using var store = settings.Database.CreateStore(settings.CommitDeadline, time);
        try
        {
            await OpenAsync(store, settings, lines, time, cancellation);
            await using var app = PayhookApp.Build(settings, store, lines, time);
            await app.StartAsync(cancellation);
            var signIn = await FirstSignIn.FindAsync(settings, store, app.Urls, time.GetUtcNow(), cancellation);
            if (isTerminal && !lines.IsJson) await Banner.WriteAsync(output, settings, store, app.Urls, signIn);
            else LogStart(lines, time, settings, store, app.Urls, signIn);
            if (settings.UsesDefaultSecret) LogDefaultSecret(lines, time);
            var unread = app.Services.GetRequiredService<Lookups>().Faults.Select(f => $"PAYPAL_CERTIFICATES: {f}");
            foreach (var warning in settings.Warnings.Concat(unread))
                new LogLine(lines, time.GetUtcNow(), LogLevel.Warning, warning).Write();
            await app.WaitForShutdownAsync(cancellation);
            if (lines.DroppedLines > 0)
                await errors.WriteLineAsync(
                    $"payhook: {lines.DroppedLines} log lines were lost, standard output was not read");
            return ExitCodes.Success;
        }
        catch (StoreRefusedException e)
        {
            await errors.WriteLineAsync($"payhook: DATABASE_URL: {e.Message} Example: {DatabaseUrl.Example}");
            return ExitCodes.Settings;
        }
        catch (StoreUnavailableException e)
        {
            await errors.WriteLineAsync(
                $"payhook: DATABASE_URL: {e.Message} "
                + $"Waited {settings.DatabaseWait.TotalSeconds} s (DATABASE_WAIT_SECONDS).");
            return ExitCodes.Unavailable;
        }
        catch (IOException e)
        {
            await errors.WriteLineAsync(
                $"payhook: PORT or HOST: cannot listen on port {settings.Port}: {e.Message} Example: PORT=8001");
            return ExitCodes.Unavailable;
        }
    }

    /// <summary>One line a fault: the variable, what is wrong with it, and an example.</summary>
    public static async Task<int> TellAsync(TextWriter errors, IReadOnlyList<SettingFault> faults)
    {
        foreach (var fault in faults) await errors.WriteLineAsync($"payhook: {fault}");
        return ExitCodes.Settings;
    }

    /// <summary>A database that starts together with its listener may take a moment longer.</summary>
    static async Task OpenAsync(
        IEventStore store, Settings settings, LogOutput lines, TimeProvider time, CancellationToken cancellation)
    {
        var startedAt = time.GetTimestamp();
        while (true)
        {
            try
            {
                store.Open();
                return;
            }
            catch (StoreUnavailableException e) when (time.GetElapsedTime(startedAt) < settings.DatabaseWait)
            {
                new LogLine(lines, time.GetUtcNow(), LogLevel.Warning, "waiting for the database")
                    .Add("fault", e.Message)
                    .Write();
                await Task.Delay(TimeSpan.FromSeconds(1), time, cancellation);
            }
        }
    }

    static void LogStart(
        LogOutput lines, TimeProvider time, Settings settings, IEventStore store, ICollection<string> urls,
        FirstSignIn signIn)
    {
        new LogLine(lines, time.GetUtcNow(), LogLevel.Information, "listening")
            .Add("version", ProgramVersion.Text)
            .Add("urls", string.Join(' ', urls))
            .Add("store", store.DisplayName)
            .Add("sources", string.Join(' ', settings.Sources.Select(s => s.Name)))
            .Add("webhook_secrets", settings.Sources.Sum(s => s.SecretCount))
            .Add("api_keys", settings.ApiKeys.Count)
            .Add("body_limit_bytes", settings.BodyLimitBytes)
            .Add("commit_deadline_seconds", settings.CommitDeadline.TotalSeconds)
            .Write();
        // No link: whoever reads logs is not who may administer.
        new LogLine(lines, time.GetUtcNow(), LogLevel.Information, "dashboard")
            .Add("url", signIn.Url)
            .Add("sign_in", signIn.NeedsLink ? "run: payhook sign-in-link" : null)
            .Write();
    }

    static void LogDefaultSecret(LogOutput lines, TimeProvider time) =>
        new LogLine(lines, time.GetUtcNow(), LogLevel.Warning, Settings.DefaultSecretWarning).Write();
}
