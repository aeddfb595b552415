using Payhook.Payments;

namespace Payhook.Tests.Payments;

/// <summary>What happens to a payment, in the words that the generator of lives shares with every provider.</summary>
enum StepKind
{
    Create, Process, Fail, Authorize, Capture, CaptureFail, Void, RefundStart, RefundDone, RefundFail, DisputeOpen,
    DisputeReview, DisputeWin, DisputeLose,
}

/// <summary>One thing that happens, and the sums as they stand after it, as running totals tell them.</summary>
sealed record Step(StepKind Kind, DateTimeOffset At, long Amount, string Id)
{
    public long Authorized { get; init; }
    public long Captured { get; init; }

    /// <summary>Refunds that are done or under way.</summary>
    public long RefundedRunning { get; init; }

    public long RefundedDone { get; init; }

    /// <summary>How many attempts to pay have failed.</summary>
    public int Attempt { get; init; }

    public bool WasLost { get; init; }
    public long UnixSeconds => At.ToUnixTimeSeconds();
    public string Rfc3339 => At.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss'Z'");
}

/// <summary>
/// How a provider's payments live, and how it writes about them. A new one is one class like <c>StripeLives</c>, and
/// one line in <c>LifeTests</c>.
/// </summary>
sealed record LifeProvider(string Name, Action<LifePlan, Step, List<Sent>> Write)
{
    public bool Authorizes { get; init; }
    public bool CapturesInParts { get; init; }
    public bool CancelsBeforePayment { get; init; }
    public bool TellsPending { get; init; }
    public bool IsPendingFromStart { get; init; }
    public bool RetriesAfterFailure { get; init; }
    public bool FailsAfterCapture { get; init; }
    public bool RefundsFailAfterwards { get; init; }
    public bool Refunds { get; init; } = true;
    public bool Disputes { get; init; } = true;
    public bool OpensDisputes { get; init; } = true;

    /// <summary>What a dispute is about less than the money it could be; then no refund has its amount.</summary>
    public long DisputedLess { get; init; }

    public bool DisputesInParts { get; init; } = true;
    public bool LostDisputesTurn { get; init; }
    public bool TellsAmounts { get; init; } = true;

    /// <summary>In how many statuses its payments can end at least; fewer would mean that lives are not told.</summary>
    public int Ends { get; init; } = 6;
}

/// <summary>A payment's life in the order in which it happened, and where that leaves it.</summary>
sealed class LifePlan
{
    readonly LifeProvider _provider;
    readonly byte[] _decisions;
    readonly Dictionary<string, (long Amount, StepKind State)> _refunds = [];
    int _next;
    DateTimeOffset _at = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    long _authorized, _captured, _disputed;
    int _attempt;
    bool _isVoided, _isFailed, _isPending, _wasLost;
    StepKind? _dispute;

    /// <param name="provider">Whose payment it is.</param>
    /// <param name="decisions">What chance decides.</param>
    /// <param name="name">Set where several lives are told together, and their ids must differ.</param>
    public LifePlan(LifeProvider provider, byte[] decisions, string name = "")
    {
        _provider = provider;
        _decisions = decisions;
        Key = name;
        Amount = 1000 + Choose(50) * 100;
        Variant = Choose(2);
        Key += $"{Amount}{Variant}";
        Live();
    }

    public string Key { get; }
    public long Amount { get; }

    /// <summary>Which of two shapes the provider's events have, where they come in several.</summary>
    public int Variant { get; }

    public List<Step> Steps { get; } = [];
    public long Captured => _captured;
    public long Refunded => Sum(StepKind.RefundDone);

    /// <summary>Table 30.1 of what is known to have happened, without any of the program's own code.</summary>
    public PaymentStatus Status
    {
        get
        {
            if (_dispute is StepKind.DisputeOpen or StepKind.DisputeReview) return PaymentStatus.Disputed;
            if (_captured > 0) return StatusOfCaptured();
            if (_isVoided) return PaymentStatus.Voided;
            if (_authorized > 0) return PaymentStatus.Authorized;
            return _isFailed ? PaymentStatus.Failed : _isPending ? PaymentStatus.Pending : PaymentStatus.Created;
        }
    }

    PaymentStatus StatusOfCaptured()
    {
        var lost = _dispute == StepKind.DisputeLose ? _disputed : 0;
        if (lost >= _captured || (lost > 0 && !_provider.TellsAmounts)) return PaymentStatus.DisputeLost;
        if (Refunded + lost >= _captured && _provider.TellsAmounts) return PaymentStatus.Refunded;
        if (Refunded + lost > 0) return PaymentStatus.PartiallyRefunded;
        return _captured < _authorized && !_isVoided ? PaymentStatus.PartiallyCaptured : PaymentStatus.Captured;
    }

