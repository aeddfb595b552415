// A merchant's application for benchmarks: takes deliveries, and tells how many came, how often and in what order.
// Each path below /d/ is one of many applications, whose arrivals are told apart.
//
//   receiver PORT [FAIL_SHARE]      POST anything; GET /told; GET /arrivals; POST /mode?fail=0.1&hang=true&hang_at=/d/0
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(int.Parse(args[0], CultureInfo.InvariantCulture)));
var app = builder.Build();

var arrivals = new ConcurrentDictionary<string, (long Ticks, int Count)>();
var lastOfPayment = new ConcurrentDictionary<string, long>();
long received = 0, failed = 0, duplicates = 0, inversions = 0, first = 0, last = 0;
var failShare = args.Length > 1 ? double.Parse(args[1], CultureInfo.InvariantCulture) : 0;
var isHanging = false;
var hangingPath = "";

app.MapPost("/mode", (double? fail, bool? hang, string? hang_at) =>
{
    failShare = fail ?? failShare;
    isHanging = hang ?? isHanging;
    hangingPath = hang_at ?? hangingPath;
});
app.MapGet("/told", () => Results.Text(JsonSerializer.Serialize(new Dictionary<string, double>
{
    ["received"] = received, ["failed"] = failed, ["distinct"] = arrivals.Count, ["duplicates"] = duplicates,
    ["inversions"] = inversions, ["seconds"] = Stopwatch.GetElapsedTime(first, last).TotalSeconds,
})));
app.MapGet("/arrivals", () => Results.Text(string.Join('\n', arrivals.Select(
    a => string.Create(CultureInfo.InvariantCulture, $"{a.Key} {a.Value.Ticks}")))));
app.MapPost("/{**path}", async context =>
{
    var now = Stopwatch.GetTimestamp();
    var path = context.Request.Path.Value!;
    if (isHanging || path == hangingPath)
    {
        await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(static _ => { });
        return;
    }
    var length = 0;
    var buffer = new byte[64 * 1024];
    while (await context.Request.Body.ReadAsync(buffer.AsMemory(length)) is var read and > 0) length += read;
    if (failShare > 0 && Random.Shared.NextDouble() < failShare)
    {
        Interlocked.Increment(ref failed);
        context.Response.StatusCode = 503;
        return;
    }
    Interlocked.CompareExchange(ref first, now, 0);
    Interlocked.Exchange(ref last, now);
    Interlocked.Increment(ref received);
    var id = context.Request.Headers["payhook-event-id"].ToString();
    if (path.StartsWith("/d/", StringComparison.Ordinal)) id += path;
    // The clock of arrivals is that of all processes of the machine.
    arrivals.AddOrUpdate(id, _ => (now, 1), (_, known) =>
    {
        Interlocked.Increment(ref duplicates);
        return (known.Ticks, known.Count + 1);
    });
    // evt_NUMBER_PAYMENT, and msg_SEQUENCE: sequences of one payment must rise, but for what comes again.
    var parts = id.Split('_');
    var message = context.Request.Headers["webhook-id"].ToString();
    if (parts.Length == 3 && message.Length > 4 && arrivals[id].Count == 1
        && long.TryParse(message.AsSpan(4), CultureInfo.InvariantCulture, out var number))
    {
        if (lastOfPayment.TryGetValue(parts[2], out var before) && before > number)
            Interlocked.Increment(ref inversions);
        else lastOfPayment[parts[2]] = number;
    }
    context.Response.StatusCode = 204;
});
app.Run();
