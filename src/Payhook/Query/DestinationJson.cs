using System.Text;
using System.Text.Json;
using Payhook.Store;

namespace Payhook.Query;

/// <summary>How a destination, a delivery and its attempts look in an answer: without a secret, but the one made now.
/// </summary>
static class DestinationJson
{
    /// <param name="json">Takes it.</param>
    /// <param name="row">The destination as it is kept.</param>
    /// <param name="count">How many of its deliveries stand where.</param>
    /// <param name="standing">The rest of how it stands, where a running listener tells.</param>
    /// <param name="secret">A secret that was made by this call.</param>
    public static void Write(
        Utf8JsonWriter json, DestinationRow row, DeliveryCount count, DestinationStanding? standing = null,
        string? secret = null)
    {
        json.WriteStartObject();
        json.WriteNumber("id", row.Id);
        json.WriteString("name", row.Name);
        if (secret is not null) json.WriteString("secret", secret);
        json.WriteString("state", JsonText.Word(row.State));
        json.WriteString("state_reason", row.StateReason.Length > 0 ? row.StateReason : null);
        json.WriteNumber("pending", count.Pending);
        json.WriteNumber("dead", count.Dead);
        WriteMoment(json, "next_due_at", count.NextDueAt);
        WriteMoment(json, "oldest_pending_at", count.OldestPendingAt);
        if (standing is { } now) WriteMembers(json, now);
        json.WriteString("cursor", row.Cursor.ToString());
        json.WriteBoolean("from_file", row.IsFromFile);
        json.WriteNumber("revision", row.Revision);
        json.WriteString("created_at", JsonText.Moment(row.CreatedAt));
        json.WriteString("updated_at", JsonText.Moment(row.UpdatedAt));
        var (destination, fault) = DestinationText.Read(row);
        if (destination is null)
        {
            json.WriteString("fault", fault);
        }
        else
        {
            DestinationText.WriteShown(json, destination);
            DestinationText.WriteMasked(json, destination);
        }
        json.WriteEndObject();
    }

    static void WriteMembers(Utf8JsonWriter json, in DestinationStanding standing)
    {
        json.WriteNumber("backlog", standing.Backlog);
        json.WriteString("breaker", standing.Breaker?.Word);
        WriteMoment(json, "breaker_until", standing.Breaker?.Until);
        json.WriteNumber("attempts_24h", standing.Attempts.Attempts);
        if (standing.Attempts.Share is { } share) json.WriteNumber("success_share_24h", share);
        else json.WriteNull("success_share_24h");
        if (standing.DeadByFailure is not { } dead) return;
        json.WriteStartObject("dead_by_failure");
        foreach (var (failure, count) in dead) json.WriteNumber(failure.Name(), count);
        json.WriteEndObject();
    }

    public static void WriteMembers(Utf8JsonWriter json, DeliveryLine line, string? destinationName)
    {
        var delivery = line.Delivery;
        json.WriteNumber("id", delivery.Sequence);
        json.WriteString("destination", destinationName);
        json.WriteString("event_id", line.EventId);
        json.WriteString("event_type", line.EventType);
        json.WriteString("source", line.SourceName);
        json.WriteNumber("event_sequence", delivery.EventSequence);
        json.WriteString("state", JsonText.Word(delivery.State));
        json.WriteNumber("attempt_count", delivery.AttemptCount);
        WriteMoment(json, "first_attempt_at", delivery.FirstAttemptAt);
        WriteMoment(json, "due_at", delivery.State == DeliveryState.Pending ? delivery.DueAt : null);
        json.WriteString("failure", delivery.LastFailure == FailureClass.None ? null : delivery.LastFailure.Name());
        if (delivery.ReplayId > 0) json.WriteNumber("replay", delivery.ReplayId);
        json.WriteString("changed_at", JsonText.Moment(line.ChangedAt));
    }

    /// <summary>What came of an event that never happened.</summary>
    public static void WriteTest(Utf8JsonWriter json, DestinationRow row, Attempt attempt, PiiMask? mask)
    {
        json.WriteStartObject();
        json.WriteString("destination", row.Name);
        json.WriteBoolean("taken", attempt.IsSuccess);
        json.WritePropertyName("attempt");
        Write(json, attempt, mask);
        json.WriteEndObject();
    }

    /// <param name="json">Takes it.</param>
    /// <param name="attempt">The attempt.</param>
    /// <param name="mask">Takes personal data out; null for who may see it.</param>
    public static void Write(Utf8JsonWriter json, Attempt attempt, PiiMask? mask)
    {
        json.WriteStartObject();
        json.WriteNumber("number", attempt.Number);
        json.WriteString("at", JsonText.Moment(attempt.At));
        json.WriteNumber("duration_ms", Math.Round(attempt.Duration.TotalMilliseconds, 1));
        if (attempt.Status > 0) json.WriteNumber("status", attempt.Status);
        else json.WriteNull("status");
        json.WriteString("failure", attempt.IsSuccess ? null : attempt.Failure.Name());
        json.WriteString("detail", attempt.Detail.Length > 0 ? attempt.Detail : null);
        var answer = attempt.Answer.AsSpan(0, Math.Min(attempt.Answer.Length, Attempt.AnswerLimitBytes));
        json.WriteString("answer", answer.IsEmpty ? null
            : mask is null ? Encoding.UTF8.GetString(answer)
            : mask.Text(answer));
        if (mask is not null && !answer.IsEmpty) json.WriteBoolean("masked", true);
        json.WriteEndObject();
    }

    static void WriteMoment(Utf8JsonWriter json, string name, DateTimeOffset? moment)
    {
        if (moment is { } at) json.WriteString(name, JsonText.Moment(at));
        else json.WriteNull(name);
    }
}
