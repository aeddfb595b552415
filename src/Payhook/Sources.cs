using Payhook.Providers;

namespace Payhook;

/// <summary>The one place that turns settings into the senders to listen to.</summary>
static class Sources
{
    public static IReadOnlyList<Source> Of(Settings settings) =>
        [new("razorpay", ProviderCatalog.Find("razorpay")!, new Credentials(settings.WebhookSecrets))];
}
