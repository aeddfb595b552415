using Payhook.Providers;

namespace Payhook.Payments;

/// <summary>PayU India's events: the signed status decides, and what is not signed can only say less.</summary>
static class PayUIndiaPayments
{
    const int Detail = 0, Action = 1, Error = 2, Email = 3;

    static readonly string[] Names = ["unmappedstatus", "action", "error_Message", "email"];
    static readonly JsonPaths Paths = new(Names);

    public static void Map(ReadOnlySpan<byte> body, PaymentEvent read, ICollection<Change> changes)
    {
        var values = new string?[Names.Length];
        if (body.TrimStart(" \t\r\n"u8) is [(byte)'{', ..])
        {
            Span<JsonPlace> places = stackalloc JsonPlace[Paths.Count];
            var json = Paths.Read(body, places);
            for (var i = 0; i < values.Length; i++) values[i] = json.Id(i);
        }
        else if (!FormText.TryFind(body, Names, values)) values.AsSpan().Clear();
        var kind = KindOf(read.EventType, values[Detail], values[Action]);
        if (EventChange.Of(read, kind) is not { } change) return;
        changes.Add(change with
        {
            PaymentAmount = read.AmountMinor,
            Reason = kind == ChangeKind.Failed ? Text(values[Error]) : null,
            Email = Text(values[Email]),
        });
    }

    static ChangeKind KindOf(string status, string? detail, string? action) => status switch
    {
        _ when !string.IsNullOrEmpty(action) => ChangeKind.Noted, // of a refund, in a form that is not signed
        "success" when detail == "auth" => ChangeKind.Authorized,
        "success" => ChangeKind.Captured,
        "pending" => ChangeKind.Pending,
        "failure" => ChangeKind.Failed,
        _ => ChangeKind.Noted,
    };

    static string? Text(string? text) => PaymentEvent.IsId(text) ? text : null;
}
