using System.Globalization;
using System.Net;

namespace Payhook;

/// <summary>
/// Which destinations may lie on a private network, and be spoken to without TLS: those that the operator named.
/// Whoever may add a destination can otherwise make the listener knock at doors that only it can reach.
/// </summary>
sealed class PrivateDestinations
{
    public const int Limit = 100;
    public const string Example = "ALLOW_PRIVATE_DESTINATIONS=orders.internal,10.1.0.0/16,localhost:3000";

    readonly IReadOnlyList<Entry> _entries;

    PrivateDestinations(IReadOnlyList<Entry> entries) => _entries = entries;

    public static PrivateDestinations None { get; } = new([]);

    /// <summary>Reads names, addresses and networks between commas, each with a port behind it or for all ports.</summary>
    public static (PrivateDestinations? Allowed, string? Fault) Parse(string text)
    {
        var parts = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length > Limit) return (null, $"names more than {Limit} destinations");
        var entries = new List<Entry>();
        foreach (var part in parts)
        {
            if (EntryOf(part) is not { } entry)
                return (null, $"names {Given.Shown(part)}, which is no host name, address or network");
            entries.Add(entry);
        }
        return (new(entries), null);
    }

    /// <param name="host">The name or address as the destination has it.</param>
    /// <param name="port">The port.</param>
    /// <param name="address">Where the name leads.</param>
    public bool Allow(string host, int port, IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        foreach (var entry in _entries)
        {
            if (!entry.HasPort(port)) continue;
            if (entry.Network is { } network ? network.Contains(address) : entry.IsNamed(host)) return true;
        }
        return false;
    }

    /// <summary>False where nothing is allowed, wherever a name may lead.</summary>
    public bool MayAllow(string host, int port)
    {
        foreach (var entry in _entries)
        {
            if (entry.HasPort(port) && (entry.Network is not null || entry.IsNamed(host))) return true;
        }
        return false;
    }

    static Entry? EntryOf(string text)
    {
        if (text.Contains('/', StringComparison.Ordinal))
            return IPNetwork.TryParse(text, out var network) ? new(null, network, null) : null;
        if (AddressOf(text) is { } whole) return whole;
        var colon = text.LastIndexOf(':');
        if (colon < 0) return NameOf(text, null);
        if (!ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port == 0) return null;
        var host = text[..colon];
        return AddressOf(host) is { } address ? address with { Port = port } : NameOf(host, port);
    }

    /// <summary>Only the usual spelling: <c>1</c> would be one too, and is rather a slip.</summary>
    static Entry? AddressOf(string text)
    {
        var isBracketed = text is ['[', .., ']'];
        if (!IPAddress.TryParse(isBracketed ? text[1..^1] : text, out var address)) return null;
        var isV6 = text.Contains(':', StringComparison.Ordinal);
        if (isBracketed != isV6 && isBracketed) return null;
        if (!isV6 && address.ToString() != text) return null;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return new(null, new(address, address.GetAddressBytes().Length * 8), null);
    }

    static Entry? NameOf(string text, int? port) =>
        Uri.CheckHostName(text) == UriHostNameType.Dns && !text.All(c => char.IsAsciiDigit(c) || c == '.')
            ? new(text.TrimEnd('.'), null, port)
            : null;

    /// <summary>A name, wherever it leads, or a network, whatever leads there.</summary>
    sealed record Entry(string? Name, IPNetwork? Network, int? Port)
    {
        public bool HasPort(int port) => Port is null || Port == port;

        public bool IsNamed(string host) =>
            Name is not null && host.AsSpan().TrimEnd('.').Equals(Name, StringComparison.OrdinalIgnoreCase);
    }
}
