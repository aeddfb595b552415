using System.Text.Json.Nodes;
using Payhook.Attention;
using Payhook.Payments;
using Payhook.Providers;
using Payhook.Query;
using Payhook.Stats;
using Payhook.Store;
using static Payhook.Reference.ApiSchema;

namespace Payhook.Reference;

/// <summary>What answers and bodies look like, by name. Tests hold real answers against them.</summary>
static class ApiSchemas
{
    /// <summary>All of them, made anew: a piece of JSON can stand in one place only.</summary>
    public static JsonObject All()
    {
        var all = OfEvents();
        foreach (var (name, schema) in OfTheRest().Concat(AccessSchemas.All()).Concat(DeliverySchemas.All())
            .Concat(SourceRoutes.Schemas()))
            all[name] = schema?.DeepClone();
        return all;
    }

    static JsonObject OfEvents() => new()
    {
        ["Accepted"] = Object("A verified event, stored.",
            ("status", Word(["success", "duplicate"])), ("event_id", Text()), ("payment_id?", OrNull(Text())),
            ("event_count?", Number("How many events came, where there were several.")), ("message?", Text())),
        ["Event"] = Event(),
        ["FeedEvent"] = AllOf("An event with its place in the feed.",
            Object("The place.", ("cursor", Text("Go on after it."))), Ref("Event")),
        ["EventFound"] = AllOf("An event, and what disagreed with it.", Ref("Event"), Object("The rest.",
            ("duplicate_count", Number("How often it came again.")), ("last_duplicate_at", OrNull(Moment())),
            ("conflicts", ListOf(Ref("Conflict"))),
            ("others_with_this_id?", ListOf(Ref("Event"), "Where its id is not signed and was used again.")))),
        ["Events"] = ListOf(Ref("Event"), "In the order of their receipt."),
        ["EventPage"] = Object("A page of the feed.",
            ("events", ListOf(Ref("FeedEvent"))),
            ("next", OrNull(Text("The cursor to go on from; null at the end of what is read newest first.")))),
        ["Conflict"] = Object("A receipt that names a known event and does not agree with it.",
            ("kind", Word(["other_body", "possible_replay"])), ("received_at", Moment()), ("event_id", Text()),
            ("payload?", Payload()), ("body?", OrNull(Text())), ("body_base64?", Text()), ("masked?", Flag())),
        ["Payment"] = Object("Where a payment stands.", PaymentMembers()),
        ["PaymentPage"] = Object("A page of payments.",
            ("payments", ListOf(Ref("Payment"))), ("next", OrNull(Text("The cursor to go on from.")))),
        ["PaymentFound"] = AllOf("A payment, its parts and its timeline.", Ref("Payment"), Object("The rest.",
            ("failure_reason", OrNull(Text())), ("gaps", ListOf(Text(), "What must have happened unheard.")),
            ("names", ListOf(Object("An id that it goes by.", ("kind", Words<NameKind>()), ("id", Text())))),
            ("captures", ListOf(Ref("PaymentPart"))), ("refunds", ListOf(Ref("PaymentPart"))),
            ("disputes", ListOf(Ref("PaymentPart"))), ("timeline", ListOf(Ref("TimelineEntry"))),
            ("events", ListOf(Ref("EventOfPayment"), "In the order of their receipt.")),
            ("events_cut?", Flag("There are more than are told.")),
            ("others?", ListOf(Object("Another payment with this id.", ("payment_id", Text()), ("provider", Text()),
                ("account", Text())))))),
        ["EventOfPayment"] = Object("An event, without its content.",
            ("event_id", Text()), ("event_type", Text()), ("source", Text()), ("sequence", Number()),
            ("received_at", Moment()), ("in_timeline", Flag("Whether it says anything of the payment."))),
        ["PaymentPart"] = Object("A capture, a refund or a dispute.",
            ("id", OrNull(Text())), ("status", Text()), ("amount", OrNull(Number("In minor units."))),
            ("at?", Moment()), ("reason?", Text()), ("respond_by?", Moment()), ("reversal?", Flag())),
        ["TimelineEntry"] = Object("What one event changed.",
            ("at", Moment()), ("change", Words<ChangeKind>()), ("amount?", Number("In minor units.")), ("id?", Text()),
            ("reason?", Text()), ("sequence", Number()),
            ("status", Words<PaymentStatus>()), ("event_id", Text()), ("event_type", Text()),
            ("received_at", Moment()), ("late?", Flag("It came after what it happened before."))),
    };

