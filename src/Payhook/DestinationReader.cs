using System.Globalization;
using System.Text.Json;
using Payhook.Providers;

namespace Payhook;

/// <summary>A destination as somebody sets it up.</summary>
/// <param name="Destination">Its settings.</param>
/// <param name="BeginsAtStart">Whether it gets the events that are there already, where it is new.</param>
sealed record DestinationGiven(Destination Destination, bool BeginsAtStart);

/// <summary>
/// Reads a destination out of JSON, the same for payhook.json, the interface and the store, so that a fault is told in
/// the same words wherever it is made.
/// </summary>
sealed class DestinationReader
{
    const int HeaderNameLimitChars = 100, HeaderValueLimitChars = 4096, SubjectLimitChars = 200, LoginLimitChars = 500;
    const decimal DaySeconds = 86_400;
    const string FromMember = "from", SecretFileMember = "secret_file";

    /// <summary>What a delivery needs for itself.</summary>
    static readonly string[] OwnHeaders =
    [
        "host", "connection", "content-length", "content-type", "content-encoding", "transfer-encoding", "expect",
        "upgrade", "te", "trailer", "keep-alive", "proxy-connection", "proxy-authenticate", "proxy-authorization",
        "http2-settings", "user-agent",
    ];

    static readonly string[] OwnHeaderStarts = ["webhook-", "ce-", "payhook-", "nats-"];

    /// <summary>What a destination of payhook.json may hold.</summary>
    public static IReadOnlyList<string> MembersOfFile { get; } =
        [.. DestinationWords.Members, FromMember, SecretFileMember];

    readonly Dictionary<string, ConfigValue> _values = new(StringComparer.Ordinal);
    readonly ConfigMembers _members;
    readonly ConfigValue _whole;
    readonly DestinationRules? _rules;

    DestinationReader(ConfigValue whole, ConfigMembers members, DestinationRules? rules)
    {
        (_whole, _members, _rules) = (whole, members, rules);
        var names = rules is null ? DestinationWords.Members
            : rules.Files is null ? [.. DestinationWords.Members, FromMember]
            : MembersOfFile;
        foreach (var (name, value) in members.Known(whole, names))
        {
            // Null stands for what is usual, as it does in a merge.
            if (value.Kind != JsonValueKind.Null) _values[name] = value;
        }
    }

    public static bool IsName(string name) =>
        name.Length is > 0 and <= Destination.NameLimitChars && name[0] != '-'
        && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    /// <summary>Reads one; null where there is a fault, which the members have taken.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its settings, secrets among them.</param>
    /// <param name="members">Takes the faults.</param>
    /// <param name="rules">What is asked of it now; null where it comes from the store.</param>
    public static DestinationGiven? Read(
        string name, ConfigValue value, ConfigMembers members, DestinationRules? rules)
    {
        const string example = """ "orders": { "url": "https://orders.example.com/hooks" }""";
        var faultCount = members.FaultCount;
        if (!IsName(name))
            members.Fault(value, $"has a name that is not 1 to {Destination.NameLimitChars} of a to z, 0 to 9 and -, "
                + "or begins with -", example);
        if (name == Destination.AllName)
            members.Fault(value, $"is called {Destination.AllName}, which stands for every destination", example);
        if (!members.IsKind(value, JsonValueKind.Object)) return null;
        var reader = new DestinationReader(value, members, rules);
        var given = new DestinationGiven(reader.Make(name), reader.BeginsAtStart());
        return members.FaultCount == faultCount ? given : null;
    }

    Destination Make(string name)
    {
        var (sink, usual) = (Choice(_values, "sink", DestinationWords.Sinks), new RetrySchedule());
        var retry = Inner("retry", DestinationWords.RetryMembers);
        var ordering = Choice(_values, "ordering", DestinationWords.Orderings);
        RefuseOthers(sink, ordering);
        var made = new Destination
        {
            Name = name,
            Sink = sink,
            Url = Url(sink),
            Filter = new DestinationFilterReader(_members, _rules).Read(_values.GetValueOrDefault("filter")),
            Body = Choice(_values, "body", DestinationWords.Bodies),
            SigningSecrets = Secrets(),
            Headers = Headers(),
            ConcurrencyLimit = (int)Number(_values, "concurrency_limit", 1, 1000, 16, isWhole: true),
            RateLimitPerSecond = (double)Number(_values, "rate_limit_per_second", 0, 100_000, 0),
            Timeout = Seconds(_values, "timeout_seconds", 0.1m, 120, 15),
            Retry = new(
                Seconds(retry, "first_seconds", 0.1m, 3600, (decimal)usual.First.TotalSeconds),
                Seconds(retry, "longest_seconds", 0.1m, DaySeconds, (decimal)usual.Longest.TotalSeconds),
                TimeSpan.FromHours((double)Number(
                    retry, "give_up_after_hours", 0, 720, (decimal)usual.GiveUpAfter.TotalHours))),
            Ordering = ordering,
            OrderingWait = _values.ContainsKey("ordering_wait_seconds")
                ? Seconds(_values, "ordering_wait_seconds", 1, 30 * DaySeconds, 1)
                : null,
            Login = Login(),
        };
        if (made.Retry.First > made.Retry.Longest && _values.TryGetValue("retry", out var place))
            _members.Fault(place, "has a first wait that is longer than the longest",
                "\"retry\": { \"first_seconds\": 5, \"longest_seconds\": 28800 }");
        return Subject() is { } subject ? made with { Subject = subject } : made;
    }

