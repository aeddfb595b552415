using System.Text.Json;
using Payhook.Mock;
using Payhook.Providers;

namespace Payhook.Cli;

/// <summary>What the listener is to answer to a step of a scenario.</summary>
enum Expectation
{
    /// <summary>Refused for its signature.</summary>
    Refused = 0,

    /// <summary>Stored as a new event.</summary>
    Accepted,

    /// <summary>Acknowledged as an event seen before.</summary>
    Duplicate,
}

/// <summary>One request of a scenario.</summary>
sealed record ScenarioStep(string Name, string EventId, SignedRequest Request, Expectation Expected);

/// <summary>
/// Sequences of events as providers really send them, happy or not, with what a listener must answer to each.
/// </summary>
static class Scenarios
{
    public const string Lifecycle = "lifecycle", Duplicate = "duplicate", OutOfOrder = "out-of-order",
        Tampered = "tampered", Stale = "stale", Burst = "burst";

    public static IReadOnlyList<string> Names { get; } = [Lifecycle, Duplicate, OutOfOrder, Tampered, Stale, Burst];

    static readonly TimeSpan StaleAge = TimeSpan.FromHours(1);

    /// <summary>Why a provider cannot play a scenario; null where it can.</summary>
    public static string? Fault(string scenario, Provider provider)
    {
        if (!Names.Contains(scenario))
            return $"there is no scenario '{scenario}'; there are: {string.Join(", ", Names)}";
        if (MockPayloads.NamesOf(provider.Name).Count == 0)
            return $"there are no mock events of {provider.DisplayName}; see: payhook send --list";
        if (scenario == Stale && provider.DefaultTolerance is null)
            return $"{provider.DisplayName} signs no time, or none that is held against the clock: nothing is stale";
        return scenario == Tampered && !provider.SignsBody
            ? $"{provider.DisplayName}'s signature does not cover the body: no change of it can be seen"
            : null;
    }

    /// <summary>The steps of a scenario but <see cref="Burst"/>, with ids that no event has had before.</summary>
    /// <returns>None where something cannot be signed.</returns>
    public static IReadOnlyList<ScenarioStep> Steps(string scenario, Signer signer, DateTimeOffset now)
    {
        var end = MockPayloads.FreshEnd();
        var steps = scenario switch
        {
            Lifecycle =>
            [
                Step(signer, "authorized", end, now), Step(signer, "captured", end, now),
                Step(signer, "partially-refunded", end, now), Step(signer, "refunded", end, now),
            ],
            Duplicate => Twice(Step(signer, "captured", end, now)),
            OutOfOrder => [Step(signer, "captured", end, now), Step(signer, "authorized", end, now)],
            Tampered => [Changed(signer, Step(signer, "captured", end, now), now)],
            Stale => [Refused(Step(signer, "captured", end, now - StaleAge))],
            _ => Array.Empty<ScenarioStep?>(),
        };
        return steps.Contains(null) ? [] : [.. steps.OfType<ScenarioStep>()];
    }

    /// <summary>A mock event as a step; null where it cannot be signed.</summary>
    public static ScenarioStep? Step(Signer signer, string mock, string end, DateTimeOffset now)
    {
        if (MockPayloads.Find(signer.Provider.Name, mock) is not { } template) return null;
        if (signer.Sign(MockPayloads.WithIds(template, end), now) is not { } signed) return null;
        var events = new List<PaymentEvent>();
        signer.Provider.Read(new(new DictionaryHeaders(signed.Headers), signed.Body) { Query = signed.Query }, events);
        return new(mock, events is [var first, ..] ? first.EventId ?? "-" : "-", signed, Expectation.Accepted);
    }

    /// <summary>Tells whether an answer is the one that was expected.</summary>
    public static bool IsAsExpected(Expectation expected, Provider provider, int status, string answer)
    {
        // Another 4xx says that the address or the request was wrong, and nothing of the signature.
        if (expected == Expectation.Refused) return status is 401 or 403 || status == provider.WrongSignatureStatus;
        if (status is < 200 or > 299) return false;
        if (Member(answer, "status") is { } word)
            return word == "duplicate" == (expected == Expectation.Duplicate);
        // Where a provider wants to read a text of its own, a duplicate cannot be told from a new event.
        return expected == Expectation.Accepted || answer == provider.AcceptedText;
    }

    /// <summary>An answer in a word or a line, for a table.</summary>
    public static string Told(string answer)
    {
        const int limitChars = 60;
        var text = Member(answer, "status") ?? Member(answer, "title") ?? answer;
        var line = new string([.. text.Take(limitChars).Select(c => char.IsControl(c) ? ' ' : c)]);
        return text.Length > limitChars ? line + "…" : line;
    }

    static string? Member(string answer, string name)
    {
        try
        {
            using var document = JsonDocument.Parse(answer);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
                ? value.GetString()
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static ScenarioStep?[] Twice(ScenarioStep? step) =>
        [step, step is null ? null : step with { Name = step.Name + " again", Expected = Expectation.Duplicate }];

    static ScenarioStep? Refused(ScenarioStep? step) =>
        step is null ? null : step with { Name = step.Name + ", signed an hour ago", Expected = Expectation.Refused };

    static ScenarioStep? Changed(Signer signer, ScenarioStep? step, DateTimeOffset now) =>
        step is not null && Tampering.Change(signer, step.Request, now) is { } changed
            ? step with { Name = step.Name + ", changed", Request = changed, Expected = Expectation.Refused }
            : null;
}
