namespace Payhook.Payments;

/// <summary>
/// A value that is stated again and again: the latest by the provider's clock counts, and of two at once the greater,
/// so that it never matters which was heard first.
/// </summary>
readonly record struct Latest<T>(DateTimeOffset At, T? Value) where T : IComparable<T>
{
    public bool IsKnown => At != default;

    public Latest<T> With(DateTimeOffset? at, T? value) =>
        value is null ? this : With(new(at ?? DateTimeOffset.UnixEpoch, value));

    public Latest<T> With(Latest<T> other)
    {
        if (!other.IsKnown) return this;
        if (!IsKnown) return other;
        var order = other.At.CompareTo(At);
        if (order == 0) order = Compare(other.Value!, Value!);
        return order > 0 ? other : this;
    }

    /// <summary>Texts byte by byte, so that no language decides which is greater.</summary>
    static int Compare(T a, T b) => a is string text ? string.CompareOrdinal(text, b as string) : a.CompareTo(b);
}
