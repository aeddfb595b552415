using System.CommandLine;
using Payhook.Mock;
using Payhook.Providers;

namespace Payhook.Cli;

/// <summary><c>payhook sign</c>: the signature a provider would send with a body.</summary>
static class SignCommand
{
    public const string Examples = """
          payhook sign event.json
          curl -H "$(payhook sign event.json --header)" --data-binary @event.json localhost:8000/webhook/payments
          payhook sign event.json --provider stripe --header
          printf '{}' | payhook sign - --secret s3cret
        """;

    public static Command Create(TextWriter output, TextWriter errors)
    {
        var file = new Argument<string>("FILE")
        {
            Description = "The body to sign, byte for byte; - reads standard input",
        };
        var sender = new SenderOptions(isMany: false, defaultProvider: "razorpay");
        var header = new Option<bool>("--header") { Description = "Print the whole headers, one a line, for curl -H" };
        var command = new Command("sign", "Print the signature of a body.") { file, header };
        sender.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var (credentials, faults) = sender.Read(parsed, requiresKey: true);
            if (credentials is null) return await ServeCommand.TellAsync(errors, faults);
            try
            {
                var body = await Input.ReadBodyAsync(parsed.GetValue(file)!, cancellation);
                var signer = new Signer(sender.ProviderOf(parsed), credentials);
                if (signer.Sign(body, TimeProvider.System.GetUtcNow()) is not { } signed)
                    throw new IOException(signer.Fault);
                await PrintAsync(signer.Provider, signed, parsed.GetValue(header), output, errors);
                return ExitCodes.Success;
            }
            catch (IOException e)
            {
                await errors.WriteLineAsync($"payhook: {e.Message}");
                return ExitCodes.Failed;
            }
        });
        return command;
    }

    static async Task PrintAsync(
        Provider provider, SignedRequest signed, bool isWhole, TextWriter output, TextWriter errors)
    {
        if (signed.Query.Length > 0) await errors.WriteLineAsync($"payhook: the URL's query must be ?{signed.Query}");
        if (isWhole)
        {
            if (signed.Headers.Count == 0)
                await errors.WriteLineAsync(
                    $"payhook: {provider.DisplayName}'s signature stands in the body: without --header it is printed");
            foreach (var (name, value) in signed.Headers) await output.WriteLineAsync($"{name}: {value}");
            return;
        }
        var signature = provider.SignatureHeaders
            .SelectMany(name => signed.Headers.Where(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)))
            .Select(h => h.Value).FirstOrDefault();
        // Where the signature stands in the body, the signed body is what a provider would send.
        if (signature is not null) await output.WriteLineAsync(signature);
        else await output.WriteAsync(System.Text.Encoding.UTF8.GetString(signed.Body));
    }
}
