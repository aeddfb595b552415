using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Payhook.Providers;

namespace Payhook.Cli;

/// <summary>The verbs of <c>payhook</c>. A new one is one file and one line here.</summary>
static class CommandLine
{
    const string Description =
        "The front door for payment webhooks: verifies them, stores them so that nothing is lost, "
        + "answers in milliseconds.";

    const string Examples = """
          payhook                                  start the listener on http://localhost:8000
          payhook send --mock captured             sign a mock event and post it
          payhook sign event.json --header         the header for curl -H
          payhook listen --forward-to URL          hand live events on to an application on this machine
          payhook verify --provider stripe …       check a captured request, and say why it was refused
          payhook sources                          the senders that are configured, and their addresses
          payhook doctor                           check settings, store, port, clock and permissions

        Settings come from the environment and a .env file: WEBHOOK_SECRET, DATABASE_URL, PORT, HOST, API_KEYS, …
        Exit codes: 0 done, 1 failed, 2 wrong usage, 69 database or port not to be had, 78 wrong setting.
        """;

    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter errors)
    {
        Ed25519.Use();
        var root = new RootCommand(Description);
        root.Add(ServeCommand.Create(output, errors));
        root.Add(SignCommand.Create(output, errors));
        root.Add(SendCommand.Create(output, errors));
        root.Add(ListenCommand.Create(output, errors));
        root.Add(VerifyCommand.Create(output, errors));
        root.Add(SourcesCommand.Create(output, errors));
        root.Add(RejectionsCommand.Create(output, errors));
        root.Add(AttentionCommand.Create(output, errors));
        root.Add(RebuildCommand.Create(output, errors));
        root.Add(DestinationsCommand.Create(output, errors));
        root.Add(ReplayCommand.Create(output, errors));
        root.Add(KeysCommand.Create(output, errors));
        root.Add(PasswordCommand.Create(output, errors));
        root.Add(SignInLinkCommand.Create(output, errors));
        root.Add(ConsumersCommand.Create(output, errors));
        root.Add(AuditCommand.Create(output, errors));
        root.Add(DoctorCommand.Create(output, errors));
        root.Add(OpenApiCommand.Create(output, errors));
        AddExamples(root, new(StringComparer.Ordinal)
        {
            [root.Name] = Examples,
            ["sign"] = SignCommand.Examples,
            ["send"] = SendCommand.Examples,
            ["listen"] = ListenCommand.Examples,
            ["verify"] = VerifyCommand.Examples,
            ["sources"] = SourcesCommand.Examples,
            ["rejections"] = RejectionsCommand.Examples,
            ["attention"] = AttentionCommand.Examples,
            ["destinations"] = DestinationsCommand.Examples,
            ["replay"] = ReplayCommand.Examples,
            ["keys"] = KeysCommand.Examples,
            ["password"] = PasswordCommand.Examples,
            ["sign-in-link"] = SignInLinkCommand.Examples,
        });
        root.SetAction((_, cancellation) => ServeCommand.RunAsync(output, errors, cancellation));

        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors) await errors.WriteLineAsync($"payhook: {error.Message}");
            await errors.WriteLineAsync("Try: payhook --help");
            return ExitCodes.Usage;
        }
        var configuration = new InvocationConfiguration
        {
            Output = output,
            Error = errors,
            EnableDefaultExceptionHandler = false,
            // Signals belong to the listener, which has promises to keep when it is stopped.
            ProcessTerminationTimeout = null,
        };
        return await parsed.InvokeAsync(configuration);
    }

    /// <summary>Help ends with examples, which most people read first.</summary>
    static void AddExamples(RootCommand root, Dictionary<string, string> examples)
    {
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!, examples);
    }

    sealed class HelpWithExamples(HelpAction help, Dictionary<string, string> examples) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            var code = help.Invoke(parseResult);
            if (examples.TryGetValue(parseResult.CommandResult.Command.Name, out var lines))
                parseResult.InvocationConfiguration.Output.WriteLine($"Examples:\n{lines}\n");
            return code;
        }
    }
}
