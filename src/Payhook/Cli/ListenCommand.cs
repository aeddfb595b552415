using System.CommandLine;
using System.CommandLine.Parsing;
using System.Runtime.InteropServices;
using Payhook.Store;

namespace Payhook.Cli;

/// <summary>
/// <c>payhook listen</c>: live events to an application on a developer's machine, as the provider sent them.
/// </summary>
static class ListenCommand
{
    const string KeyVariable = "PAYHOOK_API_KEY";
    const int LimitEvents = 1_000_000;

    public const string Examples = """
          payhook listen --forward-to http://localhost:3000/hooks
          payhook listen --forward-to http://localhost:3000/hooks --only 'payment.*' --only 'refund.*'
          payhook listen --forward-to http://localhost:3000/hooks --from start --limit 10 --json
          PAYHOOK_API_KEY=phk_… payhook listen --server https://pay.example.com --forward-to http://localhost:3000

        On a terminal, r sends the last event again and q quits.
        """;

    /// <summary>The options of the verb.</summary>
    sealed class Options
    {
        public Option<string> ForwardTo { get; } = new("--forward-to")
        {
            Description = "The address of your application: nothing is sent anywhere else",
            Required = true,
        };
        public Option<string?> Server { get; } = new("--server")
        {
            Description = "The running Payhook (default: the listener of these settings, http://localhost:8000)",
        };
        public Option<string?> ApiKey { get; } = new("--api-key")
        {
            Description = $"A key with the scopes read and pii (default: {KeyVariable}, which other users of this "
                + "machine cannot see)",
        };
        public Option<string[]> Only { get; } = new("--only")
        {
            Description = "Only events of this type, * stands for any characters; may be given several times",
        };
        public Option<string?> Source { get; } = new("--source") { Description = "Only events of this source" };
        public Option<string> From { get; } = new("--from")
        {
            Description = "Where to begin: start, now, or a cursor",
            DefaultValueFactory = _ => "now",
        };
        public Option<bool> Retry { get; } = new("--retry")
        {
            Description = "While nobody answers at --forward-to, try the same event again instead of going on",
        };
        public Option<int?> Limit { get; } = new("--limit") { Description = "End after so many events" };
        public Option<bool> Json { get; } = new("--json") { Description = "One JSON line for each event" };
    }

    public static Command Create(TextWriter output, TextWriter errors)
    {
        var options = new Options();
        var command = new Command("listen", "Hand live events on to an application on this machine.")
        {
            options.ForwardTo, options.Server, options.ApiKey, options.Only, options.Source, options.From,
            options.Retry, options.Limit, options.Json,
        };
        command.Validators.Add(result => Validate(result, options));
        command.SetAction((parsed, cancellation) => RunAsync(parsed, options, output, errors, cancellation));
        return command;
    }

    static void Validate(CommandResult result, Options options)
    {
        foreach (var name in new[] { options.ForwardTo.Name, options.Server.Name })
        {
            if (Text(name) is { } url && !IsAddress(url))
                result.AddError($"{name} is an address such as http://localhost:3000/hooks, without a user in it");
        }
        if (Text(options.From.Name) is { } from && from is not ("start" or "now")
            && !FeedPosition.TryParse(from, out _))
            result.AddError("--from is start, now, or a cursor such as 0-1f");
        if (Text(options.Limit.Name) is { } limit && int.TryParse(limit, out var count)
            && count is < 1 or > LimitEvents)
            result.AddError($"--limit is from 1 to {LimitEvents}");
        if (Text(options.ApiKey.Name) is { } key && !IsKey(key)) result.AddError("--api-key is not a key");

        string? Text(string name) =>
            result.Children.OfType<OptionResult>().FirstOrDefault(o => o.Option.Name == name)?.Tokens is [var token]
                ? token.Value
                : null;
    }

    static async Task<int> RunAsync(
        ParseResult parsed, Options options, TextWriter output, TextWriter errors, CancellationToken cancellation)
    {
        var (listened, faults) = Read(parsed, options);
        if (listened is null) return await ServeCommand.TellAsync(errors, faults);
        var told = new ListenOutput(output, errors, parsed.GetValue(options.Json), TimeProvider.System);
        if (listened is { ApiKey: not null, Server.Scheme: "http", Server.IsLoopback: false })
            told.Tell($"anybody on the way to {listened.Server} can read the key and the events; use https");

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var interrupted = OnSignal(PosixSignal.SIGINT, stop);
        using var terminated = OnSignal(PosixSignal.SIGTERM, stop);
        using var server = new PayhookServer(listened);
        using var target = new LocalTarget(listened.ForwardTo, TimeProvider.System);
        using var run = new ListenRun(listened, server, target, told, TimeProvider.System);
        var keys = ListenKeys.AreThere(output) ? ListenKeys.WatchAsync(run, stop) : Task.CompletedTask;
        try
        {
            await run.RunAsync(stop.Token);
            told.Tell(run.Summary);
            return ExitCodes.Success;
        }
        catch (ServerRefusedException e)
        {
            told.Tell(e.Message);
            return ExitCodes.Failed;
        }
        catch (IOException e)
        {
            told.Tell($"{listened.Server} cannot be reached: {e.Message}. Is Payhook running there? "
                + "Start it with 'payhook', or name another one with --server.");
            return ExitCodes.Failed;
        }
        finally
        {
            await stop.CancelAsync();
            await keys;
        }
    }

    static (ListenOptions? Options, IReadOnlyList<SettingFault> Faults) Read(ParseResult parsed, Options options)
    {
        var server = parsed.GetValue(options.Server);
        if (server is null)
        {
            (server, var faults) = Settings.ReadLocalUrl();
            if (server is null) return (null, faults);
        }
        var key = parsed.GetValue(options.ApiKey);
        if (key is null)
        {
            try
            {
                key = Input.Variables()(KeyVariable);
            }
            catch (FormatException e)
            {
                return (null, [new(".env", e.Message, $"{KeyVariable}=phk_…")]);
            }
        }
        if (!string.IsNullOrEmpty(key) && !IsKey(key))
            return (null, [new(KeyVariable, "is not a key", $"{KeyVariable}=phk_…")]);
        return (new()
        {
            Server = new(server),
            ApiKey = string.IsNullOrEmpty(key) ? null : key,
            ForwardTo = new(parsed.GetRequiredValue(options.ForwardTo)),
            Only = parsed.GetValue(options.Only) ?? [],
            Source = parsed.GetValue(options.Source),
            From = parsed.GetValue(options.From)!,
            Retries = parsed.GetValue(options.Retry),
            LimitEvents = parsed.GetValue(options.Limit),
        }, []);
    }

    /// <summary>Ends the listening with its summary, and not the process in the middle of an event.</summary>
    static PosixSignalRegistration OnSignal(PosixSignal signal, CancellationTokenSource stop) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            stop.Cancel();
        });

    static bool IsAddress(string text) => Uri.TryCreate(text, UriKind.Absolute, out var url)
        && url.Scheme is "http" or "https" && url.UserInfo.Length == 0;

    /// <summary>Goes into a header, so that it holds neither a line end nor anything beyond ASCII.</summary>
    static bool IsKey(string text) => text.Length > 0 && text.All(c => c is > ' ' and <= '~');
}
