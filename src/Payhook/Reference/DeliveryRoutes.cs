using Payhook.Query;
using static Payhook.Reference.ApiParameter;

namespace Payhook.Reference;

/// <summary>What is said of the routes about destinations and deliveries.</summary>
static class DeliveryRoutes
{
    const string One = "/destinations/{name}";

    static readonly ApiParameter Name = InPath("name", "The destination's name.");

    static readonly ApiParameter IfMatch = new(
        "If-Match", "header", ApiSchema.Text(), "The tag of what was read: a change since then refuses this one.");

    public static IEnumerable<ApiOperation> All() => [.. Destinations(), .. Acts(), .. Deliveries(), .. Replays()];

    static IEnumerable<ApiOperation> Destinations() =>
    [
        new("listDestinations", "GET", "/destinations", "delivery", "List destinations by their names")
        {
            Needs = Scopes.Read,
            Answers = [new(200, "All of them.", ApiContent.Json("Destinations"))],
        },
        new("addDestination", "POST", "/destinations", "delivery", "Add a destination")
        {
            Needs = Scopes.Admin,
            Description = "It gets the events that come from now on, or all with from: start. An HTTP endpoint that is "
                + "given no secret gets one, which is shown in this answer only.",
            Body = ApiContent.Json("NewDestination"),
            Answers = [new(201, "The destination.", ApiContent.Json("Destination"))],
            Problems = [Problem.InvalidDestination, Problem.DestinationExists],
        },
        new("getDestination", "GET", One, "delivery", "Show a destination")
        {
            Needs = Scopes.Read,
            Parameters = [Name],
            Answers = [new(200, "The destination.", ApiContent.Json("Destination"))],
            Problems = [Problem.UnknownDestination],
        },
        new("changeDestination", "PATCH", One, "delivery", "Change the members that are given")
        {
            Needs = Scopes.Admin,
            Description = "A JSON merge patch: what is not named stays as it is, and null gives a member back what is "
                + "usual. One that is in payhook.json is changed there.",
            Parameters = [Name, IfMatch],
            Body = ApiContent.Json("DestinationSettings"),
            Answers = [new(200, "The destination as it is now.", ApiContent.Json("Destination"))],
            Problems =
            [
                Problem.InvalidDestination, Problem.UnknownDestination, Problem.DestinationOfFile,
                Problem.DestinationChanged,
            ],
        },
        new("removeDestination", "DELETE", One, "delivery", "Remove a destination, and what it is still owed")
        {
            Needs = Scopes.Admin,
            Parameters = [Name, IfMatch],
            Answers = [new(204, "It is gone.")],
            Problems = [Problem.UnknownDestination, Problem.DestinationOfFile, Problem.DestinationChanged],
        },
    ];

    static IEnumerable<ApiOperation> Acts() =>
    [
        Act("pauseDestination", "pause", "Stop sending for a while; what is owed waits"),
        Act("resumeDestination", "resume", "Send again, whatever stopped it"),
        Act("disableDestination", "disable", "Give a destination up; what is owed waits", Scopes.Admin),
        new("rotateSecret", "POST", One + "/rotate-secret", "delivery", "Put a new secret beside the one there is")
        {
            Needs = Scopes.Admin,
            Description = "Deliveries carry a signature of both, until finish=true or another rotation lets go of the "
                + "older one.",
            Parameters =
            [
                Name, InQuery("finish", ApiSchema.Word(["true"]), "Make none, and let go of all but the newest."),
            ],
            Answers = [new(200, "The destination, with the new secret this once.", ApiContent.Json("Destination"))],
            Problems =
            [
                Problem.BadParameter, Problem.InvalidDestination, Problem.UnknownDestination,
                Problem.DestinationOfFile, Problem.DestinationChanged,
            ],
        },
        new("testDestination", "POST", One + "/test", "delivery", "Send an event that never happened")
        {
            Needs = Scopes.Operate,
            Description = "Once, of the type payhook.test and the source payhook, whatever state the destination is "
                + "in. "
                + "Nothing of it is stored.",
            Parameters = [Name],
            Answers = [new(200, "What came of it.", ApiContent.Json("DestinationTest"))],
            Problems = [Problem.UnknownDestination],
        },
        new("retryDead", "POST", One + "/retry-dead", "delivery", "Try dead letters of a destination again")
        {
            Needs = Scopes.Replay,
            Parameters =
            [
                Name, InQuery("failure", ApiSchema.Word(FailureClasses.Outcomes.Skip(1)),
                    "Only those whose last attempt failed so."),
            ],
            Answers = [new(200, "How many there were.", ApiContent.Json("Retried"))],
            Problems = [Problem.BadParameter, Problem.UnknownDestination],
        },
    ];

