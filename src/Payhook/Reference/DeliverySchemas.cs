using System.Text.Json.Nodes;
using Payhook.Providers;
using Payhook.Query;
using Payhook.Store;
using static Payhook.Reference.ApiSchema;

namespace Payhook.Reference;

/// <summary>What destinations, deliveries and attempts look like.</summary>
static class DeliverySchemas
{
    public static JsonObject All() => new()
    {
        ["DestinationSettings"] = Object("What a destination may be told; what is left out is as usual.", Settings()),
        ["NewDestination"] = AllOf("A destination to be added.", Object("Its name.",
            ("name", Text("1 to 64 of a to z, 0 to 9 and -.")), ("url", Text()),
            ("from?", Word(["now", "start"], "Which events it begins with."))), Ref("DestinationSettings")),
        ["Destination"] = AllOf("A destination. Its secrets are not shown.", Object("How it stands.",
            ("id", Number()), ("name", Text()), ("secret?", Text("The secret made by this call, shown once.")),
            ("state", Word(Enum.GetValues<DestinationState>().Select(s => JsonText.Word(s)))),
            ("state_reason", OrNull(Text())), ("pending", Number("Deliveries to be tried again.")),
            ("dead", Number("Dead letters.")), ("next_due_at", OrNull(Moment())),
            ("oldest_pending_at", OrNull(Moment("Since when the oldest of the pending is tried."))),
            ("backlog", Number("Events in the feed behind its cursor; not counted any further than "
                + $"{StoreLimits.BacklogCountedEvents}.")),
            ("breaker", OrNull(Word(BreakerState.All, "Null where this process does not serve it."))),
            ("breaker_until", OrNull(Moment("Until when it is left alone, while the breaker is open."))),
            ("attempts_24h", Number("What was tried within 24 hours.")),
            ("success_share_24h", OrNull(Fraction("How much of that it took; null of nothing."))),
            ("dead_by_failure?", With(Object("Dead letters by why their last attempt failed, in an answer about one "
                + $"destination; none counted any further than {StoreLimits.DeadCountedPerFailure}."),
                "additionalProperties", Number())),
            ("cursor", Text("How far in the feed it was served.")), ("from_file", Flag("payhook.json has it.")),
            ("revision", Number("Counts its changes; also its tag.")), ("created_at", Moment()),
            ("updated_at", Moment()), ("fault?", Text("Why its settings cannot be read."))),
            Ref("DestinationSettings")),
        ["Destinations"] = ListOf(Ref("Destination"), "By their names."),
        ["Delivery"] = Object("An event owed to a destination.", DeliveryMembers()),
        ["DeliveryPage"] = Object("A page of deliveries.",
            ("deliveries", ListOf(Ref("Delivery"))), ("next", OrNull(Number("Go on before it.")))),
        ["DeliveryFound"] = AllOf("A delivery and its attempts.", Ref("Delivery"), Object("The rest.",
            ("attempts", ListOf(Ref("Attempt"), "The first one first.")))),
        ["Attempt"] = Object("One try.",
            ("number", Number()), ("at", Moment()), ("duration_ms", Fraction()), ("status", OrNull(Number())),
            ("failure", OrNull(Word(FailureClasses.All))), ("detail", OrNull(Text("The failure in words."))),
            ("answer", OrNull(Text("The first 4096 bytes of it."))), ("masked?", Flag("Personal data was taken out."))),
        ["DestinationTest"] = Object("What came of an event that never happened.",
            ("destination", Text()), ("taken", Flag()), ("attempt", Ref("Attempt"))),
        ["ReplayPlan"] = Object("What a replay does, or would do.",
            ("dry_run", Flag("Nothing was started.")),
            ("event_count", Number("How many events, before a destination's own filter.")),
            ("destinations", ListOf(Object("One of those that get them.",
                ("name", Text()), ("state", Word(Enum.GetValues<DestinationState>().Select(s => JsonText.Word(s)))),
                ("replay?", Number("The replay that was started.")),
                ("note?", Text("Why it does not run now.")))))),
        ["Replay"] = Object("Some events once more to one destination.",
            ("id", Number()), ("destination", OrNull(Text("Its name; null where it was removed."))),
            ("state", Word(ReplaysApi.States)),
            ("filter", Object("Which events; nothing where it is all of them.",
                ("types?", ListOf(Text())), ("sources?", ListOf(Text())), ("event_id?", Text()),
                ("payment_id?", Text()), ("received_from?", Text()), ("received_to?", Text()), ("conflict?", Flag()))),
            ("event_count", Number("How many events, when it was started.")),
            ("planned_count", Number("How many were handed over to be delivered.")),
            ("rate_limit_per_second?", Fraction()), ("created_by", Text()), ("created_at", Moment())),
        ["ReplayPage"] = Object("A page of replays.",
            ("replays", ListOf(Ref("Replay"))), ("next", OrNull(Number("Go on before it.")))),
        ["ReplayFound"] = AllOf("A replay and how far it is.", Ref("Replay"), Object("The rest.",
            ("passed_count", Number("How many of its events need no more looking at.")),
            ("done", Fraction("From 0 to 1, and 1 only where it is done.")))),
        ["DeliveryTally"] = Object("How many attempts, and how long they took.",
            ("count", Number()), ("rate_per_second", Fraction("Of the part of the bucket that has passed.")),
            ("p50_ms", OrNull(Fraction("Half took no longer; estimated within a histogram's step."))),
            ("p99_ms", OrNull(Fraction("99 of 100 took no longer.")))),
        ["DeliveryStatsGroup"] = AllOf("The attempts of one kind.", Object("The kind, as far as it was asked for.",
            ("destination?", Text()), ("outcome?", Word(FailureClasses.Outcomes))), Ref("DeliveryTally")),
        ["DeliveryStats"] = Stats(),
        ["Retried"] = Object("How many dead letters are pending again.", ("retried", Number())),
    };

