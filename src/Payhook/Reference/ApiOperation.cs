using System.Text.Json.Nodes;

namespace Payhook.Reference;

/// <summary>What is said of one route: the entry that a new one needs.</summary>
/// <param name="Id">Its name for programs that are generated, such as <c>listEvents</c>.</param>
/// <param name="Method">The method.</param>
/// <param name="Path">The pattern, as it is mapped.</param>
/// <param name="Group">Under which heading it stands; one of <see cref="ApiRoutes.Groups"/>.</param>
/// <param name="Summary">What it is for, in a few words.</param>
sealed record ApiOperation(string Id, string Method, string Path, string Group, string Summary)
{
    /// <summary>The scope that a key needs; none where anybody may ask.</summary>
    public Scopes Needs { get; init; }

    public string? Description { get; init; }

    /// <summary>Those of the path and of the query, and headers.</summary>
    public IReadOnlyList<ApiParameter> Parameters { get; init; } = [];

    /// <summary>What is sent; null where nothing is.</summary>
    public ApiContent? Body { get; init; }

    /// <summary>What is answered where all is well.</summary>
    public required IReadOnlyList<ApiAnswer> Answers { get; init; }

    /// <summary>What can be wrong, beside what is wrong for every route alike.</summary>
    public IReadOnlyList<Problem> Problems { get; init; } = [];
}

/// <summary>One parameter.</summary>
/// <param name="Name">Its name.</param>
/// <param name="In">Where it stands: path, query or header.</param>
/// <param name="Schema">What it may be.</param>
/// <param name="Description">What it does.</param>
/// <param name="IsRequired">Whether it has to be there.</param>
/// <param name="IsList">Whether it may hold several values.</param>
sealed record ApiParameter(
    string Name, string In, JsonObject Schema, string Description, bool IsRequired = false, bool IsList = false)
{
    public static ApiParameter InPath(string name, string description) =>
        new(name, "path", ApiSchema.Text(), description, IsRequired: true);

    public static ApiParameter InQuery(string name, JsonObject schema, string description) =>
        new(name, "query", schema, description);

    /// <summary>Values that may be repeated or separated by commas.</summary>
    public static ApiParameter List(string name, JsonObject each, int limit, string description) => new(
        name, "query", new() { ["type"] = "array", ["items"] = each, ["maxItems"] = limit }, description, IsList: true);
}

/// <summary>Something sent or answered in one form.</summary>
/// <param name="Type">The media type.</param>
/// <param name="Schema">What it looks like.</param>
sealed record ApiContent(string Type, JsonObject Schema)
{
    public static ApiContent Json(string schemaName) => Of("application/json", schemaName);

    /// <summary>JSON that has a type of its own.</summary>
    public static ApiContent Of(string type, string schemaName) => new(type, ApiSchema.Ref(schemaName));

    /// <summary>A form that JSON Schema has no words for.</summary>
    public static ApiContent Plain(string type) => new(type, ApiSchema.Text());
}

/// <summary>An answer that is no error.</summary>
/// <param name="Status">Its status.</param>
/// <param name="Description">When it is given.</param>
/// <param name="Contents">The forms it comes in.</param>
sealed record ApiAnswer(int Status, string Description, params ApiContent[] Contents);
