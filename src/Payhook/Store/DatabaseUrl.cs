using System.Globalization;
using Npgsql;

namespace Payhook.Store;

/// <summary>
/// Reads <c>DATABASE_URL</c>: the forms that SQLAlchemy and libpq know, turned into one of the two stores.
/// </summary>
sealed record DatabaseUrl(string? SqlitePath, NpgsqlConnectionStringBuilder? Postgres)
{
    public const string Example = "sqlite:///webhooks.db or postgresql://user:password@localhost:5432/payhook";

    /// <summary>What libpq knows beside what <see cref="Set"/> takes.</summary>
    static readonly string[] OtherParameters =
    [
        "client_encoding", "fallback_application_name", "gssdelegation", "gssencmode", "gsslib", "hostaddr",
        "keepalives", "keepalives_count", "keepalives_idle", "keepalives_interval", "krbsrvname",
        "load_balance_hosts", "replication", "require_auth", "requirepeer", "requiressl", "service",
        "ssl_max_protocol_version", "ssl_min_protocol_version", "sslcertmode", "sslcompression", "sslcrl",
        "sslcrldir", "sslnegotiation", "sslsni", "tcp_user_timeout",
    ];

    /// <summary>Parses a URL.</summary>
    /// <exception cref="FormatException">With the fault, in words that never repeat the password.</exception>
    public static DatabaseUrl Parse(string text)
    {
        var colon = text.IndexOf("://", StringComparison.Ordinal);
        if (colon < 0) throw new FormatException("has no scheme such as sqlite:// or postgresql://");
        // SQLAlchemy names the driver behind a plus: postgresql+psycopg2://
        var scheme = text[..colon].Split('+')[0].ToLowerInvariant();
        var rest = text[(colon + 3)..];
        return scheme switch
        {
            "sqlite" => ParseSqlite(rest),
            "postgresql" or "postgres" => ParsePostgres(rest),
            _ => throw new FormatException("has a scheme that is neither sqlite nor postgresql"),
        };
    }

    public IEventStore CreateStore(TimeSpan commitDeadline, TimeProvider time) => SqlitePath is null
        ? new PostgresStore(Postgres!, commitDeadline, time)
        : new SqliteStore(SqlitePath, time);

    static DatabaseUrl ParseSqlite(string rest)
    {
        var path = rest.Split('?')[0];
        if (!path.StartsWith('/'))
            throw new FormatException("needs three slashes before a relative path, four before an absolute one");
        path = path[1..];
        if (path.Length == 0 || path.Contains(":memory:", StringComparison.Ordinal))
            throw new FormatException("names no file; a database in memory would lose every event");
        if (path.Contains('\0')) throw new FormatException("has a path with a zero character");
        return new(path, null);
    }

