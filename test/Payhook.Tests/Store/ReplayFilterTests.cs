using Payhook.Store;

namespace Payhook.Tests.Store;

/// <summary>A replay goes on after a restart with the same filter that it was asked for with.</summary>
public sealed class ReplayFilterTests
{
    [Fact]
    public void Is_read_back_as_it_was_written()
    {
        var filter = new FeedFilter
        {
            Types = ["payment.*", "\"é"], SourceNames = ["a", "b"], PaymentId = "pay_1", EventId = "evt_1",
            ReceivedFrom = Support.Owed.Moment, ReceivedTo = Support.Owed.Moment.AddHours(1), HasConflict = true,
        };
        var read = ReplayFilter.Read(ReplayFilter.Write(filter));
        Assert.Equal(filter.Types, read.Types);
        Assert.Equal(filter.SourceNames, read.SourceNames);
        Assert.Equal(filter with { Types = read.Types, SourceNames = read.SourceNames }, read);
        Assert.Equal("{}", ReplayFilter.Write(new()));
        Assert.False(ReplayFilter.Read("{}").IsNarrow);
        Assert.Empty(ReplayFilter.Read(ReplayFilter.Write(new() { SourceNames = [] })).SourceNames!); // none, not any
    }
}
