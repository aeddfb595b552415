using System.Net;
using System.Net.Sockets;

namespace Payhook.Access;

/// <summary>
/// How often somebody may try to sign in. After five failures each next one makes its address wait longer, after ten
/// for a quarter of an hour; passwords are refused to all after a hundred, since whoever guesses may have many
/// addresses. A try counts as a failure until it succeeds, so that many at once gain nothing.
/// </summary>
sealed class SignInThrottle(TimeProvider time)
{
    public const int FreeTries = 5, TriesOfAddress = 10, TriesOfAll = 100;
    const int AddressesLimit = 10_000;

    public static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    readonly Lock _gate = new();
    readonly Dictionary<IPAddress, Tries> _addresses = [];
    Tries _all;

    /// <summary>How many addresses are remembered.</summary>
    public int AddressCount
    {
        get
        {
            lock (_gate) return _addresses.Count;
        }
    }

    /// <summary>Failures in a row, and when the next try may be made.</summary>
    readonly record struct Tries(int Count, DateTimeOffset LastAt, DateTimeOffset BlockedUntil);

    /// <summary>Begins a try.</summary>
    /// <param name="address">Of the client.</param>
    /// <param name="isPassword">Whether a password is tried, which can be guessed; keys and links cannot.</param>
    /// <returns>How long to wait where it may not be made now; zero where it may.</returns>
    public TimeSpan Begin(IPAddress? address, bool isPassword)
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            var place = Place(address);
            var tries = Current(_addresses.GetValueOrDefault(place), now);
            if (_all.LastAt + Window <= now) _all = default;
            var until = isPassword && _all.Count >= TriesOfAll ? _all.LastAt + Window : now;
            if (tries.BlockedUntil > until) until = tries.BlockedUntil;
            if (until > now) return until - now;

            if (_addresses.Count >= AddressesLimit && !_addresses.ContainsKey(place)) Forget(now);
            var count = tries.Count + 1;
            _addresses[place] = new(count, now, now + Delay(count));
            // The window of all begins with the first failure, so that a slow guesser does not keep it open for ever.
            if (isPassword) _all = _all with { Count = _all.Count + 1, LastAt = _all.Count == 0 ? now : _all.LastAt };
            return TimeSpan.Zero;
        }
    }

    /// <summary>The try that was begun was right: nothing is held against its address.</summary>
    public void Succeed(IPAddress? address, bool isPassword)
    {
        lock (_gate)
        {
            _addresses.Remove(Place(address));
            if (isPassword && _all.Count > 0) _all = _all with { Count = _all.Count - 1 };
        }
    }

    static TimeSpan Delay(int count) =>
        count < FreeTries ? TimeSpan.Zero
        : count >= TriesOfAddress ? Window
        : TimeSpan.FromSeconds(1 << (count - FreeTries));

    static Tries Current(Tries tries, DateTimeOffset now) => tries.LastAt + Window <= now ? default : tries;

    /// <summary>One household of IPv6 has more addresses than can be counted, and one prefix.</summary>
    static IPAddress Place(IPAddress? address)
    {
        if (address is null) return IPAddress.None;
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new(bytes);
    }

    void Forget(DateTimeOffset now)
    {
        foreach (var (address, tries) in _addresses)
        {
            if (tries.LastAt + Window <= now) _addresses.Remove(address);
        }
        if (_addresses.Count >= AddressesLimit) _addresses.Remove(_addresses.MinBy(a => a.Value.LastAt).Key);
    }
}
