using System.Text.Json;

namespace Payhook.Query;

/// <summary>What a consumer is told: where it begins, or how far it is. A member that is not known refuses.</summary>
/// <param name="Place">A cursor as it was sent, <c>start</c> or <c>now</c>; null where there was none.</param>
/// <param name="Rewinds">Whether it may go back.</param>
sealed record ConsumerRequest(string? Place, bool Rewinds)
{
    const int BodyLimitBytes = 4096;

    /// <summary>The body of a consumer that is to be made, which may be none.</summary>
    public static async Task<ConsumerRequest?> NewAsync(Stream body, CancellationToken cancellation) =>
        await ReadAsync(body, "from", takesRewind: false, cancellation);

    /// <summary>The body of an acknowledgement.</summary>
    public static async Task<ConsumerRequest?> AcknowledgementAsync(Stream body, CancellationToken cancellation) =>
        await ReadAsync(body, "cursor", takesRewind: true, cancellation) is { Place: not null } read ? read : null;

    static async Task<ConsumerRequest?> ReadAsync(
        Stream body, string place, bool takesRewind, CancellationToken cancellation)
    {
        var bytes = new byte[BodyLimitBytes + 1];
        var length = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellation);
        if (length == 0) return new(null, false);
        if (length > BodyLimitBytes) return null;
        try
        {
            using var json = JsonDocument.Parse(
                bytes.AsMemory(0, length), new() { MaxDepth = 2, AllowDuplicateProperties = false });
            return json.RootElement.ValueKind == JsonValueKind.Object
                ? Read(json.RootElement, place, takesRewind)
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // no JSON; half a character
        {
            return null;
        }
    }

    static ConsumerRequest? Read(JsonElement body, string place, bool takesRewind)
    {
        var read = new ConsumerRequest(null, false);
        foreach (var member in body.EnumerateObject())
        {
            if (member.Name == place && member.Value.ValueKind == JsonValueKind.String)
                read = read with { Place = member.Value.GetString() };
            else if (takesRewind && member.Name == "rewind"
                && member.Value.ValueKind is JsonValueKind.True or JsonValueKind.False)
                read = read with { Rewinds = member.Value.GetBoolean() };
            else return null;
        }
        return read;
    }
}
