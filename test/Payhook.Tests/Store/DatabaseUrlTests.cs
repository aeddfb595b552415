using CsCheck;
using Npgsql;
using Payhook.Store;

namespace Payhook.Tests.Store;

/// <summary>
/// A DATABASE_URL that SQLAlchemy or libpq understood must lead to the same database here; one that is read wrongly
/// stores events where nobody looks for them, or tells the log a password.
/// </summary>
public sealed class DatabaseUrlTests
{
    const string Marker = "hunter2";

    [Theory]
    [InlineData("sqlite:///webhooks.db", "webhooks.db")]
    [InlineData("sqlite:///data/webhooks.db", "data/webhooks.db")]
    [InlineData("sqlite:///./webhooks.db", "./webhooks.db")]
    [InlineData("sqlite:////var/lib/payhook/webhooks.db", "/var/lib/payhook/webhooks.db")]
    [InlineData("sqlite+pysqlite:////a.db", "/a.db")]
    [InlineData("SQLite:///a.db", "a.db")]
    [InlineData("sqlite:///a.db?timeout=5", "a.db")]
    [InlineData("sqlite:///with space, % and #.db", "with space, % and #.db")]
    public void Reads_a_sqlite_path(string url, string path)
    {
        var read = DatabaseUrl.Parse(url);
        Assert.Equal((path, null), (read.SqlitePath, read.Postgres));
        Assert.IsType<SqliteStore>(read.CreateStore(TimeSpan.FromSeconds(5), TimeProvider.System));
    }

    [Theory]
    [InlineData("sqlite://")]
    [InlineData("sqlite:///")]
    [InlineData("sqlite://webhooks.db")]
    [InlineData("sqlite://C:/webhooks.db")]
    [InlineData("sqlite:///:memory:")]
    [InlineData("sqlite:///file::memory:?cache=shared")]
    [InlineData("sqlite:///?mode=memory")]
    [InlineData("sqlite:///a\0b")]
    [InlineData("sqlite:webhooks.db")]
    [InlineData("sqlite:/webhooks.db")]
    [InlineData("webhooks.db")]
    [InlineData("")]
    [InlineData("://")]
    [InlineData("mysql://u:p@host/db")]
    [InlineData("http://host/db")]
    [InlineData("postgresqlx://host/db")]
    public void Refuses_what_names_no_database_file_or_server(string url) => AssertFault(url);

    [Theory]
    [InlineData("postgresql://app:pw@db.example.com:6432/pay", "app", "pw", "db.example.com", 6432, "pay")]
    [InlineData("postgres://app:pw@db/pay", "app", "pw", "db", 5432, "pay")]
    [InlineData("postgresql+psycopg2://app:pw@db/pay", "app", "pw", "db", 5432, "pay")]
    [InlineData("PostgreSQL://app:pw@db/pay", "app", "pw", "db", 5432, "pay")]
    [InlineData("postgresql://db/pay", null, null, "db", 5432, "pay")]
    [InlineData("postgresql://app@db/pay", "app", null, "db", 5432, "pay")]
    [InlineData("postgresql://app:p%40ss%2Fw%3Ard%25@db/pay", "app", "p@ss/w:rd%", "db", 5432, "pay")]
    [InlineData("postgresql://app:p@ss:word@db/pay", "app", "p@ss:word", "db", 5432, "pay")]
    [InlineData("postgresql://a%3Ab:%20;'\"=@db/pay", "a:b", " ;'\"=", "db", 5432, "pay")]
    [InlineData("postgresql://app:a+b@db/p%20y", "app", "a+b", "db", 5432, "p y")]
    [InlineData("postgresql://app@[::1]/pay", "app", null, "::1", 5432, "pay")]
    [InlineData("postgresql://app@[2001:db8::1]:6432/pay", "app", null, "2001:db8::1", 6432, "pay")]
    [InlineData("postgresql:///pay?host=/var/run/postgresql", null, null, "/var/run/postgresql", 5432, "pay")]
    [InlineData("postgresql://app:pw@/pay?host=/tmp&port=6432", "app", "pw", "/tmp", 6432, "pay")]
    [InlineData("postgresql://%2Fvar%2Frun%2Fpostgresql/pay", null, null, "/var/run/postgresql", 5432, "pay")]
    [InlineData("postgresql://db?dbname=pay&user=app&password=p%26w", "app", "p&w", "db", 5432, "pay")]
    [InlineData("postgresql://db:/pay", null, null, "db", 5432, "pay")]
    public void Reads_a_server(string url, string? user, string? password, string host, int port, string database)
    {
        var builder = Postgres(url);
        Assert.Equal((user, password, host, port, database),
            (builder.Username, builder.Password, builder.Host, builder.Port, builder.Database));
        Assert.IsType<PostgresStore>(DatabaseUrl.Parse(url).CreateStore(TimeSpan.FromSeconds(5), TimeProvider.System));
    }