    /// <summary>A setting that has no effect would be believed to have one.</summary>
    void RefuseOthers(SinkKind sink, DeliveryOrdering ordering)
    {
        foreach (var name in sink == SinkKind.Nats ? Array.Empty<string>() : ["subject", "nats"])
        {
            if (_values.TryGetValue(name, out var value))
                _members.Fault(value, "is for a destination whose sink is nats", "\"sink\": \"nats\"");
        }
        if (ordering == DeliveryOrdering.None && _values.TryGetValue("ordering_wait_seconds", out var wait))
            _members.Fault(wait, "is for a destination whose ordering is payment", "\"ordering\": \"payment\"");
    }

    Uri Url(SinkKind sink)
    {
        var example = sink == SinkKind.Nats
            ? "\"url\": \"tls://nats.example.com:4222\""
            : "\"url\": \"https://orders.example.com/hooks\"";
        var nowhere = new Uri("https://nowhere.invalid");
        if (!_values.TryGetValue("url", out var value))
        {
            _members.Fault(_whole, "has no url", example);
            return nowhere;
        }
        if (_members.Text(value) is not { } given) return nowhere;
        Uri.TryCreate(given.Text, UriKind.Absolute, out var url);
        if (DestinationRules.FaultOf(url, given.Text, sink, _rules) is not { } fault) return url!;
        _members.Fault(value, fault, example);
        return nowhere;
    }

    List<Secret> Secrets()
    {
        const string example = "\"secret\": \"${ORDERS_SECRET}\", made by: echo whsec_$(openssl rand -base64 32)";
        string[] used = [.. new[] { "secret", "secrets", SecretFileMember }.Where(_values.ContainsKey)];
        if (used.Length == 0) return [];
        var value = _values[used[0]];
        if (used.Length > 1)
        {
            _members.Fault(value, $"stands beside {used[1]}, and only one of them can hold", example);
            return [];
        }
        if (used[0] == "secrets" && !_members.IsKind(value, JsonValueKind.Array)) return [];
        if (value.Items.Count > SigningSecret.CountLimit)
        {
            _members.Fault(value, $"has more than {SigningSecret.CountLimit} secrets", example);
            return [];
        }
        var secrets = new List<Secret>();
        foreach (var item in used[0] == "secrets" ? value.Items : [value])
        {
            if (_members.Text(item) is not { } given) continue;
            var text = used[0] == SecretFileMember
                ? _rules!.Files!.Read(given.Place, given.Text, "\"secret_file\": \"/run/secrets/orders\"")
                : given.Text;
            if (text is null) continue;
            if (SigningSecret.Read(text) is { } secret) secrets.Add(secret);
            else _members.Fault(item, $"is not {SigningSecret.Prefix} and Base64 of {SigningSecret.BytesMinimum} to "
                + $"{SigningSecret.BytesLimit} bytes", example);
        }
        return secrets;
    }

    Dictionary<string, string> Headers()
    {
        const string example = "\"headers\": { \"Authorization\": \"Bearer ${ORDERS_TOKEN}\" }";
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (!_values.TryGetValue("headers", out var value) || !_members.IsKind(value, JsonValueKind.Object))
            return headers;
        if (value.Members.Count > Destination.HeadersLimit)
            _members.Fault(value, $"has more than {Destination.HeadersLimit} headers", example);
        foreach (var (name, item) in _members.Unique(value).Take(Destination.HeadersLimit))
        {
            if (item.Kind == JsonValueKind.Null || _members.Text(item) is not { } given) continue;
            var fault = !IsHeaderName(name) ? "has a name that is none of a header"
                : OwnHeaders.Contains(name, StringComparer.OrdinalIgnoreCase)
                    || OwnHeaderStarts.Any(s => name.StartsWith(s, StringComparison.OrdinalIgnoreCase))
                    ? "is a header that a delivery has of its own"
                : !IsHeaderValue(given.Text) ? $"has a value that is not 1 to {HeaderValueLimitChars} visible "
                    + "characters of ASCII"
                : given.Text == DestinationText.Stars ? "has stars, which answers show in the place of a value; leave "
                    + "it out to keep what it is"
                : headers.TryAdd(name, given.Text) ? null : "comes twice";
            if (fault is not null) _members.Fault(item, fault, example);
        }
        return headers;
    }

