using System.Buffers;
using System.Text;
using Payhook.Mock;
using Payhook.Providers;

namespace Payhook.Seed;

/// <summary>
/// Receipts of payments as five providers tell of them over ninety days, in the order of their receipt: paid, failed
/// and tried again, given back in parts, disputed; some events twice, a few with other bytes. The same count gives the
/// same receipts, but for the end of the time.
/// </summary>
sealed class SeedStream(long count, DateTimeOffset until)
{
    const int Days = 90;
    const double EventsPerLife = 2.2;

    static readonly string[] Happenings =
        ["authorized", "captured", "failed", "partially-refunded", "refunded", "disputed"];

    /// <summary>When each of them happens in the mock events.</summary>
    static readonly DateTimeOffset[] HappenedAt =
    [
        .. new[] { 25, 30, 35, 60, 70, 80 }.Select(s =>
            new DateTimeOffset(2025, 7, 7, 12, 4, 0, TimeSpan.Zero).AddSeconds(s)),
    ];

    const int Authorized = 0, Captured = 1, Failed = 2, PartiallyRefunded = 3, Refunded = 4, Disputed = 5;

    /// <summary>What happens in a life, and the share of lives, in thousandths.</summary>
    static readonly (int Share, int[] Steps)[] Kinds =
    [
        (700, [Authorized, Captured]),
        (80, [Authorized, Failed]),
        (60, [Failed, Authorized, Captured]),
        (70, [Authorized, Captured, PartiallyRefunded]),
        (50, [Authorized, Captured, PartiallyRefunded, Refunded]),
        (15, [Authorized, Captured, Disputed]),
        (5, [Failed, Authorized, Captured, PartiallyRefunded, Refunded, Disputed]),
        (20, [Authorized]),
    ];

    static readonly (int Share, string Name)[] Providers =
        [(300, "razorpay"), (300, "stripe"), (150, "paypal"), (150, "adyen"), (100, "square")];

    public static IReadOnlyList<Source> Sources { get; } =
        [.. Providers.Select(p => new Source(p.Name, ProviderCatalog.Find(p.Name)!, new()))];

    static readonly SeedTemplate[][] Templates =
    [
        .. Providers.Select(p => Happenings.Select((happening, i) =>
            new SeedTemplate(MockPayloads.Find(p.Name, happening)!, HappenedAt[i])).ToArray()),
    ];

    readonly PriorityQueue<(long Life, int Step), DateTimeOffset> _next = new();
    readonly List<PaymentEvent> _read = [];

    /// <summary>The receipts; the buffer of each belongs to whoever takes it.</summary>
    public IEnumerable<Receipt> Receipts()
    {
        var start = until.AddDays(-Days);
        var lives = Math.Max(1, (long)(count / EventsPerLife));
        var between = TimeSpan.FromDays(Days) / lives;
        long life = 0;
        for (long made = 0; made < count;)
        {
            var bornAt = start + between * Math.Min(life, lives);
            if (!_next.TryPeek(out _, out var at) || (life < lives && bornAt <= at))
            {
                _next.Enqueue((life++, 0), bornAt);
                continue;
            }
            _next.TryDequeue(out var due, out at);
            var steps = StepsOf(due.Life);
            if (due.Step + 1 < steps.Length)
            {
                var nextAt = at + DelayOf(due.Life, steps[due.Step + 1]);
                if (nextAt <= until) _next.Enqueue((due.Life, due.Step + 1), nextAt);
            }
            made++;
            yield return Make(due.Life, steps[due.Step], at, isOther: false);
            var fate = Choose(due.Life, 10 + due.Step, 10_000);
            if (fate < 50) yield return Make(due.Life, steps[due.Step], at.AddSeconds(1), isOther: false);
            else if (fate < 55) yield return Make(due.Life, steps[due.Step], at.AddSeconds(1), isOther: true);
        }
    }

    Receipt Make(long life, int happening, DateTimeOffset at, bool isOther)
    {
        var provider = Pick(Providers.Select(p => p.Share), Choose(life, 1, 1000));
        var source = Sources[provider];
        Span<byte> end = stackalloc byte[10];
        WriteEnd(life, end);
        var bytes = new PooledBytes(2048);
        // Of a payment that is told again with other bytes the buyer has changed.
        Templates[provider][happening].Write(bytes, end, 5L * (20 + Choose(life, 2, 20_000)), at,
            Choose(life, 3, 1_000_000) + (isOther ? 1_000_000 : 0));
        if (isOther) bytes.Write(" "u8);
        var headers = new DictionaryHeaders(HeadersOf(source, Encoding.ASCII.GetString(end), happening));
        _read.Clear();
        if (source.Provider.Read(new(headers, bytes.Span), _read) != Reading.Read)
            throw new InvalidOperationException($"A mock event of {source.Name} cannot be read");
        return Payhook.Receipts.Of(source, headers, _read, 1, at, bytes);
    }

    static IEnumerable<KeyValuePair<string, string>> HeadersOf(Source source, string end, int happening)
    {
        yield return new("Content-Type", "application/json");
        yield return new("User-Agent", $"{source.Provider.DisplayName}-Webhook/1.0");
        if (source.Name == "razorpay") yield return new("X-Razorpay-Event-Id", $"evt_{happening}{end}");
        if (source.Provider.SignatureHeaders is [var signature, ..])
            yield return new(signature, string.Concat(Enumerable.Repeat(end, 6))[..60]);
    }

    static int[] StepsOf(long life) => Kinds[Pick(Kinds.Select(k => k.Share), Choose(life, 0, 1000))].Steps;

    static TimeSpan DelayOf(long life, int happening) => happening switch
    {
        PartiallyRefunded or Refunded => TimeSpan.FromSeconds(3600 + Choose(life, 4 + happening, 1_000_000)),
        Disputed => TimeSpan.FromSeconds(400_000 + Choose(life, 4 + happening, 2_000_000)),
        _ => TimeSpan.FromSeconds(1 + Choose(life, 4 + happening, 60)),
    };

    static int Pick(IEnumerable<int> shares, long chosen)
    {
        var index = 0;
        foreach (var share in shares)
        {
            if ((chosen -= share) < 0) break;
            index++;
        }
        return index;
    }

    /// <summary>A number below a limit that the life and the question decide.</summary>
    static long Choose(long life, int question, long limit)
    {
        var mixed = (ulong)life * 0x9E37_79B9_7F4A_7C15 + (ulong)question * 0xD1B5_4A32_D192_ED03;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58_476D_1CE4_E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D0_49BB_1331_11EB;
        return (long)((mixed ^ (mixed >> 31)) % (ulong)limit);
    }

    /// <summary>Ids of one moment begin alike, as those of most providers do.</summary>
    static void WriteEnd(long life, Span<byte> end)
    {
        for (var i = end.Length - 1; i >= 0; i--, life /= 36)
            end[i] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"u8[(int)(life % 36)];
    }
}
