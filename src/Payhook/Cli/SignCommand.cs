using System.CommandLine;
using Payhook.Providers;

namespace Payhook.Cli;

/// <summary><c>payhook sign</c>: the signature a provider would send with a body.</summary>
static class SignCommand
{
    public const string Examples = """
          payhook sign event.json
          curl -H "$(payhook sign event.json --header)" --data-binary @event.json localhost:8000/webhook/payments
          printf '{}' | payhook sign - --secret s3cret
        """;

    public static Command Create(TextWriter output, TextWriter errors)
    {
        var file = new Argument<string>("FILE")
        {
            Description = "The body to sign, byte for byte; - reads standard input",
        };
        var secret = new Option<string?>("--secret")
        {
            Description = "The secret (default: the first of WEBHOOK_SECRET)",
        };
        var header = new Option<bool>("--header") { Description = "Print the whole header, for curl -H" };
        var command = new Command("sign", "Print the signature of a body.") { file, secret, header };
        command.SetAction(async (parsed, cancellation) =>
        {
            var (key, faults) = Input.SigningSecret(parsed.GetValue(secret));
            if (key is null) return await ServeCommand.TellAsync(errors, faults);
            try
            {
                var body = await Input.ReadBodyAsync(parsed.GetValue(file)!, cancellation);
                var provider = ProviderCatalog.Find("razorpay")!;
                var signature = provider.Sign(body, new(key), TimeProvider.System.GetUtcNow())!.Headers[0];
                await output.WriteLineAsync(
                    parsed.GetValue(header) ? $"{signature.Key}: {signature.Value}" : signature.Value);
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
}
