using System.Text;
using System.Text.Json;
using CsCheck;
using Microsoft.Extensions.Logging;
using Payhook.Ops;

namespace Payhook.Tests.Ops;

/// <summary>
/// Lines are read by people and programs that trust them: no request may write a line of its own making, and a reader
/// that stalls may cost lines, never a delivery.
/// </summary>
public sealed class LogOutputTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    static readonly DateTimeOffset Time = new(2026, 7, 8, 12, 0, 1, 234, TimeSpan.Zero);

    [Fact]
    public void Writes_every_line_whole_and_in_order_before_it_ends()
    {
        var stream = new MemoryStream();
        using (var output = new LogOutput(stream, isJson: false))
        {
            for (var i = 0; i < 10_000; i++) output.Write(Encoding.ASCII.GetBytes($"line {i}\n"));
        }
        Assert.Equal(Enumerable.Range(0, 10_000).Select(i => $"line {i}"), Lines(stream));
    }

    [Fact]
    public async Task Keeps_lines_of_several_threads_apart()
    {
        var stream = new MemoryStream();
        var output = new LogOutput(stream, isJson: false);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(() =>
        {
            for (var i = 0; i < 5_000; i++) output.Write(Encoding.ASCII.GetBytes($"{writer} {i}\n"));
        })));
        output.Dispose();

        var lines = Lines(stream);
        Assert.Equal(20_000, lines.Length);
        for (var writer = 0; writer < 4; writer++)
        {
            var ofOne = lines.Where(l => l.StartsWith($"{writer} ", StringComparison.Ordinal));
            Assert.Equal(Enumerable.Range(0, 5_000).Select(i => $"{writer} {i}"), ofOne);
        }
    }

    [Fact]
    public async Task Loses_lines_and_counts_them_rather_than_wait_for_a_reader_that_stalls()
    {
        const int lineCount = 30_000;
        using var stream = new StallingStream();
        var output = new LogOutput(stream, isJson: false);
        var line = Encoding.ASCII.GetBytes(new string('x', 999) + "\n");

        // Nobody reads: were a line to wait, this would never end.
        await Task.Run(() =>
        {
            for (var i = 0; i < lineCount; i++) output.Write(line);
        }, TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.InRange(lineCount - output.DroppedLines, 4_000, 9_000); // two buffers of 4 MiB and no more

        stream.Resume();
        output.Dispose();
        Assert.Equal(lineCount - output.DroppedLines, stream.WrittenBytes / line.Length);
    }

    [Fact]
    public async Task Takes_lines_again_once_the_reader_reads()
    {
        using var stream = new StallingStream();
        using var output = new LogOutput(stream, isJson: false);
        var line = new byte[1 << 20];
        var kept = -1;
        for (; output.DroppedLines == 0; kept++) output.Write(line);

        stream.Resume();
        for (var i = 0; i < 400 && stream.WrittenBytes < kept * line.Length; i++)
            await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.Equal(kept * line.Length, stream.WrittenBytes);
        for (var i = 0; i < 4; i++) output.Write(line);
        Assert.Equal(1, output.DroppedLines);
    }

    [Fact]
    public async Task Ends_even_if_the_reader_never_reads()
    {
        using var stream = new StallingStream();
        var output = new LogOutput(stream, isJson: false);
        output.Write("a line\n"u8);
        await Task.Run(output.Dispose, TestContext.Current.CancellationToken)
            .WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Goes_on_when_standard_output_is_gone()
    {
        using var output = new LogOutput(new BrokenStream(), isJson: false);
        for (var i = 0; i < 100; i++)
        {
            output.Write("a line\n"u8);
            Thread.Yield();
        }
    }

    [Fact]
    public void Writes_a_line_for_a_person() => Assert.Matches(
        @"^\d\d:\d\d:01\.234 warning received event_id=evt_1 status=403 duration_ms=0\.25\n$",
        Line(isJson: false, LogLevel.Warning, "received", ("event_id", "evt_1"), ("none", null), ("status", 403.0),
            ("duration_ms", 0.25)));

    [Fact]
    public void Writes_a_line_for_a_program() => Assert.Equal(
        """
        {"time":"2026-07-08T12:00:01.234Z","level":"info","message":"received","event_id":"evt_1","status":200}

        """,
        Line(isJson: true, LogLevel.Information, "received", ("event_id", "evt_1"), ("none", null), ("status", 200.0)));

    [Theory]
    [InlineData(LogLevel.Trace, "debug")]
    [InlineData(LogLevel.Debug, "debug")]
    [InlineData(LogLevel.Information, "info")]
    [InlineData(LogLevel.Warning, "warning")]
    [InlineData(LogLevel.Error, "error")]
    [InlineData(LogLevel.Critical, "error")]
    public void Names_levels_by_one_word(LogLevel level, string word) =>
        Assert.Contains($"\"level\":\"{word}\",", Line(isJson: true, level, "x"), StringComparison.Ordinal);

    [Theory]
    [InlineData('\n')]
    [InlineData('\r')]
    [InlineData('\0')]
    [InlineData('\t')]
    [InlineData('\b')]
    [InlineData('\u001b')] // the start of a terminal's commands
    [InlineData('\u007f')]
    [InlineData('\u0085')] // a line end too
    [InlineData('\u009b')] // the start of a terminal's commands too
    public void Lets_no_control_character_forge_a_line(char control)
    {
        var forged = $"evt{control}12:00:00.000 info received outcome=success";
        var line = Line(isJson: false, LogLevel.Information, forged, ("event_id", forged), (forged, "x"));
        Assert.EndsWith("\n", line, StringComparison.Ordinal);
        Assert.DoesNotContain(line[..^1], char.IsControl);
        var foreign = Line(isJson: false, LogLevel.Information, "x", ("a", "évènement ₹ 🔑"));
        Assert.EndsWith(" a=évènement ₹ 🔑\n", foreign, StringComparison.Ordinal);

        var json = Line(isJson: true, LogLevel.Information, forged, ("event_id", forged));
        Assert.DoesNotContain(json[..^1], char.IsControl);
        Assert.Equal(forged, JsonDocument.Parse(json).RootElement.GetProperty("event_id").GetString());
    }

    [Fact]
    public void Writes_any_text_as_one_line_that_parses()
    {
        var readable = Gen.Char['\0', '\ud7ff'].Array[0, 60].Select(chars => new string(chars));
        Gen.Select(readable, Gen.String[0, 60], Gen.String[1, 60]).Sample((message, anyName, anyValue) =>
        {
            var text = Line(isJson: false, LogLevel.Error, message, (anyName, anyValue));
            Assert.Equal(text.Length - 1, text.IndexOf('\n', StringComparison.Ordinal));

            var json = Line(isJson: true, LogLevel.Error, message, ("name", message), (anyName, anyValue));
            Assert.Equal(json.Length - 1, json.IndexOf('\n', StringComparison.Ordinal));
            using var parsed = JsonDocument.Parse(json);
            Assert.Equal(message, parsed.RootElement.GetProperty("message").GetString());
        }, iter: 1_000, threads: 1);
    }

    [Fact]
    public void Logs_a_bug_on_one_line_with_its_place()
    {
        var logFailure = LoggerMessage.Define<string>(LogLevel.Error, default, "It failed for {Request}");
        foreach (var isJson in new[] { false, true })
        {
            var stream = new MemoryStream();
            using (var output = new LogOutput(stream, isJson))
            using (var provider = new LineLoggerProvider(output, TimeProvider.System))
            {
                var logger = provider.CreateLogger("Payhook.Some.Place");
                try
                {
                    throw new InvalidOperationException("one\ntwo", new FormatException("three\r\nfour"));
                }
                catch (InvalidOperationException e)
                {
                    logFailure(logger, "r\n1", e);
                }
            }
            var line = Assert.Single(Lines(stream));
            Assert.Contains(nameof(Logs_a_bug_on_one_line_with_its_place), line, StringComparison.Ordinal);
            Assert.Contains(nameof(FormatException), line, StringComparison.Ordinal);
            if (!isJson) continue;
            var json = JsonDocument.Parse(line).RootElement;
            Assert.Equal("r\n1", json.GetProperty("request").GetString());
            Assert.Equal("Place", json.GetProperty("logger").GetString());
        }
    }

    [Fact]
    public void Leaves_out_requests_below_the_level_that_is_asked_for()
    {
        var stream = new MemoryStream();
        using (var output = new LogOutput(stream, isJson: true))
        {
            var log = new RequestLog(output, TimeProvider.System, LogLevel.Warning);
            log.Received(new("r1", "razorpay", "evt_1", "pay_1", "success", null, 200, 0, LogLevel.Information));
            log.Received(new("r2", "razorpay", null, null, "rejected", "invalid-signature", 403, 0, LogLevel.Warning));
            log.Answered(new Microsoft.AspNetCore.Http.DefaultHttpContext(), 0);
        }
        var json = JsonDocument.Parse(Assert.Single(Lines(stream))).RootElement;
        Assert.Equal("r2", json.GetProperty("request_id").GetString());
        Assert.Equal("rejected", json.GetProperty("outcome").GetString());
        Assert.Equal("invalid-signature", json.GetProperty("reason").GetString());
        Assert.Equal(403, json.GetProperty("status").GetInt32());
        Assert.False(json.TryGetProperty("event_id", out _));
    }

    static string Line(bool isJson, LogLevel level, string message, params (string Name, object? Value)[] values)
    {
        var stream = new MemoryStream();
        using (var output = new LogOutput(stream, isJson))
        {
            var line = new LogLine(output, Time, level, message);
            foreach (var (name, value) in values)
                line = value is double number ? line.Add(name, number) : line.Add(name, (string?)value);
            line.Write();
        }
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    static string[] Lines(MemoryStream stream)
    {
        var text = Encoding.UTF8.GetString(stream.ToArray());
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        return text[..^1].Split('\n');
    }

    /// <summary>Standard output behind a reader that does not read until it is told to.</summary>
    sealed class StallingStream : MemoryStream
    {
        readonly ManualResetEventSlim _isRead = new();
        long _writtenBytes;

        public long WrittenBytes => Interlocked.Read(ref _writtenBytes);

        public void Resume() => _isRead.Set();

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            _isRead.Wait();
            Interlocked.Add(ref _writtenBytes, buffer.Length);
        }

        protected override void Dispose(bool disposing)
        {
            _isRead.Set();
            base.Dispose(disposing);
        }
    }

    sealed class BrokenStream : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("Broken pipe");
    }
}
