using System.Text.Json;

namespace Payhook.Attention;

/// <summary>What a merchant must act on. The numbers are stored: each is a bit of a payment's row.</summary>
enum AttentionKind
{
    LateAuthorization = 0,
    NotCaptured = 1,
    CapturedTwice = 2,
    AmountChanged = 3,
    RefundsAboveCapture = 4,
    RefundWithoutCapture = 5,
    RefundFailed = 6,
    DisputeOpen = 7,
    CaptureWithoutAuthorization = 8,
    OtherBody = 9,
    TestInLive = 10,
    RejectionsRunning = 11,
    GoneQuiet = 12,
    DeadLetters = 13,
    DestinationGone = 14,
}

/// <summary>The words of the kinds, as answers, filters and ids spell them, and their bits.</summary>
static class AttentionKinds
{
    static readonly string[] Words =
        [.. Enum.GetValues<AttentionKind>().Select(k => JsonNamingPolicy.SnakeCaseLower.ConvertName(k.ToString()))];

    public static IReadOnlyList<AttentionKind> All { get; } = Enum.GetValues<AttentionKind>();

    public static string Word(this AttentionKind kind) => Words[(int)kind];

    public static long Bit(this AttentionKind kind) => 1L << (int)kind;

    public static AttentionKind? Find(string word) =>
        Array.IndexOf(Words, word) is var index and >= 0 ? (AttentionKind)index : null;
}
