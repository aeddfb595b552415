using System.Text;
using System.Text.Json;

namespace Payhook.Cli;

/// <summary>One line of JSON for a script to read, written without reflection.</summary>
static class JsonLine
{
    public static string Of(Action<Utf8JsonWriter> writeMembers) => Whole(json =>
    {
        json.WriteStartObject();
        writeMembers(json);
        json.WriteEndObject();
    });

    /// <summary>The same of what writes its braces itself.</summary>
    public static string Whole(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new() { Encoder = JsonText.Encoder })) write(json);
        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
