using System.Buffers;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using Payhook.Providers;

namespace Payhook.Cli;

/// <summary>
/// <c>payhook send</c>: signs an event as the provider would and posts it, to see what the listener answers.
/// </summary>
static class SendCommand
{
    const int TimesLimit = 100_000;
    static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    static readonly SearchValues<char> HeaderNameCharacters = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    public const string Examples = """
          payhook send --mock captured
          payhook send --mock captured --times 2     the second is a duplicate
          payhook send --mock captured --tamper      a forgery, refused with 403
          payhook send event.json --url https://pay.example.com/webhook/payments
        """;

    public static Command Create(TextWriter output, TextWriter errors)
    {
        var file = new Argument<string?>("FILE")
        {
            Description = "The body to send; - reads standard input",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var mock = new Option<string?>("--mock")
        {
            Description = $"A mock event: {string.Join(", ", MockPayloads.Names)}",
        };
        var url = new Option<string?>("--url")
        {
            Description = "Where to (default: the listener of these settings, /webhook/payments)",
        };
        var secret = new Option<string?>("--secret")
        {
            Description = "The secret (default: the first of WEBHOOK_SECRET)",
        };
        var times = new Option<int>("--times")
        {
            Description = $"How often, 1 to {TimesLimit}",
            DefaultValueFactory = _ => 1,
            CustomParser = ReadTimes,
        };
        var tamper = new Option<bool>("--tamper") { Description = "Change the body after signing: must be refused" };
        var header = new Option<string[]>("--header") { Description = "A further header, 'Name: value'" };
        var json = new Option<bool>("--json") { Description = "One JSON line for each answer" };
        var command = new Command("send", "Sign an event and post it; prints the status and the answer.")
        {
            file, mock, url, secret, times, tamper, header, json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(file) is null == result.GetValue(mock) is null)
                result.AddError("send needs a FILE or --mock NAME");
            if (result.GetValue(mock) is { } name && MockPayloads.Find(name) is null)
                result.AddError($"there is no mock event '{name}'; there are: {string.Join(", ", MockPayloads.Names)}");
            foreach (var line in result.GetValue(header) ?? [])
            {
                if (!IsHeader(line)) result.AddError("--header must be 'Name: value'");
            }
            if (result.GetValue(url) is { } address && !IsHttp(address))
                result.AddError($"--url '{address}' is no http(s) address");
        });
        command.SetAction(async (parsed, cancellation) =>
        {
            var (key, faults) = Input.SigningSecret(parsed.GetValue(secret));
            if (key is null) return await ServeCommand.TellAsync(errors, faults);
            var (local, localFaults) = Settings.ReadLocalUrl();
            if (local is null) return await ServeCommand.TellAsync(errors, localFaults);
            try
            {
                var body = parsed.GetValue(mock) is { } name
                    ? MockPayloads.Find(name)!
                    : await Input.ReadBodyAsync(parsed.GetValue(file)!, cancellation);
                var provider = ProviderCatalog.Find("razorpay")!;
                var signed = provider.Sign(body, new(key), TimeProvider.System.GetUtcNow())!;
                var headers = signed.Headers.Select(h => (h.Key, h.Value)).ToList();
                headers.AddRange((parsed.GetValue(header) ?? []).Select(SplitHeader));
                if (parsed.GetValue(tamper)) body = Tampered(body);
                var target = new Uri(parsed.GetValue(url) ?? local + "/webhook/payments");
                return await SendAsync(
                    target, body, headers, parsed.GetValue(times), parsed.GetValue(json), output, cancellation);
            }
            catch (Exception e) when (e is IOException or HttpRequestException or TaskCanceledException)
            {
                await errors.WriteLineAsync($"payhook: {e.Message}");
                return ExitCodes.Failed;
            }
        });
        return command;
    }

    static int ReadTimes(ArgumentResult result)
    {
        var text = result.Tokens is [{ Value: var value }] ? value : "";
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var times)
            && times is >= 1 and <= TimesLimit) return times;
        result.AddError($"--times must be a whole number from 1 to {TimesLimit}");
        return 1;
    }

    static async Task<int> SendAsync(
        Uri url, byte[] body, List<(string Name, string Value)> headers, int times, bool asJson, TextWriter output,
        CancellationToken cancellation)
    {
        using var client = new HttpClient { Timeout = Timeout };
        var areAllAccepted = true;
        for (var i = 0; i < times; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
            request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
            foreach (var (name, value) in headers)
            {
                if (!request.Headers.TryAddWithoutValidation(name, value))
                    request.Content.Headers.TryAddWithoutValidation(name, value);
            }
            using var response = await client.SendAsync(request, cancellation);
            var answer = await response.Content.ReadAsStringAsync(cancellation);
            areAllAccepted &= response.IsSuccessStatusCode;
            await output.WriteLineAsync(
                asJson ? JsonLine((int)response.StatusCode, answer) : $"{(int)response.StatusCode} {answer}");
        }
        return areAllAccepted ? ExitCodes.Success : ExitCodes.Failed;
    }

    static string JsonLine(int status, string answer)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new() { Encoder = JsonText.Encoder }))
        {
            json.WriteStartObject();
            json.WriteNumber("status", status);
            json.WriteString("answer", answer);
            json.WriteEndObject();
        }
        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }

    /// <summary>The last digit before the end is another one: still JSON, no longer what was signed.</summary>
    static byte[] Tampered(byte[] body)
    {
        var changed = body.ToArray();
        var digit = Array.FindLastIndex(changed, b => b is >= (byte)'0' and <= (byte)'9');
        if (digit >= 0) changed[digit] = changed[digit] == (byte)'9' ? (byte)'8' : (byte)(changed[digit] + 1);
        else changed = [.. changed, (byte)' '];
        return changed;
    }

    static (string, string) SplitHeader(string line)
    {
        var colon = line.IndexOf(':');
        return (line[..colon].Trim(), line[(colon + 1)..].Trim());
    }

    static bool IsHeader(string line)
    {
        var colon = line.IndexOf(':');
        return colon > 0 && line.AsSpan(0, colon).IndexOfAnyExcept(HeaderNameCharacters) < 0
            && !line.Any(char.IsControl);
    }

    static bool IsHttp(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";
}
