namespace Payhook.Tests.Support;

/// <summary>Waits for what another thread or process does.</summary>
static class Eventually
{
    /// <summary>Fails where a condition does not hold within that time.</summary>
    public static async Task ForAsync(Func<bool> condition, int seconds = 15)
    {
        for (var i = 0; i < seconds * 50 && !condition(); i++)
            await Task.Delay(20, TestContext.Current.CancellationToken);
        Assert.True(condition());
    }
}
