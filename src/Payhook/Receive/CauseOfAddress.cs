namespace Payhook.Receive;

/// <summary>
/// The notification address, which some providers sign and which proxies hide: the likeliest other spellings of it.
/// </summary>
static class CauseOfAddress
{
    /// <summary>The most addresses that are tried, and the longest one, in characters.</summary>
    const int AddressesLimit = 24, AddressLimitChars = 2048;

    public static Cause? Find(ref CauseTries tries)
    {
        if (tries.Source.Credentials.Parameter is not { Length: <= AddressLimitChars } address) return null;
        if (!address.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
            && !address.StartsWith("https://", StringComparison.OrdinalIgnoreCase)) return null;

        var (schemes, hosts, paths, queries) = Parts(tries, address);
        var left = AddressesLimit;
        for (var changes = 1; changes <= 4; changes++)
        {
            foreach (var scheme in schemes)
            foreach (var host in hosts)
            foreach (var path in paths)
            foreach (var query in queries)
            {
                string[] words = [.. new[] { scheme.Words, host.Words, path.Words, query.Words }.OfType<string>()];
                if (words.Length != changes) continue;
                if (left-- == 0) return null;
                if (tries.VerifiesParameter(scheme.Text + host.Text + path.Text + query.Text))
                    return CauseKind.NotificationUrl.Found(
                        $"The signature is right for the notification address {string.Join(" and ", words)}.");
            }
        }
        return null;
    }

    static (Part[] Schemes, Part[] Hosts, Part[] Paths, Part[] Queries) Parts(in CauseTries tries, string address)
    {
        var hostStart = address.IndexOf("://", StringComparison.Ordinal) + 3;
        var queryStart = address.IndexOf('?') is >= 0 and var mark ? mark : address.Length;
        var slash = address.IndexOf('/', hostStart);
        var pathStart = slash >= 0 && slash < queryStart ? slash : queryStart;
        if (pathStart < hostStart) return ([], [], [], []);
        var (scheme, host) = (address[..hostStart], address[hostStart..pathStart]);
        var (path, query) = (address[pathStart..queryStart], address[queryStart..]);
        var isHttps = scheme.StartsWith("https", StringComparison.OrdinalIgnoreCase);

        var paths = new List<Part> { new(path, null), path.EndsWith('/')
            ? new(path[..^1], "without the slash at its end")
            : new(path + "/", "with a slash at its end") };
        if (path.Any(char.IsUpper)) paths.Add(new(path.ToLowerInvariant(), "with its path in lower case"));
        foreach (var name in (ReadOnlySpan<string>)["X-Original-URI", "X-Original-URL", "X-Forwarded-Uri"])
        {
            if (Header(tries, name) is { } value && value.StartsWith('/'))
                paths.Add(new(value.Split('?')[0], $"with the path of the header {name}"));
        }

        var hosts = new List<Part> { new(host, null) };
        foreach (var name in (ReadOnlySpan<string>)["Host", "X-Forwarded-Host", "X-Original-Host"])
        {
            if (Header(tries, name) is { } value && value != host)
                hosts.Add(new(value, $"with the host of the header {name}"));
        }
        hosts.Add(host.StartsWith("www.", StringComparison.OrdinalIgnoreCase)
            ? new(host[4..], "without www.")
            : new("www." + host, "with www."));
        var port = isHttps ? ":443" : ":80";
        hosts.Add(host.EndsWith(port, StringComparison.Ordinal)
            ? new(host[..^port.Length], $"without {port}")
            : new(host + port, $"with {port}"));

        var queries = new List<Part> { new(query, null) };
        if (query.Length > 0) queries.Add(new("", "without its query"));
        var received = tries.Request.Query.TrimStart('?');
        if (received.Length is > 0 and <= AddressLimitChars && !query.AsSpan().TrimStart('?').SequenceEqual(received))
            queries.Add(new($"?{received}", "with the query that came"));
        return (
            [new(scheme, null), isHttps ? new("http://", "with http in place of https")
                : new("https://", "with https in place of http")],
            [.. hosts], [.. paths], [.. queries]);
    }

    static string? Header(in CauseTries tries, string name) =>
        tries.Request.Headers.Find(name, out _) is { Length: > 0 and <= 512 } value
            ? value.Split(',')[0].Trim()
            : null;

    /// <summary>A part of an address, and how it differs from the configured one, if it does.</summary>
    readonly record struct Part(string Text, string? Words);
}
