using Payhook.Query;
using Payhook.Stats;
using Payhook.Store;
using static Payhook.Reference.ApiParameter;

namespace Payhook.Reference;

/// <summary>What is said of the routes about counts.</summary>
static class StatsRoutes
{
    static readonly ApiParameter[] Range =
    [
        InQuery("from", ApiSchema.Moment(), "The start; a day before until where it is not given."),
        InQuery("until", ApiSchema.Moment(), "The end; now where it is not given."),
        InQuery("bucket", ApiSchema.Word(["auto", "minute", "hour", "day"]), "How the range is divided: up to "
            + $"{StatsRequest.BucketsLimit} buckets, days in UTC. Auto takes what suits the range."),
    ];

    public static IEnumerable<ApiOperation> All() =>
    [
        new("getStats", "GET", "/stats", "statistics", "Count requests over time, and how fast they were answered")
        {
            Needs = Scopes.Read,
            Description = "Every request to a source counts once, as it is answered. Minutes are kept for 48 hours, "
                + "hours for 400 days.",
            Parameters =
            [
                .. Range,
                InQuery("source", ApiSchema.Text(), "Only this source's."),
                InQuery("provider", ApiSchema.Text(), "Only those of this provider's sources."),
                List("type", ApiSchema.Text(), StatsRequest.ListLimit, "Only those with an event of this type."),
                Outcomes(StatsMeter.Outcomes), GroupBy(StatsTable.Requests),
            ],
            Answers = [new(200, "The counts.", ApiContent.Json("Stats"), ApiRoutes.Ndjson, ApiRoutes.Csv)],
            Problems = [Problem.BadParameter],
        },
        new("getDeliveryStats", "GET", "/stats/deliveries", "statistics",
            "Count attempts of deliveries over time, and how long they took")
        {
            Needs = Scopes.Read,
            Description = "Every attempt counts once, as it ends. Minutes are kept for 48 hours, hours for 400 days.",
            Parameters =
            [
                .. Range,
                List("destination", ApiSchema.Text(), StatsRequest.ListLimit, "Only those to this destination."),
                Outcomes(FailureClasses.Outcomes), GroupBy(StatsTable.Attempts),
            ],
            Answers = [new(200, "The counts.", ApiContent.Json("DeliveryStats"), ApiRoutes.Ndjson, ApiRoutes.Csv)],
            Problems = [Problem.BadParameter],
        },
    ];

    static ApiParameter Outcomes(IEnumerable<string> words) =>
        List("outcome", ApiSchema.Word(words), StatsRequest.ListLimit, "Only those that ended so.");

    static ApiParameter GroupBy(StatsTable table) => List("group_by", ApiSchema.Word(table.Words),
        table.Words.Length, $"Tells these apart, in up to {StatsRequest.RowsLimit} rows.");
}
