using System.Text.Json;
using Payhook.Providers;

namespace Payhook.Cli;

/// <summary>
/// A file of signatures whose outcome is known: run over the providers' own, it shows that a scheme agrees with theirs.
/// </summary>
static class VectorFile
{
    /// <summary>What came of one vector.</summary>
    sealed record Outcome(Vector Vector, bool IsValid, string Reason)
    {
        public bool IsKnown => Reason != UnknownProvider;

        public bool IsAsExpected => IsKnown && IsValid == Vector.IsExpectedValid;
    }

    const string UnknownProvider = "unknown-provider";

    /// <summary>One JSON line for each vector, and a count of them at the end.</summary>
    /// <exception cref="IOException">The file cannot be read; the message is for the user.</exception>
    public static async Task<int> CheckAsync(
        string path, TextWriter output, TextWriter errors, CancellationToken cancellation)
    {
        var (count, good, optional) = (0, 0, 0);
        foreach (var vector in Read(path, await Input.ReadBodyAsync(path, cancellation)))
        {
            var outcome = Check(vector);
            count++;
            if (outcome.IsAsExpected) good++;
            else if (vector.IsOptional && outcome.IsKnown) optional++;
            await output.WriteLineAsync(JsonLine.Of(json =>
            {
                json.WriteString("name", vector.Name);
                json.WriteString("provider", vector.ProviderName);
                json.WriteBoolean("valid", outcome.IsValid);
                json.WriteString("reason", outcome.Reason);
                json.WriteBoolean("as_expected", outcome.IsAsExpected);
            }));
        }
        var bad = count - good - optional;
        await errors.WriteLineAsync(
            $"payhook: {count} vectors: {good} as expected, {bad} not as expected, {optional} not as expected "
            + "but optional or of low confidence, which counts as no failure");
        return bad == 0 ? ExitCodes.Success : ExitCodes.Failed;
    }

    static Outcome Check(Vector vector)
    {
        if (Primitives.Verify(vector) is { } isValid)
            return new(vector, isValid, JsonText.Word(isValid ? Verdict.Verified : Verdict.WrongSignature));
        if (ProviderCatalog.Find(vector.ProviderName) is not { } provider) return new(vector, false, UnknownProvider);
        var verification = vector.Verify(provider);
        return new(vector, verification.IsVerified, JsonText.Word(verification.Verdict));
    }

    static IReadOnlyList<Vector> Read(string path, byte[] file)
    {
        try
        {
            return Vector.ReadAll(file);
        }
        catch (JsonException e)
        {
            throw new IOException($"{path} is no file of vectors: {e.Message}", e);
        }
    }
}
