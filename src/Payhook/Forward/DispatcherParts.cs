using Payhook.Store;

namespace Payhook.Forward;

/// <summary>What all dispatchers of a process share.</summary>
/// <param name="Store">Where deliveries are kept.</param>
/// <param name="Settler">Writes what became of them.</param>
/// <param name="Rush">What may go while events rush in.</param>
/// <param name="Meter">Counts.</param>
/// <param name="States">Tells how their breakers stand.</param>
/// <param name="Sources">Whose events there are.</param>
/// <param name="Time">The clock.</param>
/// <param name="Logger">The log.</param>
sealed record DispatcherParts(
    IDeliveryStore Store, Settler Settler, RushLimit Rush, DeliveryMeter Meter,
    DestinationStates States, Sources Sources, TimeProvider Time, ILogger<Dispatcher> Logger)
{
    public string ProviderOf(string sourceName) => Sources.Find(sourceName)?.Provider.Name ?? "";
}
