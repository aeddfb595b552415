using System.CommandLine;
using Payhook.Store;

namespace Payhook.Cli;

/// <summary>
/// <c>payhook sign-in-link</c>: the first way into the dashboard, and the way back in: for who has the database.
/// </summary>
static class SignInLinkCommand
{
    public const string Examples = """
          payhook sign-in-link
          payhook sign-in-link --url https://pay.example.com
        """;

    public static Command Create(TextWriter output, TextWriter errors)
    {
        var url = new Option<string?>("--url")
        {
            Description = "Where the dashboard is, such as https://pay.example.com; without it, on this machine",
        };
        var json = new Option<bool>("--json") { Description = "One JSON line" };
        url.Validators.Add(result =>
        {
            if (Given.Text(result, url) is { } text && !IsUrl(text))
                result.AddError("--url is an address such as https://pay.example.com.");
        });
        var command = new Command("sign-in-link", "Make a link that signs in to the dashboard as admin, once.")
        {
            url, json,
        };
        command.SetAction(async (parsed, _) =>
        {
            var (local, faults) = Settings.ReadLocalUrl();
            if (parsed.GetValue(url) is not { } given)
            {
                if (local is null) return await ServeCommand.TellAsync(errors, faults);
                given = local;
            }
            return await OpenedStore.WithAsync(errors, async (_, store) =>
            {
                var (link, expiresAt) = Make(store.Sessions, given, TimeProvider.System.GetUtcNow());
                if (parsed.GetValue(json))
                {
                    await output.WriteLineAsync(JsonLine.Of(line =>
                    {
                        line.WriteString("link", link);
                        line.WriteString("expires_at", JsonText.Moment(expiresAt));
                    }));
                }
                else
                {
                    await output.WriteLineAsync(link);
                    await errors.WriteLineAsync($"payhook: signs in once, until {JsonText.Moment(expiresAt)}");
                }
                return ExitCodes.Success;
            });
        });
        return command;
    }

    /// <summary>Makes a link, and notes that somebody did. The token is where no log sees it.</summary>
    /// <exception cref="StoreUnavailableException">Nothing can be committed now.</exception>
    public static (string Link, DateTimeOffset ExpiresAt) Make(ISessionStore sessions, string url, DateTimeOffset now)
    {
        var (link, token) = Session.CreateLink(now);
        sessions.Add(link, new(now, AuditEntry.CommandLineActor, AuditEntry.LinkCreated, link.Actor,
            $"until {JsonText.Moment(link.ExpiresAt)}"));
        return ($"{url.TrimEnd('/')}/dashboard/sign-in#link={token}", link.ExpiresAt);
    }

    static bool IsUrl(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "https" && uri is { Fragment: "", Query: "", UserInfo: "" };
}
