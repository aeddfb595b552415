using System.Text.Json.Nodes;
using Payhook.Query;
using static Payhook.Reference.ApiParameter;
using static Payhook.Reference.ApiSchema;

namespace Payhook.Reference;

/// <summary>The routes about senders and the listener itself, as <see cref="ApiRoutes"/> lists them.</summary>
static class SourceRoutes
{
    public static IEnumerable<ApiOperation> All =>
    [
        new("listSources", "GET", "/sources", "sources", "List who may send, how each is verified and how each does")
        {
            Needs = Scopes.Read,
            Answers = [new(200, "All, in the order of the settings.", ApiContent.Json("Sources"))],
            Problems = [Problem.BadParameter],
        },
        new("sendMock", "POST", "/sources/{name}/mock", "sources", "Send this listener a mock event")
        {
            Needs = Scopes.Operate,
            Description = "Signed with the secret of the source, with ids of its own, over HTTP.",
            Parameters = [InPath("name", "The name of a source.")],
            Body = ApiContent.Json("NewMock"),
            Answers = [new(200, "It was sent; status and answer tell what came back.", ApiContent.Json("MockSent"))],
            Problems =
            [
                Problem.UnknownSource, Problem.NoMock, Problem.InvalidMockRequest, Problem.MockUnanswered,
            ],
        },
        new("getAbout", "GET", "/about", "health", "Tell what this listener is and how it is set up")
        {
            Needs = Scopes.Read,
            Answers = [new(200, "The listener.", ApiContent.Json("About"))],
            Problems = [Problem.BadParameter],
        },
    ];

    public static JsonObject Schemas() => new()
    {
        ["Sources"] = ListOf(Object("A configured sender.",
            ("name", Text()), ("provider", Text()), ("provider_name", Text()), ("address", Text()),
            ("common_address", Flag("Whether /webhook/payments takes it too.")),
            ("secret_count", Number()), ("retired_secret_count", Number()), ("uses_default_secret", Flag()),
            ("parameter", OrNull(Text("What else its signature depends on."))),
            ("tolerance_seconds", OrNull(Fraction("How far a signed time may be from the clock."))),
            ("sandbox", Flag()), ("allowed_ips", ListOf(Text())), ("body_limit_bytes", OrNull(Number())),
            ("by_body", Flag()), ("origin", Text("Where it is configured.")),
            ("mocks", ListOf(Text(), "The mock events that can be sent.")),
            ("last_event_at", OrNull(Moment())),
            ("count_24h", Number("Requests accepted, duplicates too.")), ("count_1h", Number()),
            ("usual_1h", OrNull(Fraction("The mean of an hour, of the last seven days."))),
            ("rejected_24h", Number()), ("rejected_share_24h", OrNull(Fraction("Of all of its requests, 0 to 1."))),
            ("state", Word(Enum.GetValues<SourceState>().Select(s => JsonText.Word(s)))))),
        ["About"] = Object("This listener.",
            ("version", Text()),
            ("store", Object("Where events are stored.",
                ("kind", Word(["sqlite", "postgres"])), ("name", Text()), ("engine_version", Text()),
                ("schema_version", Number()), ("size_bytes", OrNull(Number())))),
            ("started_at", Moment()), ("now", Moment()), ("healthy", Flag("Whether events can be stored.")),
            ("warnings", ListOf(Text())),
            ("settings", ListOf(Object("One setting.", ("name", Text()),
                ("value", OrNull(Text("What holds; null for a secret that is set, empty for one that is not."))),
                ("default", Text()), ("sentence", Text()), ("is_secret", Flag())))),
            ("events", Number("About so many.")), ("payments", Number("About so many."))),
        ["NewMock"] = Object("Which; without a body the first.", ("mock?", Text())),
        ["MockSent"] = Object("What was sent and what came back.",
            ("status", Number("The status of the listener's answer.")), ("answer", Anything("The answer.")),
            ("event_id", OrNull(Text())), ("payment_id", OrNull(Text())),
            ("command", Text("What does the same on a command line."))),
    };
}
