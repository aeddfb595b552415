using System.Text.Json.Nodes;

namespace Payhook.Reference;

/// <summary>Says in few words what JSON Schema says in many.</summary>
static class ApiSchema
{
    public static JsonObject Ref(string name) => new() { ["$ref"] = $"#/components/schemas/{name}" };

    public static JsonObject Text(string? description = null) => Of("string", description);

    public static JsonObject Number(string? description = null) => Of("integer", description);

    /// <summary>A whole number within bounds.</summary>
    public static JsonObject Number(long minimum, long? maximum, long? usual = null)
    {
        var schema = Number();
        schema["minimum"] = minimum;
        if (maximum is { } most) schema["maximum"] = most;
        if (usual is { } standard) schema["default"] = standard;
        return schema;
    }

    public static JsonObject Fraction(string? description = null) => Of("number", description);

    public static JsonObject Flag(string? description = null) => Of("boolean", description);

    public static JsonObject Moment(string? description = null) =>
        With(Of("string", description), "format", JsonValue.Create("date-time"));

    /// <summary>One word of a closed list.</summary>
    public static JsonObject Word(IEnumerable<string> words, string? description = null) =>
        With(Of("string", description), "enum", new JsonArray([.. words.Select(w => JsonValue.Create(w))]));

    public static JsonObject ListOf(JsonObject each, string? description = null) =>
        With(Of("array", description), "items", each);

    /// <summary>Anything at all, such as what a provider sent.</summary>
    public static JsonObject Anything(string description) => new() { ["description"] = description };

    /// <summary>The same, or nothing.</summary>
    public static JsonObject OrNull(JsonObject schema)
    {
        if (schema["enum"] is JsonArray words) words.Add(null);
        schema["type"] = new JsonArray(JsonValue.Create((string)schema["type"]!), JsonValue.Create("null"));
        return schema;
    }

    /// <summary>An object; a member whose name ends with a question mark may be left out.</summary>
    public static JsonObject Object(string description, params ReadOnlySpan<(string Name, JsonObject Schema)> members)
    {
        var (properties, required) = (new JsonObject(), new JsonArray());
        foreach (var (name, schema) in members)
        {
            properties[name.TrimEnd('?')] = schema;
            if (!name.EndsWith('?')) required.Add((JsonNode)JsonValue.Create(name));
        }
        var made = new JsonObject
        {
            ["type"] = "object", ["description"] = description, ["properties"] = properties,
        };
        if (required.Count > 0) made["required"] = required;
        return made;
    }

    /// <summary>All that several schemas say together.</summary>
    public static JsonObject AllOf(string description, params ReadOnlySpan<JsonObject> schemas)
    {
        var all = new JsonArray();
        foreach (var schema in schemas) all.Add((JsonNode)schema);
        return new() { ["description"] = description, ["allOf"] = all };
    }

    public static JsonObject With(JsonObject schema, string name, JsonNode value)
    {
        schema[name] = value;
        return schema;
    }

    static JsonObject Of(string type, string? description)
    {
        var schema = new JsonObject { ["type"] = type };
        if (description is not null) schema["description"] = description;
        return schema;
    }
}
