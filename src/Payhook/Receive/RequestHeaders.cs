using System.Buffers;
using System.Text.Json;
using Payhook.Providers;

namespace Payhook.Receive;

/// <summary>The headers of a request as providers see them.</summary>
sealed class RequestHeaders(IHeaderDictionary headers) : IHeaders
{
    [ThreadStatic] static Utf8JsonWriter? t_json;

    public string? Find(string name, out bool isRepeated)
    {
        var values = headers[name];
        isRepeated = values.Count > 1;
        return values.Count == 0 ? null : values[0];
    }

    public string? FindAt(string name, int index)
    {
        var values = headers[name];
        return index < values.Count ? values[index] : null;
    }

    /// <summary>Writes the headers worth keeping as one JSON object; of a repeated one the first value.</summary>
    public void WriteKept(Provider provider, IBufferWriter<byte> destination)
    {
        var json = t_json ??= new Utf8JsonWriter(
            destination, new() { Encoder = JsonText.Encoder, SkipValidation = true });
        json.Reset(destination);
        json.WriteStartObject();
        foreach (var name in provider.KeptHeaders)
        {
            if (Find(name, out _) is { } value) json.WriteString(name, value);
        }
        json.WriteEndObject();
        json.Flush();
    }
}
