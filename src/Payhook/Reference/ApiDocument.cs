using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Payhook.Reference;

/// <summary>The interface as an OpenAPI document, made of <see cref="ApiRoutes"/> when somebody asks for it.</summary>
static class ApiDocument
{
    const string ProblemType = "application/problem+json";

    const string About =
        """
        Payhook receives payment providers' webhooks, verifies and stores them, and tells where each payment stands.

        While there is neither a key nor an admin password, only clients on the same machine may read. Else send a key
        as `Authorization: Bearer KEY` or `X-API-Key: KEY`; each operation names the scope that it needs. Without the
        scope `pii`, personal data is masked. A browser signs in with `POST /session` instead, and sends what changes
        something with the header `X-CSRF-Token`.
        """;

    /// <summary>What goes wrong alike wherever somebody has to be known, and wherever the store is read.</summary>
    static readonly Problem[]
        OfGuarded = [Problem.Unauthorized, Problem.Forbidden, Problem.StoreUnavailable, Problem.InternalError],
        OfChanging = [Problem.Csrf, .. OfGuarded],
        OfOpen = [Problem.StoreUnavailable, Problem.InternalError];

    static readonly string[] SecuritySchemes = ["bearer", "header", "cookie"];

    /// <summary>The document as it is checked in and served: the same bytes each time.</summary>
    public static byte[] Write()
    {
        using var buffer = new MemoryStream();
        var options = new JsonWriterOptions
        {
            Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        using (var json = new Utf8JsonWriter(buffer, options)) Create().WriteTo(json);
        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }

    static JsonObject Create() => new()
    {
        ["openapi"] = "3.1.1",
        ["info"] = new JsonObject
        {
            ["title"] = "Payhook",
            ["version"] = typeof(ApiDocument).Assembly.GetName().Version!.ToString(3),
            ["description"] = About,
            ["license"] = new JsonObject { ["name"] = "MIT", ["identifier"] = "MIT" },
        },
        ["servers"] = new JsonArray(new JsonObject { ["url"] = "/" }),
        ["tags"] = new JsonArray([.. ApiRoutes.Groups.Select(g => new JsonObject
        {
            ["name"] = g.Name, ["description"] = g.Description,
        })]),
        ["paths"] = Paths(),
        ["components"] = new JsonObject
        {
            ["schemas"] = ApiSchemas.All(),
            ["securitySchemes"] = new JsonObject
            {
                ["bearer"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" },
                ["header"] = new JsonObject { ["type"] = "apiKey", ["in"] = "header", ["name"] = "X-API-Key" },
                ["cookie"] = new JsonObject
                {
                    ["type"] = "apiKey", ["in"] = "cookie", ["name"] = "payhook_session",
                },
            },
        },
    };

    static JsonObject Paths()
    {
        var paths = new JsonObject();
        foreach (var operation in ApiRoutes.All)
        {
            if (paths[operation.Path] is not JsonObject path) paths[operation.Path] = path = [];
            path[operation.Method.ToLowerInvariant()] = Of(operation);
        }
        return paths;
    }

    static JsonObject Of(ApiOperation operation)
    {
        var made = new JsonObject
        {
            ["operationId"] = operation.Id,
            ["tags"] = new JsonArray(JsonValue.Create(operation.Group)),
            ["summary"] = operation.Summary,
        };
        if (operation.Description is { } description) made["description"] = description;
        if (operation.Needs != Scopes.None)
        {
            made["security"] = new JsonArray(
                [.. SecuritySchemes.Select(scheme => Security(scheme, operation.Needs))]);
        }
        if (operation.Parameters.Count > 0)
            made["parameters"] = new JsonArray([.. operation.Parameters.Select(Of)]);
        if (operation.Body is { } body)
        {
            made["requestBody"] = new JsonObject { ["required"] = true, ["content"] = Contents([body]) };
        }
        made["responses"] = Responses(operation);
        return made;
    }

    /// <summary>OpenAPI 3.1 lets every kind of security name what it has to allow.</summary>
    static JsonObject Security(string scheme, Scopes needs) => new()
    {
        [scheme] = new JsonArray([.. ScopeWords.Of(needs).Select(word => JsonValue.Create(word))]),
    };

    static JsonObject Of(ApiParameter parameter)
    {
        var made = new JsonObject { ["name"] = parameter.Name, ["in"] = parameter.In };
        if (parameter.IsRequired) made["required"] = true;
        made["description"] = parameter.Description;
        if (parameter.IsList)
        {
            made["style"] = "form";
            made["explode"] = false; // separated by commas
        }
        made["schema"] = parameter.Schema.DeepClone();
        return made;
    }

    static JsonObject Responses(ApiOperation operation)
    {
        var responses = new JsonObject();
        foreach (var answer in operation.Answers)
        {
            var made = new JsonObject { ["description"] = answer.Description };
            if (answer.Contents.Length > 0) made["content"] = Contents(answer.Contents);
            responses[$"{answer.Status}"] = made;
        }
        if (operation.Method == "HEAD") return responses;
        var problems = operation.Needs == Scopes.None ? OfOpen : operation.Method == "GET" ? OfGuarded : OfChanging;
        foreach (var same in operation.Problems.Concat(problems).GroupBy(p => p.Status).OrderBy(g => g.Key))
        {
            if (responses.ContainsKey($"{same.Key}")) continue;
            responses[$"{same.Key}"] = new JsonObject
            {
                ["description"] = string.Join("\n", same.Select(p => $"- `{p.Type}`: {p.Detail}")),
                ["content"] = Contents([new(ProblemType, ApiSchema.Ref("Problem"))]),
            };
        }
        return responses;
    }

    static JsonObject Contents(IEnumerable<ApiContent> contents)
    {
        var made = new JsonObject();
        foreach (var content in contents)
            made[content.Type] = new JsonObject { ["schema"] = content.Schema.DeepClone() };
        return made;
    }
}
