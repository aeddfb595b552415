using System.Text;
using SQLitePCL;

namespace Payhook.Store;

/// <summary>A prepared statement bound from spans: the writer's inner loop allocates nothing.</summary>
sealed class SqliteStatement : IDisposable
{
    readonly sqlite3 _database;
    readonly sqlite3_stmt _statement;
    int _bound;

    public SqliteStatement(sqlite3 database, string sql)
    {
        _database = database;
        SqliteError.ThrowUnlessOk(raw.sqlite3_prepare_v2(database, sql, out _statement), database);
    }

    public SqliteStatement Bind(string? text)
    {
        if (text is null) return Checked(raw.sqlite3_bind_null(_statement, ++_bound));
        const int stackLimitBytes = 1024;
        var size = Encoding.UTF8.GetMaxByteCount(text.Length);
        var buffer = size <= stackLimitBytes ? stackalloc byte[stackLimitBytes] : new byte[size];
        return BindText(buffer[..Encoding.UTF8.GetBytes(text, buffer)]);
    }

    public SqliteStatement BindText(ReadOnlySpan<byte> utf8) =>
        Checked(raw.sqlite3_bind_text(_statement, ++_bound, utf8));

    public SqliteStatement Bind(long number) => Checked(raw.sqlite3_bind_int64(_statement, ++_bound, number));

    public SqliteStatement BindBlob(ReadOnlySpan<byte> bytes) =>
        Checked(raw.sqlite3_bind_blob(_statement, ++_bound, bytes));

    public SqliteStatement BindNull() => Checked(raw.sqlite3_bind_null(_statement, ++_bound));

    /// <summary>Takes one step: true where it gave a row. <see cref="Reset"/> must follow.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(_statement);
        if (code is raw.SQLITE_ROW or raw.SQLITE_DONE) return code == raw.SQLITE_ROW;
        var error = SqliteError.From(code, _database);
        Reset();
        throw error;
    }

    /// <summary>Runs a statement that gives no rows, and tells how many rows it changed.</summary>
    public int Run()
    {
        Step();
        var changes = raw.sqlite3_changes(_database);
        Reset();
        return changes;
    }

    /// <summary>Runs a query for whether there is a row.</summary>
    public bool Exists()
    {
        var found = Step();
        Reset();
        return found;
    }

    public long Int64(int column) => raw.sqlite3_column_int64(_statement, column);
    public bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;
    public string Text(int column) => raw.sqlite3_column_text(_statement, column).utf8_to_string();
    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(_statement, column);

    public void Reset()
    {
        raw.sqlite3_reset(_statement);
        _bound = 0;
    }

    public void Dispose() => _statement.Dispose();

    SqliteStatement Checked(int code)
    {
        SqliteError.ThrowUnlessOk(code, _database);
        return this;
    }
}

/// <summary>Turns SQLite's result codes into the store's two kinds of failure.</summary>
static class SqliteError
{
    public static void ThrowUnlessOk(int code, sqlite3 database)
    {
        if (code != raw.SQLITE_OK) throw From(code, database);
    }

    public static Exception From(int code, sqlite3 database)
    {
        var message = $"SQLite error {code}: {raw.sqlite3_errmsg(database).utf8_to_string()}";
        return IsUnavailable(code) ? new StoreUnavailableException(message) : new InvalidOperationException(message);
    }

    /// <summary>
    /// True where no write can succeed now, whatever is written; false where this one write is at fault.
    /// </summary>
    public static bool IsUnavailable(int code) => (code & 0xff)
        is raw.SQLITE_FULL or raw.SQLITE_IOERR or raw.SQLITE_BUSY
        or raw.SQLITE_LOCKED or raw.SQLITE_CANTOPEN or raw.SQLITE_READONLY or raw.SQLITE_NOMEM or raw.SQLITE_CORRUPT
        or raw.SQLITE_NOTADB or raw.SQLITE_PROTOCOL or raw.SQLITE_PERM;
}