    static DatabaseUrl ParsePostgres(string rest)
    {
        var question = rest.IndexOf('?');
        var query = question < 0 ? "" : rest[(question + 1)..];
        var place = question < 0 ? rest : rest[..question];
        var slash = place.IndexOf('/');
        var authority = slash < 0 ? place : place[..slash];
        var database = slash < 0 ? "" : Decode(place[(slash + 1)..]);
        var at = authority.LastIndexOf('@');

        var builder = new NpgsqlConnectionStringBuilder
        {
            ApplicationName = "payhook",
            Timeout = 5,
            MaxPoolSize = 20,
            MaxAutoPrepare = 20,
            AutoPrepareMinUsages = 2,
        };
        if (at >= 0) ReadUser(authority[..at], builder);
        ReadHosts(authority[(at + 1)..], builder);
        if (database.Length > 0) builder.Database = database;
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries)) ReadParameter(pair, builder);

        // Which of several servers is wanted; where there is one, there is nothing to choose.
        if (builder.Host?.Contains(',', StringComparison.Ordinal) != true) builder.TargetSessionAttributes = null;
        if (string.IsNullOrEmpty(builder.Host)) throw new FormatException("names no host");
        if (string.IsNullOrEmpty(builder.Database)) throw new FormatException("names no database after the host");
        return new(null, builder);
    }

    static void ReadUser(string user, NpgsqlConnectionStringBuilder builder)
    {
        var colon = user.IndexOf(':');
        builder.Username = Decode(colon < 0 ? user : user[..colon]);
        if (colon >= 0) builder.Password = Decode(user[(colon + 1)..]);
    }

    static void ReadHosts(string hosts, NpgsqlConnectionStringBuilder builder)
    {
        if (hosts.Length == 0) return;
        var list = new List<string>();
        foreach (var host in hosts.Split(','))
        {
            var end = host.StartsWith('[') ? host.IndexOf(']') + 1 : host.LastIndexOf(':');
            if (end < 0 || (end == 0 && host.StartsWith('['))) end = host.Length;
            var name = Decode(host[..end]).Trim('[', ']');
            var port = end < host.Length ? host[end..].TrimStart(':') : "";
            if (name.Length == 0) throw new FormatException("names no host");
            if (port.Length == 0) port = "5432";
            if (!int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                || number is < 1 or > 65535)
                throw new FormatException("has a port that is not a number from 1 to 65535");
            if (!hosts.Contains(',', StringComparison.Ordinal))
            {
                (builder.Host, builder.Port) = (name, number);
                return;
            }
            list.Add($"{(name.Contains(':', StringComparison.Ordinal) ? $"[{name}]" : name)}:{number}");
        }
        builder.Host = string.Join(',', list);
    }

    /// <summary>
    /// The parameters of libpq that mean something here; an unknown one is a fault, not a surprise later.
    /// </summary>
    static void ReadParameter(string pair, NpgsqlConnectionStringBuilder builder)
    {
        var equals = pair.IndexOf('=');
        var name = (equals < 0 ? pair : pair[..equals]).ToLowerInvariant();
        var value = equals < 0 ? "" : Decode(pair[(equals + 1)..]);
        bool isKnown;
        try
        {
            isKnown = Set(builder, name, value);
        }
        catch (Exception e) when (e is ArgumentException or OverflowException or FormatException)
        {
            throw new FormatException($"has a value for {name} that cannot be used", e);
        }
        // The rest of a password with a ? in it, written without its %3F, may look like a parameter: only names that
        // are libpq's own are repeated.
        if (!isKnown) throw new FormatException(
            OtherParameters.Contains(name)
                ? $"has the parameter {name}, which means nothing here"
                : "has a parameter that is not known; a ? in a password is written %3F");
    }

    static bool Set(NpgsqlConnectionStringBuilder builder, string name, string value)
    {
        switch (name)
        {
            case "host": builder.Host = value; return true;
            case "port": builder.Port = Number(value, 1, 65535); return true;
            case "dbname": builder.Database = value; return true;
            case "user": builder.Username = value; return true;
            case "password": builder.Password = value; return true;
            case "sslmode": builder.SslMode = Word<SslMode>(value.Replace("-", "")); return true;
            case "sslrootcert": builder.RootCertificate = value; return true;
            case "sslcert": builder.SslCertificate = value; return true;
            case "sslkey": builder.SslKey = value; return true;
            case "sslpassword": builder.SslPassword = value; return true;
            case "connect_timeout": builder.Timeout = Number(value, 0, 1024); return true;
            case "application_name": builder.ApplicationName = value; return true;
            case "options": builder.Options = value; return true;
            case "target_session_attrs": builder.TargetSessionAttributes = value; return true;
            case "channel_binding": builder.ChannelBinding = Word<ChannelBinding>(value); return true;
            case "passfile": builder.Passfile = value; return true;
            default: return false;
        }
    }

    static int Number(string text, int minimum, int maximum)
    {
        var number = int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
        return number >= minimum && number <= maximum ? number : throw new FormatException("out of range");
    }

    /// <summary>One word of an enumeration; its numbers and lists of words are no words.</summary>
    static T Word<T>(string text) where T : struct, Enum =>
        text.All(char.IsAsciiLetter) ? Enum.Parse<T>(text, ignoreCase: true) : throw new FormatException("no word");

    static string Decode(string text)
    {
        var decoded = Uri.UnescapeDataString(text);
        return decoded.Contains('\0') ? throw new FormatException("has a zero character") : decoded;
    }
}
