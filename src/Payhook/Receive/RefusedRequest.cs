using System.Buffers;
using System.Text.Json;
using Payhook.Providers;

namespace Payhook.Receive;

/// <summary>
/// A request that is being refused, as the answer path has it: nothing of it is copied unless there is room.
/// </summary>
readonly ref struct RefusedRequest
{
    public required string SourceName { get; init; }

    /// <summary>One of <see cref="Rejection.Reasons"/>.</summary>
    public required string Reason { get; init; }

    /// <summary>What the provider said; <see langword="default"/> where it was not asked.</summary>
    public Verification Verification { get; init; }

    /// <summary>What was looked up to verify it: without it, no cause could be proven.</summary>
    public Found? Found { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }
    public required HttpRequest Request { get; init; }
    public required string RequestId { get; init; }

    /// <summary>What was read of the body.</summary>
    public ReadOnlySpan<byte> Body { get; init; }

    /// <summary>How long the body is, where it was not read to its end.</summary>
    public long? ClaimedBodyBytes { get; init; }

    /// <summary>The names and values of the headers, without what JSON adds to them.</summary>
    public int HeaderBytes
    {
        get
        {
            var bytes = 0;
            foreach (var (name, values) in Request.Headers)
            {
                foreach (var value in values) bytes += name.Length + (value?.Length ?? 0);
            }
            return bytes;
        }
    }

    /// <summary>A copy that outlives the request.</summary>
    /// <param name="sourceName">The name to store it under.</param>
    /// <param name="reason">The reason to store it under.</param>
    /// <param name="withBody">False leaves the body out, because it is too large.</param>
    public Rejection ToRejection(string sourceName, string reason, bool withBody) => new()
    {
        SourceName = sourceName,
        Reason = reason,
        ReceivedAt = ReceivedAt,
        Query = Request.QueryString.Value ?? "",
        HeadersJson = WriteHeaders(Request.Headers),
        Body = withBody && ClaimedBodyBytes is null ? Body.ToArray() : [],
        BodyBytes = ClaimedBodyBytes ?? Body.Length,
        RequestId = RequestId,
    };

    static byte[] WriteHeaders(IHeaderDictionary headers)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(buffer, new() { Encoder = JsonText.Encoder, SkipValidation = true });
        json.WriteStartArray();
        foreach (var (name, values) in headers)
        {
            foreach (var value in values)
            {
                json.WriteStartArray();
                json.WriteStringValue(name);
                json.WriteStringValue(value ?? "");
                json.WriteEndArray();
            }
        }
        json.WriteEndArray();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
