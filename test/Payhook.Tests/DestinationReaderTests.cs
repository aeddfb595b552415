using System.Text;
using Payhook.Store;
using Payhook.Tests.Support;

namespace Payhook.Tests;

/// <summary>One reader for payhook.json, the interface and the store; what it does not take, it names.</summary>
public sealed class DestinationReaderTests : IDisposable
{
    const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    const string All = """
        { "url": "https://orders.example.com/hooks?a=1", "body": "raw",
          "filter": { "sources": ["stripe-eu"], "providers": ["stripe"], "types": ["payment_intent.*"],
            "statuses": ["captured", "partially_refunded"],
            "where": { "path": "data.object.lines[0].amount", "operator": ">=", "value": 5000.5 } },
          "secrets": ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd"],
          "headers": { "Authorization": "Bearer hunter2" }, "timeout_seconds": 2.5, "concurrency_limit": 4,
          "rate_limit_per_second": 0.5,
          "retry": { "first_seconds": 1, "longest_seconds": 60, "give_up_after_hours": 1.5 },
          "ordering": "payment", "ordering_wait_seconds": 90 }
        """;

    const string Nats = """
        { "sink": "nats", "url": "tls://n.example:4222", "subject": "a.{provider}.{type}",
          "nats": { "user": "u", "password": "hunter2" } }
        """;

    readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Reads_every_member_and_leaves_the_usual_where_none_is_given()
    {
        var read = Read(All).Destination;
        Assert.Equal(("orders", "https://orders.example.com/hooks?a=1"), (read.Name, read.Url.OriginalString));
        Assert.Equal((SinkKind.Http, BodyForm.Raw, 2), (read.Sink, read.Body, read.SigningSecrets.Count));
        Assert.Equal(("stripe-eu", "stripe", "payment_intent.*"),
            (read.Filter.Sources[0], read.Filter.Providers[0], read.Filter.Types[0]));
        Assert.Equal(["captured", "partially_refunded"], read.Filter.Statuses);
        Assert.Equal(new("data.object.lines[0].amount", ">=", "5000.5"), read.Filter.Where);
        Assert.Equal("Bearer hunter2", read.Headers["authorization"]);
        Assert.Equal((2.5, 4, 0.5), (read.Timeout.TotalSeconds, read.ConcurrencyLimit, read.RateLimitPerSecond));
        Assert.Equal(new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1), TimeSpan.FromHours(1.5)), read.Retry);
        Assert.Equal((DeliveryOrdering.Payment, 90), (read.Ordering, read.OrderingWait!.Value.TotalSeconds));

        var (usual, plain) = (new Destination { Name = "", Url = new("https://a.example") },
            Read("""{ "url": "https://a.example", "filter": null, "secret": null }""").Destination);
        Assert.Equal((usual.Body, usual.Timeout, usual.ConcurrencyLimit, usual.RateLimitPerSecond, usual.Retry),
            (plain.Body, plain.Timeout, plain.ConcurrencyLimit, plain.RateLimitPerSecond, plain.Retry));
        Assert.Equal((usual.Ordering, usual.OrderingWait, 0, 0),
            (plain.Ordering, plain.OrderingWait, plain.SigningSecrets.Count, plain.Headers.Count));
    }

    [Theory]
    [InlineData(All)]
    [InlineData("""{ "url": "https://a.example" }""")]
    [InlineData(Nats)]
    [InlineData("""{ "sink": "nats", "url": "tls://n.example", "nats": { "token": "hunter2" } }""")]
    [InlineData("""{ "url": "https://a.example", "filter": { "where": { "path": "a", "operator": "exists" } } }""")]
    public void What_the_store_keeps_is_what_was_read_with_the_secrets_apart(string json)
    {
        var read = Read(json).Destination;
        var row = Row(read);
        Assert.DoesNotContain("hunter2", row.SettingsJson, StringComparison.Ordinal);
        Assert.DoesNotContain("whsec_", row.SettingsJson, StringComparison.Ordinal);
        var (again, fault) = DestinationText.Read(row);
        Assert.Equal("", fault);
        Assert.Equal((row.SettingsJson, row.SecretsJson),
            (DestinationText.Settings(again!), DestinationText.Secrets(again!)));
        Assert.Equal((read.Timeout, read.OrderingWait, read.Filter.Where, read.Subject, read.Login),
            (again!.Timeout, again.OrderingWait, again.Filter.Where, again.Subject, again.Login));
        Assert.Equal(read.SigningSecrets.Select(SigningSecret.Text), again.SigningSecrets.Select(SigningSecret.Text));
        Assert.Equal(read.Headers, again.Headers);
    }

    [Fact]
    public void What_was_allowed_once_is_read_from_the_store_though_it_would_not_be_taken_any_more()
    {
        var read = Read("""{ "url": "http://10.0.0.1:3000/", "filter": { "sources": ["gone"] } }""",
            "10.0.0.0/8", "gone").Destination;
        Assert.Equal(read.Url, DestinationText.Read(Row(read)).Destination!.Url);
        Assert.Contains("newer",
            DestinationText.Read(Row(read) with { SettingsJson = """{ "newer": 1 }""" }).Fault,
            StringComparison.Ordinal);
        Assert.Null(DestinationText.Read(Row(read) with { SettingsJson = "x" }).Destination);
    }

    [Theory]
    [InlineData("{}", "the body", "has no url")]
    [InlineData("[]", "the body", "not an object")]
    [InlineData("""{ "url": 5 }""", "url", "not a text")]
    [InlineData("""{ "url": "orders" }""", "url", "https://")]
    [InlineData("""{ "url": "ftp://a.example" }""", "url", "https://")]
    [InlineData("""{ "url": "https://u:hunter2@a.example" }""", "url", "headers (Authorization)")]
    [InlineData("""{ "url": "https://a.example/#x" }""", "url", "#")]
    [InlineData("""{ "url": "https://a.example/?***" }""", "url", "stars")]
    [InlineData("""{ "url": "http://a.example" }""", "url", "not https")]
    [InlineData("""{ "url": "https://127.0.0.1" }""", "url", "not on the internet")]
    [InlineData("""{ "url": "https://localhost" }""", "url", "not on the internet")]
    [InlineData("""{ "url": "https://[::1]" }""", "url", "not on the internet")]
    [InlineData("""{ "url": "https://[::ffff:10.0.0.1]" }""", "url", "not on the internet")]
    [InlineData("""{ "url": "https://169.254.169.254/latest" }""", "url", "not on the internet")]
    [InlineData("""{ "url": "https://2130706433/" }""", "url", "not on the internet")]
    [InlineData("""{ "url": "https://a.example", "ur": "x" }""", "ur", "url is probably meant")]
    [InlineData("""{ "url": "https://a.example", "url": "https://b.example" }""", "url", "twice")]
    [InlineData("""{ "url": "https://a.example", "sink": "htp" }""", "sink", "http is probably meant")]
    [InlineData("""{ "url": "https://a.example", "body": "xml" }""", "body", "there are envelope, raw")]
    [InlineData("""{ "url": "https://a.example", "ordering": "payments" }""", "ordering", "payment is probably")]
    [InlineData("""{ "url": "https://a.example", "ordering_wait_seconds": 5 }""", "ordering_wait_seconds", "payment")]
    [InlineData("""{ "url": "https://a.example", "secret": "hunter2" }""", "secret", "24 to 64 bytes")]
    [InlineData("""{ "url": "https://a.example", "secret": "whsec_aHVudGVyMg==" }""", "secret", "24 to 64")]
    [InlineData("""{ "url": "https://a.example", "secret": "whsec_***" }""", "secret", "24 to 64")]
    [InlineData("""{ "url": "https://a.example", "secrets": ["", "", ""] }""", "secrets", "more than 2")]
    [InlineData("""{ "url": "https://a.example", "secret": "", "secrets": [] }""", "secret", "only one of them")]
    [InlineData("""{ "url": "https://a.example", "secret_file": "/etc/passwd" }""", "secret_file", "not known here")]
    [InlineData("""{ "url": "https://a.example", "headers": { "a b": "c" } }""", "headers.a?b", "none of a header")]
    [InlineData("""{ "url": "https://a.example", "headers": { "Host": "c" } }""", "headers.Host", "of its own")]
    [InlineData("""{ "url": "https://a.example", "headers": { "Webhook-Id": "c" } }""", "headers.Webhook-Id", "own")]
    [InlineData("""{ "url": "https://a.example", "headers": { "A": "hunter2\r\nB: c" } }""", "headers.A", "visible")]
    [InlineData("""{ "url": "https://a.example", "headers": { "A": "***" } }""", "headers.A", "stars")]
    [InlineData("""{ "url": "https://a.example", "headers": { "A": "b", "a": "c" } }""", "headers.a", "twice")]
    [InlineData("""{ "url": "https://a.example", "timeout_seconds": 0 }""", "timeout_seconds", "from 0.1 to 120")]
    [InlineData("""{ "url": "https://a.example", "timeout_seconds": "x" }""", "timeout_seconds", "a number")]
    [InlineData("""{ "url": "https://a.example", "concurrency_limit": 1.5 }""", "concurrency_limit", "whole number")]
    [InlineData("""{ "url": "https://a.example", "concurrency_limit": 1001 }""", "concurrency_limit", "1 to 1000")]
    [InlineData("""{ "url": "https://a.example", "rate_limit_per_second": -1 }""", "rate_limit_per_second", "from 0")]
    [InlineData("""{ "url": "https://a.example", "retry": { "first": 1 } }""", "retry.first", "not known here")]
    [InlineData("""{ "url": "https://a.example", "retry": { "give_up_after_hours": 721 } }""",
        "retry.give_up_after_hours", "720")]
    [InlineData("""{ "url": "https://a.example", "retry": { "first_seconds": 60, "longest_seconds": 5 } }""",
        "retry", "longer than the longest")]
    [InlineData("""{ "url": "https://a.example", "filter": { "source": ["a"] } }""", "filter.source", "sources is")]
    [InlineData("""{ "url": "https://a.example", "filter": { "sources": ["stripe-us"] } }""", "filter.sources[0]",
        "stripe-eu is probably meant")]
    [InlineData("""{ "url": "https://a.example", "filter": { "providers": ["strpie"] } }""", "filter.providers[0]",
        "stripe is probably meant")]
    [InlineData("""{ "url": "https://a.example", "filter": { "statuses": ["paid"] } }""", "filter.statuses[0]",
        "there are created")]
    [InlineData("""{ "url": "https://a.example", "filter": { "types": [""] } }""", "filter.types[0]", "characters")]
    [InlineData("""{ "url": "https://a.example", "filter": { "types": ["*****"] } }""", "filter.types[0]", "stars")]
    [InlineData("""{ "url": "https://a.example", "filter": { "where": { "path": "a..b", "value": 1 } } }""",
        "filter.where.path", "no path")]
    [InlineData("""{ "url": "https://a.example", "filter": { "where": { "path": "a.[0]", "value": 1 } } }""",
        "filter.where.path", "no path")]
    [InlineData("""{ "url": "https://a.example", "filter": { "where": { "path": "a[x]", "value": 1 } } }""",
        "filter.where.path", "no path")]
    [InlineData("""{ "url": "https://a.example", "filter": { "where": { "path": "a" } } }""", "filter.where", "value")]
    [InlineData("""{ "url": "https://a.example", "filter": { "where": { "path": "a", "operator": "~" } } }""",
        "filter.where.operator", "none of = !=")]
    [InlineData("""{ "url": "https://a.example", "subject": "a" }""", "subject", "sink is nats")]
    [InlineData("""{ "url": "https://a.example", "from": "stat" }""", "from", "start nor now")]
    [InlineData("""{ "sink": "nats", "url": "https://a.example" }""", "url", "tls://")]
    [InlineData("""{ "sink": "nats", "url": "nats://a.example" }""", "url", "not tls")]
    [InlineData("""{ "sink": "nats", "url": "tls://a.example/x" }""", "url", "more than a host and a port")]
    [InlineData("""{ "sink": "nats", "url": "tls://a.example", "subject": "a.*" }""", "subject", "cannot have")]
    [InlineData("""{ "sink": "nats", "url": "tls://a.example", "subject": "a..b" }""", "subject", "two dots")]
    [InlineData("""{ "sink": "nats", "url": "tls://a.example", "subject": "{typ}" }""", "subject", "type is probably")]
    [InlineData("""{ "sink": "nats", "url": "tls://a.example", "subject": "{type" }""", "subject", "there are source")]
    [InlineData("""{ "sink": "nats", "url": "tls://a.example", "subject": "$SYS.a" }""", "subject", "server itself")]
    [InlineData("""{ "sink": "nats", "url": "tls://a.example", "nats": { "user": "hunter2" } }""", "nats", "password")]
    public void Tells_one_fault_with_its_place_and_repeats_no_secret(string json, string place, string told)
    {
        var fault = Assert.Single(Faults(json));
        Assert.Equal(place, fault.Name);
        Assert.Contains(told, fault.Fault, StringComparison.Ordinal);
        Assert.NotEmpty(fault.Example);
        Assert.DoesNotContain("hunter2", fault.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://10.1.2.3:3000/", "10.0.0.0/8", true)]
    [InlineData("http://11.1.2.3:3000/", "10.0.0.0/8", false)]
    [InlineData("http://orders.internal/", "10.0.0.0/8", true)] // where it leads is seen when it is connected to
    [InlineData("http://orders.internal/", "other.internal", false)]
    [InlineData("https://localhost:3000/", "localhost:3000", true)]
    [InlineData("https://localhost:3001/", "localhost:3000", false)]
    public void Takes_what_is_allowed_by_the_operator(string url, string allowed, bool isTaken)
    {
        var faults = new List<SettingFault>();
        var value = ConfigValue.Parse(Encoding.UTF8.GetBytes($$"""{ "url": "{{url}}" }"""));
        Assert.Equal(isTaken, DestinationReader.Read("orders", value, new(faults),
            new() { SourceNames = [], Allowed = PrivateDestinations.Parse(allowed).Allowed! }) is not null);
        Assert.Equal(isTaken, faults.Count == 0);
    }

    [Theory]
    [InlineData("orders", true)]
    [InlineData("0-a", true)]
    [InlineData("", false)]
    [InlineData("-a", false)]
    [InlineData("A", false)]
    [InlineData("a_b", false)]
    [InlineData("a.b", false)]
    public void Takes_names_that_fit_into_a_path(string name, bool isTaken) =>
        Assert.Equal(isTaken, DestinationReader.IsName(name));

    [Theory]
    [InlineData("payhook.{provider}.{type}", "payment.captured", "payhook.razorpay.payment.captured")]
    [InlineData("{type}.{source}", "a b*>c", "a_b__c.in-1")]
    [InlineData("x.{type}", "..$SYS.é", "x._._._SYS._")]
    [InlineData("x.{type}", "{source}", "x._source_")]
    [InlineData("x.{type}", "", "x._")]
    public void Makes_a_subject_that_no_event_can_break_out_of(string template, string type, string subject)
    {
        Assert.Null(SubjectTemplate.FaultOf(template));
        Assert.Equal(subject, SubjectTemplate.Of(template, "in-1", "razorpay", type));
        Assert.InRange(SubjectTemplate.Of(template, "in-1", "razorpay", new('a', 5000)).Length, 1, 300);
    }

    [Fact]
    public void Makes_secrets_that_are_read_again_and_never_two_alike()
    {
        var (one, two) = (SigningSecret.Create(), SigningSecret.Create());
        Assert.Equal(one.Bytes, SigningSecret.Read(SigningSecret.Text(one))!.Bytes);
        Assert.NotEqual(SigningSecret.Text(one), SigningSecret.Text(two));
        Assert.Null(SigningSecret.Read("whsec_" + Convert.ToBase64String(new byte[65])));
        Assert.NotNull(SigningSecret.Read("whsec_" + Convert.ToBase64String(new byte[64])));
        Assert.Null(SigningSecret.Read("whsec_" + Convert.ToBase64String(new byte[23])));
    }

    [Fact]
    public void Reads_destinations_of_the_file_with_variables_put_in()
    {
        File.WriteAllText(_path, """
            { "sources": { "stripe-eu": { "provider": "stripe", "secret": "s" } },
              "destinations": {
                "orders": { "url": "${ORDERS_URL}", "secret": "${ORDERS_SECRET}", "from": "start",
                  "timeout_seconds": "${ORDERS_TIMEOUT:-7}", "filter": { "sources": ["stripe-eu", "razorpay"] } },
                "ledger": { "url": "https://ledger.example.com" } } }
            """);
        var (settings, faults) = TestSettings.Read(("PAYHOOK_CONFIG", _path),
            ("ORDERS_URL", "https://orders.example.com"), ("ORDERS_SECRET", Secret));
        Assert.Empty(faults);
        Assert.Equal(["orders", "ledger"], settings!.Destinations.Select(d => d.Destination.Name));
        Assert.Equal([true, false], settings.Destinations.Select(d => d.BeginsAtStart));
        var orders = settings.Destinations[0].Destination;
        Assert.Equal(Secret, SigningSecret.Text(Assert.Single(orders.SigningSecrets)));
        Assert.Equal(7, orders.Timeout.TotalSeconds);
        Assert.Empty(settings.Warnings);
    }

    [Fact]
    public void Tells_line_and_path_of_a_fault_in_the_file_and_reads_secrets_from_files_there()
    {
        var secretPath = Path.GetTempFileName();
        File.WriteAllText(secretPath, Secret + "\n");
        File.WriteAllText(_path, $$"""
            { "destinations": {
                "orders": { "url": "https://o.example", "secret_file": "{{secretPath}}" },
                "Bad": { "url": "https://o.example" },
                "leak": { "url": "https://o.example", "secret": "${LEAK}" } } }
            """);
        var faults = TestSettings.Read(("PAYHOOK_CONFIG", _path), ("LEAK", "hunter2")).Faults;
        File.Delete(secretPath);
        Assert.Equal(2, faults.Count);
        Assert.EndsWith("line 3, destinations.Bad", faults[0].Name, StringComparison.Ordinal);
        Assert.EndsWith("line 4, destinations.leak.secret", faults[1].Name, StringComparison.Ordinal);
        Assert.DoesNotContain(faults, f => f.ToString().Contains("hunter2", StringComparison.Ordinal));
    }

    static DestinationRow Row(Destination destination) => new()
    {
        Name = destination.Name, SettingsJson = DestinationText.Settings(destination),
        SecretsJson = DestinationText.Secrets(destination), CreatedAt = default, UpdatedAt = default,
    };

    static DestinationGiven Read(string json, string allowed = "", string source = "stripe-eu")
    {
        var faults = new List<SettingFault>();
        var read = DestinationReader.Read("orders", ConfigValue.Parse(Encoding.UTF8.GetBytes(json)), new(faults),
            new() { SourceNames = [source], Allowed = PrivateDestinations.Parse(allowed).Allowed! });
        Assert.Empty(faults);
        return read!;
    }

    static List<SettingFault> Faults(string json)
    {
        var faults = new List<SettingFault>();
        Assert.Null(DestinationReader.Read("orders", ConfigValue.Parse(Encoding.UTF8.GetBytes(json)), new(faults),
            new() { SourceNames = ["stripe-eu"], Allowed = PrivateDestinations.None }));
        return faults;
    }
}