    [Theory]
    [InlineData("postgresql://a,b/pay", "a:5432,b:5432")]
    [InlineData("postgresql://u:p@a:1,b:2/pay", "a:1,b:2")]
    [InlineData("postgresql://[::1]:1,b/pay", "[::1]:1,b:5432")]
    public void Reads_several_servers(string url, string hosts) => Assert.Equal(hosts, Postgres(url).Host);

    [Fact]
    public void Reads_the_parameters_of_libpq()
    {
        var builder = Postgres("postgresql://db,db2/pay?sslmode=verify-full&sslrootcert=/ca.pem&sslcert=/c.pem"
            + "&sslkey=/k.pem&sslpassword=kp&connect_timeout=7&application_name=a%20b&options=-c%20a%3Db"
            + "&target_session_attrs=read-write&channel_binding=require&passfile=/pass");

        Assert.Equal(SslMode.VerifyFull, builder.SslMode);
        Assert.Equal(("/ca.pem", "/c.pem", "/k.pem", "kp"),
            (builder.RootCertificate, builder.SslCertificate, builder.SslKey, builder.SslPassword));
        Assert.Equal((7, "a b", "-c a=b", "read-write"),
            (builder.Timeout, builder.ApplicationName, builder.Options, builder.TargetSessionAttributes));
        Assert.Equal((ChannelBinding.Require, "/pass"), (builder.ChannelBinding, builder.Passfile));
    }

    [Theory]
    [InlineData("disable", SslMode.Disable)]
    [InlineData("allow", SslMode.Allow)]
    [InlineData("prefer", SslMode.Prefer)]
    [InlineData("require", SslMode.Require)]
    [InlineData("verify-ca", SslMode.VerifyCA)]
    [InlineData("verify-full", SslMode.VerifyFull)]
    public void Reads_every_ssl_mode_of_libpq(string text, SslMode mode) =>
        Assert.Equal(mode, Postgres($"postgresql://db/pay?sslmode={text}").SslMode);

