namespace Payhook.Tests.Support;

/// <summary>Razorpay-shaped bodies.</summary>
public static class Bodies
{
    /// <summary>A mocked event, with its id in the signed body.</summary>
    public static string Mocked(
        string eventId, string paymentId = "pay_1", string type = "payment.captured", int amount = 5000) =>
        $$$$"""{"entity":"event","event":"{{{{type}}}}","payload":"""
        + $$$$"""{"payment":{"entity":{"id":"{{{{paymentId}}}}","amount":{{{{amount}}}}}}},"id":"{{{{eventId}}}}"}""";

    /// <summary>An event as Razorpay really sends it: its id stands in a header alone.</summary>
    public static string Real(string paymentId = "pay_1", string type = "payment.captured", int amount = 5000) =>
        $$$$"""{"entity":"event","event":"{{{{type}}}}","payload":"""
        + $$$$"""{"payment":{"entity":{"id":"{{{{paymentId}}}}","amount":{{{{amount}}}}}}},"created_at":1751889865}""";
}