    void Live()
    {
        Add(StepKind.Create);
        if (_provider.CancelsBeforePayment && Choose(6) == 1)
        {
            Add(StepKind.Void);
            return;
        }
        for (var attempt = 0; attempt < 3; attempt++)
        {
            if (_provider.TellsPending && Choose(3) == 1) Add(StepKind.Process);
            var outcome = Choose(5);
            if (outcome == 1) return;
            if (outcome != 2) break;
            Add(StepKind.Fail);
            if (!_provider.RetriesAfterFailure || attempt == 2) return;
        }
        if (!Pay()) return;
        if (_provider.Refunds) GiveBack();
        if (_provider.Disputes) Dispute();
    }

    bool Pay()
    {
        var isAuthorized = _provider.Authorizes && Choose(3) != 0;
        if (isAuthorized)
        {
            Add(StepKind.Authorize, Amount);
            var outcome = Choose(6);
            if (outcome == 2) Add(StepKind.Void);
            if (outcome is 1 or 2) return false;
        }
        if (isAuthorized && _provider.CapturesInParts && Choose(2) == 1)
        {
            Add(StepKind.Capture, Amount / 2, "cap_1");
            var outcome = Choose(3);
            if (outcome == 0) Add(StepKind.Capture, Amount - Amount / 2, "cap_2");
            if (outcome == 1) Add(StepKind.Void);
        }
        else Add(StepKind.Capture, Amount, "cap_1", maySameSecond: isAuthorized);
        if (!_provider.FailsAfterCapture || Choose(4) != 1) return true;
        Add(StepKind.CaptureFail);
        if (Choose(2) == 0) return false;
        Add(StepKind.Process);
        if (Choose(2) == 0) return false;
        Add(StepKind.Capture, Amount, "cap_1");
        return true;
    }

    void GiveBack()
    {
        var count = Choose(4);
        for (var i = 1; i <= count; i++)
        {
            var amount = count == 1 && Choose(2) == 1 ? _captured : _captured / (count == 2 ? 2 : 5);
            Add(StepKind.RefundStart, amount, $"ref_{i}");
            var outcome = Choose(6);
            if (outcome == 1) continue; // still under way
            if (outcome != 2) Add(StepKind.RefundDone, amount, $"ref_{i}", maySameSecond: true);
            if (outcome == 2 || (outcome == 3 && _provider.RefundsFailAfterwards))
                Add(StepKind.RefundFail, amount, $"ref_{i}");
        }
    }

    void Dispute()
    {
        if (Choose(3) != 1) return;
        var amount = (Choose(2) == 0 || !_provider.DisputesInParts ? _captured : _captured / 2)
            - _provider.DisputedLess;
        if (_provider.OpensDisputes)
        {
            Add(StepKind.DisputeOpen, amount, "disp_1");
            if (Choose(2) == 1) Add(StepKind.DisputeReview, amount, "disp_1", maySameSecond: true);
            if (Choose(3) == 1) return;
        }
        var isLost = !_provider.OpensDisputes || Choose(2) == 0;
        if (isLost) Add(StepKind.DisputeLose, amount, "disp_1");
        if (!isLost || (_provider.LostDisputesTurn && Choose(2) == 1)) Add(StepKind.DisputeWin, amount, "disp_1");
    }

    void Add(StepKind kind, long amount = 0, string id = "", bool maySameSecond = false)
    {
        // Only where the one cannot be taken for the later one; providers' clocks tell whole seconds.
        if (!maySameSecond || Choose(2) == 0) _at = _at.AddSeconds(1 + Choose(100));
        Enter(kind, amount, id);
        Steps.Add(new(kind, _at, amount, id)
        {
            Authorized = _authorized,
            Captured = _captured,
            RefundedRunning = Sum(StepKind.RefundDone) + Sum(StepKind.RefundStart),
            RefundedDone = Refunded,
            Attempt = _attempt,
            WasLost = _wasLost,
        });
    }

    void Enter(StepKind kind, long amount, string id)
    {
        if (kind is StepKind.RefundStart or StepKind.RefundDone or StepKind.RefundFail) _refunds[id] = (amount, kind);
        if (kind >= StepKind.DisputeOpen) (_dispute, _disputed) = (kind, amount);
        _wasLost |= kind == StepKind.DisputeLose;
        _isVoided |= kind == StepKind.Void;
        if (kind == StepKind.Authorize) _authorized = amount;
        if (kind == StepKind.Capture) _captured += amount;
        if (kind == StepKind.CaptureFail) _captured = 0;
        if (kind == StepKind.Fail) _attempt++;
        if (kind is StepKind.Fail or StepKind.CaptureFail) (_isFailed, _isPending) = (true, false);
        if (kind == StepKind.Process || (kind == StepKind.Create && _provider.IsPendingFromStart))
            (_isFailed, _isPending) = (false, true);
    }

    long Sum(StepKind state) => _refunds.Values.Where(r => r.State == state).Sum(r => r.Amount);

    int Choose(int count) => _next < _decisions.Length ? _decisions[_next++] % count : 0;
}
