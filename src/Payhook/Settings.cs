using System.Net;
using System.Net.Sockets;
using Payhook.Providers;
using Payhook.Store;

namespace Payhook;

/// <summary>One setting as the docs and the start know it.</summary>
/// <param name="Name">The environment variable.</param>
/// <param name="Default">What holds where it is not set.</param>
/// <param name="Sentence">What it means, its unit and its bounds.</param>
/// <param name="IsSecret">Never shown.</param>
sealed record Setting(string Name, string Default, string Sentence, bool IsSecret = false);

/// <summary>A fault in a setting, told so that the operator can mend it. Never repeats a secret.</summary>
sealed record SettingFault(string Name, string Fault, string Example)
{
    public override string ToString() => $"{Name} {Fault.TrimEnd('.')}. Example: {Example}";
}

/// <summary>Every setting, read once at the start and valid from then on.</summary>
sealed record Settings
{
    public const string DefaultSecret = "test_secret";

    public const string DefaultSecretWarning =
        "WEBHOOK_SECRET is the public default: anybody can sign events. Only this machine can reach the listener.";

    /// <summary>Those that are about no one provider, in the order of the docs.</summary>
    public static IReadOnlyList<Setting> Common { get; } =
    [
        new("WEBHOOK_SECRET", DefaultSecret,
            "The secret shared with Razorpay. Several, separated by commas: the first signs, any verifies.", true),
        new("WEBHOOK_SECRET_FILE", "",
            "A file to read WEBHOOK_SECRET from instead, as Docker and Kubernetes mount secrets."),
        new("PAYHOOK_CONFIG", "",
            "The path of payhook.json. Not set: the one in the working directory, where there is one."),
        new("PAYPAL_CERTIFICATES", "", "A folder with PayPal's certificates, for machines that cannot fetch them."),
        new("DATABASE_URL", "sqlite:///webhooks.db",
            "Where events are stored: a SQLite file or a PostgreSQL database.", true),
        new("HOST", "localhost",
            "The addresses to listen on, separated by commas: localhost, IP addresses, or * for all."),
        new("PORT", "8000", "The HTTP port, 0 to 65535; 0 takes a free one."),
        new("API_KEYS", "",
            "Keys that may do everything, separated by commas, 16 characters or more. Others: payhook keys.", true),
        new("ADMIN_PASSWORD", "",
            "The password that signs in to the dashboard as admin. Not set: the one chosen there, if any.", true),
        new("ADMIN_PASSWORD_FILE", "", "A file to read ADMIN_PASSWORD from instead."),
        new("ADMIN_PASSWORD_HASH", "",
            "The same as a hash, which payhook password hash makes, so that the password stands nowhere.", true),
        new("OIDC_ISSUER", "", "An OpenID provider to sign in by: its address, such as https://login.example.com."),
        new("OIDC_CLIENT_ID", "", "What the provider calls this listener."),
        new("OIDC_CLIENT_SECRET", "", "What this listener proves itself to the provider with.", true),
        new("OIDC_CLIENT_SECRET_FILE", "", "A file to read OIDC_CLIENT_SECRET from instead."),
        new("OIDC_NAME", "", "What people call the provider, on the button. Not set: its host."),
        new("OIDC_ROLE_CLAIM", "roles", "The claim of the id token that holds somebody's roles."),
        new("OIDC_SCOPES", "openid profile email", "What is asked of the provider, openid among it."),
        new("OIDC_VIEWER", "", "Values of the claim that let somebody read, separated by commas."),
        new("OIDC_OPERATOR", "", "Values that let somebody read, replay and operate, separated by commas."),
        new("OIDC_ADMIN", "", "Values that let somebody do everything, separated by commas."),
        new("OIDC_PII", "", "Values that let viewers and operators see personal data, separated by commas."),
        new("PII_PATHS", PiiPaths.Default,
            "Where personal data stands in events, for keys without the scope pii; with + in front, added to these."),
        new("BODY_LIMIT_BYTES", "1048576", "The largest body taken, in bytes, from 1024 to 67108864."),
        new("BODIES_LIMIT_BYTES", "134217728",
            "All bodies in memory at once, in bytes, from 1048576; more are answered 503."),
        new("QUEUE_LIMIT_EVENTS", "10000",
            "Events that may wait for the store, from 1 to 1000000; more are answered 503."),
        new("BATCH_LIMIT_EVENTS", "256", "Events that share one commit at most, from 1 to 4096."),
        new("REJECTIONS_KEPT_PER_REASON", "100",
            "Refused requests kept of each source and reason, the latest, from 0 to 10000; 0 keeps none."),
        new("REJECTIONS_LIMIT_BYTES", "16777216",
            "All refused requests kept, in bytes, from 65536 to 1073741824; the oldest go first."),
        new("CAPTURE_WITHIN_HOURS", "24",
            "How long an authorised payment may wait for its capture before it needs attention, from 1 to 720."),
        new("STREAM_CLIENTS_LIMIT", "100",
            "Clients that may stream or wait for events at once, from 1 to 10000; more are answered 503."),
        new("ALLOW_PRIVATE_DESTINATIONS", "",
            "Destinations on a private network or without TLS: names, addresses, networks, with a port or without."),
        new("RUSH_DELIVERIES_PER_SECOND", "5500",
            "Deliveries a second at most while events rush in, from 0 to 1000000; 0 sets no limit."),
        new("COMMIT_DEADLINE_SECONDS", "5",
            "How long a request waits for its commit before it is answered 503, from 0.1 to 60."),
        new("DATABASE_WAIT_SECONDS", "15",
            "How long the start waits for a database that is not there yet, from 0 to 3600."),
        new("SHUTDOWN_DEADLINE_SECONDS", "20", "How long a stop may take to finish what was accepted, from 1 to 600."),
        new("LOG_FORMAT", "auto", "auto, text or json; auto is text on a terminal and JSON lines elsewhere."),
        new("LOG_LEVEL", "info", "debug, info, warning or error: what is less is not logged."),
    ];

