using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace Payhook.Tests.Support;

/// <summary>The stores there are; the same tests run against each.</summary>
public enum StoreKind
{
    Sqlite,
    Postgres,
}

/// <summary>Runs a theory once for every store: two stores, one behaviour.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EveryStoreAttribute : DataAttribute
{
    public override bool SupportsDiscoveryEnumeration() => true;

    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(
        MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new(Enum.GetValues<StoreKind>().Select(kind => (ITheoryDataRow)new TheoryDataRow(kind)).ToArray());
}
