using System.Text.Json;

namespace Payhook.Tests.Support;

/// <summary>Bodies that change payments.</summary>
static class PaymentBodies
{
    static int s_number;

    /// <summary>An event of Razorpay about a payment of 10 rupees.</summary>
    public static string Razorpay(
        string type, string payment, int minute = 0, string? eventId = null, string more = "", long refunded = 0,
        long amount = 1000, string currency = "INR", string orderId = "order_1") => $$$"""
        {"id":"{{{eventId ?? $"evt_{Interlocked.Increment(ref s_number)}"}}}","entity":"event","account_id":"acc_1",
        "event":"{{{type}}}","payload":{"payment":{"entity":{"id":{{{JsonSerializer.Serialize(payment)}}},
        "amount":{{{amount}}},"currency":"{{{currency}}}","email":"A@example.com","order_id":"{{{orderId}}}",
        "amount_refunded":{{{refunded}}}}}{{{more}}}},"created_at":{{{1700000000 + 60 * minute}}}}
        """;

    public static string Refund(string payment, long amount) => $$$"""
        ,"refund":{"entity":{"id":"rfnd_1","amount":{{{amount}}},"currency":"INR","payment_id":"{{{payment}}}",
        "status":"processed"}}
        """;
}