    static JsonObject OfTheRest() => new()
    {
        ["Rejection"] = Object("A refused request.", RejectionMembers()),
        ["RejectionFound"] = AllOf("A refused request with its body.", Ref("Rejection"),
            Object("The rest.", ("body", OrNull(Text("Without signatures."))), ("masked?", Flag()))),
        ["RejectionPage"] = Object("Counts of all refusals, and a page of those that were kept.",
            ("counts", ListOf(Object("One kind.", ("source", Text()), ("reason", Text()), ("cause", OrNull(Text())),
                ("count", Number()), ("last_at", Moment())))),
            ("rejections", ListOf(Ref("Rejection"))), ("next", OrNull(Number("Go on before it.")))),
        ["RawEvent"] = Object("The bytes of an event, and the headers that they came with.",
            ("event_id", Text()), ("source", Text()), ("sequence", Number()),
            ("headers", With(Object("As they were received, the signature too."), "additionalProperties", Text())),
            ("body_base64", Text())),
        ["Consumer"] = Object("A place in the feed, by a name.", ConsumerMembers()),
        ["Consumers"] = ListOf(AllOf("A consumer, and what waits for it.", Ref("Consumer"), Object("The rest.",
            ("behind", Number("How many events wait; not counted any further than "
                + $"{ConsumerLag.CountLimitEvents}.")),
            ("behind_since", OrNull(Moment("When the first of them was received.")))))),
        ["NewConsumer"] = Object("May be left out.", ("from?", Text("start, which is the default, now, or a cursor."))),
        ["Acknowledged"] = Object("How far everything is done.",
            ("cursor", Text("next of an answer, or the cursor of an event.")),
            ("rewind?", Flag("It may go back."))),
        ["AttentionItem"] = Object("Something that somebody must act on.",
            ("id", Text()), ("kind", Word(AttentionKinds.All.Select(k => k.Word()))), ("at", Moment()),
            ("source", OrNull(Text("Null where it is about a destination."))), ("provider", OrNull(Text())),
            ("destination?", Text("Its name.")), ("account?", Text()), ("payment_id", OrNull(Text())),
            ("explanation", Text()), ("action", Text("What to do.")), ("deadline", OrNull(Moment())),
            ("evidence", Anything("Ids, amounts in minor units and times that prove it; differs by kind.")),
            ("acknowledged", OrNull(Object("By whom.", ("by", Text()), ("at", Moment()), ("note", Text()))))),
        ["AttentionPage"] = Object("A page of items, and how many there are of each kind.",
            ("counts", With(Object("By kind; none of those acknowledged."), "additionalProperties", Number())),
            ("counts_cut?", Flag("There are more than were counted.")),
            ("items", ListOf(Ref("AttentionItem"))), ("next", OrNull(Text("The cursor to go on from.")))),
        ["NewAcknowledgement"] = Object("May be left out.", ("note?", Text())),
        ["Tally"] = Object("How many requests, and how fast they were answered.", TallyMembers()),
        ["StatsGroup"] = AllOf("The requests of one kind.", Object("The kind, as far as it was asked for.",
            ("source?", Text()), ("type?", OrNull(Text("Null where it was not read."))),
            ("outcome?", Word(StatsMeter.Outcomes))), Ref("Tally")),
        ["Stats"] = Stats(),
        ["Health"] = Object("Whether it is well.",
            ("status", Word(["healthy", "unhealthy", "alive"])), ("timestamp", Moment())),
        ["Problem"] = Object("An error, as in RFC 9457.",
            ("type", Word(Problem.All.Select(p => "urn:payhook:problem:" + p.Type))), ("title", Text()),
            ("status", Number()), ("detail", Text()), ("error", Text("The title, as older clients read it.")),
            ("parameter?", Text("The parameter at fault."))),
    };

