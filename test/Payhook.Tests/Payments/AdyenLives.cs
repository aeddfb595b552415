namespace Payhook.Tests.Payments;

/// <summary>Adyen's payments: no word of what is under way, and disputes that turn after they were lost.</summary>
static class AdyenLives
{
    public static LifeProvider Provider { get; } = new("adyen", Write)
    {
        Authorizes = true,
        CapturesInParts = true,
        TellsPending = true,
        RefundsFailAfterwards = true,
        LostDisputesTurn = true,
    };

    static void Write(LifePlan plan, Step step, List<Sent> bodies)
    {
        var payment = $"PSP{plan.Key}";
        switch (step.Kind)
        {
            case StepKind.Process: Add("PENDING", payment, plan.Amount); break;
            case StepKind.Fail: Add("AUTHORISATION", payment, plan.Amount, isSuccess: false); break;
            case StepKind.Authorize: Add("AUTHORISATION", payment, plan.Amount); break;
            case StepKind.Capture: Add("CAPTURE", step.Id, step.Amount); break;
            case StepKind.Void: Add(plan.Variant == 0 ? "CANCELLATION" : "EXPIRE", "void", plan.Amount); break;
            case StepKind.RefundDone:
                Add(plan.Variant == 0 ? "REFUND" : "REFUND_WITH_DATA", step.Id, step.Amount);
                break;
            case StepKind.RefundFail: Add("REFUND_FAILED", step.Id, step.Amount); break;
            case StepKind.DisputeOpen:
                Add(plan.Variant == 0 ? "NOTIFICATION_OF_CHARGEBACK" : "REQUEST_FOR_INFORMATION", step.Id, step.Amount);
                break;
            case StepKind.DisputeReview: Add("DISPUTE_DEFENSE_PERIOD_ENDED", step.Id, step.Amount); break;
            case StepKind.DisputeWin: Add("CHARGEBACK_REVERSED", step.Id, step.Amount); break;
            case StepKind.DisputeLose: Add("CHARGEBACK", step.Id, step.Amount); break;
        }

        void Add(string code, string reference, long amount, bool isSuccess = true) => bodies.Add($$$"""
            {"live":"false","notificationItems":[{"NotificationRequestItem":{"additionalData":{},
            "amount":{"currency":"EUR","value":{{{amount}}}},"eventCode":"{{{code}}}","eventDate":"{{{step.Rfc3339}}}",
            "merchantAccountCode":"M","merchantReference":"order-1","pspReference":"{{{reference}}}",
            {{{(reference == payment ? "" : $"\"originalReference\":\"{payment}\",")}}}
            "success":"{{{(isSuccess ? "true" : "false")}}}"}}]}
            """);
    }
}

/// <summary>Authorize.Net's payments: no amounts, and refunds that name no payment.</summary>
static class AuthorizeNetLives
{
    public static LifeProvider Provider { get; } = new("authorizenet", Write)
    {
        Authorizes = true,
        TellsPending = true,
        Refunds = false,
        Disputes = false,
        TellsAmounts = false,
        Ends = 4,
    };

    static void Write(LifePlan plan, Step step, List<Sent> bodies)
    {
        switch (step.Kind)
        {
            case StepKind.Process: Add(plan.Variant == 0 ? "fraud.held" : "authcapture.created", 4); break;
            case StepKind.Fail: Add(plan.Variant == 0 ? "fraud.declined" : "authcapture.created", 2); break;
            case StepKind.Authorize: Add("authorization.created", 1); break;
            case StepKind.Capture:
                Add(step.Authorized > 0 ? "priorAuthCapture.created" : "authcapture.created", 1);
                break;
            case StepKind.Void: Add("void.created", 1); break;
        }

        void Add(string type, int code) => bodies.Add($$$"""
            {"notificationId":"n{{{bodies.Count}}}","eventType":"net.authorize.payment.{{{type}}}",
            "eventDate":"{{{step.Rfc3339}}}","payload":{"responseCode":{{{code}}},"authAmount":10.0,
            "merchantReferenceId":"r","entityName":"transaction","id":"6{{{plan.Key}}}"}}
            """);
    }
}
