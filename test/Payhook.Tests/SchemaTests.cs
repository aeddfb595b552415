using System.Text.Json;
using System.Text.RegularExpressions;
using Payhook.Providers;

namespace Payhook.Tests;

/// <summary>An editor that marks a right file as wrong, or offers what is not read, is worse than none.</summary>
public sealed partial class SchemaTests
{
    static readonly JsonElement Schema = JsonDocument.Parse(
        File.ReadAllText(Path.Combine(Repository.Root, "docs/payhook.schema.json"))).RootElement;

    [Fact]
    public void Has_the_members_that_the_reader_knows_and_no_others()
    {
        Assert.Equal(ConfigFile.Members.Order(), Properties(Schema).Order());
        string[] parameters = [.. ProviderCatalog.All.Select(p => p.Parameter?.Name).OfType<string>().Distinct()];
        Assert.Equal(ConfigFile.MembersOfSource.Concat(parameters).Order(), Properties(Definition("source")).Order());
        Assert.Equal(HmacSchemeReader.Members.Order(), Properties(Definition("hmac")).Order());
        Assert.Equal(DestinationReader.MembersOfFile.Order(), Properties(Definition("destination")).Order());
        Assert.Equal(DestinationWords.FilterMembers, Properties(Definition("filter")));
        Assert.Equal(DestinationWords.WhereMembers, Properties(Definition("where")));
        Assert.Equal(DestinationWords.RetryMembers, Properties(Definition("retry")));
        Assert.Equal(DestinationWords.NatsMembers, Properties(Definition("nats")));
    }

    [Fact]
    public void Names_the_providers_of_the_catalog()
    {
        var names = Definition("source").GetProperty("properties").GetProperty("provider").GetProperty("anyOf")[0]
            .GetProperty("enum").EnumerateArray().Select(n => n.GetString());
        Assert.Equal(ProviderCatalog.All.Select(p => p.Name), names);
    }

    [Fact]
    public void Describes_every_member()
    {
        foreach (var definition in Definitions)
        {
            foreach (var property in definition.GetProperty("properties").EnumerateObject())
                Assert.True(property.Value.TryGetProperty("description", out _)
                    || property.Value.TryGetProperty("$ref", out _), $"{property.Name} is not described");
        }
    }

    [Fact]
    public void Agrees_with_the_examples_of_the_docs_and_so_does_the_reader()
    {
        var pages = Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md")
            .Concat(Directory.GetFiles(Repository.Root, "*.md"));
        var examples = pages.SelectMany(p => Example().Matches(File.ReadAllText(p))).Select(m => m.Groups[1].Value)
            .Where(text => text.Contains("\"sources\"", StringComparison.Ordinal)
                && !text.Contains("\"buckets\"", StringComparison.Ordinal)) // an answer of GET /stats
            .ToArray();
        Assert.NotEmpty(examples);
        var signing = SigningSecret.Create();
        var path = Path.Combine(Path.GetTempPath(), $"payhook-{Guid.NewGuid():N}.json");
        var secretFile = path + ".secret";
        try
        {
            File.WriteAllText(secretFile, "a secret of the example");
            foreach (var example in examples)
            {
                Assert.Empty(Faults(Parse(example), Schema, "$"));
                File.WriteAllText(path, SecretFilePath().Replace(example, $"\"secret_file\": \"{secretFile}\""));
                // Every variable that an example refers to is set to its own name, or to a secret that signs.
                var (settings, faults) = Settings.Read(name => name == "PAYHOOK_CONFIG" ? path
                    : name.EndsWith("_SIGNING_SECRET", StringComparison.Ordinal) ? SigningSecret.Text(signing)
                    : example.Contains($"${{{name}}}", StringComparison.Ordinal) ? name : null);
                Assert.Empty(faults);
                Assert.True(settings!.Sources.Count > 1);
            }
        }
        finally
        {
            File.Delete(path);
            File.Delete(secretFile);
        }
    }

    [Theory]
    [InlineData("""{ "sources": { "a": { "provider": "stripe", "secret": "s", "tolerance_seconds": "${T}" } } }""", 0)]
    [InlineData("""{ "sources": { "a": { "provider": "stripe", "allowed_ips": "::1" } } }""", 1)]
    [InlineData("""{ "sources": { "a": { "provider": "strpie" } } }""", 1)]
    [InlineData("""{ "sources": { "a": { "secrt": "s" } } }""", 2)]
    [InlineData("""{ "sources": { "A": { "provider": "stripe" } } }""", 1)]
    [InlineData("""{ "sources": { "payments": { "provider": "stripe" } } }""", 1)]
    [InlineData("""{ "sources": { "a": { "provider": "stripe", "tolerance_seconds": 86401 } } }""", 1)]
    [InlineData("""{ "sources": { "a": { "provider": "stripe", "secrets": [] } } }""", 1)]
    [InlineData("""{ "destinations": { "a": { "url": "https://a.example", "timeout_seconds": 0.5 } } }""", 0)]
    [InlineData("""{ "destinations": { "-a": { "url": "https://a.example" } } }""", 1)]
    [InlineData("""{ "destinations": { "a": { "ur": "https://a.example" } } }""", 2)]
    [InlineData("""{ "destinations": { "a": { "url": "a", "filter": { "where": { "value": 1 } } } } }""", 1)]
    public void Sees_what_is_wrong(string json, int count) =>
        Assert.Equal(count, Faults(Parse(json), Schema, "$").Count());

