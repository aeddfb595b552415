using Payhook.Providers;

namespace Payhook.Receive;

/// <summary>The headers of a request as providers see them.</summary>
sealed class RequestHeaders(IHeaderDictionary headers) : IHeaders
{
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
}
