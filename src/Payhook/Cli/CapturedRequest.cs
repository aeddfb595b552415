using System.Text;
using Payhook.Providers;

namespace Payhook.Cli;

/// <summary>A request that was captured somewhere, to be asked about as if it had just come in.</summary>
/// <param name="Headers">Its headers; a repeated one stays repeated.</param>
/// <param name="Query">The query of its URL.</param>
/// <param name="Body">Its body, byte for byte.</param>
/// <param name="Warning">What makes the capture doubtful, in words; or nothing.</param>
sealed record CapturedRequest(
    IReadOnlyList<KeyValuePair<string, string>> Headers, string Query, byte[] Body, string? Warning = null)
{
    const int HeadLimitBytes = 64 * 1024;

    public IHeaders AllHeaders { get; } = new DictionaryHeaders(Headers);

    public WebhookRequest At(DateTimeOffset moment, Found? found = null) =>
        new(AllHeaders, Body) { Query = Query, ReceivedAt = moment, Found = found };

    /// <summary>Reads a whole request: start line, headers, an empty line, body.</summary>
    /// <exception cref="FormatException">It is none; the message is for the user.</exception>
    public static CapturedRequest Parse(byte[] raw)
    {
        var rest = raw.AsSpan();
        var start = TakeLine(ref rest).Split(' ');
        if (start.Length < 2)
            throw new FormatException("does not begin with a start line, such as POST /path HTTP/1.1");
        var headers = new List<KeyValuePair<string, string>>();
        while (TakeLine(ref rest) is { Length: > 0 } line)
        {
            if (!HeaderLine.IsOne(line)) throw new FormatException($"has no header in line {headers.Count + 2}");
            headers.Add(HeaderLine.Split(line));
        }
        var query = start[1].IndexOf('?') is var mark and >= 0 ? start[1][mark..] : "";
        return Measured(new(headers, query, rest.ToArray()));
    }

    /// <summary>Editors end a file with a newline that was never sent, and Content-Length tells.</summary>
    static CapturedRequest Measured(CapturedRequest request)
    {
        if (request.AllHeaders.Find("Transfer-Encoding", out _) is not null)
            throw new FormatException("has a body in chunks; capture it without Transfer-Encoding");
        if (!int.TryParse(request.AllHeaders.Find("Content-Length", out _), out var length) || length < 0)
            return request;
        var have = request.Body.Length;
        if (length < have) return request with { Body = request.Body[..length] };
        return length == have ? request : request with
        {
            Warning = $"the body has {have} bytes and Content-Length says {length}: the capture is not complete",
        };
    }

    static string TakeLine(ref Span<byte> rest)
    {
        var end = rest[..Math.Min(rest.Length, HeadLimitBytes)].IndexOf((byte)'\n');
        if (end < 0) throw new FormatException("has no empty line between its headers and its body");
        var line = Encoding.Latin1.GetString(rest[..end]).TrimEnd('\r');
        rest = rest[(end + 1)..];
        return line;
    }
}
