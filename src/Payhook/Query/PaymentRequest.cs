using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Payhook.Payments;
using Payhook.Providers;
using Payhook.Store;

namespace Payhook.Query;

/// <summary>Reads which payments are asked for: a list and an export take the same filters.</summary>
static class PaymentRequest
{
    const int PageDefaultPayments = 50;
    const string NewestFirst = "-last_event_at", OldestFirst = "last_event_at";

    static readonly Dictionary<string, PaymentStatus> Statuses =
        Enum.GetValues<PaymentStatus>().ToDictionary(PaymentJson.Word, StringComparer.Ordinal);

    static readonly Dictionary<string, PaymentMode> Modes =
        Enum.GetValues<PaymentMode>().ToDictionary(PaymentJson.Word, StringComparer.Ordinal);

    /// <summary>Reads the parameters of a list.</summary>
    /// <param name="query">The query.</param>
    /// <param name="limitPayments">The largest limit.</param>
    /// <param name="maySeePersonal">
    /// Without it nothing is compared with personal data: an answer that finds a payment confirms the address.
    /// </param>
    /// <returns>The page, and how many are wanted in all where the request says it; or what is wrong.</returns>
    public static (PaymentPage? Page, long? Limit, Problem? Fault) Read(
        IQueryCollection query, long limitPayments, bool maySeePersonal)
    {
        var read = new QueryReader(query);
        read.AllowOnly("status", "provider", "source", "currency", "amount_min", "amount_max", "last_event_from",
            "last_event_to", "mode", "text", "sort", "after", "limit");
        var limit = read.Number("limit", 1, limitPayments);
        var page = new PaymentPage
        {
            Limit = (int)Math.Min(limit ?? PageDefaultPayments, PaymentPage.LimitPayments),
            IsOldestFirst = IsOldestFirst(read),
            After = After(read),
            Statuses = ReadStatuses(read),
            Provider = Provider(read),
            Source = read.Text("source"),
            Currency = Currency(read),
            AmountMinimum = read.Number("amount_min", 0, PaymentFacts.AmountLimitMinor),
            AmountMaximum = read.Number("amount_max", 0, PaymentFacts.AmountLimitMinor),
            From = read.Moment("last_event_from"),
            Until = read.Moment("last_event_to"),
            Mode = Mode(read),
            Text = Text(read),
            MayMatchEmail = maySeePersonal,
        };
        if (page is { Currency: null, AmountMinimum: not null } or { Currency: null, AmountMaximum: not null })
            read.Refuse("currency", "must be given with an amount: those of two currencies cannot be compared");
        if (read.Fault is { } fault) return (null, null, fault);
        return page.Text is { } text && !maySeePersonal && PiiMask.IsPersonal(text)
            ? (null, null, Problem.ForbiddenWithout(Scopes.Pii))
            : (page, limit, null);
    }

    /// <summary>Where the next page begins.</summary>
    public static string Cursor((DateTimeOffset LastEventAt, long Number) place)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{place.LastEventAt.UtcTicks}.{place.Number}");
        return Base64Url.EncodeToString(Encoding.ASCII.GetBytes(text));
    }

    /// <summary>Only what an index has in this order: ten million payments are not sorted for one page.</summary>
    static bool IsOldestFirst(QueryReader read)
    {
        var sort = read.Text("sort") ?? NewestFirst;
        if (sort is not (NewestFirst or OldestFirst))
            read.Refuse("sort", $"can only be {NewestFirst} or {OldestFirst}");
        return sort == OldestFirst;
    }

    static List<PaymentStatus> ReadStatuses(QueryReader read)
    {
        const int limitChars = 32;
        var statuses = new List<PaymentStatus>();
        foreach (var word in read.List("status", Statuses.Count, limitChars))
        {
            if (!Statuses.TryGetValue(word, out var status))
                read.Refuse("status", $"can only be {string.Join(", ", Statuses.Keys)}");
            else if (!statuses.Contains(status)) statuses.Add(status);
        }
        return statuses;
    }

    static string? Provider(QueryReader read)
    {
        var name = read.Text("provider");
        if (name is not null && ProviderCatalog.Find(name) is null)
            read.Refuse("provider", "must be the name of a provider, such as stripe");
        return name;
    }

    static string? Currency(QueryReader read)
    {
        var code = read.Text("currency");
        if (code is not null && (code.Length is < 3 or > 5 || !code.All(char.IsAsciiLetter)))
            read.Refuse("currency", "must be a currency's code, such as EUR");
        return code?.ToUpperInvariant();
    }

    static PaymentMode? Mode(QueryReader read)
    {
        if (read.Text("mode") is not { } word) return null;
        if (Modes.TryGetValue(word, out var mode)) return mode;
        read.Refuse("mode", $"can only be {string.Join(", ", Modes.Keys)}");
        return null;
    }

    static string? Text(QueryReader read)
    {
        var text = read.Text("text")?.Trim();
        if (text is null || PaymentEvent.IsId(text)) return text;
        read.Refuse("text", $"must be 1 to {PaymentEvent.IdLimitChars} characters and no control characters");
        return null;
    }

    static (DateTimeOffset, long)? After(QueryReader read)
    {
        if (read.Text("after") is not { } text) return null;
        if (Position(text) is { } position) return position;
        read.Refuse("after", "must be a cursor of this listener");
        return null;
    }

    static (DateTimeOffset, long)? Position(string text)
    {
        const int limitChars = 64;
        Span<byte> bytes = stackalloc byte[limitChars];
        if (text.Length > limitChars || !Base64Url.IsValid(text)) return null;
        var parts = Encoding.ASCII.GetString(bytes[..Base64Url.DecodeFromChars(text, bytes)]).Split('.');
        return parts.Length == 2 && Digits(parts[0]) is { } ticks && Digits(parts[1]) is { } number
            && ticks <= DateTimeOffset.MaxValue.UtcTicks
            ? (new DateTimeOffset(ticks, TimeSpan.Zero), number)
            : null;
    }

    static long? Digits(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
