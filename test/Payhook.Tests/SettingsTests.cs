using System.Net;
using System.Text;
using Microsoft.Extensions.Logging;
using Payhook.Providers;

namespace Payhook.Tests;

/// <summary>
/// A wrong setting ends the start with a line that names it: one that is taken silently refuses every delivery, or lets
/// everybody sign, long after anybody looks.
/// </summary>
public sealed class SettingsTests
{
    [Fact]
    public void Has_the_defaults_of_its_table_where_nothing_is_set()
    {
        var settings = Read();

        Assert.Equal([Settings.DefaultSecret], Texts(WebhookSecrets(settings)));
        Assert.Equal(["razorpay"], settings.Sources.Select(s => s.Name));
        Assert.Empty(settings.Warnings);
        Assert.True(settings.UsesDefaultSecret);
        Assert.Equal(("webhooks.db", null), (settings.Database.SqlitePath, settings.Database.Postgres));
        Assert.Equal([null], settings.Hosts);
        Assert.True(settings.ListensOnLoopbackOnly);
        Assert.Equal(8000, settings.Port);
        Assert.Empty(settings.ApiKeys);
        Assert.Equal(1 << 20, settings.BodyLimitBytes);
        Assert.Equal(128 << 20, settings.BodiesLimitBytes);
        Assert.Equal(10_000, settings.QueueLimitEvents);
        Assert.Equal(256, settings.BatchLimitEvents);
        Assert.Equal(new(100, 16 << 20), settings.Rejections);
        Assert.Equal(5500, settings.RushDeliveriesPerSecond);
        Assert.Equal(TimeSpan.FromSeconds(5), settings.CommitDeadline);
        Assert.Equal(TimeSpan.FromSeconds(15), settings.DatabaseWait);
        Assert.Equal(TimeSpan.FromSeconds(20), settings.ShutdownDeadline);
        Assert.Null(settings.LogsJson);
        Assert.Equal(LogLevel.Information, settings.LogLevel);
    }

    [Fact]
    public void Reads_every_setting_of_its_table_and_no_other()
    {
        var asked = new HashSet<string>();
        Settings.Read(name =>
        {
            asked.Add(name);
            return null;
        });
        Assert.Equal(Settings.All.Select(s => s.Name).Order(), asked.Order());
        Assert.All(Settings.All, s => Assert.EndsWith(".", s.Sentence));
    }

    [Fact]
    public void Takes_the_default_for_a_setting_that_is_set_to_nothing()
    {
        string[] secrets = ["WEBHOOK_SECRET", .. ProviderCatalog.All.Select(p => p.SecretVariable)];
        foreach (var setting in Settings.All.Where(s => !secrets.Contains(s.Name)))
        {
            Read((setting.Name, ""));
            if (!setting.Name.EndsWith("_FILE", StringComparison.Ordinal)) Read((setting.Name, " \t"));
        }
    }

