using System.Text.Json;

namespace Payhook.Providers;

/// <summary>The items of a body that carries several events, each as the bytes that it stands in.</summary>
static class JsonItems
{
    /// <summary>
    /// Finds the items of a body's list, or the body itself where it is one item on its own: that is what is stored
    /// of a batch, and what is read again.
    /// </summary>
    /// <param name="body">The body exactly as received.</param>
    /// <param name="listAndItem">The path of the list, then one that only an item on its own has.</param>
    /// <param name="items">Takes where the items lie, in bytes; an empty range is the whole body.</param>
    public static Reading Find(ReadOnlySpan<byte> body, JsonPaths listAndItem, List<Range> items)
    {
        Span<JsonPlace> places = stackalloc JsonPlace[listAndItem.Count];
        var json = listAndItem.Read(body, places);
        if (json.IsMalformed) return Reading.Malformed;
        if (json.Kind(0) == JsonTokenType.StartArray) return Find(json.Raw(0), json.Place(0).Start.Value, items);
        if (!json.IsAbsent(0) || json.IsAbsent(1)) return Reading.MissingFields;
        items.Add(default);
        return Reading.Read;
    }

    /// <summary>The bytes of an item.</summary>
    public static ReadOnlySpan<byte> Slice(ReadOnlySpan<byte> body, Range place) =>
        place.Equals(default) ? body : body[place];

    static Reading Find(ReadOnlySpan<byte> list, int listStart, List<Range> items)
    {
        var reader = new Utf8JsonReader(list);
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (items.Count == PaymentEvent.BatchLimitEvents) return Reading.TooManyEvents;
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            items.Add(new(listStart + start, listStart + (int)reader.BytesConsumed));
        }
        return Reading.Read;
    }
}
