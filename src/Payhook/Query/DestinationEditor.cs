using System.Text.Json;
using Payhook.Providers;
using Payhook.Store;

namespace Payhook.Query;

/// <summary>What came of an act.</summary>
/// <param name="Row">The destination as it is now; null where there is a problem.</param>
/// <param name="Problem">Why nothing was done.</param>
/// <param name="Secret">A secret that was made, in the only text that shows it.</param>
readonly record struct DestinationAct(DestinationRow? Row, Problem? Problem, string? Secret = null)
{
    public static implicit operator DestinationAct(Problem problem) => new(null, problem);
}

/// <summary>
/// Adds, changes and removes destinations, for the interface and the command line alike: what one refuses the other
/// does not take, and both write down who did it.
/// </summary>
sealed class DestinationEditor(
    IDestinationStore store, IEventFeed feed, DestinationRules rules, DestinationsChanged changed, TimeProvider time)
{
    public const int BodyLimitBytes = 65_536;
    const int DepthLimit = 8;

    static readonly string[] SecretMembers = ["secret", "secrets"];

    public async Task<DestinationRow?> FindAsync(string name, CancellationToken cancellation)
    {
        var found = await store.All(cancellation).FirstOrDefaultAsync(r => r.Name == name, cancellation);
        cancellation.ThrowIfCancellationRequested();
        return found;
    }

    /// <summary>Adds one. An endpoint that is given no secret gets one; null says that it shall have none.</summary>
    public async Task<DestinationAct> AddAsync(
        ReadOnlyMemory<byte> body, string actor, CancellationToken cancellation)
    {
        if (Parse(body) is not { } value) return Problem.InvalidDestination;
        var faults = new List<SettingFault>();
        var members = new ConfigMembers(faults);
        var named = value.Members.FirstOrDefault(m => m.Name == "name").Value;
        if (named is null) faults.Add(new("name", "is missing", "\"name\": \"orders\""));
        var name = named is null ? "x" : members.Text(named)?.Text ?? "x";
        var given = DestinationReader.Read(name,
            value with { Members = [.. value.Members.Where(m => m.Name != "name")] }, members, rules);
        if (given is null || faults.Count > 0) return Problem.InvalidDestinationOf(faults);

        var destination = given.Destination;
        string? secret = null;
        if (destination.Sink == SinkKind.Http && !value.Members.Any(m => SecretMembers.Contains(m.Name)))
        {
            destination = destination with { SigningSecrets = [SigningSecret.Create()] };
            secret = SigningSecret.Text(destination.SigningSecrets[0]);
        }
        var now = time.GetUtcNow();
        var row = RowOf(destination, new() { Name = name, SettingsJson = "", SecretsJson = "", CreatedAt = now,
            UpdatedAt = now });
        var place = given.BeginsAtStart ? default : (await feed.HeadAsync(cancellation)).Latest;
        if (store.Add(row, place, Entry(actor, AuditEntry.DestinationAdded, row)) is null)
            return Problem.DestinationExists;
        changed.Pulse();
        return await FindAsync(name, cancellation) is { } added
            ? new DestinationAct(added, null, secret)
            : Problem.UnknownDestination; // removed by somebody at this moment
    }

    /// <summary>Changes the members that are given; null gives one back what is usual.</summary>
    public async Task<DestinationAct> ChangeAsync(
        string name, ReadOnlyMemory<byte> body, long? revision, string actor, CancellationToken cancellation)
    {
        if (Parse(body) is not { } patch) return Problem.InvalidDestination;
        if (await FindAsync(name, cancellation) is not { } row) return Problem.UnknownDestination;
        if (row.IsFromFile) return Problem.DestinationOfFile;
        if (revision is { } seen && seen != row.Revision) return Problem.DestinationChanged;
        var faults = new List<SettingFault>();
        if (Whole(row) is not { } whole) return Problem.InvalidDestination;
        // One way to say it takes the place of the other.
        if (patch.Members.Any(m => SecretMembers.Contains(m.Name)))
            whole = whole with { Members = [.. whole.Members.Where(m => !SecretMembers.Contains(m.Name))] };
        var given = DestinationReader.Read(name, DestinationText.Merge(whole, patch), new(faults), rules);
        if (given is null) return Problem.InvalidDestinationOf(faults);
        var next = RowOf(given.Destination, row);
        var detail = string.Join(", ", patch.Members.Select(m => m.Name).Distinct());
        return await CommitAsync(next, Entry(actor, AuditEntry.DestinationChanged, row, detail), cancellation);
    }

    /// <summary>
    /// Puts a new secret before the one there is, so that both hold until the receiver has the new one; or lets go of
    /// all but the newest.
    /// </summary>
    public async Task<DestinationAct> RotateAsync(
        string name, bool finishes, string actor, CancellationToken cancellation)
    {
        if (await FindAsync(name, cancellation) is not { } row) return Problem.UnknownDestination;
        if (row.IsFromFile) return Problem.DestinationOfFile;
        if (DestinationText.Read(row).Destination is not { } destination) return Problem.InvalidDestination;
        Secret[] secrets = finishes
            ? [.. destination.SigningSecrets.Take(1)]
            : [SigningSecret.Create(), .. destination.SigningSecrets.Take(SigningSecret.CountLimit - 1)];
        var next = RowOf(destination with { SigningSecrets = secrets }, row);
        var entry = Entry(actor, AuditEntry.SecretRotated, row, finishes ? "the older one is gone" : "a new one");
        var act = await CommitAsync(next, entry, cancellation);
        return act.Problem is null && !finishes ? act with { Secret = SigningSecret.Text(secrets[0]) } : act;
    }

    /// <summary>Pauses, disables or resumes one, whoever may change its settings.</summary>
    public async Task<DestinationAct> SetStateAsync(
        string name, DestinationState state, string actor, CancellationToken cancellation)
    {
        if (await FindAsync(name, cancellation) is not { } row) return Problem.UnknownDestination;
        var (act, reason) = state switch
        {
            DestinationState.Active => (AuditEntry.DestinationResumed, ""),
            DestinationState.Paused => (AuditEntry.DestinationPaused, $"paused by {actor}"),
            _ => (AuditEntry.DestinationDisabled, $"disabled by {actor}"),
        };
        if (row.State == state) return new(row, null);
        if (!store.SetState(row.Id, state, reason, Entry(actor, act, row))) return Problem.UnknownDestination;
        changed.Pulse();
        return await NowAsync(name, cancellation);
    }

    public async Task<DestinationAct> RemoveAsync(
        string name, long? revision, string actor, CancellationToken cancellation)
    {
        if (await FindAsync(name, cancellation) is not { } row) return Problem.UnknownDestination;
        if (row.IsFromFile) return Problem.DestinationOfFile;
        if (revision is { } seen && seen != row.Revision) return Problem.DestinationChanged;
        if (!store.Remove(row.Id, Entry(actor, AuditEntry.DestinationRemoved, row))) return Problem.UnknownDestination;
        changed.Pulse();
        return new DestinationAct(row, null);
    }

    async Task<DestinationAct> CommitAsync(DestinationRow row, AuditEntry entry, CancellationToken cancellation)
    {
        if (!store.Change(row, entry)) return Problem.DestinationChanged;
        changed.Pulse();
        return await NowAsync(row.Name, cancellation);
    }

    async Task<DestinationAct> NowAsync(string name, CancellationToken cancellation) =>
        await FindAsync(name, cancellation) is { } now ? new DestinationAct(now, null) : Problem.UnknownDestination;

    DestinationRow RowOf(Destination destination, DestinationRow row) => row with
    {
        SettingsJson = DestinationText.Settings(destination),
        SecretsJson = DestinationText.Secrets(destination),
        UpdatedAt = time.GetUtcNow(),
    };

    AuditEntry Entry(string actor, string act, DestinationRow row, string detail = "") =>
        new(time.GetUtcNow(), actor, act, row.Name, detail);

    static ConfigValue? Whole(DestinationRow row)
    {
        try
        {
            return DestinationText.Whole(row);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>An object, no name in it twice; null where it is none.</summary>
    static ConfigValue? Parse(ReadOnlyMemory<byte> body)
    {
        if (body.Length > BodyLimitBytes) return null;
        try
        {
            using (JsonDocument.Parse(body, new() { MaxDepth = DepthLimit, AllowDuplicateProperties = false })) { }
            var value = ConfigValue.Parse(body.Span);
            return value.Kind == JsonValueKind.Object && !HasZero(value) ? value : null;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>PostgreSQL has no texts with a zero character.</summary>
    static bool HasZero(ConfigValue value) =>
        value.Text.Contains('\0', StringComparison.Ordinal) || value.Items.Any(HasZero)
        || value.Members.Any(m => m.Name.Contains('\0', StringComparison.Ordinal) || HasZero(m.Value));
}