    static JsonElement[] Definitions =>
    [
        Schema, .. Schema.GetProperty("$defs").EnumerateObject().Select(d => d.Value)
            .Where(d => d.TryGetProperty("properties", out _)),
    ];

    static JsonElement Definition(string name) => Schema.GetProperty("$defs").GetProperty(name);

    static IEnumerable<string> Properties(JsonElement schema) =>
        schema.GetProperty("properties").EnumerateObject().Select(p => p.Name);

    static JsonElement Parse(string json) => JsonDocument.Parse(json,
        new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip }).RootElement;

    /// <summary>As much of JSON Schema as this one uses; a keyword that is not known here fails the test.</summary>
    static IEnumerable<string> Faults(JsonElement value, JsonElement schema, string path)
    {
        foreach (var keyword in schema.EnumerateObject())
        {
            var rule = keyword.Value;
            var isRight = keyword.Name switch
            {
                "$schema" or "$defs" or "title" or "description" or "properties" or "items" or "propertyNames"
                    or "additionalProperties" or "$ref" => true,
                "type" => IsType(value, rule.GetString()!),
                "enum" => rule.EnumerateArray().Any(r => JsonElement.DeepEquals(r, value)),
                "const" => JsonElement.DeepEquals(rule, value),
                "pattern" => value.ValueKind != JsonValueKind.String
                    || Regex.IsMatch(value.GetString()!, rule.GetString()!),
                "minLength" => value.ValueKind != JsonValueKind.String || value.GetString()!.Length >= rule.GetInt32(),
                "maxItems" => value.ValueKind != JsonValueKind.Array || value.GetArrayLength() <= rule.GetInt32(),
                "minItems" => value.ValueKind != JsonValueKind.Array || value.GetArrayLength() >= rule.GetInt32(),
                "maxProperties" => value.ValueKind != JsonValueKind.Object
                    || value.EnumerateObject().Count() <= rule.GetInt32(),
                "minimum" => value.ValueKind != JsonValueKind.Number || value.GetDecimal() >= rule.GetDecimal(),
                "maximum" => value.ValueKind != JsonValueKind.Number || value.GetDecimal() <= rule.GetDecimal(),
                "required" => rule.EnumerateArray().All(r => value.TryGetProperty(r.GetString()!, out _)),
                "anyOf" => rule.EnumerateArray().Any(r => !Faults(value, r, path).Any()),
                "not" => Faults(value, rule, path).Any(),
                _ => throw new NotSupportedException(keyword.Name),
            };
            if (!isRight) yield return $"{path} breaks {keyword.Name}";
        }
        foreach (var fault in Inner(value, schema, path)) yield return fault;
    }

    static IEnumerable<string> Inner(JsonElement value, JsonElement schema, string path)
    {
        if (schema.TryGetProperty("$ref", out var reference))
        {
            foreach (var fault in Faults(value, Definition(reference.GetString()!.Split('/')[^1]), path))
                yield return fault;
        }
        if (value.ValueKind == JsonValueKind.Array && schema.TryGetProperty("items", out var items))
        {
            foreach (var fault in value.EnumerateArray().SelectMany(v => Faults(v, items, path + "[]")))
                yield return fault;
        }
        if (value.ValueKind != JsonValueKind.Object) yield break;
        foreach (var member in value.EnumerateObject())
        {
            if (schema.TryGetProperty("propertyNames", out var names))
            {
                var name = JsonDocument.Parse(JsonEncodedText.Encode(member.Name) is var text ? $"\"{text}\"" : "");
                foreach (var fault in Faults(name.RootElement, names, path)) yield return fault;
            }
            var isKnown = schema.TryGetProperty("properties", out var properties)
                & properties.ValueKind == JsonValueKind.Object
                && properties.TryGetProperty(member.Name, out var inner);
            var rule = isKnown ? properties.GetProperty(member.Name)
                : schema.TryGetProperty("additionalProperties", out var others) ? others : default;
            if (rule.ValueKind == JsonValueKind.False) yield return $"{path}.{member.Name} is not known";
            if (rule.ValueKind != JsonValueKind.Object) continue;
            foreach (var fault in Faults(member.Value, rule, $"{path}.{member.Name}")) yield return fault;
        }
    }

    static bool IsType(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "number" => value.ValueKind == JsonValueKind.Number,
        _ => throw new NotSupportedException(type),
    };

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();

    [GeneratedRegex("\"secret_file\": \"[^\"]*\"")]
    private static partial Regex SecretFilePath();
}