    /// <summary>All of them: <see cref="Common"/>, and those of each provider.</summary>
    public static IReadOnlyList<Setting> All { get; } = [.. Common, .. SourceVariables.All];

    /// <summary>What is set, as it was written; null for secrets, of which only that is known.</summary>
    public required IReadOnlyDictionary<string, string?> Given { get; init; }

    /// <summary>Every configured sender, at least one; the default one first where it is there.</summary>
    public required IReadOnlyList<Source> Sources { get; init; }

    /// <summary>The destinations of payhook.json; others are in the store.</summary>
    public required IReadOnlyList<DestinationGiven> Destinations { get; init; }

    /// <summary>True where anybody can sign for one of the sources.</summary>
    public required bool UsesDefaultSecret { get; init; }

    /// <summary>The files that secrets were read from, payhook.json among them.</summary>
    public required IReadOnlyList<string> SecretFiles { get; init; }

    /// <summary>A folder with PayPal's certificates, if any.</summary>
    public required string? PayPalCertificates { get; init; }

    /// <summary>What is allowed and probably a slip, a line each.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    public required DatabaseUrl Database { get; init; }

    /// <summary>The addresses to listen on; <see langword="null"/> in the list stands for localhost.</summary>
    public required IReadOnlyList<IPAddress?> Hosts { get; init; }

    public required int Port { get; init; }
    public required IReadOnlyList<Secret> ApiKeys { get; init; }

    /// <summary>The admin password of the settings; null where it may be chosen in the dashboard.</summary>
    public required AdminPassword? AdminPassword { get; init; }

    /// <summary>The OpenID provider to sign in by, if any.</summary>
    public required OidcSettings? Oidc { get; init; }

    public required PiiPaths PiiPaths { get; init; }
    public required int BodyLimitBytes { get; init; }
    public required long BodiesLimitBytes { get; init; }
    public required int QueueLimitEvents { get; init; }
    public required int BatchLimitEvents { get; init; }
    public required RejectionBounds Rejections { get; init; }
    public required TimeSpan CaptureWithin { get; init; }
    public required int StreamClientsLimit { get; init; }
    public required int RushDeliveriesPerSecond { get; init; }
    public required PrivateDestinations PrivateDestinations { get; init; }
    public required TimeSpan CommitDeadline { get; init; }
    public required TimeSpan DatabaseWait { get; init; }
    public required TimeSpan ShutdownDeadline { get; init; }
    public required bool? LogsJson { get; init; }
    public required LogLevel LogLevel { get; init; }

    public bool ListensOnLoopbackOnly => IsLoopbackOnly(Hosts);

