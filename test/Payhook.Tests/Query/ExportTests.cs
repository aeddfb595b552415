using System.Text;
using System.Text.Json;
using Payhook.Tests.Cli;
using Payhook.Tests.Support;

namespace Payhook.Tests.Query;

/// <summary>Any number of events in one answer, for programs and for spreadsheets.</summary>
[Collection(WholeProcess.Name)] // it measures memory
public sealed class ExportTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EveryStore]
    public async Task Two_hundred_thousand_events_take_no_more_memory_than_a_few(StoreKind kind)
    {
        const int events = 200_000, growthLimitBytes = 16 << 20;
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);
        Fill(store, events);
        await listener.Store.SettledAsync();

        foreach (var type in new[] { "application/x-ndjson", "text/csv" })
        {
            foreach (var path in new[] { "/events", "/payments/pay_1/events" })
            {
                using var response = await OpenAsync(listener, path, type);
                using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancellation));
                var (lines, grown, before) = (0, 0L, 0L);
                while (await reader.ReadLineAsync(Cancellation) is not null)
                {
                    if (++lines == 5000) before = GC.GetTotalMemory(forceFullCollection: true);
                    if (lines > 5000 && lines % 20_000 == 0)
                        grown = Math.Max(grown, GC.GetTotalMemory(forceFullCollection: true) - before);
                }
                Assert.Equal(type == "text/csv" ? events + 1 : events, lines);
                Assert.InRange(grown, long.MinValue, growthLimitBytes);
            }
        }
    }

    [Theory, EveryStore]
    public async Task Lines_are_JSON_each_with_its_cursor_whatever_the_payload_looks_like(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);
        listener.Store.Store(
            Receipted.Of("evt_1", body: "{\r\n  \"a\": \"b\\nc\",\n  \"d\": [1,\n2]\n}"),
            Receipted.Of("evt_2", body: "a=b\r\nc"), Receipted.Of("evt_3"));
        await listener.Store.SettledAsync();

        using var response = await OpenAsync(listener, "/events?include=payload", "application/x-ndjson");
        Assert.Equal("application/x-ndjson", response.Content.Headers.ContentType?.MediaType);
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.EndsWith("\n", text);
        var rows = text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement).ToList();

        Assert.Equal(["evt_1", "evt_2", "evt_3"], rows.Select(r => r.GetProperty("event_id").GetString()!));
        Assert.Equal("b\nc", rows[0].GetProperty("payload").GetProperty("a").GetString());
        Assert.Equal("a=b\r\nc", rows[1].GetProperty("body").GetString());
        var after = rows[0].GetProperty("cursor").GetString();
        using var rest = await OpenAsync(listener, $"/events?limit=1&after={after}", "application/x-ndjson");
        Assert.Contains("evt_2", await rest.Content.ReadAsStringAsync(Cancellation));
    }

    [Theory, EveryStore]
    public async Task Cells_are_quoted_and_no_formula_runs(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);
        listener.Store.Store(Receipted.Of("=1+1", payment: "+pay,\"1\"", body: "{\"a\":\n1}"));
        listener.Store.Store(Receipted.Of("-2", payment: null));
        listener.Store.Store(Receipted.Of("@x", type: "ü"));
        await listener.Store.SettledAsync();

        using var response = await OpenAsync(listener, "/events?include=payload", "text/csv");
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        var rows = Parse(text);

        Assert.Equal("text/csv; charset=utf-8; header=present", response.Content.Headers.ContentType?.ToString());
        Assert.Equal(4, rows.Count);
        Assert.All(rows, r => Assert.Equal(rows[0].Count, r.Count));
        Assert.Equal(["event_id", "'=1+1", "'-2", "'@x"], Column("event_id"));
        Assert.Equal(["payment_id", "'+pay,\"1\"", "", "pay_1"], Column("payment_id"));
        Assert.Equal("{\"a\":\n1}", Column("body")[1]);
        Assert.Equal("ü", Column("event_type")[3]);
        Assert.Equal("razorpay", Column("provider")[1]);

        List<string> Column(string name) => [.. rows.Select(r => r[rows[0].IndexOf(name)])];
    }

    [Theory]
    [InlineData(null, "application/json")]
    [InlineData("*/*", "application/json")]
    [InlineData("text/html", "application/json")]
    [InlineData("text/csv", "text/csv")]
    [InlineData("application/json;q=0.5, application/x-ndjson", "application/x-ndjson")]
    [InlineData("text/csv;q=0, application/json", "application/json")]
    [InlineData("text/csv;q=0", "application/json")]
    public async Task The_form_is_the_one_that_the_client_likes_best(string? accept, string type)
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store);
        foreach (var path in new[] { "/events", "/payments/pay_1/events" })
        {
            using var response = await OpenAsync(listener, path, accept);
            Assert.Equal(200, (int)response.StatusCode);
            Assert.Equal(type, response.Content.Headers.ContentType?.MediaType);
            Assert.Equal("Accept", Assert.Single(response.Headers.Vary));
        }
    }

    static Task<HttpResponseMessage> OpenAsync(TestListener listener, string path, string? accept)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (accept is not null) request.Headers.TryAddWithoutValidation("Accept", accept);
        return listener.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
    }

    static void Fill(TestStore store, int events)
    {
        var (numbers, at, body) = store.Kind == StoreKind.Sqlite
            ? ($"(with recursive s(n) as (select 1 union all select n + 1 from s where n < {events}) select n from s)",
                "n", "x'7b7d'")
            : ($"generate_series(1, {events}) as n", "to_timestamp(n)", @"'\x7b7d'::bytea");
        store.Scalar("insert into payhook_events (source, identity, event_id, event_type, payment_id, received_at, "
            + "secret_number, headers, body) select 'razorpay', 'evt_' || n, 'evt_' || n, 'payment.captured', "
            + $"'pay_1', {at}, 1, '{{}}', {body} from {numbers}");
    }

    /// <summary>As RFC 4180 says, and nothing more generous.</summary>
    static List<List<string>> Parse(string text)
    {
        var (rows, row, cell, isQuoted) = (new List<List<string>>(), new List<string>(), new StringBuilder(), false);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (isQuoted && c == '"' && i + 1 < text.Length && text[i + 1] == '"') cell.Append(text[++i]);
            else if (c == '"') isQuoted = !isQuoted;
            else if (isQuoted) cell.Append(c);
            else if (c == ',') End(cell, row);
            else if (c == '\r' && text[i + 1] == '\n')
            {
                i++;
                End(cell, row);
                rows.Add(row);
                row = [];
            }
            else cell.Append(c);
        }
        Assert.Empty(row);
        return rows;

        static void End(StringBuilder cell, List<string> row)
        {
            row.Add(cell.ToString());
            cell.Clear();
        }
    }
}