    static JsonObject Event() => Object("What a provider says happened once.",
        ("event_type", Text()), ("received_at", Moment()), ("received_at_ms", Number("Since 1970.")),
        ("event_id", Text()), ("payment_id", OrNull(Text())), ("source", Text()),
        ("sequence", Number("Its number in the store.")), ("conflict_count", Number()),
        ("reused_event_id?", Flag("Its id is not signed, and was used before.")),
        ("batch?", Number("It came with others.")), ("origin?", Word(["reverified"])),
        ("verification?", Object("How it was verified.", ("verdict", Text()), ("provider", OrNull(Text())),
            ("secret_number", Number()), ("identity", Text()))),
        ("headers?", With(Object("Those that were kept."), "additionalProperties", Text())),
        ("payload?", Payload()), ("body?", OrNull(Text("The bytes received, as a text."))),
        ("body_base64?", Text("The same, where they are no UTF-8.")),
        ("masked?", Flag("Personal data was taken out.")));

    static JsonObject Payload() => Anything("The JSON that was sent; null where it was none.");

    static (string, JsonObject)[] PaymentMembers() =>
    [
        ("payment_id", Text()), ("provider", Text()), ("source", Text()), ("account", OrNull(Text())),
        ("status", Words<PaymentStatus>()), ("mode", Words<PaymentMode>()), ("currency", OrNull(Text())),
        ("currency_exponent", OrNull(Number("How many digits of an amount stand behind the point."))),
        ("amount", OrNull(Number("All amounts are in minor units."))), ("authorized", Number()),
        ("captured", Number()), ("refunded", Number()), ("refund_pending", Number()), ("disputed_open", Number()),
        ("dispute_lost", Number()), ("order_id", OrNull(Text())), ("merchant_reference", OrNull(Text())),
        ("email", OrNull(Text("*** without the scope pii."))),
        ("first_event_at", Moment()), ("last_event_at", Moment()), ("event_count", Number()),
    ];

    static (string, JsonObject)[] ConsumerMembers() =>
    [
        ("name", Text()), ("cursor", Text("Everything up to it was acknowledged.")), ("created_at", Moment()),
        ("acknowledged_at", OrNull(Moment("When it was moved last."))),
    ];

    static (string, JsonObject)[] RejectionMembers() =>
    [
        ("sequence", Number()), ("received_at", Moment()), ("source", Text()), ("reason", Word(Rejection.Reasons)),
        ("cause", OrNull(Text("Proven by a verification that succeeds without it."))),
        ("explanation", OrNull(Text())), ("body_bytes", Number()),
        ("headers", ListOf(ListOf(Text()), "Pairs of name and value.")), ("promoted_at", OrNull(Moment())),
        ("promoted_sequence", OrNull(Number("The event it became after all."))),
    ];

    static (string, JsonObject)[] TallyMembers() =>
    [
        ("count", Number()), ("rate_per_second", Fraction("Of the part of the bucket that has passed.")),
        ("p50_ms", OrNull(Fraction("Half were answered within it; estimated within a histogram's step."))),
        ("p99_ms", OrNull(Fraction("99 of 100 were answered within it."))),
        ("within_timeout", OrNull(Number("Answered within their provider's timeout, where that is known."))),
        ("within_timeout_share", OrNull(Fraction("Of those whose timeout is known."))),
    ];

    static JsonObject Stats() => Object("Requests, counted.",
        ("from", Moment("The start of the first bucket.")), ("until", Moment("The end of the last.")),
        ("bucket", Word(["minute", "hour", "day"])),
        ("totals", AllOf("The whole range.", Ref("Tally"), Groups())),
        ("sources", ListOf(Object("A configured source.", ("source", Text()),
            ("provider", Word(ProviderCatalog.All.Select(p => p.Name))),
            ("timeout_seconds", OrNull(Number("How long its provider waits; null where that is not known."))),
            ("last_event_at", OrNull(Moment("When its latest event was received.")))))),
        ("buckets", ListOf(AllOf("One bucket.", Object("Its start.", ("at", Moment())), Ref("Tally"), Groups()))));

    static JsonObject Groups() =>
        Object("The kinds apart, with group_by.", ("groups?", ListOf(Ref("StatsGroup"))));

    /// <summary>The words of a closed list, as answers write them.</summary>
    static JsonObject Words<T>() where T : struct, Enum => Word(Enum.GetValues<T>().Select(PaymentJson.Word));
}