    /// <summary>Reads the settings; either they, or every fault found in them.</summary>
    /// <param name="variable">The environment.</param>
    /// <param name="names">The names of all that is set in it, to find slips among them.</param>
    public static (Settings? Settings, IReadOnlyList<SettingFault> Faults) Read(
        Func<string, string?> variable, IEnumerable<string>? names = null)
    {
        var read = new SettingReader(variable);
        var bodiesLimitBytes = (long)read.Number("BODIES_LIMIT_BYTES", 1 << 20, long.MaxValue);
        var hosts = read.Hosts();
        var allowed = read.PrivateDestinations();
        var sources = new SourceList(variable, read, bodiesLimitBytes).Read(IsLoopbackOnly(hosts), allowed);
        var settings = new Settings
        {
            Given = GivenOf(variable),
            Sources = sources.Sources,
            Destinations = sources.Destinations,
            UsesDefaultSecret = sources.UsesDefaultSecret,
            SecretFiles = read.SecretFiles,
            PayPalCertificates = read.Folder("PAYPAL_CERTIFICATES"),
            Warnings = [.. UnknownVariables.Warnings(names ?? [], sources.TakenVariables), .. sources.Warnings],
            Database = read.Database(),
            Hosts = hosts,
            Port = (int)read.Number("PORT", 0, 65535),
            ApiKeys = read.ApiKeys(),
            AdminPassword = read.AdminPassword(),
            Oidc = read.Oidc(),
            PiiPaths = read.PiiPaths(),
            BodyLimitBytes = (int)read.Number("BODY_LIMIT_BYTES", 1024, 64 << 20),
            BodiesLimitBytes = bodiesLimitBytes,
            QueueLimitEvents = (int)read.Number("QUEUE_LIMIT_EVENTS", 1, 1_000_000),
            BatchLimitEvents = (int)read.Number("BATCH_LIMIT_EVENTS", 1, 4096),
            Rejections = new(
                (int)read.Number("REJECTIONS_KEPT_PER_REASON", 0, 10_000),
                (long)read.Number("REJECTIONS_LIMIT_BYTES", 64 << 10, 1 << 30)),
            CaptureWithin = TimeSpan.FromHours((double)read.Number("CAPTURE_WITHIN_HOURS", 1, 720)),
            StreamClientsLimit = (int)read.Number("STREAM_CLIENTS_LIMIT", 1, 10_000),
            RushDeliveriesPerSecond = (int)read.Number("RUSH_DELIVERIES_PER_SECOND", 0, 1_000_000),
            PrivateDestinations = allowed,
            CommitDeadline = TimeSpan.FromSeconds(
                (double)read.Number("COMMIT_DEADLINE_SECONDS", 0.1m, 60, isWhole: false)),
            DatabaseWait = TimeSpan.FromSeconds((double)read.Number("DATABASE_WAIT_SECONDS", 0, 3600, isWhole: false)),
            ShutdownDeadline = TimeSpan.FromSeconds(
                (double)read.Number("SHUTDOWN_DEADLINE_SECONDS", 1, 600, isWhole: false)),
            LogsJson = read.Choice<bool?>("LOG_FORMAT", ("auto", null), ("text", false), ("json", true)),
            LogLevel = read.Choice("LOG_LEVEL", ("debug", LogLevel.Debug), ("info", LogLevel.Information),
                ("warning", LogLevel.Warning), ("error", LogLevel.Error)),
        };
        if (settings.BodyLimitBytes > bodiesLimitBytes)
            read.Faults.Add(new("BODY_LIMIT_BYTES",
                "is more than BODIES_LIMIT_BYTES, so such a body could never be taken", "BODY_LIMIT_BYTES=1048576"));
        return read.Faults.Count == 0 ? (settings, []) : (null, read.Faults);
    }

    /// <summary>
    /// Reads the environment, and a <c>.env</c> file in the working directory that never overrides it.
    /// </summary>
    public static (Settings? Settings, IReadOnlyList<SettingFault> Faults) ReadEnvironment() =>
        WithEnvironment(Read);

    /// <summary>Where a listener with these settings is reached from this machine.</summary>
    public static (string? Url, IReadOnlyList<SettingFault> Faults) ReadLocalUrl() => WithEnvironment((variable, _) =>
    {
        var read = new SettingReader(variable);
        var (port, hosts) = (read.Number("PORT", 0, 65535), read.Hosts());
        var host = hosts.Count > 0 ? hosts[0] : null;
        var isAny = host is null || host.Equals(IPAddress.Any) || host.Equals(IPAddress.IPv6Any);
        var name = isAny ? "localhost" : host!.AddressFamily is AddressFamily.InterNetworkV6 ? $"[{host}]" : $"{host}";
        return (read.Faults.Count == 0 ? $"http://{name}:{port}" : null, (IReadOnlyList<SettingFault>)read.Faults);
    });

    static Dictionary<string, string?> GivenOf(Func<string, string?> variable) =>
        All.Where(s => !string.IsNullOrWhiteSpace(variable(s.Name)))
            .ToDictionary(s => s.Name, s => s.IsSecret ? null : variable(s.Name));

    static bool IsLoopbackOnly(IEnumerable<IPAddress?> hosts) => hosts.All(h => h is null || IPAddress.IsLoopback(h));

    static (T? Read, IReadOnlyList<SettingFault> Faults) WithEnvironment<T>(
        Func<Func<string, string?>, IEnumerable<string>, (T?, IReadOnlyList<SettingFault>)> read) where T : class
    {
        try
        {
            var file = EnvFile.Read(".env");
            return read(name => Environment.GetEnvironmentVariable(name) ?? file.GetValueOrDefault(name),
                Environment.GetEnvironmentVariables().Keys.Cast<string>().Union(file.Keys));
        }
        catch (FormatException e)
        {
            return (null, [new(".env", e.Message, "WEBHOOK_SECRET='a secret'")]);
        }
    }
}
