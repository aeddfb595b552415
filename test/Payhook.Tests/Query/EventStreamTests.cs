using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Payhook.Tests.Support;

namespace Payhook.Tests.Query;

/// <summary>Events as they come, to clients that stay, break off or do not read.</summary>
public sealed class EventStreamTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EveryStore]
    public async Task Tells_each_event_with_its_type_its_place_and_its_JSON(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);
        await listener.PostAsync(Bodies.Mocked("evt_before"));
        await listener.Store.SettledAsync();
        using var source = await EventSource.OpenAsync(listener, "/events/stream?include=payload&type=payment.*");

        await listener.PostAsync(Bodies.Mocked("evt_other", type: "order.paid"));
        await listener.PostAsync(Bodies.Mocked("evt_1").Replace(",", ",\r\n"));
        var (type, data) = (await source.ReadAsync())!.Value;

        Assert.Equal("text/event-stream", source.ContentType?.MediaType);
        Assert.Equal("payment.captured", type);
        var json = JsonDocument.Parse(data).RootElement;
        Assert.Equal("evt_1", json.GetProperty("event_id").GetString());
        Assert.Equal(source.LastId, json.GetProperty("cursor").GetString());
        Assert.Equal(Bodies.Mocked("evt_1").Replace(",", ",\r\n"), json.GetProperty("body").GetString());
        Assert.Equal("event", json.GetProperty("payload").GetProperty("entity").GetString());
    }

    [Theory, EveryStore]
    public async Task A_client_that_comes_back_misses_nothing_and_sees_nothing_twice(StoreKind kind)
    {
        using var store = new TestStore(kind);
        await using var listener = await TestListener.StartAsync(store);
        var seen = new List<string>();
        string? last;
        using (var nothing = await EventSource.OpenAsync(listener, "/events/stream")) last = nothing.LastId;

        var sending = Task.WhenAll(Enumerable.Range(0, 40).Select(i => listener.PostAsync(Bodies.Mocked($"evt_{i}"))));
        while (seen.Count < 40)
        {
            using var source = await EventSource.OpenAsync(listener, "/events/stream", last);
            for (var i = 0; i < 11 && seen.Count < 40; i++)
            {
                var data = (await source.ReadAsync())!.Value.Data;
                seen.Add(JsonDocument.Parse(data).RootElement.GetProperty("event_id").GetString()!);
            }
            last = source.LastId;
        }
        await sending;

        Assert.Equal(Enumerable.Range(0, 40).Select(i => $"evt_{i}").Order(), seen.Order());
    }

    /// <summary>Its time is searched for among events that are seen, and one before them is still to appear.</summary>
    [Fact]
    public async Task The_place_where_a_time_begins_is_not_beyond_what_is_still_to_commit()
    {
        using var store = new TestStore(StoreKind.Postgres);
        await using var listener = await TestListener.StartAsync(store);
        using var slow = store.Connect();
        Execute(slow, "begin; insert into payhook_events (source, identity, event_id, event_type, received_at, "
            + "secret_number, headers, body) values ('razorpay', 'evt_slow', 'evt_slow', 'x.y', now(), 1, '{}', '')");
        await listener.PostAsync(Bodies.Mocked("evt_fast"));
        string? last;
        using (var nothing = await EventSource.OpenAsync(
            listener, "/events/stream?after=start&received_from=2020-01-01T00:00:00Z")) last = nothing.LastId;
        Execute(slow, "commit");

        using var source = await EventSource.OpenAsync(listener, "/events/stream", last);
        foreach (var id in new[] { "evt_slow", "evt_fast" })
            Assert.Contains(id, (await source.ReadAsync())!.Value.Data);

        static void Execute(System.Data.Common.DbConnection connection, string sql)
        {
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            command.ExecuteNonQuery();
        }
    }

    [Fact]
    public async Task From_the_start_on_it_is_everything()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store);
        listener.Store.Store([.. Enumerable.Range(0, 700).Select(i => Receipted.Of($"evt_{i}"))]);
        using var source = await EventSource.OpenAsync(listener, "/events/stream?after=start");
        for (var i = 0; i < 700; i++) Assert.Contains($"\"evt_{i}\"", (await source.ReadAsync())!.Value.Data);
    }

    [Fact]
    public async Task A_quiet_stream_shows_that_it_lives_and_how_far_it_is()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(
            store, new HurriedTime(30), ("COMMIT_DEADLINE_SECONDS", "60"));
        using var source = await EventSource.OpenAsync(listener, "/events/stream?type=none");
        var start = source.LastId;
        await listener.PostAsync(Bodies.Mocked("evt_1"));

        for (var i = 0; source.LastId == start; i++)
        {
            Assert.True(i < 10, "No place was told");
            Assert.Equal(("", ""), await source.ReadBlockAsync());
        }
        Assert.Contains("heartbeat", source.Comments);
    }

    [Fact]
    public async Task A_client_that_does_not_read_is_let_go_and_others_are_not()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(
            store, new HurriedTime(20), ("COMMIT_DEADLINE_SECONDS", "60"));
        var body = $"\"{new string('x', 200_000)}\"";
        for (var i = 0; i < 100; i++) listener.Store.Store(Receipted.Of($"evt_{i}", body: body));
        using var reading = await EventSource.OpenAsync(listener, "/events/stream");

        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            ReceiveBufferSize = 8192,
        };
        await socket.ConnectAsync("127.0.0.1", listener.Client.BaseAddress!.Port, Cancellation);
        const string request = "GET /events/stream?after=start&include=payload HTTP/1.1\r\nHost: localhost\r\n\r\n";
        await socket.SendAsync(Encoding.ASCII.GetBytes(request), Cancellation);
        await Task.Delay(TimeSpan.FromSeconds(4), Cancellation); // 80 seconds by the listener's clock

        var received = await DrainAsync(socket);
        Assert.True(received < 100 * 200_000, $"{received} bytes came"); // cut off in the middle
        await listener.PostAsync(Bodies.Mocked("evt_new"));
        Assert.Contains("evt_new", (await reading.ReadAsync())!.Value.Data);
        Assert.Contains("read nothing for 30 seconds", await listener.StopAsync());
    }

    [Fact]
    public async Task A_stop_ends_every_stream_at_once_and_says_so()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store);
        using var source = await EventSource.OpenAsync(listener, "/events/stream");

        var stopping = listener.StopAsync();
        var last = await source.ReadAsync();

        Assert.Equal(("payhook.dropped", """{"reason":"stopping"}"""), last);
        Assert.Null(await source.ReadAsync());
        Assert.DoesNotContain("A bug", await stopping.WaitAsync(TimeSpan.FromSeconds(5), Cancellation));
    }

    [Fact]
    public async Task More_clients_than_allowed_are_a_503_until_one_has_gone()
    {
        using var store = new TestStore(StoreKind.Sqlite);
        await using var listener = await TestListener.StartAsync(store, ("STREAM_CLIENTS_LIMIT", "1"));
        using (await EventSource.OpenAsync(listener, "/events/stream"))
        {
            Contract.ReceiveContractTests.AssertProblem(
                await listener.GetAsync("/events/stream"), 503, "Too many clients are following");
        }
        for (var i = 0; (await listener.GetAsync("/events?wait=1")).Status == 503; i++)
        {
            Assert.True(i < 100, "The place was not given back");
            await Task.Delay(100, Cancellation);
        }
        Assert.DoesNotContain("A bug", await listener.StopAsync());
    }

    static async Task<long> DrainAsync(Socket socket)
    {
        long received = 0;
        var buffer = new byte[64 * 1024];
        try
        {
            while (await socket.ReceiveAsync(buffer, Cancellation) is > 0 and var count) received += count;
        }
        catch (SocketException)
        {
            // cut off is what it should be
        }
        return received;
    }
}