    static JsonObject Stats() => Object("Attempts, counted.",
        ("from", Moment("The start of the first bucket.")), ("until", Moment("The end of the last.")),
        ("bucket", Word(["minute", "hour", "day"])),
        ("totals", AllOf("The whole range.", Ref("DeliveryTally"), Groups())),
        ("buckets", ListOf(AllOf("One bucket.", Object("Its start.", ("at", Moment())), Ref("DeliveryTally"),
            Groups()))));

    static JsonObject Groups() =>
        Object("The kinds apart, with group_by.", ("groups?", ListOf(Ref("DeliveryStatsGroup"))));

    static (string, JsonObject)[] DeliveryMembers() =>
    [
        ("id", Number()), ("destination", OrNull(Text("Its name; null where it was removed."))), ("event_id", Text()),
        ("event_type", Text()), ("source", Text()), ("event_sequence", Number()), ("state", Word(DeliveriesApi.States)),
        ("attempt_count", Number()), ("first_attempt_at", OrNull(Moment())),
        ("due_at", OrNull(Moment("When it is tried (again), while it is pending."))),
        ("failure", OrNull(Word(FailureClasses.All, "Why the last attempt failed."))),
        ("replay?", Number("The replay that asked for it.")), ("changed_at", Moment()),
    ];

    static (string, JsonObject)[] Settings() =>
    [
        ("url?", Text()), ("sink?", Words(DestinationWords.Sinks)), ("filter?", Filter()),
        ("body?", Words(DestinationWords.Bodies)), ("secret?", Text("whsec_ and Base64; null for none.")),
        ("secrets?", ListOf(Text(), "Two, the newer first; in answers whsec_*** for each.")),
        ("headers?", With(Object("Values are *** in answers."), "additionalProperties", OrNull(Text()))),
        ("timeout_seconds?", Fraction()), ("concurrency_limit?", Number(1, 1000, 16)),
        ("rate_limit_per_second?", Fraction()),
        ("retry?", Object("When it is tried again.", ("first_seconds?", Fraction()), ("longest_seconds?", Fraction()),
            ("give_up_after_hours?", Fraction()))),
        ("ordering?", Words(DestinationWords.Orderings)), ("ordering_wait_seconds?", OrNull(Fraction())),
        ("subject?", Text("For nats.")),
        ("nats?", Object("How to log in.", ("user?", Text()), ("password?", Text()), ("token?", Text()))),
    ];

    static JsonObject Filter() => Object("What is left out lets everything pass.",
        ("sources?", ListOf(Text())), ("providers?", ListOf(Word(ProviderCatalog.All.Select(p => p.Name)))),
        ("types?", ListOf(Text(), "A star stands for any characters.")),
        ("statuses?", ListOf(Word(DestinationFilterReader.Statuses))),
        ("where?", Object("A place in the body.", ("path", Text()), ("operator?", Word(PathComparison.Operators)),
            ("value?", Anything("A text, a number, true or false.")))));

    static JsonObject Words<T>(IReadOnlyList<(string Word, T Value)> words) => Word(words.Select(w => w.Word));
}
