using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Payhook.Outside;

/// <summary>Where the providers' interfaces are, so that tests can put a server of their own there.</summary>
sealed record OutsideAddresses
{
    public Uri PayPal { get; init; } = new("https://api-m.paypal.com");
    public Uri PayPalSandbox { get; init; } = new("https://api-m.sandbox.paypal.com");
    public Uri Plaid { get; init; } = new("https://production.plaid.com");
    public Uri PlaidSandbox { get; init; } = new("https://sandbox.plaid.com");
    public Uri Mollie { get; init; } = new("https://api.mollie.com");

    /// <summary>
    /// Where a host is reached instead of where its name leads; where it says nothing, only public addresses are.
    /// </summary>
    public Func<DnsEndPoint, EndPoint?> ConnectTo { get; init; } = _ => null;

    /// <summary>The only roots that servers may have; <see langword="null"/>: the operating system's.</summary>
    public X509Certificate2Collection? ServerRoots { get; init; }
}

/// <summary>
/// What unverified requests may cost at most, however many there are: they decide what is asked for, so they must not
/// decide how much.
/// </summary>
sealed record OutsideLimits
{
    /// <summary>Downloads of keys that run at the same time. A further one is refused, not queued.</summary>
    public int DownloadsAtOnce { get; init; } = 4;

    public int DownloadsPerMinute { get; init; } = 30;

    /// <summary>The same for questions about single requests, which no cache answers.</summary>
    public int CallsAtOnce { get; init; } = 16;

    public int CallsPerMinute { get; init; } = 600;

    public int AnswerLimitBytes { get; init; } = 64 * 1024;

    /// <summary>For one call, from its name's look-up to its last byte.</summary>
    public TimeSpan CallDeadline { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The most keys that are kept of one kind.</summary>
    public int KeptLimit { get; init; } = 64;

    /// <summary>The most failures that are remembered of one kind, and for how long.</summary>
    public int MissesLimit { get; init; } = 64;

    public TimeSpan MissKeptFor { get; init; } = TimeSpan.FromSeconds(30);
}
