using Microsoft.Data.Sqlite;
using Npgsql;
using Payhook.Store;

namespace Payhook.Tests.Support;

/// <summary>A new, empty store of a kind, with a side door for what only a test may do.</summary>
public sealed class TestStore : IDisposable
{
    readonly string _directory = Directory.CreateTempSubdirectory("payhook-test-").FullName;

    public TestStore(StoreKind kind)
    {
        Kind = kind;
        Url = kind == StoreKind.Sqlite ? UrlIn(_directory) : PrivatePostgres.Instance.CreateDatabase();
    }

    /// <summary>A database on a server of its own, which a test may stop.</summary>
    public TestStore(PrivatePostgres server) => (Kind, Url) = (StoreKind.Postgres, server.CreateDatabase());

    /// <summary>A file in a directory of its own, which a test may fill.</summary>
    public TestStore(string directory) => (Kind, Url) = (StoreKind.Sqlite, UrlIn(directory));

    public StoreKind Kind { get; }
    public string Url { get; }
    public string SqlitePath => Url["sqlite:///".Length..];

    internal IEventStore Open(TimeProvider? time = null, double commitDeadlineSeconds = 5)
    {
        var store = DatabaseUrl.Parse(Url).CreateStore(
            TimeSpan.FromSeconds(commitDeadlineSeconds), time ?? TimeProvider.System);
        store.Open();
        return store;
    }

    static string UrlIn(string directory) => $"sqlite:///{Path.Combine(directory, "events.db")}";

    /// <summary>A connection beside the program's own.</summary>
    public System.Data.Common.DbConnection Connect()
    {
        System.Data.Common.DbConnection connection = Kind == StoreKind.Sqlite
            ? new SqliteConnection($"Data Source={SqlitePath};Pooling=false")
            : new NpgsqlConnection(DatabaseUrl.Parse(Url).Postgres!.ConnectionString + ";Pooling=false");
        connection.Open();
        return connection;
    }

    public object? Scalar(string sql)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    public long Count(string table) => Convert.ToInt64(Scalar($"select count(*) from {table}"));

    /// <summary>Every event id in the store; twice where an event is there twice.</summary>
    public IReadOnlyList<string> EventIds() => EventIdsAfter(0);

    /// <summary>Those whose number is larger: a feed as one would read it without thinking of commits.</summary>
    public IReadOnlyList<string> EventIdsAfter(long sequence)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = $"select event_id from payhook_events where sequence > {sequence}";
        using var reader = command.ExecuteReader();
        var ids = new List<string>();
        while (reader.Read()) ids.Add(reader.GetString(0));
        return ids;
    }

    /// <summary>Makes the store refuse one event as a fault of that event's own.</summary>
    public void RefuseEvent(string eventId)
    {
        Scalar(Kind == StoreKind.Sqlite
            ? $"create trigger refuse before insert on payhook_events when new.event_id = '{eventId}' "
              + "begin select raise(abort, 'refused by the test'); end"
            : "create function refuse() returns trigger language plpgsql as $$ begin "
              + $"if new.event_id = '{eventId}' then raise exception 'refused by the test'; end if; "
              + "return new; end $$; "
              + "create trigger refuse before insert on payhook_events for each row execute function refuse()");
    }

    /// <summary>Holds what every write needs, until it is disposed.</summary>
    public IDisposable HoldWrites()
    {
        var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = Kind == StoreKind.Sqlite
            ? "begin immediate"
            : "begin; lock table payhook_events, payhook_probe in exclusive mode";
        command.ExecuteNonQuery();
        return connection;
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Delete(_directory);
    }

    /// <summary>A listener that is stopping may close its last file a moment after the test has ended.</summary>
    static void Delete(string directory)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                Directory.Delete(directory, recursive: true);
                return;
            }
            catch (IOException) when (tries < 40)
            {
                using var pause = new ManualResetEventSlim();
                pause.Wait(50);
            }
        }
    }
}