    [Theory]
    [InlineData("sslmode=sometimes")]
    [InlineData("sslmode=")]
    [InlineData("sslmode")]
    [InlineData("sslmode=99")]
    [InlineData("sslmode=1")]
    [InlineData("sslmode=disable,require")]
    [InlineData("channel_binding=7")]
    [InlineData("port=0")]
    [InlineData("port=70000")]
    [InlineData("port=x")]
    [InlineData("connect_timeout=-1")]
    [InlineData("connect_timeout=99999999999")]
    [InlineData("target_session_attrs=sometimes")]
    public void Names_the_parameter_whose_value_cannot_be_used(string parameter)
    {
        var name = parameter.Split('=')[0];
        Assert.Contains(name, AssertFault($"postgresql://db/pay?{parameter}"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("keepalives=1", "keepalives")]
    [InlineData("SSLCRL=a", "sslcrl")]
    [InlineData("sslmode=require&replication=5", "replication")]
    public void Names_a_parameter_of_libpq_that_means_nothing_here(string query, string name) =>
        Assert.Contains(name, AssertFault($"postgresql://db/pay?{query}"), StringComparison.Ordinal);

    [Theory]
    [InlineData("sslmodes=require")]
    [InlineData("sslmode=require&pool_size=5")]
    public void Refuses_a_parameter_that_nobody_knows(string query) =>
        Assert.Contains("parameter", AssertFault($"postgresql://db/pay?{query}"), StringComparison.Ordinal);

    [Theory]
    [InlineData("postgresql://app@db", "database")]
    [InlineData("postgresql://app@db/", "database")]
    [InlineData("postgresql://app@db/?sslmode=require", "database")]
    [InlineData("postgresql://", "host")]
    [InlineData("postgresql:///pay", "host")]
    [InlineData("postgresql://app:pw@/pay", "host")]
    [InlineData("postgresql://app@:5432/pay", "host")]
    [InlineData("postgresql://:5432/pay", "host")]
    [InlineData("postgresql://a,,b/pay", "host")]
    [InlineData("postgresql://a,/pay", "host")]
    [InlineData("postgresql://db:0/pay", "port")]
    [InlineData("postgresql://db:65536/pay", "port")]
    [InlineData("postgresql://db:-1/pay", "port")]
    [InlineData("postgresql://db:five/pay", "port")]
    [InlineData("postgresql://[::1]:x/pay", "port")]
    [InlineData("postgresql://a:1,b:0/pay", "port")]
    public void Tells_what_is_missing_or_out_of_range(string url, string word) =>
        Assert.Contains(word, AssertFault(url), StringComparison.Ordinal);

    [Theory]
    [InlineData($"postgresql://app:{Marker}@db")]
    [InlineData($"postgresql://app:{Marker}@db:x/pay")]
    [InlineData($"postgresql://app:{Marker}@/pay")]
    [InlineData($"postgresql://app:{Marker}@db/pay?nonsense=1")]
    [InlineData($"postgresql://db/pay?password={Marker}&port=x")]
    [InlineData($"postgresql://db/pay?sslpassword={Marker}&nonsense")]
    [InlineData($"mysql://app:{Marker}@db/pay")]
    [InlineData($"{Marker}://db/pay")]
    [InlineData(Marker)]
    // Passwords that should have been percent-encoded and were not: the mistake that brings people to this message.
    [InlineData($"postgresql://app:{Marker}/x@db/pay")]
    [InlineData($"postgresql://app:{Marker}?x@db/pay")]
    [InlineData($"postgresql://app:?{Marker}@db/pay")]
    [InlineData($"postgresql://app:1234?{Marker}@db/pay")]
    [InlineData($"postgresql://app:1234?{Marker}=x@db/pay")]
    [InlineData($"postgresql://app:pw@db/pay?password=a&{Marker}")]
    public void Never_tells_a_password(string url) =>
        Assert.DoesNotContain(Marker, AssertFault(url), StringComparison.OrdinalIgnoreCase);

    [Theory]
    [InlineData("postgresql://a,b/pay?target_session_attrs=read-write")]
    [InlineData("postgresql://a/pay?target_session_attrs=primary")]
    [InlineData("postgresql://app:p%00w@db/pay")]
    [InlineData("postgresql://a:1,[::1]:2/pay?sslmode=require")]
    [InlineData("postgresql://db/pay?host=&dbname=")]
    public void Makes_a_store_of_every_url_that_it_takes(string url)
    {
        DatabaseUrl read;
        try
        {
            read = DatabaseUrl.Parse(url);
        }
        catch (FormatException)
        {
            return; // refused with a line that names the setting, which is as good
        }
        Assert.NotNull(read.CreateStore(TimeSpan.FromSeconds(5), TimeProvider.System));
    }

    [Fact]
    public void Reads_back_whatever_was_percent_encoded()
    {
        var text = Gen.Char[' ', '\ud7ff'].Array[1, 30].Select(chars => new string(chars));
        var name = Gen.Char["abcxyz0189-."].Array[1, 30].Select(chars => new string(chars));
        var host = Gen.OneOf<string>(name, Gen.OneOf<string>("[::1]", "[2001:db8::7]"), name.Select(n => "/run/" + n));
        Gen.Select(text, text, host, Gen.Int[1, 65535], text).Sample((user, password, host, port, database) =>
        {
            var place = host.StartsWith('[') ? host : Uri.EscapeDataString(host);
            var login = $"{Uri.EscapeDataString(user)}:{Uri.EscapeDataString(password)}";
            var builder = Postgres($"postgresql://{login}@{place}:{port}/{Uri.EscapeDataString(database)}");

            Assert.Equal((user, password, host.Trim('[', ']'), port, database),
                (builder.Username, builder.Password, builder.Host, builder.Port, builder.Database));
            // The store is opened from this text, so what matters is what stands in it.
            var stored = new NpgsqlConnectionStringBuilder(builder.ConnectionString);
            Assert.Equal((user, password, database), (stored.Username, stored.Password, stored.Database));
        }, iter: 5_000);
    }

    [Fact]
    public void Reads_any_text_or_refuses_it_with_a_format_exception_alone()
    {
        string[] pieces =
        [
            "sqlite", "postgresql", "postgres", "+psycopg2", "://", ":", "/", "//", "@", "?", "&", "=", ",", "[", "]",
            "%", "%00", "%2F", "host", "port", "5432", "99999", "dbname", "sslmode", "require", "password", "options",
            "::1", "db", "\0", "é",
        ];
        var nearly = Gen.OneOf<string>(pieces).Array[0, 20].Select(string.Concat);
        var started = nearly.Select(rest => "postgresql://" + rest);
        Gen.OneOf<string>(nearly, started, Gen.String[0, 100]).Sample(text =>
        {
            try
            {
                var read = DatabaseUrl.Parse(text);
                Assert.NotEqual(read.SqlitePath is null, read.Postgres is null);
                Assert.NotEqual("", read.Postgres?.Host);
            }
            catch (FormatException e)
            {
                Assert.NotEmpty(e.Message);
            }
        }, iter: 30_000);
    }

    static NpgsqlConnectionStringBuilder Postgres(string url)
    {
        var read = DatabaseUrl.Parse(url);
        Assert.Null(read.SqlitePath);
        return read.Postgres!;
    }

    static string AssertFault(string url) => Assert.Throws<FormatException>(() => DatabaseUrl.Parse(url)).Message;
}
