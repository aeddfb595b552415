using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Payhook.Store;

/// <summary>
/// Connections for readers, kept for the next one: a new one opens three files and reads the schema, which takes longer
/// than most answers do.
/// </summary>
sealed class SqliteReaders(string path, Func<SqliteConnection> open) : IAsyncDisposable
{
    const int IdleLimit = 8;

    readonly ConcurrentBag<Reader> _idle = [];
    volatile bool _isDisposed;

    /// <summary>One to read with, which <see cref="GiveBack"/> gets where reading did not fail.</summary>
    public Reader Take()
    {
        // A file that was put in the place of another is read from then on.
        var madeAt = File.GetCreationTimeUtc(path);
        while (_idle.TryTake(out var reader))
        {
            if (reader.FileMadeAt == madeAt) return reader;
            reader.Connection.Dispose();
        }
        return new(open(), madeAt);
    }

    public void GiveBack(Reader reader)
    {
        if (_idle.Count < IdleLimit && !_isDisposed) _idle.Add(reader);
        else reader.Connection.Dispose();
    }

    public ValueTask DisposeAsync()
    {
        _isDisposed = true;
        while (_idle.TryTake(out var reader)) reader.Connection.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>A connection, and when the file that it reads was made.</summary>
    public sealed record Reader(SqliteConnection Connection, DateTime FileMadeAt);
}
