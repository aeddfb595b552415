using System.Text;
using System.Text.Json;
using Payhook.Providers;

namespace Payhook.Fuzz;

/// <summary>Seeds: every sample and every vector of the tests, as the target reads them.</summary>
static class Corpus
{
    public static IEnumerable<byte[]> Seeds(string folder)
    {
        for (var i = 0; i < ProviderCatalog.All.Count; i++)
        {
            foreach (var kind in new[] { "samples", "vectors" })
            {
                var file = Path.Combine(folder, kind, ProviderCatalog.All[i].Name + ".json");
                using var document = JsonDocument.Parse(File.ReadAllBytes(file));
                foreach (var json in document.RootElement.EnumerateArray()) yield return Seed((byte)i, json);
            }
        }
    }

    static byte[] Seed(byte number, JsonElement json)
    {
        var head = new StringBuilder();
        if (json.TryGetProperty("query", out var query)) head.Append(query.GetString()).Append('\n');
        if (json.TryGetProperty("url", out var url) && url.GetString()!.Contains('?', StringComparison.Ordinal))
            head.Append('?').Append(url.GetString()!.Split('?', 2)[1]).Append('\n');
        if (json.TryGetProperty("headers", out var headers))
        {
            foreach (var header in headers.EnumerateObject())
                head.Append(header.Name).Append(": ").Append(header.Value).Append('\n');
        }
        return [number, .. Encoding.UTF8.GetBytes(head.Append('\n').ToString()),
            .. Encoding.UTF8.GetBytes(json.GetProperty("body").GetString()!)];
    }
}