    [Theory]
    [InlineData("PORT", 0, 65535)]
    [InlineData("BODY_LIMIT_BYTES", 1024, 67108864)]
    [InlineData("BODIES_LIMIT_BYTES", 1048576, long.MaxValue)]
    [InlineData("QUEUE_LIMIT_EVENTS", 1, 1000000)]
    [InlineData("BATCH_LIMIT_EVENTS", 1, 4096)]
    [InlineData("DATABASE_WAIT_SECONDS", 0, 3600)]
    [InlineData("RUSH_DELIVERIES_PER_SECOND", 0, 1000000)]
    [InlineData("SHUTDOWN_DEADLINE_SECONDS", 1, 600)]
    public void Takes_numbers_within_their_bounds_and_names_those_beyond(string name, long minimum, long maximum)
    {
        Read((name, $"{minimum}"));
        Read((name, $" {maximum} "));
        AssertFault(name, $"{minimum - 1}");
        AssertFault(name, $"{(decimal)maximum + 1}");
        foreach (var wrong in new[] { "-1", "+5", "1e3", "0x50", "12,000", "abc", "٣", "1 2", new string('9', 60) })
            AssertFault(name, wrong);
        var sentence = Settings.All.Single(s => s.Name == name).Sentence;
        Assert.Contains($"{minimum}", sentence, StringComparison.Ordinal);
        if (maximum != long.MaxValue) Assert.Contains($"{maximum}", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_a_body_limit_that_all_bodies_together_may_not_have()
    {
        var fault = Assert.Single(Faults(("BODY_LIMIT_BYTES", "1048577"), ("BODIES_LIMIT_BYTES", "1048576")));
        Assert.Equal("BODY_LIMIT_BYTES", fault.Name);
        Read(("BODY_LIMIT_BYTES", "1048576"), ("BODIES_LIMIT_BYTES", "1048576"));
    }

    [Fact]
    public void Takes_a_folder_of_certificates_that_is_there()
    {
        Assert.Equal(Path.GetTempPath(), Read(("PAYPAL_CERTIFICATES", Path.GetTempPath())).PayPalCertificates);
        AssertFault("PAYPAL_CERTIFICATES", Path.Combine(Path.GetTempPath(), "payhook-not-there"));
    }

    [Fact]
    public void Takes_parts_of_a_second_for_deadlines_and_of_nothing_else()
    {
        Assert.Equal(TimeSpan.FromMilliseconds(100), Read(("COMMIT_DEADLINE_SECONDS", "0.1")).CommitDeadline);
        Assert.Equal(TimeSpan.FromSeconds(60), Read(("COMMIT_DEADLINE_SECONDS", "60")).CommitDeadline);
        Assert.Equal(TimeSpan.FromSeconds(2.5), Read(("DATABASE_WAIT_SECONDS", "2.5")).DatabaseWait);
        AssertFault("COMMIT_DEADLINE_SECONDS", "0.09");
        AssertFault("COMMIT_DEADLINE_SECONDS", "60.1");
        AssertFault("COMMIT_DEADLINE_SECONDS", "NaN");
        AssertFault("BATCH_LIMIT_EVENTS", "2.5");
        AssertFault("PORT", "8000.0");
    }

    [Theory]
    [InlineData("text", false)]
    [InlineData("JSON", true)]
    [InlineData("auto", null)]
    public void Reads_the_log_format(string text, bool? logsJson) =>
        Assert.Equal(logsJson, Read(("LOG_FORMAT", text)).LogsJson);

    [Theory]
    [InlineData("debug", LogLevel.Debug)]
    [InlineData("info", LogLevel.Information)]
    [InlineData("Warning", LogLevel.Warning)]
    [InlineData("error", LogLevel.Error)]
    public void Reads_the_log_level(string text, LogLevel level) =>
        Assert.Equal(level, Read(("LOG_LEVEL", text)).LogLevel);

    [Fact]
    public void Names_the_words_that_are_allowed_where_another_is_given()
    {
        Assert.Contains("auto, text, json", AssertFault("LOG_FORMAT", "yaml").ToString(), StringComparison.Ordinal);
        Assert.Contains("debug, info, warning, error", AssertFault("LOG_LEVEL", "2").Fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("one", "one")]
    [InlineData("one,two", "one", "two", "one,two")]
    [InlineData("one, two ,three", "one", "two", "three", "one, two ,three")]
    [InlineData("one,", "one", "one,")]
    [InlineData(",one,,two", "one", "two", ",one,,two")]
    [InlineData("with space", "with space")]
    [InlineData("🔑", "🔑")]
    public void Takes_several_secrets_and_the_whole_value_as_one_too(string value, params string[] secrets)
    {
        var settings = Read(("WEBHOOK_SECRET", value));
        Assert.Equal(secrets, Texts(WebhookSecrets(settings)));
        Assert.False(settings.UsesDefaultSecret);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData(",")]
    [InlineData(", ,,")]
    [InlineData(" secret")]
    [InlineData("secret\n")]
    [InlineData("one,two\t")]
    public void Refuses_a_secret_that_is_empty_or_hides_white_space(string value) =>
        AssertFault("WEBHOOK_SECRET", value);

    [Theory]
    [InlineData("a secret of a file", "a secret of a file")]
    [InlineData("a secret of a file\n", "a secret of a file")]
    [InlineData("a secret of a file\r\n", "a secret of a file")]
    [InlineData("\uFEFFa secret of a file\n", "a secret of a file")]
    [InlineData("one,two\n", "one", "two", "one,two")]
    public void Reads_the_secret_from_a_file_without_the_newline_at_its_end(string content, params string[] secrets)
    {
        using var file = new TemporaryFile(Encoding.UTF8.GetBytes(content));
        Assert.Equal(secrets, Texts(WebhookSecrets(Read(("WEBHOOK_SECRET_FILE", file.Path)))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData(" secret\n")]
    [InlineData("secret \n")]
    [InlineData(",\n")]
    public void Refuses_a_file_whose_secret_is_empty_or_hides_white_space(string content)
    {
        using var file = new TemporaryFile(Encoding.UTF8.GetBytes(content));
        AssertFault("WEBHOOK_SECRET_FILE", file.Path);
    }

    [Fact]
    public void Refuses_a_file_that_cannot_be_read()
    {
        using var tooLarge = new TemporaryFile(new byte[64 * 1024 + 1]);
        AssertFault("WEBHOOK_SECRET_FILE", tooLarge.Path);
        AssertFault("WEBHOOK_SECRET_FILE", tooLarge.Path + ".not-there");
        AssertFault("WEBHOOK_SECRET_FILE", Path.GetTempPath());
        AssertFault("WEBHOOK_SECRET_FILE", "a\0b");
        AssertFault("WEBHOOK_SECRET_FILE", " ");
    }

    [Fact]
    public void Tells_only_what_is_wrong_about_a_file_that_cannot_be_read()
    {
        var faults = Faults(("WEBHOOK_SECRET_FILE", "/not/there"), ("HOST", "0.0.0.0"));
        Assert.Equal(["WEBHOOK_SECRET_FILE"], faults.Select(f => f.Name));
        Assert.Equal(["WEBHOOK_SECRET"], Faults(("WEBHOOK_SECRET", ""), ("HOST", "0.0.0.0")).Select(f => f.Name));
    }

    [Fact]
    public void Refuses_a_secret_and_a_file_with_one_beside_each_other()
    {
        using var file = new TemporaryFile("one"u8.ToArray());
        Assert.Equal(["WEBHOOK_SECRET_FILE"],
            Faults(("WEBHOOK_SECRET", "two"), ("WEBHOOK_SECRET_FILE", file.Path)).Select(f => f.Name));
        var settings = Read(("WEBHOOK_SECRET", "two"), ("WEBHOOK_SECRET_FILE", ""));
        Assert.Equal(["two"], Texts(WebhookSecrets(settings)));
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("LOCALHOST")]
    [InlineData("127.0.0.1")]
    [InlineData("127.8.9.10")]
    [InlineData("::1")]
    [InlineData("[::1]")]
    [InlineData("localhost,127.0.0.2, ::1")]
    public void Starts_with_the_default_secret_on_loopback_addresses(string host)
    {
        Assert.True(Read(("HOST", host)).ListensOnLoopbackOnly);
        Assert.True(Read(("HOST", host), ("WEBHOOK_SECRET", "test_secret")).UsesDefaultSecret);
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("*")]
    [InlineData("192.0.2.1")]
    [InlineData("localhost,192.0.2.1")]
    public void Refuses_the_default_secret_on_any_other_address(string host)
    {
        using var file = new TemporaryFile("test_secret\n"u8.ToArray());
        Assert.Equal(["WEBHOOK_SECRET"], Faults(("HOST", host)).Select(f => f.Name));
        var amongOthers = Faults(("HOST", host), ("WEBHOOK_SECRET", "new,test_secret"));
        Assert.Equal(["WEBHOOK_SECRET"], amongOthers.Select(f => f.Name));
        Assert.NotEmpty(Faults(("HOST", host), ("WEBHOOK_SECRET_FILE", file.Path)));
        Assert.False(Read(("HOST", host), ("WEBHOOK_SECRET", "a real one")).ListensOnLoopbackOnly);
    }

    [Fact]
    public void Reads_the_addresses_to_listen_on()
    {
        var settings = Read(("HOST", "localhost, 192.0.2.1,[2001:db8::1],*"), ("WEBHOOK_SECRET", "a real one"));
        Assert.Equal(
            [null, IPAddress.Parse("192.0.2.1"), IPAddress.Parse("2001:db8::1"), IPAddress.IPv6Any], settings.Hosts);
        AssertFault("HOST", "pay.example.com");
        AssertFault("HOST", "127.0.0.1:8000");
        AssertFault("HOST", "localhost,300.0.0.1");
        AssertFault("HOST", ",");
    }

    [Fact]
    public void Takes_keys_that_are_too_long_to_guess_and_no_others()
    {
        var keys = Read(("API_KEYS", " 0123456789abcdef, fedcba9876543210,,")).ApiKeys;
        Assert.Equal(["0123456789abcdef", "fedcba9876543210"], Texts(keys));
        Assert.Empty(Read(("API_KEYS", "")).ApiKeys);
        AssertFault("API_KEYS", "0123456789abcde");
        AssertFault("API_KEYS", ",");
        AssertFault("API_KEYS", " , ,");
        AssertFault("API_KEYS", "0123456789abcdef,short");
    }

    [Theory]
    [InlineData("not a url")]
    [InlineData("mysql://user:pw@host/db")]
    [InlineData("sqlite://webhooks.db")]
    public void Names_the_database_url_and_shows_how_one_looks(string url) =>
        Assert.Contains("postgresql://", AssertFault("DATABASE_URL", url).Example, StringComparison.Ordinal);

    [Fact]
    public void Tells_all_faults_at_once() => Assert.Equal(
        ["API_KEYS", "DATABASE_URL", "HOST", "LOG_LEVEL", "PORT"],
        Faults(("PORT", "x"), ("HOST", "x"), ("DATABASE_URL", "x"), ("API_KEYS", "x"), ("LOG_LEVEL", "x"))
            .Select(f => f.Name).Order());

    [Fact]
    public void Never_tells_a_secret()
    {
        const string marker = "hunter2";
        using var file = new TemporaryFile(Encoding.UTF8.GetBytes($" {marker} \n"));
        (string Name, string Value)[] wrongs =
        [
            ("WEBHOOK_SECRET", $" {marker}"), ("WEBHOOK_SECRET", $"{marker},test_secret"),
            ("WEBHOOK_SECRET_FILE", file.Path), ("WEBHOOK_SECRET_FILE", marker),
            ("API_KEYS", marker), ("API_KEYS", $"0123456789abcdef,{marker}"),
            ("DATABASE_URL", marker), ("DATABASE_URL", $"{marker}://host/db"),
            ("DATABASE_URL", $"postgresql://u:{marker}@host"), ("DATABASE_URL", $"postgresql://u:{marker}@:x/db"),
            ("DATABASE_URL", $"postgresql://u:{marker}@host/db?nonsense=1"),
            ("DATABASE_URL", $"postgresql://host/db?password={marker}&port=x"), ("DATABASE_URL", $"sqlite://{marker}"),
        ];
        foreach (var wrong in wrongs)
        {
            var faults = Faults(wrong, ("HOST", "0.0.0.0"));
            Assert.NotEmpty(faults);
            Assert.All(faults, f => Assert.DoesNotContain(marker, f.ToString(), StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Tells_a_fault_in_one_short_line_with_an_example()
    {
        var fault = AssertFault("PORT", "80\n00\u001b[31m" + new string('x', 5000));
        Assert.DoesNotContain(fault.ToString(), char.IsControl);
        Assert.InRange(fault.ToString().Length, 1, 200);
        Assert.EndsWith("Example: PORT=8000", fault.ToString(), StringComparison.Ordinal);
    }

    static Settings Read(params (string Name, string Value)[] variables)
    {
        var (settings, faults) = Settings.Read(Lookup(variables));
        Assert.Empty(faults);
        return settings!;
    }

    static IReadOnlyList<SettingFault> Faults(params (string Name, string Value)[] variables)
    {
        var (settings, faults) = Settings.Read(Lookup(variables));
        Assert.Equal(faults.Count == 0, settings is not null);
        return faults;
    }

    static SettingFault AssertFault(string name, string value)
    {
        var fault = Assert.Single(Faults((name, value)));
        Assert.Equal(name, fault.Name);
        Assert.NotEmpty(fault.Example);
        return fault;
    }

    static Func<string, string?> Lookup((string Name, string Value)[] variables) =>
        variables.ToDictionary(v => v.Name, v => v.Value).GetValueOrDefault;

    static IReadOnlyList<Secret> WebhookSecrets(Settings settings) =>
        settings.Sources.Single(s => s.Name == "razorpay").Credentials.Secrets;

    static string[] Texts(IEnumerable<Secret> secrets) => [.. secrets.Select(Text)];

    static string Text(Secret secret) => Encoding.UTF8.GetString(secret.Bytes);

    sealed class TemporaryFile : IDisposable
    {
        public TemporaryFile(byte[] content) => File.WriteAllBytes(Path, content);

        public string Path { get; } =
            System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"payhook-{Guid.NewGuid():N}");

        public void Dispose() => File.Delete(Path);
    }
}