    NatsLogin? Login()
    {
        const string example = "\"nats\": { \"user\": \"payhook\", \"password\": \"${NATS_PASSWORD}\" }";
        var texts = Inner("nats", DestinationWords.NatsMembers)
            .Select(m => (m.Key, _members.Text(m.Value)?.Text)).ToDictionary(m => m.Key, m => m.Text);
        if (texts.Count == 0) return null;
        var place = _values["nats"];
        if (texts.Values.Any(t => t?.Length is 0 or > LoginLimitChars))
            _members.Fault(place, $"has a text that is not 1 to {LoginLimitChars} characters", example);
        var login = new NatsLogin(
            texts.GetValueOrDefault("user"), texts.GetValueOrDefault("password"), texts.GetValueOrDefault("token"));
        if ((login.User is null) != (login.Password is null) || (login.User is null) == (login.Token is null))
            _members.Fault(place, "has neither user and password, nor a token alone", example);
        return login;
    }

    string? Subject()
    {
        if (!_values.TryGetValue("subject", out var value) || _members.Text(value) is not { } given) return null;
        if (SubjectTemplate.FaultOf(given.Text) is { } fault)
            _members.Fault(value, fault, "\"subject\": \"payhook.{source}.{type}\"");
        else if (given.Text.Length > SubjectLimitChars)
            _members.Fault(value, $"has more than {SubjectLimitChars} characters", "\"subject\": \"payhook.{type}\"");
        else return given.Text;
        return null;
    }

    bool BeginsAtStart()
    {
        if (!_values.TryGetValue(FromMember, out var value) || _members.Text(value) is not { } given) return false;
        if (given.Text is not ("start" or "now"))
            _members.Fault(value, "is neither start nor now", "\"from\": \"start\"");
        return given.Text == "start";
    }

    Dictionary<string, ConfigValue> Inner(string name, IReadOnlyList<string> names) =>
        _values.TryGetValue(name, out var value) && _members.IsKind(value, JsonValueKind.Object)
            ? _members.Known(value, names).Where(m => m.Value.Kind != JsonValueKind.Null)
                .ToDictionary(m => m.Name, m => m.Value)
            : [];

    T Choice<T>(Dictionary<string, ConfigValue> values, string name, IReadOnlyList<(string Word, T Value)> choices)
    {
        if (!values.TryGetValue(name, out var value) || _members.Text(value) is not { } given) return choices[0].Value;
        foreach (var (word, choice) in choices)
        {
            if (given.Text == word) return choice;
        }
        _members.Fault(value, $"is not known; {Nearest.Hint(given.Text, [.. choices.Select(c => c.Word)])}",
            $"\"{name}\": \"{choices[0].Word}\"");
        return choices[0].Value;
    }

    TimeSpan Seconds(
        Dictionary<string, ConfigValue> values, string name, decimal minimum, decimal maximum, decimal usual) =>
        TimeSpan.FromSeconds((double)Number(values, name, minimum, maximum, usual));

    decimal Number(
        Dictionary<string, ConfigValue> values, string name, decimal minimum, decimal maximum, decimal usual,
        bool isWhole = false)
    {
        if (!values.TryGetValue(name, out var value)) return usual;
        if (_members.Text(value, mayBeNumber: true) is not { } given) return usual;
        var style = isWhole ? NumberStyles.None : NumberStyles.AllowDecimalPoint;
        if (decimal.TryParse(given.Text, style, CultureInfo.InvariantCulture, out var number)
            && number >= minimum && number <= maximum) return number;
        _members.Fault(value, string.Create(CultureInfo.InvariantCulture,
            $"is not a {(isWhole ? "whole " : "")}number from {minimum} to {maximum}"),
            string.Create(CultureInfo.InvariantCulture, $"\"{name}\": {usual}"));
        return usual;
    }

    static bool IsHeaderName(string name) => name.Length is > 0 and <= HeaderNameLimitChars
        && name.All(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal));

    static bool IsHeaderValue(string value) => value.Length is > 0 and <= HeaderValueLimitChars
        && value.All(c => c is >= ' ' and <= '~') && value.Trim() == value;
}
