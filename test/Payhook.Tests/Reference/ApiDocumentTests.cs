using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.OpenApi;
using Payhook.Ops;
using Payhook.Reference;
using Payhook.Tests.Support;

namespace Payhook.Tests.Reference;

/// <summary>What is said of the interface is valid, complete, and what is checked in.</summary>
public sealed class ApiDocumentTests
{
    static readonly JsonElement Document = JsonDocument.Parse(ApiDocument.Write()).RootElement;

    [Fact]
    public void Is_what_is_checked_in()
    {
        var path = Path.Combine(Repository.Root, "docs/openapi.json");
        var checkedIn = File.Exists(path) ? File.ReadAllText(path) : "";
        Assert.True(checkedIn.ReplaceLineEndings("\n") == Encoding.UTF8.GetString(ApiDocument.Write()),
            "docs/openapi.json is not what the program says of itself. Write it anew and look at the difference: "
            + "dotnet run --project src/Payhook -- openapi > docs/openapi.json");
    }

    [Fact]
    public void Is_read_without_an_error_or_a_warning()
    {
        var read = OpenApiDocument.Parse(Encoding.UTF8.GetString(ApiDocument.Write()), "json");
        Assert.Empty(read.Diagnostic!.Errors.Select(e => $"{e.Pointer}: {e.Message}"));
        Assert.Empty(read.Diagnostic.Warnings.Select(e => $"{e.Pointer}: {e.Message}"));
        Assert.Equal(OpenApiSpecVersion.OpenApi3_1, read.Diagnostic.SpecificationVersion);
        Assert.Equal(ApiRoutes.All.Count, read.Document!.Paths.Sum(p => p.Value.Operations!.Count));
    }

    [Fact]
    public async Task Describes_every_route_and_no_other()
    {
        var directory = Directory.CreateTempSubdirectory("payhook-openapi-");
        try
        {
            var (settings, _) = Settings.Read(name => name switch
            {
                "DATABASE_URL" => $"sqlite:///{Path.Combine(directory.FullName, "events.db")}",
                "PORT" => "0",
                _ => null,
            });
            using var lines = new LogOutput(Stream.Null, isJson: true);
            await using var store = settings!.Database.CreateStore(settings.CommitDeadline, TimeProvider.System);
            await using var app = PayhookApp.Build(settings, store, lines, TimeProvider.System);
            var mapped = ((IEndpointRouteBuilder)app).DataSources.SelectMany(s => s.Endpoints).Cast<RouteEndpoint>()
                .Where(r => r.Metadata.GetMetadata<IExcludeFromDescriptionMetadata>() is null)
                .SelectMany(r => r.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods
                    .Select(method => $"{method} {r.RoutePattern.RawText}")).ToArray();
            Assert.True(mapped.Length > 20, "The routes were not found");
            Assert.Equal(mapped.Order(), ApiRoutes.All.Select(o => $"{o.Method} {o.Path}").Order());
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public void Names_every_parameter_of_a_path_each_operation_once_and_known_groups_only()
    {
        foreach (var operation in ApiRoutes.All)
        {
            var inPath = operation.Path.Split('/').Where(p => p.StartsWith('{')).Select(p => p.Trim('{', '}'));
            Assert.Equal(inPath, operation.Parameters.Where(p => p.In == "path").Select(p => p.Name));
            Assert.Contains(operation.Group, ApiRoutes.Groups.Select(g => g.Name));
            Assert.Equal(operation.Parameters.Count, operation.Parameters.DistinctBy(p => (p.Name, p.In)).Count());
        }
        Assert.Equal(ApiRoutes.All.Count, ApiRoutes.All.DistinctBy(o => o.Id).Count());
    }

    [Fact]
    public void Uses_every_schema_and_has_every_one_that_it_uses()
    {
        var used = References(Document).ToHashSet();
        var made = Document.GetProperty("components").GetProperty("schemas").EnumerateObject().Select(s => s.Name);
        Assert.Equal(made.Order(), used.Order());
    }

    [Fact]
    public void Explains_every_problem_that_a_caller_can_meet()
    {
        var text = Document.GetProperty("paths").ToString();
        Assert.All(Problem.All, p => Assert.Contains($"`{p.Type}`", text, StringComparison.Ordinal));
    }

    [Theory, EveryStore]
    public async Task Says_rightly_which_scope_each_route_needs(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store, ("API_KEYS", "0123456789abcdef-master"));
        var keys = new Dictionary<Scopes, string>();
        foreach (var scope in new[]
        {
            Scopes.Read, Scopes.Pii, Scopes.Consume, Scopes.Replay, Scopes.Operate, Scopes.Admin,
            Scopes.Read | Scopes.Pii,
        })
        {
            var (key, text) = ApiKey.Create("k", scope, null, "cli:test", TimeProvider.System.GetUtcNow());
            listener.Store.Keys.Add(key, AuditEntry.Created(key));
            keys[scope] = text;
        }
        foreach (var operation in ApiRoutes.All.Where(o => o.Id != "streamEvents"))
        {
            foreach (var (scope, key) in keys)
            {
                using var request = new HttpRequestMessage(new(operation.Method), operation.Path);
                request.Headers.Add("X-API-Key", key);
                using var response = await listener.Client.SendAsync(request, TestContext.Current.CancellationToken);
                var isScopeLacking = (int)response.StatusCode == 403 && operation.Group != "receiving";
                var allowed = scope == Scopes.Admin ? Scopes.Admin | Scopes.Operate : scope;
                Assert.True(isScopeLacking == ((allowed & operation.Needs) != operation.Needs),
                    $"{operation.Method} {operation.Path} with {scope} is {(int)response.StatusCode}");
            }
        }
    }

    static IEnumerable<string> References(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(p => p.Name == "$ref"
            ? [p.Value.GetString()!["#/components/schemas/".Length..]]
            : References(p.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(References),
        _ => [],
    };
}
