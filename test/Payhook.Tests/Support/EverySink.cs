using System.Reflection;
using Payhook.Forward;
using Xunit.Sdk;
using Xunit.v3;

namespace Payhook.Tests.Support;

/// <summary>The sinks there are; the same tests run against each.</summary>
public enum SinkName
{
    Http,
}

/// <summary>Runs a theory once for every sink: whatever its protocol, one behaviour.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EverySinkAttribute : DataAttribute
{
    public override bool SupportsDiscoveryEnumeration() => true;

    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(
        MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new(Enum.GetValues<SinkName>().Select(name => (ITheoryDataRow)new TheoryDataRow(name)).ToArray());
}

/// <summary>How the other side behaves.</summary>
enum PeerMood
{
    /// <summary>It takes every message and says so.</summary>
    Takes,

    /// <summary>Nobody listens at its address.</summary>
    IsAway,

    /// <summary>It takes what is sent and never says anything.</summary>
    IsSilent,

    /// <summary>It takes what is sent and ends the connection without a word.</summary>
    Dies,
}

/// <summary>The other side of a sink, on a real socket.</summary>
interface ITestPeer : IAsyncDisposable
{
    /// <summary>May be changed at any time, but for <see cref="PeerMood.IsAway"/>.</summary>
    PeerMood Mood { get; set; }

    /// <summary>The bodies of the messages that it got, in the order in which they came.</summary>
    IReadOnlyList<byte[]> Bodies { get; }

    /// <summary>A sink that sends to it.</summary>
    ISink Open(BodyForm form, TimeSpan timeout);
}

/// <summary>Starts the other side of each sink.</summary>
static class TestPeers
{
    public static async Task<ITestPeer> StartAsync(SinkName sink, PeerMood mood)
    {
        await Task.CompletedTask;
        return sink switch
        {
            SinkName.Http => new HttpMoodPeer(mood),
            _ => throw new ArgumentOutOfRangeException(nameof(sink)),
        };
    }
}
