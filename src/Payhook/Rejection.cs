using System.Text;
using System.Text.Json;
using Payhook.Providers;

namespace Payhook;

/// <summary>A request that was refused, and why; what is needed to verify it again.</summary>
sealed record Rejection
{
    static readonly string[] VerdictReasons = [.. Enum.GetValues<Verdict>().Select(v => JsonText.Word(v))];

    /// <summary>Every reason there is: the verdicts but the good one, and the types of problems.</summary>
    public static IReadOnlyList<string> Reasons { get; } =
        [.. VerdictReasons.Where(r => r != ReasonOf(Verdict.Verified)).Union(Problem.All.Select(p => p.Type))];

    /// <summary>Its number in the store; 0 before it is stored.</summary>
    public long Sequence { get; init; }

    public required string SourceName { get; init; }

    /// <summary>The closed reason, such as <c>wrong-signature</c>: the verdict, or the problem's type.</summary>
    public required string Reason { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The probable cause, from a closed list; <see langword="null"/> where none was found.</summary>
    public string? Cause { get; init; }

    /// <summary>What the cause means and how to mend it, in words for the operator. Never a secret.</summary>
    public string? Explanation { get; init; }

    /// <summary>The query of the URL, as received.</summary>
    public string Query { get; init; } = "";

    /// <summary>All headers as a JSON array of [name, value] pairs: a repeated one stays repeated.</summary>
    public required byte[] HeadersJson { get; init; }

    /// <summary>The body as received; empty where it was not read, is too large, or was not asked for.</summary>
    public required byte[] Body { get; init; }

    /// <summary>How long the body was, kept or not.</summary>
    public long BodyBytes { get; init; }

    /// <summary>When it was verified after all and became an event.</summary>
    public DateTimeOffset? PromotedAt { get; init; }

    /// <summary>The number of the (first) event it became.</summary>
    public long? PromotedSequence { get; init; }

    /// <summary>The id in the log; not stored.</summary>
    public string? RequestId { get; init; }

    /// <summary>What it takes of the room for rejections.</summary>
    public long KeptBytes => Body.Length + HeadersJson.Length + Encoding.UTF8.GetByteCount(Query);

    public static string ReasonOf(Verdict verdict) => VerdictReasons[(int)verdict];

    public IReadOnlyList<KeyValuePair<string, string>> ReadHeaders()
    {
        var headers = new List<KeyValuePair<string, string>>();
        var json = new Utf8JsonReader(HeadersJson);
        json.Read(); // the outer array
        while (json.Read() && json.TokenType == JsonTokenType.StartArray)
        {
            json.Read();
            var name = json.GetString()!;
            json.Read();
            headers.Add(new(name, json.GetString()!));
            json.Read(); // the end of the pair
        }
        return headers;
    }

    /// <summary>The request as a provider sees it.</summary>
    /// <param name="headers">Its headers, as <see cref="ReadHeaders"/> gave them.</param>
    /// <param name="clock">The clock that signed times are held against: then or now.</param>
    /// <param name="found">What was looked up outside, if anything.</param>
    public WebhookRequest ToRequest(IHeaders headers, DateTimeOffset clock, Found? found = null) =>
        new(headers, Body) { Query = Query, ReceivedAt = clock, Found = found };
}

/// <summary>How many requests were refused for one reason and cause, kept or not.</summary>
/// <param name="Cause">The cause; <see langword="null"/> where none was found or looked for.</param>
sealed record RejectionCount(string SourceName, string Reason, string? Cause, long Count, DateTimeOffset LastAt);
