using System.Net;
using System.Net.Sockets;

namespace Payhook;

/// <summary>
/// Tells addresses of the internet from those of this machine and its neighbours, so that no text from outside makes
/// the program knock at a door that only it can reach.
/// </summary>
static class PublicAddress
{
    static readonly IPNetwork[] Others =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
            "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
            "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            // Of IPv6 the public part is 2000::/3; within it, what leads back to an address of IPv4 or to nobody.
            "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
        }.Select(text => IPNetwork.Parse(text)),
    ];

    static readonly IPNetwork PublicIPv6 = IPNetwork.Parse("2000::/3");

    public static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (address.AddressFamily == AddressFamily.InterNetworkV6 && !PublicIPv6.Contains(address)) return false;
        foreach (var network in Others)
        {
            if (network.Contains(address)) return false;
        }
        return true;
    }
}
