using System.Globalization;
using Payhook.Mock;
using Spectre.Console;

namespace Payhook.Cli;

/// <summary>
/// Sends many different events at once, as after an outage of the provider, and measures how they are answered.
/// </summary>
sealed class BurstRun(Signer signer, Poster poster, TextWriter output, bool asJson, TimeProvider time)
{
    const int ConcurrencyLimit = 32;
    const int UnansweredLimit = 100;

    int _accepted, _other, _unanswered;
    Exception? _fault;

    /// <returns>True where every event was accepted.</returns>
    /// <exception cref="IOException">Nobody answered at all; the message is for the user.</exception>
    public async Task<bool> RunAsync(int count, CancellationToken cancellation)
    {
        var console = Tables.Console(output);
        var milliseconds = new double[count];
        var startedAt = time.GetTimestamp();
        if (asJson || !console.Profile.Out.IsTerminal) await SendAllAsync(milliseconds, () => { }, cancellation);
        else
        {
            await console.Progress().AutoClear(true).StartAsync(async progress =>
            {
                var task = progress.AddTask("burst", maxValue: count);
                await SendAllAsync(milliseconds, () => task.Increment(1), cancellation);
            });
        }
        // Where nobody answered at all, why is worth more than a table of zeros.
        if (_accepted + _other == 0 && _fault is { } fault) throw new IOException(fault.Message, fault);
        Tell(console, milliseconds, time.GetElapsedTime(startedAt).TotalSeconds);
        return _accepted == count;
    }

    async Task SendAllAsync(double[] milliseconds, Action tellOne, CancellationToken cancellation)
    {
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = ConcurrencyLimit,
            CancellationToken = cancellation,
        };
        await Parallel.ForAsync(0, milliseconds.Length, options, async (i, stop) =>
        {
            milliseconds[i] = await SendOneAsync(stop);
            tellOne();
        });
    }

    /// <returns>How long the answer took, in milliseconds; not a number where there was none.</returns>
    async Task<double> SendOneAsync(CancellationToken cancellation)
    {
        // Where nobody listens, asking a hundred times is enough.
        if (Volatile.Read(ref _unanswered) >= UnansweredLimit) return double.NaN;
        if (Scenarios.Step(signer, "captured", MockPayloads.FreshEnd(), time.GetUtcNow()) is not { } step)
            return double.NaN;
        var sentAt = time.GetTimestamp();
        try
        {
            var (status, answer) = await poster.PostAsync(step.Request, cancellation);
            var isAccepted = Scenarios.IsAsExpected(Expectation.Accepted, signer.Provider, status, answer);
            Interlocked.Increment(ref isAccepted ? ref _accepted : ref _other);
            return time.GetElapsedTime(sentAt).TotalMilliseconds;
        }
        catch (Exception e) when (
            e is HttpRequestException || (e is TaskCanceledException && !cancellation.IsCancellationRequested))
        {
            _fault = e;
            Interlocked.Increment(ref _unanswered);
            return double.NaN;
        }
    }

    void Tell(IAnsiConsole console, double[] milliseconds, double seconds)
    {
        var answered = milliseconds.Where(double.IsFinite).Order().ToArray();
        var (p50, p99) = (Percentile(answered, 50), Percentile(answered, 99));
        var rate = answered.Length / Math.Max(seconds, 0.001);
        if (asJson)
        {
            output.WriteLine(JsonLine.Of(json =>
            {
                json.WriteString("scenario", Scenarios.Burst);
                json.WriteNumber("events", milliseconds.Length);
                json.WriteNumber("accepted", _accepted);
                json.WriteNumber("answered_otherwise", _other);
                json.WriteNumber("not_answered", milliseconds.Length - _accepted - _other);
                json.WriteNumber("seconds", Math.Round(seconds, 3));
                json.WriteNumber("events_per_second", Math.Round(rate, 1));
                json.WriteNumber("p50_milliseconds", Math.Round(p50, 2));
                json.WriteNumber("p99_milliseconds", Math.Round(p99, 2));
            }));
            return;
        }
        var table = new Table().Border(TableBorder.None).HideHeaders().AddColumns("what", "told");
        table.AddRow("events", $"{milliseconds.Length}");
        table.AddRow("accepted", $"{_accepted}");
        table.AddRow("answered otherwise", $"{_other}");
        table.AddRow("not answered", $"{milliseconds.Length - _accepted - _other}");
        table.AddRow("rate", string.Create(CultureInfo.InvariantCulture, $"{rate:F0} events/s in {seconds:F2} s"));
        table.AddRow("latency", string.Create(CultureInfo.InvariantCulture, $"p50 {p50:F1} ms, p99 {p99:F1} ms"));
        console.Write(table);
    }

    static double Percentile(double[] sorted, int percent) =>
        sorted.Length == 0 ? 0 : sorted[Math.Min(sorted.Length - 1, sorted.Length * percent / 100)];
}
