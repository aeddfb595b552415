using Payhook.Store;

namespace Payhook.Forward;

/// <summary>
/// Brings the destinations of payhook.json into the store at the start, so that all others read them in one place.
/// </summary>
static class DestinationSync
{
    public const string NotInFile = "not in payhook.json any more";
    const string Actor = "payhook.json";
    const int TriesLimit = 5;

    /// <summary>
    /// Adds, changes and takes up again those of the file by their names, and pauses those that have left it. What a
    /// person has paused or disabled stays so.
    /// </summary>
    /// <returns>What could not be done, a line each.</returns>
    /// <exception cref="StoreUnavailableException">The store cannot be reached now.</exception>
    public static async Task<IReadOnlyList<string>> SyncAsync(
        IDestinationStore store, IEventFeed feed, IReadOnlyList<DestinationGiven> given, TimeProvider time,
        CancellationToken cancellation)
    {
        // Several listeners may start at once: who comes too late reads again what the other one did.
        for (var tries = 0; tries < TriesLimit; tries++)
        {
            var rows = new Dictionary<string, DestinationRow>(StringComparer.Ordinal);
            await foreach (var row in store.All(cancellation)) rows[row.Name] = row;
            cancellation.ThrowIfCancellationRequested();
            var open = new List<string>();
            foreach (var one in given)
            {
                if (!await BringAsync(one, rows.GetValueOrDefault(one.Destination.Name)))
                    open.Add($"the destination {one.Destination.Name} could not be stored: there are too many, "
                        + "or another listener changes it");
            }
            var names = given.Select(g => g.Destination.Name).ToHashSet(StringComparer.Ordinal);
            foreach (var row in rows.Values.Where(r => r.IsFromFile && !names.Contains(r.Name)))
            {
                if (!LetGo(row)) open.Add($"the destination {row.Name} could not be paused");
            }
            if (open.Count == 0 || tries == TriesLimit - 1) return open;
        }
        return [];

        async Task<bool> BringAsync(DestinationGiven one, DestinationRow? known)
        {
            var now = time.GetUtcNow();
            var (name, settings) = (one.Destination.Name, DestinationText.Settings(one.Destination));
            var secrets = DestinationText.Secrets(one.Destination);
            if (known is null)
            {
                var row = new DestinationRow
                {
                    Name = name, SettingsJson = settings, SecretsJson = secrets, IsFromFile = true, CreatedAt = now,
                    UpdatedAt = now,
                };
                var place = one.BeginsAtStart ? default : (await feed.HeadAsync(cancellation)).Latest;
                return store.Add(row, place, new(now, Actor, AuditEntry.DestinationAdded, name, "")) is not null;
            }
            var isBack = !known.IsFromFile && known.StateReason == NotInFile;
            if (known.IsFromFile && known.SettingsJson == settings && known.SecretsJson == secrets) return true;
            return store.Change(
                known with
                {
                    SettingsJson = settings, SecretsJson = secrets, IsFromFile = true, UpdatedAt = now,
                    State = isBack ? DestinationState.Active : known.State,
                    StateReason = isBack ? "" : known.StateReason,
                },
                new(now, Actor, AuditEntry.DestinationChanged, name, isBack ? "is in the file again" : ""));
        }

        bool LetGo(DestinationRow row)
        {
            var now = time.GetUtcNow();
            var wasActive = row.State == DestinationState.Active;
            return store.Change(
                row with
                {
                    IsFromFile = false, UpdatedAt = now,
                    State = wasActive ? DestinationState.Paused : row.State,
                    StateReason = wasActive ? NotInFile : row.StateReason,
                },
                new(now, Actor, AuditEntry.DestinationPaused, row.Name, NotInFile));
        }
    }
}
