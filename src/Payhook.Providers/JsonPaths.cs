using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Payhook.Providers;

/// <summary>
/// The places in a body that a provider reads, found in one pass that builds nothing. A path is made of member names
/// and array indices, joined by dots: <c>data.object.id</c>, <c>links.0.href</c>.
/// </summary>
/// <remarks>
/// A name that comes twice counts as its last value, as in JSON at large, and what was found below the first is
/// forgotten.
/// </remarks>
sealed class JsonPaths
{
    readonly Node _root = new(default);

    public JsonPaths(params ReadOnlySpan<string> paths)
    {
        Count = paths.Length;
        for (var i = 0; i < paths.Length; i++)
        {
            var node = _root;
            foreach (var name in paths[i].Split('.')) node = node.Child(name);
            node.Index = i;
        }
    }

    /// <summary>How many places <see cref="Read"/> needs.</summary>
    public int Count { get; }

    /// <summary>Finds the places. <see cref="JsonFields.IsMalformed"/> tells whether the whole body was JSON.</summary>
    public JsonFields Read(ReadOnlySpan<byte> body, Span<JsonPlace> places)
    {
        places.Clear();
        if (!JsonText.TryOpen(body, out var reader)) return new(body, places, JsonTokenType.None);
        var text = body.StartsWith("\uFEFF"u8) ? body[3..] : body;
        try
        {
            if (!reader.Read()) return new(text, places, JsonTokenType.None);
            var kind = reader.TokenType;
            ReadChildren(_root, ref reader, places);
            while (reader.Read()) { } // what is left must be JSON too
            return new(text, places, kind, body.Length - text.Length);
        }
        catch (JsonException)
        {
            places.Clear();
            return new(text, places, JsonTokenType.None);
        }
    }

    /// <summary>Reads the current value to its end.</summary>
    static void ReadChildren(Node node, ref Utf8JsonReader reader, Span<JsonPlace> places)
    {
        if (node.HasMembers && reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var child = node.Find(ref reader);
                reader.Read();
                if (child is null) reader.Skip();
                else ReadValue(child, ref reader, places);
            }
        }
        else if (node.HasItems && reader.TokenType == JsonTokenType.StartArray)
        {
            for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
            {
                if (node.Item(i) is { } child) ReadValue(child, ref reader, places);
                else reader.Skip();
            }
        }
        else reader.Skip();
    }

    static void ReadValue(Node node, ref Utf8JsonReader reader, Span<JsonPlace> places)
    {
        node.Forget(places);
        var start = (int)reader.TokenStartIndex;
        var kind = reader.TokenType;
        var isEscaped = kind == JsonTokenType.String && reader.ValueIsEscaped;
        ReadChildren(node, ref reader, places);
        if (node.Index >= 0) places[node.Index] = new(kind, start, (int)reader.BytesConsumed - start, isEscaped);
    }

    sealed class Node(byte[]? name)
    {
        Node[] _children = [];

        public int Index { get; set; } = -1;
        public bool HasMembers => _children.Length > 0;
        public bool HasItems { get; private set; }

        public Node Child(string name)
        {
            var utf8 = Encoding.UTF8.GetBytes(name);
            foreach (var child in _children)
            {
                if (child.IsNamed(utf8)) return child;
            }
            var added = new Node(utf8);
            _children = [.. _children, added];
            HasItems |= char.IsAsciiDigit(name[0]);
            return added;
        }

        public Node? Find(ref Utf8JsonReader reader)
        {
            foreach (var child in _children)
            {
                if (JsonText.NameIs(ref reader, child.Name)) return child;
            }
            return null;
        }

        public Node? Item(int number)
        {
            Span<byte> digits = stackalloc byte[11];
            number.TryFormat(digits, out var length, default, CultureInfo.InvariantCulture);
            foreach (var child in _children)
            {
                if (child.IsNamed(digits[..length])) return child;
            }
            return null;
        }

        public void Forget(Span<JsonPlace> places)
        {
            if (Index >= 0) places[Index] = default;
            foreach (var child in _children) child.Forget(places);
        }

        ReadOnlySpan<byte> Name => name;

        bool IsNamed(ReadOnlySpan<byte> other) => Name.SequenceEqual(other);
    }
}

/// <summary>Where a value lies in a body, quotes and brackets included. The default is: nowhere.</summary>
readonly record struct JsonPlace(JsonTokenType Kind, int Start, int Length, bool IsEscaped);
