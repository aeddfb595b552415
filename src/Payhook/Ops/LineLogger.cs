using System.Text.Json;

namespace Payhook.Ops;

/// <summary>Carries what the framework and the rest of Payhook log to the same lines as the requests.</summary>
sealed class LineLoggerProvider(LogOutput output, TimeProvider time) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new LineLogger(output, time, categoryName);

    public void Dispose()
    {
        // The output outlives the host, so that its last words are written too.
    }
}

/// <summary>The logger of one category: the message, its values where the lines are JSON, and the exception.</summary>
sealed class LineLogger(LogOutput output, TimeProvider time, string category) : ILogger
{
    readonly string _category = category[(category.LastIndexOf('.') + 1)..];

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        var line = new LogLine(output, time.GetUtcNow(), logLevel, formatter(state, exception));
        if (output.IsJson && state is IReadOnlyList<KeyValuePair<string, object?>> values)
        {
            foreach (var (name, value) in values)
            {
                if (name != "{OriginalFormat}")
                    line.Add(JsonNamingPolicy.SnakeCaseLower.ConvertName(name), value?.ToString());
            }
        }
        line.Add("logger", output.IsJson ? _category : null);
        // The type and place of a bug, on one line; messages of the outside world stay in the first sentence.
        line.Add("exception", exception?.ToString());
        line.Write();
    }
}
