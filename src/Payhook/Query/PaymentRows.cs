using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Payhook.Payments;

namespace Payhook.Query;

/// <summary>Payments as the rows of an export.</summary>
static class PaymentRows
{
    static readonly string[] Columns =
    [
        "payment_id", "provider", "source", "account", "status", "mode", "currency", "currency_exponent", "amount",
        "authorized", "captured", "refunded", "refund_pending", "disputed_open", "dispute_lost", "order_id",
        "merchant_reference", "email", "first_event_at", "last_event_at", "event_count",
    ];

    public static ExportRows<PaymentRow> To(HttpContext context, ExportFormat format, PiiMask? mask)
    {
        if (format == ExportFormat.Csv)
        {
            return new(context, format, output => CsvText.WriteLine(output, Columns),
                (output, row) => CsvText.WriteLine(output, Cells(row, mask)));
        }
        return new(context, format, _ => 0, (output, row) => WriteLine(output, row, mask));
    }

    static int WriteLine(IBufferWriter<byte> output, PaymentRow row, PiiMask? mask)
    {
        using var json = new Utf8JsonWriter(output, new() { Encoder = JsonText.Encoder });
        PaymentJson.Write(json, row, mask);
        json.Flush();
        output.Write("\n"u8);
        return (int)json.BytesCommitted + 1;
    }

    static string?[] Cells(PaymentRow row, PiiMask? mask)
    {
        var facts = row.Facts;
        var state = PaymentState.Of(facts);
        return
        [
            facts.Id,
            row.Provider,
            row.Source,
            row.Account.Length > 0 ? row.Account : null,
            PaymentJson.Word(state.Status),
            PaymentJson.Word(PaymentModes.Of(facts)),
            facts.Currency,
            facts.Currency is { } currency ? Number(CurrencyExponent.Of(row.Provider, currency)) : null,
            state.Amount is { } amount ? Number(amount) : null,
            Number(state.Authorized),
            Number(state.Captured),
            Number(state.Refunded),
            Number(state.RefundPending),
            Number(state.DisputedOpen),
            Number(state.DisputeLost),
            PaymentJson.Masked(facts.OrderId.Value, mask),
            PaymentJson.Masked(facts.MerchantReference.Value, mask),
            PaymentJson.Email(facts, mask),
            JsonText.Moment(row.FirstEventAt),
            JsonText.Moment(row.LastEventAt),
            Number(row.EventCount),
        ];
    }

    static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
