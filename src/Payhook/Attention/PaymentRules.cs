using Payhook.Payments;

namespace Payhook.Attention;

/// <summary>Which rules a payment breaches, as bits that its row is found by.</summary>
static class PaymentRules
{
    /// <summary>The bits of the rules that these facts breach.</summary>
    public static long Of(PaymentFacts facts, in PaymentState state) => 0;
}