    static IEnumerable<ApiOperation> Deliveries() =>
    [
        new("listDeliveries", "GET", "/deliveries", "delivery", "List deliveries that were tried, the newest first")
        {
            Needs = Scopes.Read,
            Parameters =
            [
                InQuery("destination", ApiSchema.Text(), "Only to this destination."),
                InQuery("event_id", ApiSchema.Text(), "Only of the first event with this id."),
                InQuery("state", ApiSchema.Word(DeliveriesApi.States), "Only those that stand so."),
                InQuery("failure", ApiSchema.Word(FailureClasses.All), "Only those that failed so last."),
                InQuery("limit", ApiSchema.Number(1, DeliveriesApi.PageLimitDeliveries, 50), "At most so many."),
                InQuery("before", ApiSchema.Number(0, null), "Only older ones: next of the answer before."),
            ],
            Answers = [new(200, "A page of deliveries.", ApiContent.Json("DeliveryPage"))],
            Problems = [Problem.BadParameter],
        },
        new("getDelivery", "GET", "/deliveries/{id}", "delivery", "Show a delivery and every attempt")
        {
            Needs = Scopes.Read,
            Parameters = [InPath("id", "Its number.")],
            Answers = [new(200, "The delivery.", ApiContent.Json("DeliveryFound"))],
            Problems = [Problem.UnknownDelivery],
        },
        new("retryDelivery", "POST", "/deliveries/{id}/retry", "delivery", "Try a dead letter again")
        {
            Needs = Scopes.Replay,
            Parameters = [InPath("id", "Its number.")],
            Answers = [new(200, "The delivery, pending and due now.", ApiContent.Json("DeliveryFound"))],
            Problems = [Problem.UnknownDelivery, Problem.DeliveryNotDead],
        },
    ];

    static IEnumerable<ApiOperation> Replays() =>
    [
        new("startReplay", "POST", "/replays", "delivery", "Send stored events once more")
        {
            Needs = Scopes.Replay,
            Description = "The events that there are now and that the filters of GET /events let pass, each with "
                + "the id "
                + "of its message as before. What a destination's own filter stops is counted and not sent.",
            Parameters =
            [
                .. ApiRoutes.Filters,
                InQuery("everything", ApiSchema.Word(["true"]), "All events; must be said where there is no filter."),
                List("to", ApiSchema.Text(), ReplayRequest.NamesLimit, "Destinations, or all.") with
                {
                    IsRequired = true,
                },
                InQuery("rate_limit_per_second", ApiSchema.Fraction(), "At most so many a second to each."),
                InQuery("dry_run", ApiSchema.Word(["true"]), "Only answer what would be done."),
            ],
            Answers =
            [
                new(200, "What would be done.", ApiContent.Json("ReplayPlan")),
                new(201, "What was started.", ApiContent.Json("ReplayPlan")),
            ],
            Problems = [Problem.BadParameter, Problem.UnknownDestination, Problem.TooManyReplays],
        },
        new("listReplays", "GET", "/replays", "delivery", "List replays, the newest first")
        {
            Needs = Scopes.Read,
            Parameters =
            [
                InQuery("destination", ApiSchema.Text(), "Only to this destination."),
                InQuery("state", ApiSchema.Word(ReplaysApi.States), "Only those that stand so."),
                InQuery("limit", ApiSchema.Number(1, ReplaysApi.PageLimitReplays, 50), "At most so many."),
                InQuery("before", ApiSchema.Number(0, null), "Only older ones: next of the answer before."),
            ],
            Answers = [new(200, "A page of replays.", ApiContent.Json("ReplayPage"))],
            Problems = [Problem.BadParameter],
        },
        new("getReplay", "GET", "/replays/{id}", "delivery", "Show a replay and how far it is")
        {
            Needs = Scopes.Read,
            Parameters = [InPath("id", "Its number.")],
            Answers = [new(200, "The replay.", ApiContent.Json("ReplayFound"))],
            Problems = [Problem.UnknownReplay],
        },
        new("cancelReplay", "POST", "/replays/{id}/cancel", "delivery", "End a replay; what it has sent is sent")
        {
            Needs = Scopes.Replay,
            Parameters = [InPath("id", "Its number.")],
            Answers = [new(200, "The replay, cancelled.", ApiContent.Json("ReplayFound"))],
            Problems = [Problem.UnknownReplay, Problem.ReplayNotRunning],
        },
    ];

    static ApiOperation Act(string id, string act, string summary, Scopes needs = Scopes.Operate) =>
        new(id, "POST", $"{One}/{act}", "delivery", summary)
        {
            Needs = needs,
            Parameters = [Name],
            Answers = [new(200, "The destination as it is now.", ApiContent.Json("Destination"))],
            Problems = [Problem.UnknownDestination],
        };
}
